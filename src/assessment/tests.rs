//! Suppressions held against findings.

use std::sync::Arc;

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::inventory::{Inventory, TagIndex, snapshot};

const LB: &str = "arn:aws:elasticloadbalancing:r:111111111111:loadbalancer/app/web/1";
const OTHER: &str = "arn:aws:elasticloadbalancing:r:111111111111:loadbalancer/app/other/1";
const LAST: Date = date(2026, 3, 31);

fn inventory() -> Inventory {
    snapshot::read(&format!(
        r#"{{"format":"apiaudit-inventory","version":1,"regions":[{{"name":"r","load_balancers":[
            {{"arn":"{LB}","name":"web","dns_name":"w","type":"application","tags":{{"team":"orders"}}}},
            {{"arn":"{OTHER}","name":"other","dns_name":"o","type":"application"}}]}}]}}"#
    ))
    .unwrap()
}

fn rule(id: &str) -> Arc<RuleInfo> {
    Arc::new(RuleInfo {
        id: id.into(),
        title: id.into(),
        severity: Severity::High,
        precision: "high".into(),
        family: "f".into(),
        what: String::new(),
        why: String::new(),
        fix: String::new(),
        references: Vec::new(),
        mappings: Vec::new(),
        parts: Vec::new(),
    })
}

fn outcome(rule: &Arc<RuleInfo>, id: &str, verdict: Verdict) -> Outcome {
    let subject = Subject { kind: "load-balancer".into(), id: id.into(), name: "load balancer".into(), region: "r".into(), draft: false };
    let proof = Proof { fingerprint: format!("print of {id}"), ..Proof::default() };
    Outcome { rule: Arc::clone(rule), subject: Arc::new(subject), verdict, proof: Some(Box::new(proof)), suppressed: None }
}

fn assessment(outcomes: Vec<Outcome>) -> Assessment {
    Assessment {
        tool_version: String::new(),
        taken_at: String::new(),
        account: Some(Account { id: "111111111111".into(), partition: "aws".into(), caller_arn: None }),
        regions: vec!["r".into()],
        skipped_regions: Vec::new(),
        rules: vec![rule("open"), rule("plain")],
        outcomes,
        gaps: Vec::new(),
        coverage: Coverage::default(),
        sources: Sources::default(),
        code: None,
        suppressions: Vec::new(),
        scope: Scope::default(),
        narrowed: None,
        baseline: None,
    }
}

/// One finding of `open` on each load balancer.
fn two_findings() -> Assessment {
    let rule = rule("open");
    assessment(vec![outcome(&rule, LB, Verdict::Fail), outcome(&rule, OTHER, Verdict::Fail)])
}

fn suppression(change: impl FnOnce(&mut SuppressionRule)) -> SuppressionRule {
    let place = Place { file: "apiaudit.toml".into(), start_line: 1, start_column: 1, end_line: 1, end_column: 2 };
    let mut rule = SuppressionRule {
        rule: None,
        account: None,
        resource: None,
        tag: None,
        fingerprint: None,
        reason: "because".into(),
        expires: LAST,
        place,
    };
    change(&mut rule);
    rule
}

