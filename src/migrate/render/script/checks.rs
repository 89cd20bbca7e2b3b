//! What a plan makes sure of, as commands.

use std::collections::BTreeMap;

use super::super::shell::{quoted, variable, word};
use super::request;
use crate::migrate::cloud::Request;
use crate::migrate::plan::{Check, FindingKey, Plan, Step};

/// The commands of a check.
pub(super) fn lines(plan: &Plan, step: &Step, check: &Check) -> Vec<String> {
    match check {
        Check::Healthy { target_group, zones, at_least } => healthy(step, target_group, zones, *at_least),
        Check::Baseline { requests, .. } => {
            let each = requests.iter().enumerate();
            each.map(|(number, asked)| format!("take_down {}-{number} {}", word(&step.id), request(plan, asked))).collect()
        }
        Check::SameAs { requests, .. } if requests.is_empty() => vec!["# there is nothing to compare".to_owned()],
        Check::SameAs { baseline, requests, for_seconds } => same_as(plan, step, baseline, requests, *for_seconds),
        Check::Rescan { gone, .. } if gone.is_empty() => vec!["# nothing has to be gone".to_owned()],
        Check::Rescan { gone, .. } => rescan(gone),
    }
}

/// Enough healthy targets, and one in each zone.
fn healthy(step: &Step, target_group: &str, zones: &[String], at_least: usize) -> Vec<String> {
    let read = format!("aws elbv2 describe-target-health --target-group-arn {}", word(target_group));
    let wait = |what: String, which: &str, number: usize| {
        let query = format!("length(TargetHealthDescriptions[?TargetHealth.State==`\"healthy\"`{which}]) >= `{number}`");
        format!("wait_for {} {} True {read} --query {} --output text", quoted(&what), step.deadline_seconds, quoted(&query))
    };
    let mut lines = vec![wait(format!("{at_least} healthy targets"), "", at_least)];
    for zone in zones {
        let name = serde_json::Value::from(zone.as_str());
        let which = format!(" && contains(`[{name},\"all\"]`, Target.AvailabilityZone)");
        lines.push(wait(format!("a healthy target in {zone}"), &which, 1));
    }
    lines
}

/// A function that asks for everything once, and holds as long as the step wants.
fn same_as(plan: &Plan, step: &Step, baseline: &str, requests: &[Request], for_seconds: u64) -> Vec<String> {
    let name = format!("check_{}", variable(&step.id));
    let mut lines = vec![format!("{name}() {{")];
    for (number, asked) in requests.iter().enumerate() {
        let more = if number + 1 == requests.len() { "" } else { " &&" };
        lines.push(format!("    brings_the_same {}-{number} {}{more}", word(baseline), request(plan, asked)));
    }
    lines.extend(["}".to_owned(), format!("hold {for_seconds} {name}")]);
    lines
}

fn rescan(gone: &[FindingKey]) -> Vec<String> {
    let mut by_rule: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for key in gone {
        // As the report writes it, so that it can be looked for.
        by_rule.entry(&key.rule).or_default().push(quoted(&serde_json::Value::from(key.subject.as_str()).to_string()));
    }
    by_rule.into_iter().map(|(rule, subjects)| format!("no_longer {} {}", quoted(rule), subjects.join(" "))).collect()
}
