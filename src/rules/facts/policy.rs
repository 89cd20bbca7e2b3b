//! Whether a resource policy lets every caller in.

use serde_json::Value as Json;

use crate::inventory::{Cause, Gap, Observed};

/// Whether a policy lets anyone call anything.
///
/// A REST API without a policy lets everyone in. A policy lets everyone in when a statement allows every principal,
/// without a condition, on every path, and no statement denies anything. It lets nobody in but those it names when no
/// statement allows every principal without a condition. What lies between is not judged here.
pub(super) fn admits_anyone(policy: Option<&str>) -> Observed<bool> {
    let Some(text) = policy.filter(|text| !text.trim().is_empty()) else { return Observed::Known(true) };
    let Some(document) = parse(text) else { return unjudged("the resource policy is no JSON") };
    let statements = match document.get("Statement") {
        Some(Json::Array(statements)) => statements.iter().collect(),
        Some(statement @ Json::Object(_)) => vec![statement],
        _ => return unjudged("the resource policy has no statements"),
    };
    let is = |statement: &Json, effect: &str| statement.get("Effect").and_then(Json::as_str) == Some(effect);
    let open: Vec<&&Json> = statements.iter().filter(|statement| is(statement, "Allow") && is_for_anyone(statement)).collect();
    if open.is_empty() {
        return Observed::Known(false);
    }
    if statements.iter().any(|statement| is(statement, "Deny")) {
        return unjudged("the resource policy allows everyone and denies some: who is left is not judged");
    }
    if open.iter().any(|statement| covers_everything(statement)) {
        return Observed::Known(true);
    }
    unjudged("the resource policy allows everyone on some paths only: which ones is not judged")
}

/// AWS hands the policy out with its quotes escaped once more.
fn parse(text: &str) -> Option<Json> {
    serde_json::from_str(text).ok().or_else(|| serde_json::from_str(&text.replace("\\\"", "\"").replace("\\/", "/")).ok())
}

fn is_for_anyone(statement: &Json) -> bool {
    let unconditional = match statement.get("Condition") {
        None => true,
        Some(Json::Object(conditions)) => conditions.is_empty(),
        Some(_) => false,
    };
    let star = |value: &Json| match value {
        Json::String(text) => text == "*",
        Json::Array(items) => items.iter().any(|item| item == "*"),
        _ => false,
    };
    let everyone = match statement.get("Principal") {
        Some(Json::Object(kinds)) => kinds.get("AWS").is_some_and(star),
        Some(principal) => star(principal),
        None => statement.get("NotPrincipal").is_some(),
    };
    unconditional && everyone
}

fn covers_everything(statement: &Json) -> bool {
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
