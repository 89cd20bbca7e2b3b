//! What answers routes.

use super::super::read::{Attributes as _, id, observed};
use crate::iac::code::Declaration;
use crate::iac::value::{Node, Why};
use crate::inventory::{Integration, Observed};
use crate::openapi::{PATH_OVERRIDE, request_headers};

/// The integration of a REST method.
pub(super) fn of_rest(declaration: &Declaration) -> Observed<Integration> {
    observed(&declaration.address, rest(declaration).map(Some))
}

fn rest(declaration: &Declaration) -> Result<Integration, Why> {
    let kind = declaration.required("type")?.to_ascii_uppercase();
    let headers = headers(declaration.attr("request_parameters"))?;
    let address = &declaration.address;
    if let Some(why) = declaration.attr("tls_config").value.why() {
        return Err(why.clone());
    }
    Ok(Integration {
        id: None,
        connection_type: connection_type(declaration, &kind)?,
        connection_id: observed(address, declaration.text_at("connection_id")),
        target: observed(address, declaration.text_at("integration_target")),
        uri: observed(address, declaration.text_at("uri")),
        http_method: declaration.text_at("integration_http_method")?,
        insecure_skip_verification: declaration.block("tls_config").flag("insecure_skip_verification")?,
        server_name_to_verify: None,
        timeout_ms: declaration.attr("timeout_milliseconds").integer()?,
        host_override: headers.host,
        path_override: None,
        static_headers: headers.fixed,
        credentials: declaration.text_at("credentials").unwrap_or_default(),
        response_transfer_mode: declaration.text_at("response_transfer_mode")?,
        payload_format_version: None,
        kind,
    })
}

/// The integration of a route of an HTTP or WebSocket API.
pub(super) fn of_http(declaration: &Declaration) -> Observed<Integration> {
    observed(&declaration.address, http(declaration).map(Some))
}

fn http(declaration: &Declaration) -> Result<Integration, Why> {
    let kind = declaration.required("integration_type")?.to_ascii_uppercase();
    let headers = headers(declaration.attr("request_parameters"))?;
    let address = &declaration.address;
    if let Some(why) = declaration.attr("tls_config").value.why() {
        return Err(why.clone());
    }
    Ok(Integration {
        id: Some(id(declaration)),
        connection_type: connection_type(declaration, &kind)?,
        connection_id: observed(address, declaration.text_at("connection_id")),
        target: Observed::Absent,
        uri: observed(address, declaration.text_at("integration_uri")),
        http_method: declaration.text_at("integration_method")?,
        insecure_skip_verification: false,
        server_name_to_verify: declaration.block("tls_config").text_at("server_name_to_verify")?,
        timeout_ms: declaration.attr("timeout_milliseconds").integer()?,
        host_override: headers.host,
        path_override: headers.path,
        static_headers: headers.fixed,
        credentials: declaration.text_at("credentials_arn").unwrap_or_default(),
        response_transfer_mode: None,
        payload_format_version: Some(declaration.text_or("payload_format_version", "1.0")?),
        kind,
    })
}

fn connection_type(declaration: &Declaration, kind: &str) -> Result<Option<String>, Why> {
    let told = declaration.text_at("connection_type")?;
    Ok(told.or_else(|| (kind != "MOCK").then(|| "INTERNET".to_owned())))
}

/// What request parameters set. Of fixed values only the names are kept.
struct Headers {
    host: Option<String>,
    path: Option<String>,
    fixed: Vec<String>,
}

fn headers(parameters: &Node) -> Result<Headers, Why> {
    let mut pairs = Vec::new();
    for (key, value) in parameters.pairs()? {
        pairs.push((key, value.text()?.unwrap_or_default()));
    }
    let (host, fixed) = request_headers(pairs.iter().map(|(key, value)| (*key, value.as_str())));
    let path = pairs.iter().find(|(key, _)| *key == PATH_OVERRIDE).map(|(_, value)| value.clone());
    Ok(Headers { host, path, fixed })
}
