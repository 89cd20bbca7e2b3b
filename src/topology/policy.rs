//! Whether a resource policy lets every caller in.

use serde_json::Value as Json;

use crate::inventory::{Cause, Gap, Observed};
use crate::network::AddressSet;

/// Whether a policy lets anyone call anything.
///
/// A REST API without a policy lets everyone in. A policy lets everyone in when a statement allows every principal,
/// without a condition, on every path, and no statement denies anything. It lets nobody in but those it names when every
/// statement that allows every principal holds them to a network, a VPC endpoint, an account or an organisation. What
/// lies between is not judged here: `aws:SecureTransport` alone, say, keeps nobody out.
pub(crate) fn admits_anyone(policy: Option<&str>) -> Observed<bool> {
    let Some(text) = policy.filter(|text| !text.trim().is_empty()) else { return Observed::Known(true) };
    let Some(document) = parse(text) else { return unjudged("the resource policy is no JSON") };
    let statements = match document.get("Statement") {
        Some(Json::Array(statements)) => statements.iter().collect(),
        Some(statement @ Json::Object(_)) => vec![statement],
        _ => return unjudged("the resource policy has no statements"),
    };
    let is = |statement: &Json, effect: &str| statement.get("Effect").and_then(Json::as_str) == Some(effect);
    if statements.iter().any(|statement| !is(statement, "Allow") && !is(statement, "Deny")) {
        return unjudged("the resource policy has a statement that neither allows nor denies");
    }
    let open: Vec<&&Json> = statements.iter().filter(|statement| is(statement, "Allow") && is_for_anyone(statement)).collect();
    if open.is_empty() {
        return Observed::Known(false);
    }
    if open.iter().all(|statement| !is_unconditional(statement)) {
        return unjudged("the resource policy allows everyone on a condition: who meets it is not judged");
    }
    if statements.iter().any(|statement| is(statement, "Deny")) {
        return unjudged("the resource policy allows everyone and denies some: who is left is not judged");
    }
    if open.iter().any(|statement| is_unconditional(statement) && covers_everything(statement)) {
        return Observed::Known(true);
    }
    unjudged("the resource policy allows everyone on some paths only: which ones is not judged")
}

/// AWS hands the policy out with its quotes escaped once more.
fn parse(text: &str) -> Option<Json> {
    serde_json::from_str(text).ok().or_else(|| serde_json::from_str(&text.replace("\\\"", "\"").replace("\\/", "/")).ok())
}

/// Whether every principal may invoke by a statement, unless its condition keeps strangers out.
fn is_for_anyone(statement: &Json) -> bool {
    let star = |value: &Json| texts(value).any(|text| text == "*");
    let everyone = match statement.get("Principal") {
        Some(Json::Object(kinds)) => kinds.values().any(star),
        Some(principal) => star(principal),
        None => statement.get("NotPrincipal").is_some(),
    };
    let invokes = statement.get("Action").is_none_or(|action| texts(action).any(may_be_invoke));
    everyone && invokes && !keeps_strangers_out(statement)
}

/// Whether an action, `*` and `?` standing for anything, may be the one that calls an API.
fn may_be_invoke(action: &str) -> bool {
    action.contains(['*', '?']) || action.eq_ignore_ascii_case("execute-api:Invoke")
}

fn is_unconditional(statement: &Json) -> bool {
    match statement.get("Condition") {
        None => true,
        Some(Json::Object(conditions)) => conditions.is_empty(),
        Some(_) => false,
    }
}

/// Whether one of the conditions, all of which must hold, names who may call: by network, endpoint, account or organisation.
fn keeps_strangers_out(statement: &Json) -> bool {
    const WHO: [&str; 8] = [
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:principalarn",
        "aws:principalaccount",
        "aws:principalorgid",
        "aws:principalservicename",
    ];
    let Some(Json::Object(conditions)) = statement.get("Condition") else { return false };
    let mut keys = conditions.iter().filter_map(|(operator, keys)| Some((operator.as_str(), keys.as_object()?)));
    keys.any(|(operator, keys)| {
        keys.iter().any(|(key, values)| {
            let key = key.to_ascii_lowercase();
            let mut values = texts(values).peekable();
            let named = values.peek().is_some();
            match operator {
                "StringEquals" | "ArnEquals" | "StringLike" | "ArnLike" => {
                    named && WHO.iter().any(|who| **who == *key) && values.all(|value| !value.contains(['*', '?', '$']))
                }
                "IpAddress" if key == "aws:sourceip" || key == "aws:vpcsourceip" => {
                    let blocks: Option<Vec<AddressSet>> = values.map(AddressSet::parse).collect();
                    named && blocks.is_some_and(|blocks| !blocks.iter().fold(AddressSet::new(), |all, one| all.union(one)).is_world())
                }
                _ => false,
            }
        })
    })
}

