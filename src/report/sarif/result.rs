//! A finding as a result, with the ways in as code flows.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use serde_sarif::sarif::{CodeFlow, Location, Result as Finding, ResultKind, ThreadFlow, ThreadFlowLocation};

use super::anchor::{self, Anchor};
use super::message::{is_clipped, message};
use super::{fingerprint, properties, rules};
use crate::assessment::{Outcome, Path, PathStep, Remediation};
use crate::report::text::clip;

/// Paths of a finding that are drawn: as many as `CodeQL` shows.
const PATHS: usize = 4;
/// Hops of a path that are drawn: with four paths, as many as GitHub shows.
const HOPS: usize = 250;

/// The result of a finding.
pub(super) fn of(
    outcome: &Outcome,
    rule_index: Option<i64>,
    account: &str,
    anchor: &Anchor<'_>,
    hashes: &mut fingerprint::Hashes,
) -> Finding {
    let subject = &outcome.subject;
    let words = words(outcome);
    let fingerprint = fingerprint::of(outcome, account);
    let prints = BTreeMap::from([
        ("primaryLocationLineHash".to_owned(), hashes.line_hash(&fingerprint)),
        ("apiauditFinding/v1".to_owned(), fingerprint),
    ]);
    let place = Location::builder()
        .physical_location(anchor.physical(&subject.region, true))
        .logical_locations(vec![anchor::logical(&subject.name, &subject.id)])
        .build();
    let mut finding = Finding::builder()
        .rule_id(outcome.rule.id.clone())
        .kind(ResultKind::Fail)
        .level(rules::level(outcome.rule.severity))
        .message(message(&words))
        .locations(vec![place])
        .partial_fingerprints(prints)
        .build();
    finding.rule_index = rule_index;
    let proof = outcome.proof.as_deref();
    let paths = proof.map_or(&[][..], |proof| &proof.paths[..]);
    let flows: Vec<CodeFlow> =
        paths.iter().filter(|path| !path.steps.is_empty()).take(PATHS).map(|path| flow(path, &subject.region, anchor)).collect();
    let cut = (paths.len() > flows.len()).then(|| json!({"total": paths.len(), "shown": flows.len()}));
    finding.code_flows = (!flows.is_empty()).then_some(flows);
    finding.properties = Some(properties([
        ("message", if is_clipped(&words) { json!(words) } else { Value::Null }),
        ("account", if account.is_empty() { Value::Null } else { json!(account) }),
        ("region", json!(subject.region)),
        ("resource", json!(subject.id)),
        ("resourceKind", json!(subject.kind)),
        ("draft", if subject.draft { json!(true) } else { Value::Null }),
        ("evidence", evidence(outcome)),
        ("remediation", proof.map_or(Value::Null, |proof| remediation(&proof.remediation))),
        ("paths", json!(cut)),
    ]));
    finding
}

/// The finding in words: first the sentence that may stand alone as a title, last what to do, because code scanning shows
/// no other properties.
fn words(outcome: &Outcome) -> String {
    let message = match &outcome.proof {
        Some(proof) if !proof.message.is_empty() => proof.message.clone(),
        _ => format!("{}: {}", outcome.rule.title, outcome.subject.name),
    };
    let mut words = full_stop(&message);
    if outcome.subject.draft {
        words.push_str(" Judged on the working copy, because what is deployed could not be read.");
    }
    let steps: Vec<String> = outcome.proof.iter().flat_map(|proof| proof.remediation.steps.iter()).map(|step| full_stop(step)).collect();
    if !steps.is_empty() {
        words = format!("{words} To close it: {}", steps.join(" "));
    }
    words
}

fn full_stop(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

fn flow(path: &Path, region: &str, anchor: &Anchor<'_>) -> CodeFlow {
    let drawn = &path.steps[..path.steps.len().min(HOPS)];
    let locations: Vec<ThreadFlowLocation> = (1..).zip(drawn).map(|(order, step)| hop(order, step, region, anchor)).collect();
    let words: Vec<&str> = drawn.iter().map(|step| if step.text.is_empty() { step.kind.as_str() } else { &step.text }).collect();
    let mut flow = CodeFlow::builder()
        .message(message(&words.join(" → ")))
        .thread_flows(vec![ThreadFlow::builder().locations(locations).build()])
        .build();
    if drawn.len() < path.steps.len() {
        flow.properties = Some(properties([("hops", json!({"total": path.steps.len(), "shown": drawn.len()}))]));
    }
    flow
}

/// A hop. What is no resource, such as the internet, stands on the same line, because code scanning wants one.
fn hop(order: i64, step: &PathStep, region: &str, anchor: &Anchor<'_>) -> ThreadFlowLocation {
    let text = if step.text.is_empty() { &step.kind } else { &step.text };
    let mut place = Location::builder().physical_location(anchor.physical(region, false)).message(message(text)).build();
    if !(step.id.is_empty() && step.kind.is_empty()) {
        let mut logical = anchor::logical(text, &step.id);
        if step.id.is_empty() {
            logical.kind = None;
        }
        place.logical_locations = Some(vec![logical]);
    }
    let importance = if order == 1 { "essential" } else { "important" };
    ThreadFlowLocation::builder().execution_order(order).importance(json!(importance)).location(place).build()
}

fn evidence(outcome: &Outcome) -> Value {
    let all: Vec<Value> = outcome
        .proof
        .iter()
        .flat_map(|proof| &proof.evidence)
        .map(|evidence| json!({"label": evidence.label, "value": clip(&evidence.value, 1_000)}))
        .collect();
    if all.is_empty() { Value::Null } else { Value::Array(all) }
}

fn remediation(remediation: &Remediation) -> Value {
    if *remediation == Remediation::default() {
        return Value::Null;
    }
    let mut value = json!({"steps": *remediation.steps});
    for (key, code) in [
        ("cli", remediation.cli.as_deref()),
        ("terraform", remediation.terraform.as_deref()),
        ("cloudformation", remediation.cloudformation.as_deref()),
    ] {
        if let Some(code) = code {
            value[key] = json!(code);
        }
    }
    value
}