fn held(assessment: Assessment, rules: &[SuppressionRule], change: impl FnOnce(&mut SuppressionRun<'_>)) -> Assessment {
    let inventory = inventory();
    let tags = TagIndex::new(&inventory);
    let mut run = SuppressionRun { today: LAST, tags: &tags, every_rule: true, one_account: true, every_region: true };
    change(&mut run);
    assessment.suppress(rules, run)
}

fn state(assessment: &Assessment) -> (&'static str, usize, usize) {
    let applied = &assessment.suppressions[0];
    (applied.state.as_str(), applied.findings, assessment.suppressed().count())
}

#[test]
fn all_that_is_named_must_fit() {
    let team = || Some(Tag { key: "team".into(), value: Some("orders".into()) });
    for (suppression, expected) in [
        (suppression(|s| s.rule = Some("open".into())), ("used", 2, 2)),
        (suppression(|s| s.resource = Some(Glob::new("web"))), ("used", 1, 1)),
        (suppression(|s| s.resource = Some(Glob::new("arn:*:loadbalancer/*"))), ("used", 2, 2)),
        (suppression(|s| s.fingerprint = Some(format!("print of {LB}"))), ("used", 1, 1)),
        (suppression(|s| (s.rule, s.resource) = (Some("plain".into()), Some(Glob::new("web")))), ("unused", 0, 0)),
        (suppression(|s| (s.resource, s.tag) = (Some(Glob::new("web")), team())), ("used", 1, 1)),
        // The tags of the other load balancer were not asked for.
        (suppression(|s| s.tag = team()), ("used", 1, 1)),
        (suppression(|s| (s.resource, s.tag) = (Some(Glob::new("other")), team())), ("unread", 0, 0)),
        (suppression(|s| (s.rule, s.account) = (Some("open".into()), Some("222222222222".into()))), ("not-met", 0, 0)),
    ] {
        assert_eq!(state(&held(two_findings(), std::slice::from_ref(&suppression), |_| {})), expected, "{suppression:?}");
    }
}

#[test]
fn the_last_day_is_a_day_of_it() {
    let rules = [suppression(|s| s.rule = Some("open".into()))];
    assert_eq!(state(&held(two_findings(), &rules, |run| run.today = LAST)), ("used", 2, 2));
    let after = held(two_findings(), &rules, |run| run.today = LAST.tomorrow().unwrap());
    assert_eq!(state(&after), ("expired", 2, 0));
    assert_eq!(after.stale_suppressions().next().unwrap().in_words().0, "this suppression expired on 2026-03-31: 2 findings count again");
}

#[test]
fn of_several_the_first_that_is_valid_stands_for_all() {
    let first = suppression(|s| (s.rule, s.expires) = (Some("open".into()), date(2026, 1, 1)));
    let second = suppression(|s| (s.rule, s.reason) = (Some("open".into()), "second".into()));
    let third = suppression(|s| (s.resource, s.reason) = (Some(Glob::new("*")), "third".into()));
    let held = held(two_findings(), &[first, second, third], |_| {});
    let states: Vec<&str> = held.suppressions.iter().map(|applied| applied.state.as_str()).collect();
    assert_eq!(states, ["expired", "used", "used"]);
    assert!(held.suppressed().all(|outcome| outcome.suppressed.as_ref().unwrap().reason == "second"));
}

#[test]
fn only_what_could_have_been_met_is_called_unused() {
    let gone = || suppression(|s| (s.rule, s.resource) = (Some("open".into()), Some(Glob::new("gone"))));
    let told =
        |rule: SuppressionRule, assessment: Assessment, change: fn(&mut SuppressionRun<'_>)| state(&held(assessment, &[rule], change)).0;
    assert_eq!(told(gone(), two_findings(), |_| {}), "unused");
    // Another account, or other regions, may hold it.
    assert_eq!(told(gone(), two_findings(), |run| run.one_account = false), "not-met");
    assert_eq!(told(gone(), two_findings(), |run| run.every_region = false), "not-met");
    let arn = |arn: &str| suppression(|s| s.resource = Some(Glob::new(arn)));
    let here = || arn("arn:aws:elasticloadbalancing:r:111111111111:loadbalancer/app/gone/*");
    let unsure: fn(&mut SuppressionRun<'_>) = |run| (run.one_account, run.every_region) = (false, false);
    assert_eq!(told(here(), two_findings(), unsure), "unused");
    assert_eq!(told(arn("arn:aws:elasticloadbalancing:r:222222222222:loadbalancer/*"), two_findings(), |_| {}), "not-met");
    assert_eq!(told(arn("arn:aws:elasticloadbalancing:s:111111111111:loadbalancer/*"), two_findings(), |_| {}), "not-met");
    // Filters left its rule out.
    let left_out = || suppression(|s| s.rule = Some("other-rule".into()));
    assert_eq!(told(left_out(), two_findings(), |_| {}), "not-met");
    assert_eq!(told(here(), two_findings(), |run| run.every_rule = false), "not-met");
    // What it names could not be read.
    let unread = |id: &str| assessment(vec![outcome(&rule("open"), id, Verdict::Unknown(vec![Gap::new("a:B", Cause::Denied)]))]);
    assert_eq!(told(gone(), unread("r#unread-load-balancers"), |_| {}), "not-met");
    assert_eq!(told(gone(), unread("arn:aws:elasticloadbalancing:r:1:loadbalancer/app/gone/1"), |_| {}), "not-met");
    assert_eq!(told(gone(), unread(LB), |_| {}), "unused");
}

proptest! {
    #[test]
    fn only_fails_are_kept_quiet(verdicts in prop::collection::vec(0..4_usize, 0..8), glob in "[a-w*/]{0,6}") {
        let rule = rule("open");
        let verdict = |number: usize| match number {
            0 => Verdict::Fail,
            1 => Verdict::Pass,
            2 => Verdict::Unknown(vec![Gap::new("a:B", Cause::Denied)]),
            _ => Verdict::NotApplicable,
        };
        let outcomes = verdicts.iter().map(|number| outcome(&rule, LB, verdict(*number))).collect();
        let rules = [suppression(|s| s.resource = Some(Glob::new(&glob))), suppression(|s| s.resource = Some(Glob::new("*")))];
        let held = held(assessment(outcomes), &rules, |_| {});
        for outcome in &held.outcomes {
            prop_assert_eq!(outcome.suppressed.is_some(), outcome.verdict == Verdict::Fail);
        }
    }

    #[test]
    fn narrowing_keeps_what_was_chosen_and_counts_the_rest(chosen in prop::collection::vec(any::<bool>(), 0..9)) {
        let rule = rule("open");
        let outcomes = chosen.iter().map(|chosen| outcome(&rule, if *chosen { LB } else { OTHER }, Verdict::Fail)).collect();
        let narrowed = assessment(outcomes).narrow(vec!["--resource web".into()], |subject| subject.id == LB);
        let kept = chosen.iter().filter(|chosen| **chosen).count();
        prop_assert_eq!(narrowed.fails().count(), kept);
        prop_assert_eq!(narrowed.narrowed.unwrap().left_out, chosen.len() - kept);
    }
}
