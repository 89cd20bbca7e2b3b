//! What policies mean, case by case, and the laws that hold for all of them.

#![allow(clippy::unwrap_used, reason = "a policy that is not as it should be stops the test")]

mod laws;

use serde_json::{Value as Json, json};

use super::*;
use crate::inventory::{Inventory, snapshot};
use crate::topology::Topology;

/// An account with one API of one route.
fn account(policy: &Json, private: bool, route: &str, authorization: &str) -> Inventory {
    let (method, path) = route.split_once(' ').unwrap();
    let text = json!({
        "format": "apiaudit-inventory", "version": 1, "tool_version": "0.1.0", "taken_at": "2026-11-22T12:00:00Z",
        "account": {"id": "123456789012", "partition": "aws"},
        "regions": [{"name": "eu-west-1", "rest_apis": [{
            "id": "a1b2c3d4e5", "protocol": "REST", "endpoint_types": [if private { "PRIVATE" } else { "REGIONAL" }],
            "policy": policy.to_string(),
            "stages": [{"name": "prod", "deployment_id": "d", "deployed": {"routes": [
                {"path": path, "method": method, "authorization": authorization, "integration": {"type": "MOCK"}}]}}]}]}]});
    snapshot::read(&text.to_string()).unwrap()
}

fn ask<T>(policy: &Json, private: bool, route: &str, authorization: &str, ask: impl Fn(&Policy, &Place<'_>, &ServedRoute<'_>) -> T) -> T {
    let inventory = account(policy, private, route, authorization);
    let topology = Topology::new(&inventory);
    let served = &topology.routes[0];
    let (policy, place) = topology.policy(&served.region.name, served.api).unwrap();
    ask(policy, &place, served)
}

fn told(answer: &Observed<bool>) -> &'static str {
    match answer {
        Observed::Known(true) => "yes",
        Observed::Known(false) => "no",
        _ => "perhaps",
    }
}

fn policy(statements: &Json) -> Json {
    json!({"Version": "2012-10-17", "Statement": statements})
}

/// A statement about every call of everyone, but for what `rest` says.
fn statement(effect: &str, rest: &str) -> Json {
    let mut whole = json!({"Effect": effect, "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"});
    let rest: Json = serde_json::from_str(&format!("{{{rest}}}")).unwrap();
    for (key, value) in rest.as_object().unwrap() {
        whole[key] = value.clone();
        if let Some(plain) = key.strip_prefix("Not") {
            whole.as_object_mut().unwrap().remove(plain);
        }
    }
    whole
}

fn anyone(statements: &Json) -> &'static str {
    told(&ask(&policy(statements), false, "GET /orders/{id}", "NONE", Policy::admits_anyone_to))
}

