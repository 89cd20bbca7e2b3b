//! Who may call what: authorizers as `OpenAPI` has them, and what each operation asks for.

use super::api::{Api, Kind};
use super::events::{Event, invocation};
use super::merge::{at, list, map};
use crate::iac::cloudformation::eval::World;
use crate::iac::value::{Node, Value, Why};

const AUTHORIZER: &str = "x-amazon-apigateway-authorizer";
const AUTHTYPE: &str = "x-amazon-apigateway-authtype";

/// The security schemes of an API, by name.
pub(super) fn schemes(world: &World, number: usize, api: &Api) -> Result<Vec<(String, Node)>, Why> {
    let auth = api.properties.get("Auth");
    let authorizers = auth.get("Authorizers").pairs()?;
    let scheme = |(name, authorizer): (&str, &Node)| {
        let scheme = if api.kind == Kind::Rest { rest(world, number, authorizer) } else { http(world, number, authorizer) };
        (name.to_owned(), scheme)
    };
    let mut schemes: Vec<(String, Node)> = authorizers.into_iter().map(scheme).collect();
    let header = |name: &str, kind: Option<&str>| {
        let kind = kind.map_or(Node::from(Value::Null), |kind| at(kind, auth.span));
        map(
            [("type", at("apiKey", auth.span)), ("name", at(name, auth.span)), ("in", at("header", auth.span)), (AUTHTYPE, kind)],
            auth.span,
        )
    };
    if !schemes.iter().any(|(name, _)| name == "AWS_IAM") {
        schemes.push(("AWS_IAM".to_owned(), header("Authorization", Some("awsSigv4"))));
    }
    schemes.push(("api_key".to_owned(), header("x-api-key", None)));
    Ok(schemes)
}

fn rest(world: &World, number: usize, authorizer: &Node) -> Node {
    let span = authorizer.span;
    let identity = authorizer.get("Identity");
    let header = |name: Node| {
        let name = if name.is_null() { at("Authorization", span) } else { name };
        [("type", at("apiKey", span)), ("in", at("header", span)), ("name", name)]
    };
    let pool = authorizer.get("UserPoolArn");
    if !pool.is_null() {
        let pools = if matches!(pool.value, Value::List(_)) { pool.clone() } else { list([pool.clone()], pool.span) };
        let inner = map([("type", at("cognito_user_pools", span)), ("providerARNs", pools)], span);
        let more = [(AUTHTYPE, at("cognito_user_pools", span)), (AUTHORIZER, inner)];
        return map(header(identity.get("Header").clone()).into_iter().chain(more), span);
    }
    let request = matches!(authorizer.get("FunctionPayloadType").text(), Ok(Some(kind)) if kind == "REQUEST");
    let sources = [
        ("Headers", "method.request.header."),
        ("QueryStrings", "method.request.querystring."),
        ("StageVariables", "stageVariables."),
        ("Context", "context."),
    ];
    let source = if request { joined(&of_identity(identity, sources), span) } else { Node::from(Value::Null) };
    let inner = map(
        [
            ("type", at(if request { "request" } else { "token" }, span)),
            ("authorizerUri", at(invocation(world, number, &authorizer.get("FunctionArn").value), span)),
            ("authorizerResultTtlInSeconds", identity.get("ReauthorizeEvery").clone()),
            ("authorizerCredentials", authorizer.get("FunctionInvokeRole").clone()),
            ("identitySource", source),
        ],
        span,
    );
    let name = if request { at("Unused", span) } else { identity.get("Header").clone() };
    map(header(name).into_iter().chain([(AUTHTYPE, at("custom", span)), (AUTHORIZER, inner)]), span)
}

fn http(world: &World, number: usize, authorizer: &Node) -> Node {
    let span = authorizer.span;
    let jwt = authorizer.get("JwtConfiguration");
    if !jwt.is_null() {
        let lower = match &jwt.value {
            Value::Map(map) => Value::Map(map.iter().map(|(key, item)| (key.to_lowercase(), item.clone())).collect()),
            other => other.clone(),
        };
        let source = authorizer.get("IdentitySource").clone();
        let inner = map([("type", at("jwt", span)), ("jwtConfiguration", at(lower, jwt.span)), ("identitySource", source)], span);
        return map([("type", at("oauth2", span)), (AUTHORIZER, inner)], span);
    }
    let identity = authorizer.get("Identity");
    let sources = [
        ("Headers", "$request.header."),
        ("QueryStrings", "$request.querystring."),
        ("StageVariables", "$stageVariables."),
        ("Context", "$context."),
    ];
    let sources = of_identity(identity, sources);
    let inner = map(
        [
            ("type", at("request", span)),
            ("authorizerUri", at(invocation(world, number, &authorizer.get("FunctionArn").value), span)),
            ("authorizerCredentials", authorizer.get("FunctionInvokeRole").clone()),
            ("authorizerResultTtlInSeconds", identity.get("ReauthorizeEvery").clone()),
            ("authorizerPayloadFormatVersion", authorizer.get("AuthorizerPayloadFormatVersion").clone()),
            ("enableSimpleResponses", authorizer.get("EnableSimpleResponses").clone()),
            ("identitySource", if sources.is_empty() { Node::from(Value::Null) } else { list(sources, span) }),
        ],
        span,
    );
    map([("type", at("apiKey", span)), ("name", at("Unused", span)), ("in", at("header", span)), (AUTHORIZER, inner)], span)
}

