//! An exported API: the OpenAPI 3 document of `GetExport` (REST) or `ExportApi` (HTTP) as a [`Configuration`].
//!
//! An export is the only way AWS shows what a stage serves, as opposed to what the next deployment would ship. It may
//! leave things out; whatever a route cannot do without and the document does not say becomes a gap, never an absence.

mod security;

use serde_json::{Map, Value};

use self::security::Schemes;
use crate::inventory::{Authorizer, Cause, Configuration, Gap, Integration, Observed, Protocol, Route};

/// The key of an integration in an operation.
const INTEGRATION: &str = "x-amazon-apigateway-integration";
/// The path and verb of the catch-all method.
const ANY_METHOD: &str = "x-amazon-apigateway-any-method";
/// The request parameter that sets the path towards the back end.
pub const PATH_OVERRIDE: &str = "overwrite:path";
/// The verbs of a path item.
const VERBS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// What an export says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Exported {
    /// The routes.
    pub configuration: Configuration,
    /// The authorizers they use, by name.
    pub authorizers: Vec<Authorizer>,
}

/// Why a document is no export.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// No JSON.
    #[error("the export is no JSON: {0}")]
    Malformed(String),
    /// JSON without paths.
    #[error("the export has no paths")]
    NoPaths,
    /// A REST API without methods, which AWS would not have deployed.
    #[error("the export has no methods, and AWS deploys no REST API without any")]
    NoMethods,
}

/// Reads an export. `source` is the gap left by what it does not say: its call, region and resource.
pub fn read(text: &[u8], protocol: Protocol, source: &Gap) -> Result<Exported, ExportError> {
    let document: Value = serde_json::from_slice(text).map_err(|error| ExportError::Malformed(error.to_string()))?;
    let paths = document.get("paths").and_then(Value::as_object).ok_or(ExportError::NoPaths)?;
    let reader = Reader { document: &document, schemes: Schemes::of(&document), protocol, source };
    let mut routes: Vec<Route> = paths.iter().flat_map(|(path, item)| reader.path(path, item)).collect();
    if routes.is_empty() && protocol == Protocol::Rest {
        return Err(ExportError::NoMethods);
    }
    routes.sort_by(|a, b| (&a.path, &a.method).cmp(&(&b.path, &b.method)));
    Ok(Exported { configuration: Configuration { routes }, authorizers: reader.schemes.authorizers() })
}

struct Reader<'a> {
    document: &'a Value,
    schemes: Schemes<'a>,
    protocol: Protocol,
    source: &'a Gap,
}

impl Reader<'_> {
    fn path(&self, path: &str, item: &Value) -> Vec<Route> {
        let Some(item) = item.as_object() else { return Vec::new() };
        let operations = item.iter().filter_map(|(key, operation)| {
            let method = if key == ANY_METHOD { Some("ANY".to_owned()) } else { verb(key) };
            Some((method?, operation.as_object()?))
        });
        operations.map(|(method, operation)| self.route(path, method, operation)).collect()
    }

    fn route(&self, path: &str, method: String, operation: &Map<String, Value>) -> Route {
        let default = operation.get("isDefaultRoute").and_then(Value::as_bool) == Some(true);
        let default = self.protocol == Protocol::Http && (default || (path == "/$default" && method == "ANY"));
        let access = security::of(operation, self.document, &self.schemes, self.source);
        Route {
            path: if default { "$default".to_owned() } else { path.to_owned() },
            method: if default { String::new() } else { method },
            resource_id: None,
            authorization: access.authorization,
            authorizer: access.authorizer,
            authorization_scopes: access.scopes,
            api_key_required: access.api_key_required,
            request_validator: self.validator(operation),
            integration: self.integration(operation),
        }
    }

    fn validator(&self, operation: &Map<String, Value>) -> Option<String> {
        let key = "x-amazon-apigateway-request-validator";
        operation.get(key).or_else(|| self.document.get(key)).and_then(string)
    }

    fn integration(&self, operation: &Map<String, Value>) -> Observed<Integration> {
        let Some(value) = operation.get(INTEGRATION) else {
            // A REST API cannot be deployed while a method has no integration; a route of an HTTP API may have none.
            return match self.protocol {
                Protocol::Rest => Observed::Unknown(left_out(self.source, "the integration")),
                Protocol::Http | Protocol::WebSocket => Observed::Absent,
            };
        };
        match self.follow(value).and_then(Value::as_object) {
            Some(fields) => Observed::Known(self.fields(fields)),
            None => Observed::Unknown(left_out(self.source, "the integration")),
        }
    }

    /// The value, or what its `$ref` points at.
    fn follow<'v>(&'v self, value: &'v Value) -> Option<&'v Value> {
        match value.get("$ref").and_then(Value::as_str) {
            Some(reference) => self.document.pointer(reference.strip_prefix('#')?),
            None => Some(value),
        }
    }

    fn fields(&self, fields: &Map<String, Value>) -> Integration {
        let text = |key: &str| fields.get(key).and_then(string);
        let tls = fields.get("tlsConfig");
        let parameters = fields.get("requestParameters").and_then(Value::as_object);
        let pairs = parameters.into_iter().flatten().filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)));
        let (host_override, static_headers) = request_headers(pairs);
        let kind = text("type").unwrap_or_default().to_ascii_uppercase();
        let connection_type = text("connectionType");
        let uri = text("uri");
        let mut integration = Integration {
            id: None,
            kind,
            connection_type,
            connection_id: text("connectionId").into(),
            target: text("integrationTarget").or_else(|| text("integration-target")).into(),
            uri: uri.into(),
            http_method: text("httpMethod"),
            insecure_skip_verification: tls.and_then(|tls| tls.get("insecureSkipVerification")).is_some_and(truthy),
            server_name_to_verify: tls.and_then(|tls| tls.get("serverNameToVerify")).and_then(string),
            timeout_ms: fields.get("timeoutInMillis").and_then(number),
            host_override,
            path_override: parameters.and_then(|parameters| parameters.get(PATH_OVERRIDE)).and_then(string),
            static_headers,
            credentials: text("credentials"),
            response_transfer_mode: text("responseTransferMode"),
            payload_format_version: text("payloadFormatVersion"),
        };
        mark_holes(&mut integration, self.source, &|_| false);
        integration
    }
}

