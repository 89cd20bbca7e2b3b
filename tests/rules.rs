//! The rule pack: every rule against its cases, and every case with less known than there is.
//!
//! `fixtures/rules/<rule-id>/<verdict>-<what>.json` are small inventories. Each is judged by its own rule alone, and the
//! first word of its name is the verdict it must get. Where the second is `account`, the whole account is in scope.

#![allow(clippy::unwrap_used, reason = "a fixture that is not as it should be stops the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use apiaudit::assessment::{Assessment, Outcome, Verdict};
use apiaudit::inventory::{Inventory, snapshot};
use apiaudit::rules::{Rule, RulePack, Scope, Settings, assess_with, facts};
use rayon::prelude::*;
use serde_json::{Value, json};

const VERDICTS: [&str; 4] = ["fail", "pass", "unknown", "not-applicable"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The names and texts of the files in a folder of this repository, sorted, with those in folders below.
#[expect(clippy::disallowed_methods, reason = "a test reads its fixtures")]
fn files(folder: &str) -> BTreeMap<String, String> {
    let mut open = vec![root().join(folder)];
    let mut files = BTreeMap::new();
    while let Some(folder) = open.pop() {
        for entry in folder.read_dir().unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
                files.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

fn pack() -> RulePack {
    RulePack::load(files("rules").into_iter(), &facts::registry()).unwrap_or_else(|errors| {
        let shown: Vec<String> = errors.iter().map(|error| error.render(false, 140)).collect();
        panic!("{}", shown.join("\n"))
    })
}

/// A case: the rule's id, the file's stem and its inventory.
struct Case {
    rule: String,
    stem: String,
    text: String,
    inventory: Inventory,
}

impl Case {
    fn expected(&self) -> &'static str {
        VERDICTS.into_iter().find(|verdict| self.stem.starts_with(&format!("{verdict}-"))).unwrap_or_else(|| panic!("{}", self.stem))
    }

    fn judge(&self, rule: &Rule) -> Assessment {
        assess_with(&self.inventory, &[rule], "test", settings(&self.stem))
    }
}

/// What a case is judged with, by its name.
fn settings(stem: &str) -> Settings<'static> {
    let whole = VERDICTS.iter().any(|verdict| stem.starts_with(&format!("{verdict}-account-")));
    Settings { scope: if whole { Scope::Account } else { Scope::default() }, ..Settings::default() }
}

#[expect(clippy::disallowed_methods, reason = "who writes a rule runs its cases alone")]
fn cases() -> Vec<Case> {
    let parse = |(name, text): (String, String)| {
        let inventory = snapshot::read(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut parts = name.trim_end_matches(".json").rsplit('/');
        let (stem, rule) = (parts.next().unwrap().to_owned(), parts.next().unwrap().to_owned());
        Case { rule, stem, text, inventory }
    };
    // While a rule is written: APIAUDIT_CASES=my-rule,other-rule runs the cases of these alone.
    let only = std::env::var("APIAUDIT_CASES").ok();
    let wanted = |case: &Case| only.as_ref().is_none_or(|only| only.split(',').any(|rule| rule == case.rule));
    files("fixtures/rules").into_iter().map(parse).filter(wanted).collect()
}

fn count(assessment: &Assessment, name: &str) -> usize {
    assessment.outcomes.iter().filter(|outcome| outcome.verdict.as_str() == name).count()
}

fn show(assessment: &Assessment) -> String {
    assessment.outcomes.iter().fold(String::new(), |mut text, outcome| {
        let _ = writeln!(text, "  {}: {:?}", outcome.subject.name, outcome.verdict);
        text
    })
}

#[test]
fn every_case_gets_its_verdict() {
    let pack = pack();
    let mut wrong = String::new();
    for case in cases() {
        let rule = pack.get(&case.rule).unwrap_or_else(|| panic!("no rule is called {}", case.rule));
        let found = case.judge(rule);
        let [fails, passes, unknowns, _] = VERDICTS.map(|verdict| count(&found, verdict));
        let right = match case.expected() {
            "fail" => fails > 0,
            "pass" => passes > 0 && fails == 0 && unknowns == 0,
            "unknown" => unknowns > 0 && fails == 0,
            _ => fails == 0 && passes == 0 && unknowns == 0 && !found.outcomes.is_empty(),
        };
        if !right {
            let _ = writeln!(wrong, "{}/{}:\n{}", case.rule, case.stem, show(&found));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn an_unknown_names_what_is_missing() {
    let pack = pack();
    for case in cases() {
        let found = case.judge(pack.get(&case.rule).unwrap());
        for outcome in found.unknowns() {
            let Verdict::Unknown(gaps) = &outcome.verdict else { continue };
            assert!(!gaps.is_empty(), "{}/{}", case.rule, case.stem);
            assert!(gaps.iter().all(|gap| !gap.action.is_empty() || gap.detail.is_some()), "{}/{}: {gaps:?}", case.rule, case.stem);
            let message = &outcome.proof.as_ref().unwrap().message;
            assert!(message.starts_with("cannot tell"), "{message}");
        }
    }
}

#[test]
fn every_rule_has_cases_and_every_case_a_rule() {
    let pack = pack();
    let cases = cases();
    let ids: BTreeSet<&str> = pack.rules().iter().map(|rule| rule.id.as_str()).collect();
    let folders: BTreeSet<&str> = cases.iter().map(|case| case.rule.as_str()).collect();
    assert_eq!(ids, folders);
    for rule in pack.rules() {
        for verdict in ["fail", "pass", "unknown"] {
            let found = cases.iter().any(|case| case.rule == rule.id && case.expected() == verdict);
            assert!(found, "{} has no case that must get {verdict}", rule.id);
        }
        // F2: a peer takes a refused call for an empty answer. Every rule shows that it does not.
        let refused = cases.iter().any(|case| case.rule == rule.id && case.stem.starts_with("unknown-f2-"));
        assert!(refused, "{} has no case with a refused call", rule.id);
    }
}

#[test]
fn rules_say_all_that_a_reviewer_needs() {
    let pack = pack();
    let mut titles = BTreeSet::new();
    for rule in pack.rules() {
        assert!(titles.insert(rule.title.as_str()), "two rules are titled {:?}", rule.title);
        assert!(!rule.title.ends_with('.'), "{}", rule.id);
        for (heading, text) in
            [("what", &rule.docs.what), ("why", &rule.docs.why), ("attack", &rule.docs.attack), ("fine", &rule.docs.fine)]
        {
            assert!(text.len() > 20, "{}: {heading} says nothing", rule.id);
        }
        assert!(!rule.severity_reason.is_empty() && !rule.docs.references.is_empty() && !rule.evidence.is_empty(), "{}", rule.id);
        let fix = &rule.remediation;
        assert!(fix.steps.len() > 1 && fix.cli.is_some() && fix.terraform.is_some() && fix.cloudformation.is_some(), "{}", rule.id);
        assert!(fix.console.is_some(), "{} does not say where to click: `console` under [remediation]", rule.id);
    }
}

/// A rule that leaves something to another has a verdict about less than the control it stands for: whoever asks for the control
/// must get the other rule, too, or the worst case looks clean.
#[test]
fn what_a_rule_leaves_to_another_stands_under_the_same_controls() {
    let pack = pack();
    let rule = |id: &str| pack.rules().iter().find(|rule| rule.id == id).unwrap_or_else(|| panic!("no rule {id}"));
    for (less, more) in [
        ("security-group-opens-administration-port", "security-group-open-to-world"),
        ("security-group-opens-high-risk-port", "security-group-open-to-world"),
        ("security-group-opens-high-risk-port", "security-group-opens-administration-port"),
        ("security-group-opens-unauthorized-port", "security-group-open-to-world"),
        ("security-group-opens-unauthorized-port", "security-group-opens-administration-port"),
        ("security-group-opens-unauthorized-port", "security-group-opens-high-risk-port"),
        ("network-acl-opens-administration-port", "network-acl-open-to-world"),
    ] {
        for catalogue in ["security-hub", "aws-config", "cis", "nist-800-53", "pci-dss"] {
            let ids = |id: &str| rule(id).mappings.get(catalogue).cloned().unwrap_or_default();
            let theirs = ids(more);
            let lost: Vec<String> = ids(less).into_iter().filter(|id| !theirs.contains(id)).collect();
            assert!(lost.is_empty(), "{less} leaves findings to {more}, which is not found under {catalogue} {lost:?}");
        }
    }
}

/// Where rules may send a reader; whether the pages are there is for `tests/links.py`, which needs a network.
const SITES: [&str; 8] = [
    "docs.aws.amazon.com",
    "aws.amazon.com",
    "datatracker.ietf.org",
    "www.rfc-editor.org",
    "cwe.mitre.org",
    "csrc.nist.gov",
    "developer.mozilla.org",
    "portswigger.net",
];

#[test]
fn references_have_the_form_of_what_they_lead_to() {
    let pack = pack();
    for rule in pack.rules() {
        let mut seen = BTreeSet::new();
        for reference in &rule.docs.references {
            let name = format!("{}: {reference}", rule.id);
            assert!(seen.insert(reference), "{name} stands there twice");
            let (site, path) = reference.strip_prefix("https://").and_then(|rest| rest.split_once('/')).expect("an https URL with a path");
            assert!(SITES.contains(&site), "{name} is on another site than those known here");
            assert!(!path.contains([' ', '?']) && !path.starts_with('/'), "{name}");
            if site == "docs.aws.amazon.com" {
                // <service>/latest/<guide>/<page>.html, perhaps with a heading; never a translation, never a page of the console.
                let page = path.split('#').next().unwrap_or_default();
                let parts: Vec<&str> = page.split('/').collect();
                let good =
                    parts.len() >= 4 && parts[1..].contains(&"latest") && page.rsplit_once('.').is_some_and(|(_, kind)| kind == "html");
                assert!(good && parts.iter().all(|part| !part.is_empty()), "{name} has not the form of a page of AWS's documentation");
            }
        }
    }
}

/// What reviewers read, word for word. The commands are those of the rule's first failing case.
#[test]
fn messages() {
    let pack = pack();
    for rule in pack.rules() {
        let mut text = String::new();
        let mut cli = None;
        for case in cases().iter().filter(|case| case.rule == rule.id && case.expected() == "fail") {
            let _ = writeln!(text, "{}", case.stem);
            let found = case.judge(rule);
            for outcome in found.fails() {
                let proof = outcome.proof.as_ref().unwrap();
                let _ = writeln!(text, "  {}", proof.message);
                cli = cli.or_else(|| proof.remediation.cli.clone());
            }
        }
        let _ = write!(text, "\n{}", cli.unwrap_or_default());
        insta::assert_snapshot!(rule.id.as_str(), text);
    }
}

/// The places of a snapshot that come from a call of their own: the key of what encloses them, and their own.
const OBSERVED: [(&str, &str); 26] = [
    ("", "account"),
    ("rest_apis", "working_copy"),
    ("http_apis", "working_copy"),
    ("stages", "deployed"),
    ("stages", "canary_deployed"),
    ("routes", "authorization"),
    ("routes", "integration"),
    ("integration", "connection_id"),
    ("integration", "target"),
    ("integration", "uri"),
    ("load_balancers", "attributes"),
    ("load_balancers", "web_acl_arn"),
    ("load_balancers", "tags"),
    ("target_groups", "attributes"),
    ("target_groups", "targets"),
    ("target_groups", "tags"),
    ("prefix_lists", "entries"),
    ("subnets", "internet_gateway_block_mode"),
    ("subnets", "assign_ipv6_address_on_creation"),
    ("rest_apis", "cors"),
    ("http_apis", "cors"),
    ("clusters", "settings"),
    ("services", "platform_family"),
    ("task_definitions", "pid_mode"),
    ("task_definitions", "operating_system"),
    ("containers", "log_mode"),
];

/// The settings of a stage's routes, under whatever key these stand.
const SETTINGS: [&str; 6] =
    ["logging_level", "data_trace_enabled", "throttling_rate_limit", "throttling_burst_limit", "caching_enabled", "cache_data_encrypted"];

/// The lists that may be known in part; `regions` stands for every list of a region.
const LISTED: [(&str, &str); 14] = [
    ("rest_apis", "authorizers"),
    ("http_apis", "authorizers"),
    ("rest_apis", "stages"),
    ("http_apis", "stages"),
    ("domain_names", "mappings"),
    ("load_balancers", "listeners"),
    ("listeners", "extra_certificates"),
    ("listeners", "rules"),
    ("clusters", "services"),
    ("clusters", "tasks"),
    ("stages", "secret_variables"),
    ("domain_names", "mutual_tls_warnings"),
    ("task_definitions", "volumes"),
    ("containers", "secret_environment"),
];

/// The JSON pointers to everything that may be unknown and is not, with whether it is a list.
fn places(value: &Value) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    walk(value, "", "", &mut found);
    found
}

fn walk(value: &Value, at: &str, within: &str, found: &mut Vec<(String, bool)>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let at = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                if (OBSERVED.contains(&(within, key)) || SETTINGS.contains(&key.as_str())) && value.get("$unknown").is_none() {
                    found.push((at.clone(), false));
                }
                if value.is_array() && (within == "regions" || LISTED.contains(&(within, key))) {
                    found.push((at.clone(), true));
                }
                let known_in_part = key == "items" && fields.contains_key("gaps");
                walk(value, &at, if known_in_part { within } else { key }, found);
            }
        }
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                walk(item, &format!("{at}/{number}"), within, found);
            }
        }
        _ => {}
    }
}

