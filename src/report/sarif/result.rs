//! A finding as a result, with the ways in as code flows.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use serde_sarif::sarif::{Location, LogicalLocation, Message, Result as Finding, ResultBaselineState, ResultKind, Suppression};

use super::anchor;
use super::gather::Gathered;
use super::message::{is_clipped, message, sentence};
use super::place::Places;
use super::{fingerprint, flow, properties, rules};
use crate::assessment::{Assessment, Located, Outcome, Remediation, Said, Standing};
use crate::report::Profile;
use crate::report::text::{clip, count};

/// Paths of a finding that are drawn: as many as `CodeQL` shows.
const PATHS: usize = 4;
/// Resources that a result names before the rest is only counted.
const NAMED: usize = 10;

/// Writes results.
pub(super) struct Writer<'w, 'a> {
    pub(super) assessment: &'a Assessment,
    pub(super) account: &'w str,
    pub(super) profile: Profile,
    pub(super) places: &'w Places<'a>,
}

impl<'a> Writer<'_, 'a> {
    /// The result of findings at one place.
    pub(super) fn result(&self, found: &Gathered<'a>, rule_index: Option<i64>, hashes: &mut fingerprint::Hashes) -> Finding {
        let first = found.first();
        let words = words(found);
        let mut finding = Finding::builder()
            .rule_id(first.rule.id.clone())
            .kind(ResultKind::Fail)
            .level(rules::level(first.rule.severity))
            .message(with_calls(&words, found))
            .locations(vec![self.location(found)])
            .partial_fingerprints(self.prints(found, hashes))
            .build();
        finding.rule_index = rule_index;
        let calls = found.located.iter().flat_map(|located| &located.origin.calls).zip(1..).filter(|(call, _)| !is_at(found, call));
        let calls: Vec<Location> = calls
            .map(|(call, id)| {
                let place = Location::builder().id(id).physical_location(self.places.physical(call, false));
                place.message(message("module call")).build()
            })
            .collect();
        finding.related_locations = (!calls.is_empty()).then_some(calls);
        self.draw(&mut finding, found);
        if let Some(suppressed) = &first.suppressed {
            let place = Location::builder().physical_location(self.places.physical(&suppressed.place, false)).build();
            // A comment stands in the source; the configuration beside it.
            let kind = if suppressed.expires.is_some() { "external" } else { "inSource" };
            let mut suppression = Suppression::builder().kind(json!(kind)).justification(suppressed.reason.clone()).build();
            suppression.location = Some(place);
            finding.suppressions = Some(vec![suppression]);
        }
        finding.baseline_state = self.state(found).map(|state| json!(state));
        finding.properties = Some(self.bag(found, &words));
        finding
    }

    /// How the findings at one place stand to the baseline; what is new at a place where others were is an update of its result.
    fn state(&self, found: &Gathered<'a>) -> Option<ResultBaselineState> {
        let standings: Vec<Standing> = found.outcomes.iter().filter_map(|outcome| self.assessment.standing(outcome)).collect();
        let new = standings.iter().filter(|standing| standing.is_new()).count();
        match (standings.len(), new) {
            (0, _) => None,
            (_, 0) => Some(ResultBaselineState::Unchanged),
            (all, new) if all == new => Some(ResultBaselineState::New),
            _ => Some(ResultBaselineState::Updated),
        }
    }

    /// A finding of the baseline that is fixed. Only for readers that know what is absent: code scanning would open an alert.
    pub(super) fn absent(said: &Said, rule_index: Option<i64>) -> Finding {
        let place = Location::builder().logical_locations(vec![anchor::logical(&said.name, &said.id)]).build();
        let message = if said.message.is_empty() { &said.name } else { &said.message };
        let mut finding = Finding::builder()
            .rule_id(said.rule.clone())
            .kind(ResultKind::Fail)
            .level(rules::level(said.severity))
            .message(Message::builder().text(sentence(message)).build())
            .locations(vec![place])
            .build();
        if !said.fingerprint.is_empty() {
            finding.partial_fingerprints = Some(BTreeMap::from([("apiauditFinding/v1".to_owned(), said.fingerprint.clone())]));
        }
        finding.rule_index = rule_index;
        finding.baseline_state = Some(json!(ResultBaselineState::Absent));
        finding
    }

    /// In which way a finding is new.
    fn novelty(&self, outcome: &Outcome) -> Option<&'static str> {
        match self.assessment.standing(outcome)? {
            Standing::New(novelty) => Some(novelty.as_str()),
            Standing::Unchanged => None,
        }
    }

    fn location(&self, found: &Gathered<'a>) -> Location {
        let named = found.outcomes.iter().take(NAMED);
        let logical: Vec<LogicalLocation> = named.map(|outcome| anchor::logical(&outcome.subject.name, &outcome.subject.id)).collect();
        let mut place = Location::builder().logical_locations(logical).build();
        place.physical_location = match (&found.located, self.profile) {
            (Some(located), _) => Some(self.places.physical(located.place, true)),
            (None, Profile::Github) => Some(self.places.anchor.physical(&found.first().subject.region, true)),
            (None, Profile::Generic) => None,
        };
        place
    }

    /// The ways in, as many as are drawn.
    fn draw(&self, finding: &mut Finding, found: &Gathered<'a>) {
        let drawer =
            flow::Drawer { places: self.places, profile: self.profile, region: &found.first().subject.region, end: found.located.as_ref() };
        let flows = found.outcomes.iter().flat_map(|outcome| paths(outcome)).filter(|path| !path.steps.is_empty());
        let flows: Vec<_> = flows.take(PATHS).map(|path| drawer.flow(path)).collect();
        finding.code_flows = (!flows.is_empty()).then_some(flows);
    }

    fn prints(&self, found: &Gathered<'a>, hashes: &mut fingerprint::Hashes) -> BTreeMap<String, String> {
        let first = found.first();
        let fingerprint = match (&found.located, found.outcomes.len()) {
            // The instances of a block come and go; the block stays.
            (Some(located), 2..) => fingerprint::of_block(&first.rule.id, &located.place.file, &located.origin.address),
            _ => fingerprint::of(first, self.account),
        };
        let line = found.located.as_ref().and_then(|located| self.places.line_hash(located.place));
        let line = line.unwrap_or_else(|| hashes.line_hash(&fingerprint));
        BTreeMap::from([("primaryLocationLineHash".to_owned(), line), ("apiauditFinding/v1".to_owned(), fingerprint)])
    }

    fn bag(&self, found: &Gathered<'a>, words: &str) -> serde_sarif::sarif::PropertyBag {
        let first = found.first();
        let subject = &first.subject;
        let several: Vec<&str> = found.outcomes.iter().map(|outcome| outcome.subject.id.as_str()).collect();
        let all: usize = found.outcomes.iter().map(|outcome| paths(outcome).len()).sum();
        let proof = first.proof.as_deref();
        properties([
            ("message", if is_clipped(words) { json!(words) } else { Value::Null }),
            ("account", if self.account.is_empty() { Value::Null } else { json!(self.account) }),
            ("region", json!(subject.region)),
            ("resource", json!(subject.id)),
            ("resources", if several.len() > 1 { json!(several) } else { Value::Null }),
            ("resourceKind", json!(subject.kind)),
            ("mapping", mapping(found.located.as_ref())),
            ("newBecause", self.novelty(first).map_or(Value::Null, |why| json!(why))),
            ("draft", if subject.draft { json!(true) } else { Value::Null }),
            ("evidence", evidence(first)),
            ("remediation", proof.map_or(Value::Null, |proof| remediation(&proof.remediation))),
            ("paths", if all > PATHS { json!({"total": all, "shown": PATHS}) } else { Value::Null }),
        ])
    }
}

