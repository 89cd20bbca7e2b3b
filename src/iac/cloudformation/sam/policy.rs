//! The resource policy that SAM writes from lists of accounts, addresses and VPCs.

use super::merge::{at, list, map};
use crate::iac::cloudformation::eval::same;
use crate::iac::text::Span;
use crate::iac::value::{Node, Value, Why};

/// The policy of an API; null where it has none.
pub(super) fn of(auth: &Node, body: &Node, stage: &Node) -> Node {
    let policy = auth.get("ResourcePolicy");
    if policy.is_null() {
        return Node::from(Value::Null);
    }
    statements(policy, body, stage).unwrap_or_else(|why| at(Value::Unknown(why), policy.span))
}

fn statements(policy: &Node, body: &Node, stage: &Node) -> Result<Node, Why> {
    if let Value::Unknown(why) = &policy.value {
        return Err(why.clone());
    }
    let resources = resources(body, stage)?;
    let mut found: Vec<Node> = Vec::new();
    for (name, effect) in [("AwsAccountWhitelist", "Allow"), ("AwsAccountBlacklist", "Deny")] {
        let accounts = policy.get(name);
        if !accounts.is_null() {
            let principal = map([("AWS", list(accounts.items()?.iter().cloned(), accounts.span))], accounts.span);
            found.push(statement(effect, principal, &resources, None, accounts.span));
        }
    }
    for (name, operator) in [("IpRangeWhitelist", "NotIpAddress"), ("IpRangeBlacklist", "IpAddress")] {
        let ranges = policy.get(name);
        if !ranges.is_null() {
            let condition = map([("aws:SourceIp", list(ranges.items()?.iter().cloned(), ranges.span))], ranges.span);
            found.extend(allowed_but(operator, condition, &resources, ranges.span));
        }
    }
    for (list_name, operator) in [("Blacklist", "StringEquals"), ("Whitelist", "StringNotEquals")] {
        let (condition, span) = networks(policy, list_name)?;
        if let Some(condition) = condition {
            found.extend(allowed_but(operator, condition, &resources, span));
        }
    }
    found.extend(policy.get("CustomStatements").items()?.iter().cloned());
    // What is said twice is said once, as SAM has it.
    let mut once: Vec<Node> = Vec::new();
    for statement in found {
        if !once.iter().any(|other| same(&other.value, &statement.value)) {
            once.push(statement);
        }
    }
    Ok(map([("Version", at("2012-10-17", policy.span)), ("Statement", list(once, policy.span))], policy.span))
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

/// The methods of the API, as policies name them.
fn resources(body: &Node, stage: &Node) -> Result<Node, Why> {
    let stage = stage.text()?.unwrap_or_default();
    let mut found = Vec::new();
    for (path, item) in body.get("paths").pairs()? {
        for (method, _) in item.pairs()? {
            let method = if method == super::events::ANY || method == "any" { "*".to_owned() } else { method.to_uppercase() };
            let path = if path.len() > 1 { path.trim_end_matches('/') } else { path };
            found.push(Value::from(format!("execute-api:/{stage}/{method}{path}")).into());
        }
    }
    Ok(list(found, None))
}