fn gap() -> Value {
    json!({"action": "x:Hidden", "cause": "denied"})
}

/// The snapshot without what stands at a place, as an older one that nobody asked for it.
fn leave_out(snapshot: &Value, at: &str) -> Value {
    let mut snapshot = snapshot.clone();
    let (within, key) = at.rsplit_once('/').unwrap();
    snapshot.pointer_mut(within).and_then(Value::as_object_mut).unwrap().remove(key);
    snapshot
}

/// The snapshot with less known: each way to hide what stands at a place.
fn hide(snapshot: &Value, (at, is_list): &(String, bool)) -> Vec<Value> {
    let with = |value: Value| {
        let mut snapshot = snapshot.clone();
        *snapshot.pointer_mut(at).unwrap() = value;
        snapshot
    };
    if !is_list {
        return vec![with(json!({"$unknown": gap()}))];
    }
    let items = snapshot.pointer(at).and_then(Value::as_array).unwrap();
    let mut kept = vec![0, items.len() / 2, items.len()];
    kept.dedup();
    kept.into_iter().map(|kept| with(json!({"items": items[..kept], "gaps": [gap()]}))).collect()
}

type Verdicts = BTreeMap<(String, String), &'static str>;

fn verdicts(snapshot: &Value, rules: &[&Rule], settings: Settings<'_>) -> Verdicts {
    let inventory = snapshot::read(&snapshot.to_string()).unwrap();
    let key = |outcome: &Outcome| (outcome.rule.id.clone(), outcome.subject.id.clone());
    assess_with(&inventory, rules, "test", settings).outcomes.iter().map(|outcome| (key(outcome), outcome.verdict.as_str())).collect()
}