fn verb(key: &str) -> Option<String> {
    VERBS.contains(&key).then(|| key.to_ascii_uppercase())
}

fn string(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn truthy(value: &Value) -> bool {
    value.as_bool().unwrap_or_else(|| value.as_str() == Some("true"))
}

fn number(value: &Value) -> Option<i32> {
    let number = value.as_i64().or_else(|| value.as_str()?.parse().ok())?;
    i32::try_from(number).ok()
}

/// The gap left by an answer that does not say `what`.
pub fn left_out(source: &Gap, what: &str) -> Gap {
    let operation = source.operation.rsplit(':').next().unwrap_or("AWS");
    Gap { cause: Cause::NotSupported, ..source.clone() }.because(format!("{operation} left out {what}"))
}

/// Turns what an integration cannot do without, and AWS did not tell, into gaps. `is_v2` says whether a VPC link's id
/// may be that of a V2 link, which needs a target.
pub fn mark_holes(integration: &mut Integration, source: &Gap, is_v2: &dyn Fn(&str) -> bool) {
    let private = integration.connection_type.as_deref() == Some("VPC_LINK");
    if private && integration.connection_id == Observed::Absent {
        integration.connection_id = Observed::Unknown(left_out(source, "connectionId"));
    }
    if matches!(integration.kind.as_str(), "HTTP" | "HTTP_PROXY") && integration.uri == Observed::Absent {
        integration.uri = Observed::Unknown(left_out(source, "uri"));
    }
    let needs_target = private && integration.connection_id.known().is_some_and(|id| is_v2(id));
    if needs_target && integration.target == Observed::Absent {
        integration.target = Observed::Unknown(left_out(source, "integrationTarget"));
    }
}

/// What request parameters set: the Host header, and the names of the headers with fixed values.
pub fn request_headers<'a>(parameters: impl Iterator<Item = (&'a str, &'a str)>) -> (Option<String>, Vec<String>) {
    let (mut host, mut fixed) = (None, Vec::new());
    for (key, value) in parameters {
        let rest_header = key.strip_prefix("integration.request.header.");
        let header = rest_header.or_else(|| key.strip_prefix("append:header.")).or_else(|| key.strip_prefix("overwrite:header."));
        let Some(header) = header else { continue };
        let literal = if rest_header.is_some() {
            value.strip_prefix('\'').and_then(|value| value.strip_suffix('\''))
        } else {
            (!value.starts_with('$')).then_some(value)
        };
        if header.eq_ignore_ascii_case("host") {
            host = Some(literal.unwrap_or(value).to_owned());
        } else if literal.is_some() {
            fixed.push(header.to_owned());
        }
    }
    fixed.sort();
    (host, fixed)
}

#[cfg(test)]
mod tests;
