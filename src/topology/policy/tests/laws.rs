//! What holds for every policy: more Allows close nothing, more Denies open nothing, and knowing less turns no answer around.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::{Observed, policy, told};
use crate::topology::Topology;

fn condition() -> impl Strategy<Value = Json> {
    let operator = prop::sample::select(vec![
        "StringEquals",
        "StringNotEquals",
        "StringLike",
        "StringNotLike",
        "StringEqualsIfExists",
        "StringNotEqualsIfExists",
        "ForAnyValue:StringEquals",
        "ForAnyValue:StringNotLike",
        "ForAllValues:StringLike",
        "Null",
        "Bool",
        "ArnLike",
        "ArnNotLike",
        "DateLessThan",
        "Newly",
    ]);
    let keys = prop::sample::select(vec![
        "aws:SourceVpce",
        "aws:SourceVpc",
        "aws:PrincipalAccount",
        "aws:PrincipalArn",
        "aws:PrincipalOrgID",
        "aws:SecureTransport",
        "aws:Referer",
        "aws:NewKey",
    ]);
    let values = prop::sample::subsequence(
        vec![
            "vpce-1",
            "vpce-*",
            "vpc-1",
            "210987654321",
            "arn:aws:iam::210987654321:role/x",
            "arn:aws:iam::*:role/x*",
            "o-1",
            "*",
            "true",
            "false",
        ],
        1..4,
    );
    let blocks = prop::sample::subsequence(vec!["203.0.113.0/24", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8", "::/0", "nowhere"], 1..4);
    let addresses = (prop::bool::ANY, prop::bool::ANY, blocks).prop_map(|(not, vpc, blocks)| {
        json!({(if not { "NotIpAddress" } else { "IpAddress" }): {(if vpc { "aws:VpcSourceIp" } else { "aws:SourceIp" }): blocks}})
    });
    prop_oneof![2 => Just(Json::Null), 2 => addresses, 3 => (operator, keys, values).prop_map(|(operator, key, values)| json!({operator: {key: values}}))]
}

fn statement(effects: Vec<&'static str>) -> impl Strategy<Value = Json> {
    let principal = prop::sample::select(vec![
        json!("*"),
        json!({"AWS": "*"}),
        json!({"AWS": "210987654321"}),
        json!({"AWS": "arn:aws:iam::210987654321:role/x"}),
        json!({"AWS": ["arn:aws:iam::123456789012:root", "arn:aws:iam::210987654321:user/y"]}),
        json!({"Service": "events.amazonaws.com"}),
    ]);
    let resource = prop::sample::select(vec![
        "execute-api:/*",
        "*",
        "execute-api:/prod/GET/*",
        "execute-api:/prod/GET/orders/7",
        "execute-api:/test/*",
        "odd",
    ]);
    (prop::sample::select(effects), principal, resource, condition(), prop::bool::ANY, prop::bool::ANY).prop_map(
        |(effect, principal, resource, condition, not_principal, not_resource)| {
            let mut made = json!({"Effect": effect, "Action": "execute-api:Invoke"});
            made[if not_principal { "NotPrincipal" } else { "Principal" }] = principal;
            made[if not_resource { "NotResource" } else { "Resource" }] = json!(resource);
            if !condition.is_null() {
                made["Condition"] = condition;
            }
            made
        },
    )
}

/// Every question about a policy, answered.
fn answers(statements: &[Json], private: bool, authorization: &str) -> Vec<(String, Observed<bool>)> {
    let mut inventory = super::account(&policy(&json!(statements)), private, "GET /orders/{id}", authorization);
    if authorization == "hidden"
        && let Observed::Known(deployed) = &mut inventory.regions[0].rest_apis.items[0].stages.items[0].deployed
    {
        deployed.routes[0].authorization = Observed::default();
    }
    let topology = Topology::new(&inventory);
    let served = &topology.routes[0];
    let (policy, place) = topology.policy(&served.region.name, served.api).unwrap();
    let mut found = vec![
        ("anyone".to_owned(), policy.admits_anyone(&place)),
        ("anyone to it".to_owned(), policy.admits_anyone_to(&place, served)),
        ("nobody out".to_owned(), policy.keeps_nobody_out(&place, served)),
        ("every account".to_owned(), policy.admits_every_account(&place, served)),
        ("any endpoint".to_owned(), policy.admits_any_endpoint(&place, served)),
    ];
    found.extend(policy.outsiders(&place, served));
    found
}

fn answer<'f>(found: &'f [(String, Observed<bool>)], name: &str) -> &'f Observed<bool> {
    // An account that is not named is not let in by name.
    found.iter().find(|(known, _)| known == name).map_or(&Observed::Known(false), |(_, answer)| answer)
}

const AUTHORIZATIONS: [&str; 4] = ["NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(800))]

    #[test]
    fn another_allow_closes_nothing_and_another_deny_opens_nothing(
        statements in prop::collection::vec(statement(vec!["Allow", "Deny"]), 0..4),
        allow in statement(vec!["Allow"]),
        deny in statement(vec!["Deny"]),
        private in prop::bool::ANY,
        authorization in prop::sample::select(AUTHORIZATIONS.to_vec()),
    ) {
        let before = answers(&statements, private, authorization);
        let wider = answers(&[statements.clone(), vec![allow]].concat(), private, authorization);
        let narrower = answers(&[statements, vec![deny]].concat(), private, authorization);
        for (name, was) in &before {
            if *was == Observed::Known(true) {
                prop_assert_eq!(answer(&wider, name), was, "{}", name);
            } else if *was == Observed::Known(false) {
                prop_assert_eq!(answer(&narrower, name), was, "{}", name);
            }
        }
    }

    #[test]
    fn knowing_less_turns_no_answer_around(
        statements in prop::collection::vec(statement(vec!["Allow", "Deny"]), 1..5),
        place in 0_usize..5,
        what in prop::sample::select(vec!["Effect", "Principal", "Resource", "Condition", "all"]),
        private in prop::bool::ANY,
        authorization in prop::sample::select(AUTHORIZATIONS.to_vec()),
    ) {
        let before = answers(&statements, private, authorization);
        for ((name, was), (_, now)) in before.iter().zip(answers(&statements, private, "hidden")) {
            prop_assert!(now == *was || told(&now) == "perhaps", "{}: {:?} became {:?}", name, was, now);
        }
        let mut less = statements.clone();
        let place = place % less.len();
        match what {
            "all" => less[place] = json!({}),
            "Condition" => less[place]["Condition"] = json!({"Unheard": {"aws:Of": "x"}}),
            element => {
                less[place].as_object_mut().unwrap().remove(element);
                less[place].as_object_mut().unwrap().remove(&format!("Not{element}"));
            }
        }
        let after = answers(&less, private, authorization);
        for (name, was) in &before {
            // Whom a statement names is not known any more when the statement is not.
            if let Some((_, now)) = after.iter().find(|(known, _)| known == name) {
                let turned = matches!((told(was), told(now)), ("yes", "no") | ("no", "yes"));
                prop_assert!(!turned, "{}: {:?} became {:?}", name, was, now);
            }
        }
    }
}