/// Every way to know less of a snapshot, one place at a time, and the law for each. Says how many there were.
fn hold_all_to_the_law(name: &str, text: &str, rules: &[&Rule]) -> usize {
    let snapshot: Value = serde_json::from_str(text).unwrap();
    // A name is the rule's and the case's, or the file of a whole scenario.
    let settings = settings(name.rsplit('/').next().unwrap_or(name));
    let whole = verdicts(&snapshot, rules, settings);
    let mut ways = 0;
    for place in places(&snapshot) {
        let name = format!("{name} without {}", place.0);
        for less in hide(&snapshot, &place) {
            ways += 1;
            let part = verdicts(&less, rules, settings);
            hold_to_the_law(&name, &whole, &part);
            hold_to_a_trace(&name, &whole, &part);
        }
        hold_to_the_law(&name, &whole, &verdicts(&leave_out(&snapshot, &place.0), rules, settings));
    }
    ways
}

/// The law: knowing less may turn any verdict into unknown, and never one into another.
fn hold_to_the_law(name: &str, whole: &Verdicts, part: &Verdicts) {
    for ((rule, subject), verdict) in whole {
        if let Some(now) = part.get(&(rule.clone(), subject.clone())) {
            assert!(now == verdict || *now == "unknown", "{name}: {rule} of {subject} went from {verdict} to {now}");
        }
    }
}

