//! Who can really get in, and which way around: whole accounts through the real binary, one a region.
#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a test stops where something is wrong")]

mod common;

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use common::emulator::Emulator;
use common::text_of;
use common::verdicts::{Judged, verdicts};
use serde_json::{Value, json};

/// One account for all of these tests; each has a region of its own.
static ACCOUNT: LazyLock<Mutex<Emulator>> = LazyLock::new(|| Mutex::new(Emulator::start()));

fn account() -> MutexGuard<'static, Emulator> {
    ACCOUNT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A scenario, and what a scan says of it.
struct Told {
    region: &'static str,
    ids: Value,
    verdicts: BTreeMap<Judged, (String, bool)>,
}

/// Seeds a scenario and scans it: all that the verdicts need was read.
#[track_caller]
fn scan(scenario: &str, region: &'static str) -> Told {
    let aws = account();
    let ids = aws.seed(scenario, region);
    let report = aws.scan(region).args(["--format", "json", "--all-verdicts"]).run().ends(1).json();
    assert_eq!((&report["complete"], &report["gaps"]), (&json!(true), &json!([])));
    Told { region, ids, verdicts: verdicts(&report) }
}

impl Told {
    fn text(&self, pointer: &str) -> &str {
        self.ids.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no {pointer} in {}", self.ids))
    }

    /// The subject that a row names: where the ids hold its ARN, or `stage` or `route` of the REST API.
    fn subject(&self, name: &str) -> String {
        let stage = || format!("arn:aws:apigateway:{}::/restapis/{}/stages/{}", self.region, self.text("/rest_api"), self.text("/stage"));
        match name {
            "stage" => stage(),
            "route" => format!("{}#{}", stage(), self.text("/route")),
            pointer => self.text(pointer).to_owned(),
        }
    }