/// Where a caller's identity is looked for.
fn of_identity(identity: &Node, kinds: [(&str, &str); 4]) -> Vec<Node> {
    kinds.into_iter().flat_map(|(kind, prefix)| prefixed(identity.get(kind), prefix)).collect()
}

fn prefixed(names: &Node, prefix: &str) -> Vec<Node> {
    match names.texts() {
        Ok(names) => names.into_iter().map(|name| Value::from(format!("{prefix}{name}")).into()).collect(),
        Err(why) => vec![Value::Unknown(why).into()],
    }
}

fn joined(sources: &[Node], span: Option<crate::iac::Span>) -> Node {
    let mut words = Vec::new();
    for source in sources {
        match source.text() {
            Ok(text) => words.extend(text),
            Err(why) => return at(Value::Unknown(why), span),
        }
    }
    if words.is_empty() { Node::from(Value::Null) } else { at(words.join(", "), span) }
}

/// What an operation asks for: the event's own word, or else the API's. `existing` is what the document says itself.
pub(super) fn security(api: &Api, event: Option<&Event>, method: &str, existing: &Node) -> Node {
    match requirements(api, event, method, existing) {
        Ok(Some((names, span))) => list(names.into_iter().map(|(name, scopes)| map([(name.as_str(), scopes)], span)), span),
        Ok(None) => Node::from(Value::Null),
        Err(why) => at(Value::Unknown(why), event.and_then(|event| event.span)),
    }
}

type Named = (Vec<(String, Node)>, Option<crate::iac::Span>);

fn requirements(api: &Api, event: Option<&Event>, method: &str, existing: &Node) -> Result<Option<Named>, Why> {
    let auth = api.properties.get("Auth");
    if let Value::Unknown(why) = &auth.value {
        return Err(why.clone());
    }
    let nothing = Node::from(Value::Null);
    let own = event.map_or(&nothing, |event| &event.auth);
    let mut found: Vec<(String, Node)> = Vec::new();
    for item in existing.items()? {
        found.extend(item.pairs()?.into_iter().map(|(name, scopes)| (name.to_owned(), scopes.clone())));
    }
    let written = found.clone();
    let named = own.get("Authorizer").text()?;
    let default = auth.get("DefaultAuthorizer").text()?.filter(|_| takes_default(api, auth, method));
    let none = named.as_deref() == Some("NONE") || found.iter().any(|(name, _)| name == "NONE");
    let has_one = found.iter().any(|(name, _)| is_authorizer(auth, name));
    let skips = if api.kind == Kind::Rest { has_one } else { !found.is_empty() };
    let name = named.or_else(|| default.filter(|_| !skips)).filter(|_| !none);
    if let Some(name) = name {
        let scopes = [own.get("AuthorizationScopes"), auth.at(&["Authorizers", &name, "AuthorizationScopes"])];
        let scopes = scopes.into_iter().find(|scopes| !scopes.is_null()).cloned().unwrap_or_else(|| list([], None));
        found.push((name, scopes));
    }
    let key = own.get("ApiKeyRequired").bool()?.map_or_else(|| api_key(api, auth, method), |key| Ok(Some(key)))?;
    if key == Some(true) && !found.iter().any(|(name, _)| name == "api_key") {
        found.push(("api_key".to_owned(), list([], None)));
    }
    found.retain(|(name, _)| name != "NONE");
    let span = [own.span, auth.get("DefaultAuthorizer").span, auth.span].into_iter().flatten().next();
    let changed = found.len() != written.len() || none;
    Ok((changed || !found.is_empty()).then_some((found, if changed { span } else { existing.span })))
}

/// Whether the default authorizer guards a method: preflight requests of HTTP APIs never, of REST APIs unless told otherwise.
fn takes_default(api: &Api, auth: &Node, method: &str) -> bool {
    let preflight = auth.get("AddDefaultAuthorizerToCorsPreflight").bool();
    method != "options" || (api.kind == Kind::Rest && !matches!(preflight, Ok(Some(false))))
}

fn api_key(api: &Api, auth: &Node, method: &str) -> Result<Option<bool>, Why> {
    if api.kind != Kind::Rest || (method == "options" && auth.get("AddApiKeyRequiredToCorsPreflight").bool()? == Some(false)) {
        return Ok(None);
    }
    auth.get("ApiKeyRequired").bool()
}

fn is_authorizer(auth: &Node, name: &str) -> bool {
    name == "AWS_IAM" || !auth.at(&["Authorizers", name]).is_null()
}