/// A text, or the texts of a list.
fn texts(value: &Json) -> impl Iterator<Item = &str> {
    let items = match value {
        Json::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    items.iter().filter_map(Json::as_str)
}

fn covers_everything(statement: &Json) -> bool {
    if statement.get("Action").is_none() {
        return false;
    }
    let whole = |text: &str| {
        text == "*"
            || text == "execute-api:/*"
            || text == "execute-api:/*/*/*"
            || text.ends_with("/*/*/*")
            || text.ends_with("/*") && text.matches('/').count() == 1
    };
    match statement.get("Resource") {
        Some(Json::String(text)) => whole(text),
        Some(Json::Array(items)) => items.iter().filter_map(Json::as_str).any(whole),
        _ => false,
    }
}

fn unjudged(why: &str) -> Observed<bool> {
    Observed::Unknown(Gap::new("", Cause::NotSupported).because(why))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(rest: &str) -> String {
        format!(r#"{{"Version": "2012-10-17", "Statement": [{{"Action": "execute-api:Invoke", {rest}}}]}}"#)
    }

    #[test]
    fn an_api_without_a_policy_is_open() {
        assert_eq!(admits_anyone(None), Observed::Known(true));
        assert_eq!(admits_anyone(Some("")), Observed::Known(true));
    }

    #[test]
    fn everyone_everywhere_is_open() {
        for principal in [r#""*""#, r#"{"AWS": "*"}"#, r#"{"AWS": ["*"]}"#] {
            let text = statement(&format!(r#""Effect": "Allow", "Principal": {principal}, "Resource": "execute-api:/*""#));
            assert_eq!(admits_anyone(Some(&text)), Observed::Known(true), "{text}");
        }
    }

    #[test]
    fn escaped_quotes_are_understood() {
        let text = statement(r#""Effect": "Allow", "Principal": "*", "Resource": "execute-api:/*""#).replace('"', "\\\"");
        assert_eq!(admits_anyone(Some(&text)), Observed::Known(true));
    }

    #[test]
    fn a_condition_or_a_named_principal_closes() {
        for rest in [
            r#""Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Resource": "*""#,
            r#""Effect": "Allow", "Principal": "*", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}}"#,
        ] {
            assert_eq!(admits_anyone(Some(&statement(rest))), Observed::Known(false), "{rest}");
        }
    }

    #[test]
    fn a_condition_that_keeps_nobody_out_is_unknown() {
        for rest in [
            r#""Condition": {"Bool": {"aws:SecureTransport": "true"}}"#,
            r#""Condition": {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}"#,
            r#""Condition": {"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}}"#,
            r#""Condition": {"NotIpAddress": {"aws:SourceIp": "198.51.100.0/24"}}"#,
            r#""Condition": {"StringLike": {"aws:SourceVpce": "*"}}"#,
            r#""Condition": {"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1"}}"#,
            r#""Condition": {"StringEquals": {"aws:SourceVpce": []}}"#,
        ] {
            let text = statement(&format!(r#""Effect": "Allow", "Principal": "*", "Resource": "*", {rest}"#));
            assert!(admits_anyone(Some(&text)).gap().is_some(), "{rest}");
        }
        let endpoint =
            r#""Effect": "Allow", "Principal": "*", "Resource": "*", "Condition": {"StringEquals": {"aws:sourceVpce": "vpce-1"}}"#;
        assert_eq!(admits_anyone(Some(&statement(endpoint))), Observed::Known(false));
    }

    #[test]
    fn everyone_has_several_spellings_and_calling_one_action() {
        let star = statement(r#""Effect": "Allow", "Principal": {"*": "*"}, "Resource": "*""#);
        assert_eq!(admits_anyone(Some(&star)), Observed::Known(true));
        let other = star.replace("execute-api:Invoke", "execute-api:ManageConnections");
        assert_eq!(admits_anyone(Some(&other)), Observed::Known(false));
        assert!(admits_anyone(Some(&star.replace("\"Action\"", "\"NotAction\""))).gap().is_some());
        assert!(admits_anyone(Some(&star.replace("Allow", "allow"))).gap().is_some());
    }

    #[test]
    fn what_lies_between_is_unknown() {
        let deny = r#"{"Statement": [
            {"Effect": "Allow", "Principal": "*", "Resource": "*"},
            {"Effect": "Deny", "Principal": "*", "Resource": "*", "Condition": {"NotIpAddress": {"aws:SourceIp": "198.51.100.0/24"}}}]}"#;
        assert!(admits_anyone(Some(deny)).gap().is_some());
        assert!(admits_anyone(Some("not json")).gap().is_some());
        let part = statement(r#""Effect": "Allow", "Principal": "*", "Resource": "execute-api:/prod/GET/health""#);
        assert!(admits_anyone(Some(&part)).gap().is_some());
    }
}
