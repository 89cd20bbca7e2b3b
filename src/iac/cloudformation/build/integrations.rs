//! What answers routes.

use super::read::{flag, needed, observed_text, own_id, text_or};
use crate::iac::code::Declaration;
use crate::iac::value::{Node, Why};
use crate::inventory::{Integration, Observed};
use crate::openapi::{PATH_OVERRIDE, request_headers};

/// The integration of a method of a REST API.
pub(super) fn of_method(declaration: &Declaration) -> Observed<Integration> {
    let node = declaration.body.get("Integration");
    if node.is_null() {
        return Observed::Absent;
    }
    super::read::observed(declaration, rest(declaration, node))
}

fn rest(declaration: &Declaration, node: &Node) -> Result<Integration, Why> {
    let (host_override, static_headers) = headers(node)?;
    let credentials = node.get("Credentials").text();
    Ok(Integration {
        kind: needed(node, "Type")?.to_ascii_uppercase(),
        connection_type: node.get("ConnectionType").text()?,
        connection_id: observed_text(declaration, node.get("ConnectionId")),
        target: observed_text(declaration, node.get("IntegrationTarget")),
        uri: observed_text(declaration, node.get("Uri")),
        http_method: node.get("IntegrationHttpMethod").text()?,
        insecure_skip_verification: flag(node.get("TlsConfig"), "InsecureSkipVerification")?,
        timeout_ms: node.get("TimeoutInMillis").integer()?,
        host_override,
        static_headers,
        credentials: credentials.unwrap_or_else(|_| Some(own_id(declaration, "Integration.Credentials"))),
        response_transfer_mode: node.get("ResponseTransferMode").text()?,
        ..Integration::default()
    })
}

/// An integration of an HTTP or WebSocket API.
pub(super) fn of_http(declaration: &Declaration) -> Observed<Integration> {
    super::read::observed(declaration, http(declaration))
}

fn http(declaration: &Declaration) -> Result<Integration, Why> {
    let node = &declaration.body;
    let (host_override, static_headers) = headers(node)?;
    let credentials = node.get("CredentialsArn").text();
    Ok(Integration {
        kind: needed(node, "IntegrationType")?,
        connection_type: Some(text_or(node, "ConnectionType", "INTERNET")?),
        connection_id: observed_text(declaration, node.get("ConnectionId")),
        target: Observed::Absent,
        uri: observed_text(declaration, node.get("IntegrationUri")),
        http_method: node.get("IntegrationMethod").text()?,
        server_name_to_verify: node.get("TlsConfig").get("ServerNameToVerify").text()?,
        timeout_ms: node.get("TimeoutInMillis").integer()?,
        host_override,
        path_override: node.get("RequestParameters").get(PATH_OVERRIDE).text()?,
        static_headers,
        credentials: credentials.unwrap_or_else(|_| Some(own_id(declaration, "CredentialsArn"))),
        payload_format_version: Some(text_or(node, "PayloadFormatVersion", "1.0")?),
        ..Integration::default()
    })
}

/// The integration of an API that was made with nothing but what answers it.
pub(super) fn quick(declaration: &Declaration) -> Integration {
    let uri = observed_text(declaration, declaration.body.get("Target"));
    let function = uri.known().is_some_and(|uri| uri.starts_with("arn:"));
    Integration {
        kind: if function { "AWS_PROXY" } else { "HTTP_PROXY" }.to_owned(),
        connection_type: Some("INTERNET".to_owned()),
        connection_id: Observed::Absent,
        target: Observed::Absent,
        uri,
        http_method: (!function).then(|| "ANY".to_owned()),
        payload_format_version: Some(if function { "2.0" } else { "1.0" }.to_owned()),
        ..Integration::default()
    }
}

/// The Host header, and the names of headers with fixed values. A value that is not known may be fixed or not.
fn headers(node: &Node) -> Result<(Option<String>, Vec<String>), Why> {
    let mut pairs = Vec::new();
    for (key, value) in node.get("RequestParameters").pairs()? {
        if key.contains("header.") {
            pairs.push((key, value.text()?.unwrap_or_default()));
        }
    }
    Ok(request_headers(pairs.iter().map(|(key, value)| (*key, value.as_str()))))
}
