//! Who may call an operation of an exported API: its security requirements, and the schemes they name.

use serde_json::{Map, Value};

use super::left_out;
use crate::inventory::{Authorizer, Gap, Observed};

/// Who may call an operation.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Access {
    /// `NONE`, `AWS_IAM`, `CUSTOM`, `COGNITO_USER_POOLS` or `JWT`.
    pub(super) authorization: Observed<String>,
    /// The authorizer, by its scheme's name.
    pub(super) authorizer: Option<String>,
    /// The scopes a token needs.
    pub(super) scopes: Vec<String>,
    /// Whether an API key is required.
    pub(super) api_key_required: bool,
}

/// The security schemes of an export.
#[derive(Debug, Clone, Default)]
pub(super) struct Schemes<'a> {
    by_name: Vec<(&'a str, &'a Value)>,
}

/// What a security scheme asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    ApiKey,
    Authorization(&'static str),
}

impl<'a> Schemes<'a> {
    /// The schemes of a document.
    pub(super) fn of(document: &'a Value) -> Self {
        let schemes = document.pointer("/components/securitySchemes").and_then(Value::as_object);
        Self { by_name: schemes.into_iter().flatten().map(|(name, scheme)| (name.as_str(), scheme)).collect() }
    }

    fn find(&self, name: &str) -> Option<&'a Value> {
        self.by_name.iter().find(|(known, _)| *known == name).map(|(_, scheme)| *scheme)
    }

    /// The authorizers among them, under their names.
    pub(super) fn authorizers(&self) -> Vec<Authorizer> {
        self.by_name.iter().filter_map(|(name, scheme)| authorizer(name, scheme)).collect()
    }
}

/// What a scheme asks for; none when it says nothing that we know.
fn kind(scheme: &Value) -> Option<Kind> {
    let authorizer = scheme.get("x-amazon-apigateway-authorizer");
    let told = authorizer.and_then(|authorizer| authorizer.get("type")).and_then(Value::as_str).map(str::to_ascii_lowercase);
    let declared = scheme.get("x-amazon-apigateway-authtype").and_then(Value::as_str);
    Some(match (told.as_deref(), declared) {
        (Some("jwt"), _) => Kind::Authorization("JWT"),
        (Some("cognito_user_pools"), _) | (None, Some("cognito_user_pools")) => Kind::Authorization("COGNITO_USER_POOLS"),
        (None, Some("awsSigv4")) => Kind::Authorization("AWS_IAM"),
        // Without an authorizer's own word, any other text is a custom authorizer's name for its scheme.
        (Some("token" | "request"), _) | (None, Some(_)) => Kind::Authorization("CUSTOM"),
        (None, None) if scheme.get("type").and_then(Value::as_str) == Some("apiKey") => Kind::ApiKey,
        _ => return None,
    })
}

fn authorizer(name: &str, scheme: &Value) -> Option<Authorizer> {
    let fields = scheme.get("x-amazon-apigateway-authorizer")?;
    let jwt = fields.get("jwtConfiguration");
    let list = |value: Option<&Value>| -> Vec<String> {
        let texts = value.and_then(Value::as_array).into_iter().flatten();
        texts.filter_map(|text| text.as_str().map(str::to_owned)).collect()
    };
    let mut provider_arns = list(fields.get("providerARNs"));
    provider_arns.extend(fields.get("authorizerUri").and_then(Value::as_str).map(str::to_owned));
    Some(Authorizer {
        id: name.to_owned(),
        name: name.to_owned(),
        kind: fields.get("type").and_then(Value::as_str)?.to_ascii_uppercase(),
        jwt_issuer: jwt.and_then(|jwt| jwt.get("issuer")).and_then(Value::as_str).map(str::to_owned),
        jwt_audience: list(jwt.and_then(|jwt| jwt.get("audience"))),
        provider_arns,
    })
}

/// Who may call an operation.
pub(super) fn of(operation: &Map<String, Value>, document: &Value, schemes: &Schemes<'_>, source: &Gap) -> Access {
    let mut access =
        Access { authorization: Observed::Known("NONE".to_owned()), authorizer: None, scopes: Vec::new(), api_key_required: false };
    // API Gateway was seen to leave out what the document asks for as a whole: whether it applies it to the operation is not known.
    let of_all = document.get("security").and_then(Value::as_array).is_some_and(|asked| !asked.is_empty());
    if of_all && operation.get("security").is_none() {
        let why = "whether the security of the whole document goes for the operation";
        access.authorization = Observed::Unknown(left_out(source, why));
        return access;
    }
    let required = operation.get("security").and_then(Value::as_array);
    for (name, scopes) in required.into_iter().flatten().filter_map(Value::as_object).flatten() {
        let Some(scheme) = schemes.find(name) else {
            access.authorization = Observed::Unknown(left_out(source, &format!("the security scheme {name}")));
            continue;
        };
        match kind(scheme) {
            Some(Kind::ApiKey) => access.api_key_required = true,
            Some(Kind::Authorization(kind)) => {
                access.authorization = Observed::Known(kind.to_owned());
                access.authorizer = (kind != "AWS_IAM").then(|| name.clone());
                let scopes = scopes.as_array().into_iter().flatten();
                access.scopes = scopes.filter_map(|scope| scope.as_str().map(str::to_owned)).collect();
            }
            None => access.authorization = Observed::Unknown(left_out(source, &format!("the kind of security scheme {name}"))),
        }
    }
    if let Some(kind) = operation.get("x-amazon-apigateway-auth").and_then(|auth| auth.get("type")).and_then(Value::as_str) {
        access.authorization = Observed::Known(kind.to_ascii_uppercase());
    }
    access
}
