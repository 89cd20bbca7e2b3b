//! The resource policy that SAM writes from lists of accounts, addresses and VPCs.

use super::api::Api;
use super::events::{ANY, Event};
use super::merge::{at, list, map};
use crate::iac::cloudformation::eval::same;
use crate::iac::text::Span;
use crate::iac::value::{Node, Value, Why};

/// The policy of an API; null where it has none. Events may add to it, each for its path.
pub(super) fn of(api: &Api, events: &[Event], body: &Node, stage: &Node) -> Node {
    let policy = api.properties.get("Auth").get("ResourcePolicy");
    let own: Vec<&Event> = api.events(events).filter(|event| !event.auth.get("ResourcePolicy").is_null()).collect();
    let span = own.first().map_or(policy.span, |event| event.auth.get("ResourcePolicy").span);
    if policy.is_null() && own.is_empty() {
        return Node::from(Value::Null);
    }
    match statements(policy, &own, body, stage) {
        Ok(found) if found.is_empty() => Node::from(Value::Null),
        Ok(found) => map([("Version", at("2012-10-17", span)), ("Statement", list(found, span))], span),
        Err(why) => at(Value::Unknown(why), span),
    }
}

fn statements(policy: &Node, own: &[&Event], body: &Node, stage: &Node) -> Result<Vec<Node>, Why> {
    let mut found = body.get("x-amazon-apigateway-policy").get("Statement").items()?.to_vec();
    for event in own {
        if let Some(why) = &event.unknown {
            return Err(why.clone());
        }
        let (path, method) = event.route.clone()?;
        let item = body.at(&["paths", &path]);
        let alone = map([(method.as_str(), Node::empty())], None);
        let resources = resources(&path, if item.is_null() { &alone } else { item }, stage)?;
        found.extend(said(event.auth.get("ResourcePolicy"), &resources)?);
        found.extend(event.auth.get("ResourcePolicy").get("CustomStatements").items()?.iter().cloned());
    }
    for (path, item) in body.get("paths").pairs()? {
        found.extend(said(policy, &resources(path, item, stage)?)?);
    }
    found.extend(policy.get("CustomStatements").items()?.iter().cloned());
    // What is said twice is said once, as SAM has it.
    let mut once: Vec<Node> = Vec::new();
    for statement in found {
        if !once.iter().any(|other| same(&other.value, &statement.value)) {
            once.push(statement);
        }
    }
    Ok(once)
}

/// What a policy says about some methods.
fn said(policy: &Node, resources: &Node) -> Result<Vec<Node>, Why> {
    if let Value::Unknown(why) = &policy.value {
        return Err(why.clone());
    }
    let mut found: Vec<Node> = Vec::new();
    for (name, effect) in [("AwsAccountWhitelist", "Allow"), ("AwsAccountBlacklist", "Deny")] {
        let accounts = policy.get(name);
        if !accounts.is_null() {
            let principal = map([("AWS", list(accounts.items()?.iter().cloned(), accounts.span))], accounts.span);
            found.push(statement(effect, principal, resources, None, accounts.span));
        }
    }
    for (name, operator) in [("IpRangeWhitelist", "NotIpAddress"), ("IpRangeBlacklist", "IpAddress")] {
        let ranges = policy.get(name);
        if !ranges.is_null() {
            let condition = map([("aws:SourceIp", list(ranges.items()?.iter().cloned(), ranges.span))], ranges.span);
            found.extend(allowed_but(operator, condition, resources, ranges.span));
        }
    }
    for (list_name, operator) in [("Blacklist", "StringEquals"), ("Whitelist", "StringNotEquals")] {
        let (condition, span) = networks(policy, list_name)?;
        if let Some(condition) = condition {
            found.extend(allowed_but(operator, condition, resources, span));
        }
    }
    Ok(found)
}

/// The networks that a list names, by the key of their condition.
fn networks(policy: &Node, list_name: &str) -> Result<(Option<Node>, Option<Span>), Why> {
    let (mut vpcs, mut endpoints) = (Vec::new(), Vec::new());
    let plain = policy.get(&format!("SourceVpc{list_name}"));
    for item in plain.items()? {
        let text = item.text()?.unwrap_or_default();
        if text.starts_with("vpce-") {
            endpoints.push(item.clone());
        } else if text.starts_with("vpc-") {
            vpcs.push(item.clone());
        }
    }
    let named = [policy.get(&format!("IntrinsicVpc{list_name}")), policy.get(&format!("IntrinsicVpce{list_name}"))];
    vpcs.extend(named[0].items()?.iter().cloned());
    endpoints.extend(named[1].items()?.iter().cloned());
    let span = [plain.span, named[0].span, named[1].span].into_iter().flatten().next();
    if vpcs.is_empty() && endpoints.is_empty() {
        return Ok((None, span));
    }
    let some = |items: Vec<Node>| if items.is_empty() { Node::from(Value::Null) } else { list(items, span) };
    Ok((Some(map([("aws:SourceVpc", some(vpcs)), ("aws:SourceVpce", some(endpoints))], span)), span))
}

/// Everyone may, but those whom the condition meets may not.
fn allowed_but(operator: &str, condition: Node, resources: &Node, span: Option<Span>) -> [Node; 2] {
    let everyone = || at("*", span);
    let condition = map([(operator, condition)], span);
    [statement("Allow", everyone(), resources, None, span), statement("Deny", everyone(), resources, Some(condition), span)]
}

fn statement(effect: &str, principal: Node, resources: &Node, condition: Option<Node>, span: Option<Span>) -> Node {
    map(
        [
            ("Effect", at(effect, span)),
            ("Action", at("execute-api:Invoke", span)),
            ("Resource", resources.clone()),
            ("Principal", principal),
            ("Condition", condition.unwrap_or_else(|| Node::from(Value::Null))),
        ],
        span,
    )
}

/// The methods of a path, as policies name them.
fn resources(path: &str, item: &Node, stage: &Node) -> Result<Node, Why> {
    let stage = stage.text()?.unwrap_or_default();
    let path = if path.len() > 1 { path.trim_end_matches('/') } else { path };
    let name = |method: &str| {
        let method = if method == ANY || method == "any" { "*".to_owned() } else { method.to_uppercase() };
        Value::from(format!("execute-api:/{stage}/{method}{path}")).into()
    };
    let methods: Vec<Node> = item.pairs()?.into_iter().map(|(method, _)| name(method)).collect();
    Ok(list(methods, None))
}