/// A subject that a refused call hides leaves an unknown of the same rule behind. What a working copy leads to may go
/// without one where the rule says the same of the resource itself: no route makes an application load balancer a network one.
fn hold_to_a_trace(name: &str, whole: &Verdicts, part: &Verdicts) {
    for ((rule, subject), verdict) in whole {
        if !part.contains_key(&(rule.clone(), subject.clone())) {
            let told = part.iter().any(|((other, _), now)| other == rule && *now == "unknown");
            let own = subject.strip_suffix("#working-copy").map(|own| (rule.clone(), own.to_owned()));
            let settled = own.is_some_and(|own| part.get(&own) == Some(verdict));
            assert!(told || settled, "{name}: {rule} of {subject} was {verdict}, and now nothing is said");
        }
    }
}

/// Each rule over all its cases, and the whole pack over the first of each verdict of each rule: all over all would take half an hour.
#[test]
fn knowing_less_never_turns_one_verdict_into_another() {
    let pack = pack();
    let all: Vec<&Rule> = pack.rules().iter().collect();
    let cases = cases();
    let mut first = BTreeSet::new();
    let with_pack: Vec<bool> = cases.iter().map(|case| first.insert((case.rule.as_str(), case.expected()))).collect();
    let hidden: usize = cases
        .par_iter()
        .zip(with_pack)
        .map(|(case, with_pack)| {
            let own = [pack.get(&case.rule).unwrap()];
            let rules = if with_pack { all.as_slice() } else { &own };
            hold_all_to_the_law(&format!("{}/{}", case.rule, case.stem), &case.text, rules)
        })
        .sum();
    assert!(hidden > 1000, "only {hidden} ways to know less were found");
}

/// The whole scenarios obey the same law.
#[test]
fn knowing_less_of_a_whole_account_keeps_the_law_too() {
    let pack = pack();
    let rules: Vec<&Rule> = pack.rules().iter().collect();
    for (name, text) in files("fixtures/inventories") {
        hold_all_to_the_law(&name, &text, &rules);
    }
}