fn paths(outcome: &Outcome) -> &[crate::assessment::Path] {
    outcome.proof.as_deref().map_or(&[][..], |proof| &proof.paths[..])
}

/// How the line was found, and how sure that is.
fn mapping(located: Option<&Located<'_>>) -> Value {
    match located {
        Some(located) => json!({
            "via": located.origin.via.as_str(),
            "confidence": located.origin.confidence.as_str(),
            "address": located.origin.address,
        }),
        None => json!({"via": "none", "confidence": "none"}),
    }
}

fn is_at(found: &Gathered<'_>, call: &crate::assessment::Place) -> bool {
    found.located.as_ref().is_some_and(|located| located.place == call)
}

/// The words, and links to the module calls that led to the block: code scanning shows related places only where the message links them.
fn with_calls(words: &str, found: &Gathered<'_>) -> Message {
    let calls = found.located.iter().flat_map(|located| &located.origin.calls).zip(1..).filter(|(call, _)| !is_at(found, call));
    let links: Vec<String> = calls.map(|(call, id)| format!("[{}:{}]({id})", sentence_part(&call.file), call.start_line)).collect();
    let words = sentence(words);
    if links.is_empty() {
        return Message::builder().text(words).build();
    }
    Message::builder().text(format!("{words} Called from {}.", links.join(", "))).build()
}

/// A file's name inside a link.
fn sentence_part(file: &str) -> String {
    let safe = sentence(file);
    safe.strip_suffix('.').filter(|_| !file.ends_with('.')).map_or(safe.clone(), ToOwned::to_owned)
}

/// The findings in words: first the sentence that may stand alone as a title, last what to do, because code scanning shows
/// no other properties.
fn words(found: &Gathered<'_>) -> String {
    let outcome = found.first();
    let message = match &outcome.proof {
        Some(proof) if !proof.message.is_empty() => proof.message.clone(),
        _ => format!("{}: {}", outcome.rule.title, outcome.subject.name),
    };
    let mut words = full_stop(&message);
    if found.outcomes.len() > 1 {
        let rest = &found.outcomes[1..];
        let names: Vec<&str> = rest.iter().take(NAMED).map(|outcome| outcome.subject.name.as_str()).collect();
        let more = if rest.len() > NAMED { format!(" and {} more", rest.len() - NAMED) } else { String::new() };
        let others = count(rest.len(), "other resource", "other resources");
        words = format!("{words} The same line makes {others} of which the same is true: {}{more}.", names.join(", "));
    }
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