fn allow_if(condition: &str) -> &'static str {
    anyone(&json!([statement("Allow", &format!(r#""Condition": {condition}"#))]))
}

fn deny_if(condition: &str) -> &'static str {
    anyone(&json!([statement("Allow", ""), statement("Deny", &format!(r#""Condition": {condition}"#))]))
}

#[test]
fn everyone_has_several_spellings() {
    for principal in [r#""*""#, r#"{"AWS": "*"}"#, r#"{"AWS": ["*"]}"#, r#"{"*": "*"}"#] {
        assert_eq!(anyone(&json!([statement("Allow", &format!(r#""Principal": {principal}"#))])), "yes", "{principal}");
    }
    for (rest, admitted) in [
        (r#""Principal": {"AWS": "arn:aws:iam::210987654321:root"}"#, "no"),
        (r#""Principal": {"AWS": "210987654321"}"#, "no"),
        (r#""Principal": {"Service": "events.amazonaws.com"}"#, "no"),
        (r#""NotPrincipal": {"AWS": "arn:aws:iam::210987654321:root"}"#, "yes"),
        (r#""Action": "execute-api:*""#, "yes"),
        (r#""Action": "*""#, "yes"),
        (r#""Action": ["execute-api:ManageConnections"]"#, "no"),
        (r#""NotAction": "execute-api:ManageConnections""#, "yes"),
        (r#""NotAction": "execute-api:Invoke""#, "no"),
    ] {
        assert_eq!(anyone(&json!([statement("Allow", rest)])), admitted, "{rest}");
    }
}

#[test]
fn silence_admits_nobody_and_a_single_statement_is_a_list() {
    assert_eq!(anyone(&json!([])), "no");
    assert_eq!(anyone(&statement("Allow", "")), "yes");
    assert_eq!(anyone(&json!([statement("Deny", "")])), "no");
}

#[test]
fn a_text_that_is_no_policy_is_unknown() {
    for text in ["not json", "{}", r#"{"Statement": 1}"#, UNDEPLOYED, "not known: why"] {
        let policy = Policy::parse(text);
        assert!(policy.fault.is_some(), "{text}");
    }
    let escaped = policy(&json!([statement("Allow", "")])).to_string().replace('"', "\\\"").replace('/', "\\/");
    assert!(Policy::parse(&escaped).fault.is_none());
}

#[test]
fn resources_are_told_apart_by_route() {
    for (resource, route, admitted) in [
        ("execute-api:/*", "GET /orders", "yes"),
        ("execute-api:/prod/*", "GET /orders", "yes"),
        ("execute-api:/*/GET/orders", "GET /orders", "yes"),
        ("execute-api:/*/*/*", "GET /", "yes"),
        ("execute-api:/test/*", "GET /orders", "no"),
        ("execute-api:/prod/POST/*", "GET /orders", "no"),
        ("execute-api:/prod/GET/*", "ANY /orders", "perhaps"),
        ("execute-api:/prod/GET/health", "GET /orders", "no"),
        ("execute-api:/prod/GET/orders/*", "GET /orders/{id}", "yes"),
        ("execute-api:/prod/GET/orders/7", "GET /orders/{id}", "perhaps"),
        ("execute-api:/prod/GET/orders/*", "GET /{proxy+}", "perhaps"),
        ("arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/*", "GET /orders", "yes"),
        ("arn:aws:execute-api:*:*:*", "GET /orders", "yes"),
        ("arn:aws:execute-api:eu-west-1:123456789012:other/*", "GET /orders", "no"),
        ("arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/*", "GET /orders", "no"),
        ("arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/", "GET /orders", "perhaps"),
        ("arn:aws:execute-api:eu-west-1:${aws:PrincipalAccount}:*", "GET /orders", "perhaps"),
        ("somewhere", "GET /orders", "perhaps"),
    ] {
        let statements = json!([statement("Allow", &format!(r#""Resource": "{resource}""#))]);
        assert_eq!(told(&ask(&policy(&statements), false, route, "NONE", Policy::admits_anyone_to)), admitted, "{resource} {route}");
    }
    let denied = json!([statement("Allow", ""), statement("Deny", r#""NotResource": "execute-api:/prod/GET/health""#)]);
    assert_eq!(told(&ask(&policy(&denied), false, "GET /health", "NONE", Policy::admits_anyone_to)), "yes");
    assert_eq!(told(&ask(&policy(&denied), false, "GET /orders", "NONE", Policy::admits_anyone_to)), "no");
    // Of the whole API nothing can be said that holds for each path.
    assert_eq!(told(&ask(&policy(&denied), false, "GET /health", "NONE", |policy, place, _| policy.admits_anyone(place))), "perhaps");
}

#[test]
fn addresses_are_sets() {
    for (condition, admitted) in [
        (r#"{"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}"#, "no"),
        (r#"{"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}"#, "yes"),
        (r#"{"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}}"#, "yes"),
        (r#"{"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}"#, "yes"),
        (r#"{"NotIpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1", "::/0"]}}"#, "no"),
        (r#"{"IpAddress": {"aws:sourceip": "::/0"}}"#, "perhaps"),
        (r#"{"IpAddress": {"aws:SourceIp": "everywhere"}}"#, "perhaps"),
        (r#"{"IpAddress": {"aws:SourceIp": ["everywhere", "0.0.0.0/0"]}}"#, "yes"),
        (r#"{"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}}"#, "no"),
        (r#"{"NotIpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}}"#, "yes"),
        (r#"{"StringLike": {"aws:SourceIp": "*"}}"#, "perhaps"),
    ] {
        assert_eq!(allow_if(condition), admitted, "{condition}");
    }
    for (condition, admitted) in [
        (r#"{"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}"#, "no"),
        (r#"{"NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/1", "128.0.0.0/1"]}}"#, "yes"),
        (r#"{"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}"#, "yes"),
        (r#"{"IpAddress": {"aws:SourceIp": ["0.0.0.0/0", "::/0"]}}"#, "no"),
        // What is left is IPv6, and whether the API answers that was not read.
        (r#"{"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}"#, "perhaps"),
    ] {
        assert_eq!(deny_if(condition), admitted, "{condition}");
    }
}

#[test]
fn the_block_that_a_policy_leaves_is_exact() {
    let statements =
        json!([statement("Allow", ""), statement("Deny", r#""Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}"#)]);
    let found = ask(&policy(&statements), false, "GET /orders", "NONE", |policy, place, served| {
        policy.says(&Caller::anonymous(From::Internet), &Target::route(place.ids, served)).admitted()
    });
    assert_eq!(found, Bounds::exactly(AddressSet::parse("203.0.113.0/24").unwrap()));
}

#[test]
fn keys_that_an_anonymous_request_lacks() {
    for (condition, admitted) in [
        (r#"{"StringEquals": {"aws:SourceVpce": "vpce-1"}}"#, "no"),
        (r#"{"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}"#, "yes"),
        (r#"{"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1"}}"#, "yes"),
        (r#"{"StringLike": {"aws:SourceVpce": "*"}}"#, "no"),
        (r#"{"Null": {"aws:SourceVpce": "true"}}"#, "yes"),
        (r#"{"Null": {"aws:SourceVpce": "false"}}"#, "no"),
        (r#"{"StringEquals": {"aws:PrincipalOrgID": "o-1"}}"#, "no"),
        (r#"{"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}"#, "yes"),
        (r#"{"ForAnyValue:StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}"#, "no"),
        (r#"{"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-1"}}"#, "yes"),
        (r#"{"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-1/*"}}"#, "no"),
        (r#"{"StringEquals": {"aws:PrincipalAccount": "123456789012"}}"#, "no"),
        (r#"{"StringNotEquals": {"aws:PrincipalAccount": "123456789012"}}"#, "yes"),
        (r#"{"StringEqualsIfExists": {"aws:PrincipalAccount": "123456789012"}}"#, "perhaps"),
        (r#"{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/x"}}"#, "no"),
        (r#"{"Bool": {"aws:MultiFactorAuthPresent": "true"}}"#, "no"),
        (r#"{"StringEquals": {"aws:SourceAccount": "123456789012"}}"#, "no"),
        (r#"{"StringEquals": {"aws:PrincipalTag/team": "a"}}"#, "no"),
    ] {
        assert_eq!(allow_if(condition), admitted, "{condition}");
    }
}

#[test]
fn transport_is_always_secure() {
    assert_eq!(allow_if(r#"{"Bool": {"aws:SecureTransport": "true"}}"#), "yes");
    assert_eq!(allow_if(r#"{"Bool": {"aws:SecureTransport": true}}"#), "yes");
    assert_eq!(deny_if(r#"{"Bool": {"aws:SecureTransport": "false"}}"#), "yes");
    assert_eq!(deny_if(r#"{"Bool": {"aws:SecureTransport": "true"}}"#), "no");
}

#[test]
fn what_is_not_understood_is_unknown() {
    for condition in [
        r#"{"StringEquals": {"aws:Referer": "https://example.com"}}"#,
        r#"{"DateLessThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"}}"#,
        r#"{"StringEquals": {"aws:NewKey": "x"}}"#,
        r#"{"StringResembles": {"aws:SourceIp": "x"}}"#,
        r#"{"Some:StringEquals": {"aws:SourceVpce": "x"}}"#,
        r#"{"StringEquals": {"aws:SourceVpce": []}}"#,
        r#"{"StringEquals": "x"}"#,
        r#""x""#,
    ] {
        assert_eq!(allow_if(condition), "perhaps", "{condition}");
        assert_eq!(deny_if(condition), "perhaps", "{condition}");
    }
    // What is false whatever the rest means closes.
    assert_eq!(allow_if(r#"{"StringEquals": {"aws:NewKey": "x", "aws:SourceVpce": "vpce-1"}}"#), "no");
    assert_eq!(anyone(&json!([statement("Perhaps", "")])), "perhaps");
    assert_eq!(anyone(&json!([statement("Allow", ""), {"Effect": "Deny", "Principal": "*", "Action": "*"}])), "perhaps");
}

#[test]
fn authorization_decides_what_silence_means() {
    let for_some = policy(&json!([statement("Allow", r#""Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}"#)]));
    let but_some =
        policy(&json!([statement("Allow", ""), statement("Deny", r#""Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}"#)]));
    for (authorization, by_silence) in [("NONE", "no"), ("COGNITO_USER_POOLS", "no"), ("CUSTOM", "yes"), ("AWS_IAM", "yes")] {
        let open = |policy: &Json| told(&ask(policy, false, "GET /orders", authorization, Policy::keeps_nobody_out));
        assert_eq!(open(&for_some), by_silence, "{authorization}");
        assert_eq!(open(&but_some), "no", "{authorization}");
    }
}

#[test]
fn accounts_that_nobody_named() {
    let every = |statements: Json| told(&ask(&policy(&statements), false, "GET /orders", "AWS_IAM", Policy::admits_every_account));
    assert_eq!(every(json!([statement("Allow", "")])), "yes");
    for (condition, admitted) in [
        (r#"{"StringEquals": {"aws:PrincipalOrgID": "o-1"}}"#, "no"),
        (r#"{"StringEquals": {"aws:PrincipalAccount": ["123456789012", "210987654321"]}}"#, "no"),
        (r#"{"StringLike": {"aws:PrincipalAccount": "*"}}"#, "yes"),
        (r#"{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/*"}}"#, "no"),
        (r#"{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:*"}}"#, "yes"),
        (r#"{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/deploy-*"}}"#, "perhaps"),
        (r#"{"StringEquals": {"aws:PrincipalTag/team": "a"}}"#, "perhaps"),
        (r#"{"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}"#, "no"),
    ] {
        assert_eq!(every(json!([statement("Allow", &format!(r#""Condition": {condition}"#))])), admitted, "{condition}");
    }
    let own = r#""Principal": {"AWS": "arn:aws:iam::123456789012:root"}"#;
    assert_eq!(every(json!([statement("Allow", own)])), "no");
    assert_eq!(every(json!([statement("Allow", ""), statement("Deny", &own.replace("Principal", "NotPrincipal"))])), "no");
}

#[test]
fn accounts_that_are_named() {
    let named = |statements: Json| {
        let found = ask(&policy(&statements), false, "GET /orders", "AWS_IAM", Policy::outsiders);
        found.into_iter().map(|(account, admitted)| format!("{account} {}", told(&admitted))).collect::<Vec<_>>()
    };
    let role = r#""Principal": {"AWS": "arn:aws:iam::210987654321:role/dev"}"#;
    assert_eq!(named(json!([statement("Allow", role)])), ["210987654321 yes"]);
    assert_eq!(named(json!([statement("Allow", r#""Principal": {"AWS": ["210987654321", "123456789012"]}"#)])), ["210987654321 yes"]);
    assert_eq!(named(json!([statement("Allow", r#""Principal": {"AWS": "AIDAABCDEFGHIJKLMNOPQ"}"#)])), Vec::<String>::new());
    assert_eq!(named(json!([statement("Allow", role), statement("Deny", role)])), ["210987654321 no"]);
    // A Deny for another role of the account leaves this one.
    assert_eq!(named(json!([statement("Allow", role), statement("Deny", &role.replace("dev", "ops"))])), ["210987654321 yes"]);
    let in_condition = r#""Condition": {"StringEquals": {"aws:PrincipalAccount": ["123456789012", "210987654321"]}}"#;
    assert_eq!(named(json!([statement("Allow", in_condition)])), ["210987654321 yes"]);
    let arns = r#""Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::210987654321:role/*"}}"#;
    assert_eq!(named(json!([statement("Allow", arns)])), ["210987654321 perhaps"]);
    // Whether the account is of the organisation was not read.
    let organization = format!(r#"{role}, "Condition": {{"StringEquals": {{"aws:PrincipalOrgID": "o-1"}}}}"#);
    assert_eq!(named(json!([statement("Allow", &organization)])), ["210987654321 perhaps", "o-1 no"]);
    // All of an organisation, which may be the account's own.
    let organization = r#""Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}"#;
    assert_eq!(named(json!([statement("Allow", organization)])), ["o-1 perhaps"]);
    let own = r#""Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1", "aws:PrincipalAccount": "123456789012"}}"#;
    assert_eq!(named(json!([statement("Allow", own)])), ["o-1 no"]);
    assert_eq!(named(json!([{"Effect": "Allow", "Action": "*", "Resource": "*"}])), [" perhaps"]);
}

#[test]
fn the_doors_of_a_private_api() {
    let any = |statements: Json| told(&ask(&policy(&statements), true, "GET /orders", "NONE", Policy::admits_any_endpoint));
    assert_eq!(any(json!([statement("Allow", "")])), "yes");
    for (condition, admitted) in [
        (r#"{"StringEquals": {"aws:SourceVpce": "vpce-1"}}"#, "no"),
        (r#"{"StringEquals": {"aws:SourceVpc": "vpc-1"}}"#, "no"),
        (r#"{"StringLike": {"aws:SourceVpce": "vpce-*"}}"#, "yes"),
        (r#"{"StringLike": {"aws:SourceVpce": "vpce-0a*"}}"#, "perhaps"),
        (r#"{"Null": {"aws:SourceVpce": "false"}}"#, "yes"),
        // A stranger gives his VPC whatever private addresses he likes.
        (r#"{"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/16"}}"#, "yes"),
        // Calls through an endpoint have no public address.
        (r#"{"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}"#, "no"),
        (r#"{"StringEquals": {"aws:PrincipalOrgID": "o-1"}}"#, "no"),
    ] {
        assert_eq!(any(json!([statement("Allow", &format!(r#""Condition": {condition}"#))])), admitted, "{condition}");
    }
    let deny = |condition: &str| any(json!([statement("Allow", ""), statement("Deny", &format!(r#""Condition": {condition}"#))]));
    assert_eq!(deny(r#"{"StringNotEquals": {"aws:SourceVpce": ["vpce-1", "vpce-2"]}}"#), "no");
    assert_eq!(deny(r#"{"StringNotEqualsIfExists": {"aws:SourceVpc": "vpc-1"}}"#), "no");
    assert_eq!(deny(r#"{"StringEquals": {"aws:SourceVpc": "vpc-1"}}"#), "yes");
    // Two operators must both hold: a Deny for what is neither leaves what is only one of them.
    assert_eq!(deny(r#"{"StringNotEquals": {"aws:SourceVpc": "vpc-1"}, "NotIpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}}"#), "yes");
    // A Lambda authorizer makes up for silence.
    let silent = policy(&json!([statement("Allow", r#""Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}"#)]));
    assert_eq!(told(&ask(&silent, true, "GET /orders", "CUSTOM", Policy::admits_any_endpoint)), "yes");
    assert_eq!(told(&ask(&silent, true, "GET /orders", "AWS_IAM", Policy::admits_any_endpoint)), "no");
}

#[test]
fn a_named_account_comes_through_a_named_endpoint() {
    let statements = json!([
        statement("Allow", r#""Principal": {"AWS": "210987654321"}"#),
        statement("Deny", r#""Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}"#)
    ]);
    let found = ask(&policy(&statements), true, "GET /orders", "AWS_IAM", Policy::outsiders);
    assert_eq!(found, [("210987654321".to_owned(), Observed::Known(true))]);
}

#[test]
fn organisations_are_told() {
    let statements = json!([statement(
        "Allow",
        r#""Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}, "ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-2/r-x/*"}}"#
    )]);
    assert_eq!(Policy::parse(&policy(&statements).to_string()).organizations(), ["o-1", "o-2"]);
}