    /// Holds verdicts to what they must be: a rule, its subject and the verdict.
    #[track_caller]
    fn must_be(&self, expected: &[(&str, &str, &str)]) {
        let mut wrong = Vec::new();
        for (rule, name, verdict) in expected {
            let told = self.verdicts.get(&((*rule).to_owned(), self.subject(name)));
            if told.is_none_or(|(told, draft)| told != verdict || *draft) {
                wrong.push(format!("{rule} on {name}: {told:?}, not {verdict}"));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

/// An API that asks nothing before a load balancer that the internet reaches.
const OPEN: [(&str, &str, &str); 3] = [
    ("public-alb-behind-api", "/load_balancer", "fail"),
    ("backend-bypasses-api", "/target_group", "fail"),
    ("backend-bypasses-authorizer-or-waf", "/target_group", "pass"),
];

/// The same where something keeps the internet out.
const CLOSED: [(&str, &str, &str); 3] = [
    ("public-alb-behind-api", "/load_balancer", "pass"),
    ("backend-bypasses-api", "/target_group", "pass"),
    ("backend-bypasses-authorizer-or-waf", "/target_group", "pass"),
];

#[test]
fn the_article_before() {
    scan("article-before", "us-east-1").must_be(&OPEN);
}

#[test]
fn the_article_after() {
    scan("article-after", "ca-central-1").must_be(&[
        ("backend-bypasses-api", "/target_group", "pass"),
        ("second-load-balancer-to-same-targets", "/load_balancer", "not-applicable"),
        ("task-reachable-past-load-balancer", "/service", "pass"),
    ]);
}

#[test]
fn a_hole_over_ipv6_only() {
    scan("ipv6-hole", "us-east-2").must_be(&OPEN);
}

#[test]
fn both_halves_of_the_internet() {
    scan("halves", "us-west-2").must_be(&OPEN);
}

#[test]
fn a_prefix_list_of_the_world() {
    scan("list-of-the-world", "eu-west-1").must_be(&OPEN);
}

#[test]
fn blocked_by_a_network_acl() {
    scan("blocked-by-acl", "eu-west-2").must_be(&CLOSED);
}

#[test]
fn blocked_by_block_public_access() {
    scan("blocked-by-bpa", "eu-west-3").must_be(&CLOSED);
}

#[test]
fn blocked_by_a_missing_route() {
    scan("blocked-by-route", "eu-central-1").must_be(&CLOSED);
}

#[test]
fn a_second_load_balancer_to_the_same_tasks() {
    scan("second-balancer", "eu-north-1").must_be(&[
        ("second-load-balancer-to-same-targets", "/second/arn", "fail"),
        ("second-load-balancer-to-same-targets", "/load_balancer", "not-applicable"),
        ("backend-bypasses-authorizer-or-waf", "/target_group", "fail"),
        ("public-alb-behind-api", "/second/arn", "not-applicable"),
    ]);
}

#[test]
fn a_network_load_balancer_past_the_web_acl() {
    scan("skipped-waf", "ap-south-1").must_be(&[
        ("nlb-skips-alb-controls", "/edge/arn", "fail"),
        ("second-load-balancer-to-same-targets", "/edge/arn", "fail"),
        ("waf-on-one-way-only", "/target_group", "fail"),
        ("public-alb-behind-api", "/load_balancer", "pass"),
    ]);
}

#[test]
fn tasks_that_answer_everybody() {
    scan("open-tasks", "ap-southeast-1")
        .must_be(&[("task-reachable-past-load-balancer", "/service", "fail"), ("task-with-public-ip", "/service", "fail")]);
}

#[test]
fn a_secret_header_as_the_only_guard() {
    scan("guarded", "ap-southeast-2")
        .must_be(&[("backend-guarded-by-secret-header-only", "/listener", "fail"), ("plain-http-carries-secret-header", "route", "fail")]);
}

#[test]
fn an_own_name_beside_a_domain_with_mutual_tls() {
    scan("custom-domain", "ap-northeast-2").must_be(&[("default-endpoint-beside-custom-domain", "stage", "fail")]);
}

/// Where subnets do not say what Block Public Access does to them, the account is asked, once; and only its "off" is an answer.
#[test]
fn subnets_that_do_not_say_what_blocks_them() {
    let (region, options) = ("sa-east-1", "ec2:DescribeVpcBlockPublicAccessOptions");
    let aws = account();
    aws.seed("halves", region);
    let modes = |shape: Value| {
        aws.relax();
        aws.shape(&shape);
        let ran = aws.scan(region).args(["--format", "json", "--save-inventory", "inventory.json"]).run().ends(1);
        let inventory: Value = serde_json::from_str(&text_of(&ran.file("inventory.json"))).unwrap();
        let subnets = inventory["regions"][0]["subnets"].as_array().unwrap().clone();
        let modes: Vec<Value> = subnets.into_iter().map(|subnet| subnet["internet_gateway_block_mode"].clone()).collect();
        assert!(modes.len() >= 4 && modes.iter().all(|mode| mode.is_string() || mode["$unknown"].is_object()), "{modes:?}");
        (modes, aws.calls().get(options).copied().unwrap_or_default())
    };
    let silent = json!({"ec2.DescribeSubnets": {"Subnets[].BlockPublicAccessStates": null}});
    let all_off = |modes: &[Value]| modes.iter().all(|mode| mode == "off");
    let (told, asked) = modes(json!({}));
    assert!(all_off(&told) && asked == 0, "{told:?}");
    let (told, asked) = modes(json!({"override": silent}));
    assert!(all_off(&told) && asked == 1, "{told:?}");

    let (told, asked) = modes(json!({"override": silent, "deny": ["ec2.DescribeVpcBlockPublicAccessOptions"]}));
    let refused = |mode: &Value| mode["$unknown"]["action"] == options && mode["$unknown"]["cause"] == "denied";
    assert!(told.iter().all(refused) && asked == 1, "{told:?}");

    aws.decide(&json!({"block_public_access": {"mode": "block-ingress", "region": region}}));
    let (told, asked) = modes(json!({"override": silent}));
    let left_open = |mode: &Value| mode["$unknown"]["action"] == "ec2:DescribeSubnets" && mode["$unknown"]["cause"] == "not-supported";
    assert!(told.iter().all(left_open) && asked == 1, "{told:?}");
}
