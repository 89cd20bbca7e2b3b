//! The law of comparison: each finding of before ends in one way, and knowing less never fixes anything.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::against::{Fate, fate};
use super::{Mismatch, against};
use crate::assessment::{Assessment, Fixed, Novelty, Record, Said, Scope, Severity, Standing, Told, Untold};
use crate::inventory::{Cause, Gap, Inventory, snapshot};
use crate::rules::{Rule, RulePack, assess, embedded, facts};

fn said(rule: &str, subject: &str, verdict: Told, fingerprint: &str) -> Said {
    Said {
        verdict,
        rule: rule.to_owned(),
        severity: Severity::High,
        kind: "listener".to_owned(),
        id: subject.to_owned(),
        name: subject.to_owned(),
        region: "eu-west-1".to_owned(),
        message: String::new(),
        fingerprint: fingerprint.to_owned(),
    }
}

fn record(all: &[Said]) -> Record {
    Record {
        account: Some("1".to_owned()),
        regions: ["eu-west-1".to_owned()].into(),
        rules: ["a".to_owned(), "b".to_owned()].into(),
        said: all.iter().map(|said| ((said.rule.clone(), said.id.clone()), said.clone())).collect(),
        is_whole: true,
        ..Record::default()
    }
}

fn standing(before: &[Said], now: &Said) -> Option<Standing> {
    let found = against(&record(before), &record(std::slice::from_ref(now)), "b").unwrap();
    found.standings.get(&(now.rule.clone(), now.id.clone())).copied()
}

#[test]
fn a_finding_is_new_for_a_reason() {
    let now = said("a", "x", Told::Fail, "1");
    let new = |novelty| Some(Standing::New(novelty));
    for (before, expected) in [
        (vec![], new(Novelty::Appeared)),
        (vec![said("a", "x", Told::Pass, "")], new(Novelty::Appeared)),
        (vec![said("a", "x", Told::Fail, "1")], Some(Standing::Unchanged)),
        (vec![said("a", "x", Told::Fail, "2")], new(Novelty::OtherEvidence)),
        (vec![said("a", "x", Told::Fail, "")], Some(Standing::Unchanged)),
        (vec![said("a", "x", Told::Suppressed, "1")], new(Novelty::WasSuppressed)),
        (vec![said("a", "x", Told::Unknown, "1")], new(Novelty::WasUnknown)),
        (vec![said("a", "eu-west-1#unread-listeners", Told::Unknown, "")], new(Novelty::WasUnknown)),
        (vec![said("b", "eu-west-1#unread-listeners", Told::Unknown, "")], new(Novelty::Appeared)),
    ] {
        assert_eq!(standing(&before, &now), expected, "{before:?}");
    }
    let mut before = record(&[]);
    before.rules.remove("a");
    let found = against(&before, &record(std::slice::from_ref(&now)), "b").unwrap();
    assert_eq!(found.standings.values().next(), Some(&Standing::New(Novelty::NewRule)));
    assert!(found.notes.iter().any(|note| note.contains("new by a new rule")), "{:?}", found.notes);
    // What somebody puts up with is nothing new.
    assert_eq!(standing(&[], &said("a", "x", Told::Suppressed, "1")), None);
}

#[test]
fn what_was_put_up_with_is_no_finding_of_before() {
    let now = record(&[said("a", "x", Told::Fail, "1")]);
    let found = against(&record(&[said("a", "x", Told::Suppressed, "1"), said("a", "y", Told::Suppressed, "2")]), &now, "b").unwrap();
    assert_eq!(found.standings.values().next(), Some(&Standing::New(Novelty::WasSuppressed)));
    assert!(found.fixed.is_empty() && found.untold.is_empty());
}

#[test]
fn only_what_is_proven_is_fixed() {
    let before = [said("a", "x", Told::Fail, "1")];
    let end = |now: &Record| fate(&before[0], &record(&before), now);
    assert_eq!(end(&record(&[said("a", "x", Told::Pass, "")])), Fate::Fixed(Fixed::Passes));
    assert_eq!(end(&record(&[said("a", "x", Told::NotApplicable, "")])), Fate::Fixed(Fixed::NotApplicable));
    assert_eq!(end(&record(&[])), Fate::Fixed(Fixed::Gone));
    assert_eq!(end(&record(&[said("a", "x", Told::Unknown, "1")])), Fate::Untold(Untold::Unknown));
    assert_eq!(end(&record(&[said("a", "lb#unread-listeners", Told::Unknown, "")])), Fate::Untold(Untold::NotListed));
    assert_eq!(end(&record(&[said("a", "x", Told::Suppressed, "1")])), Fate::Unchanged);
    assert_eq!(end(&record(&[said("a", "x", Told::Fail, "2")])), Fate::Replaced);
    let mut now = record(&[]);
    now.is_whole = false;
    assert_eq!(end(&now), Fate::Fixed(Fixed::NotListed));
    now.account = None;
    assert_eq!(end(&now), Fate::Untold(Untold::AccountUnknown));
    now.regions = ["eu-west-2".to_owned()].into();
    assert_eq!(end(&now), Fate::Untold(Untold::RegionNotRead));
    now.rules.clear();
    assert_eq!(end(&now), Fate::Untold(Untold::RuleNotApplied));
}

#[test]
fn a_narrower_scope_fixes_nothing() {
    let group = |verdict| Said { kind: "security-group".to_owned(), ..said("a", "sg-1", verdict, "1") };
    let scoped = |verdict, scope| Record { scope, ..record(&[group(verdict)]) };
    let (all, paths) = (Some(Scope::Account), Some(Scope::ApiPaths));
    for (before, now, expected) in [
        (all, paths, Fate::Untold(Untold::OutOfScope)),
        (None, paths, Fate::Untold(Untold::OutOfScope)),
        (all, all, Fate::Fixed(Fixed::NotApplicable)),
        (paths, paths, Fate::Fixed(Fixed::NotApplicable)),
        (paths, all, Fate::Fixed(Fixed::NotApplicable)),
    ] {
        let found = fate(&group(Told::Fail), &scoped(Told::Fail, before), &scoped(Told::NotApplicable, now));
        assert_eq!(found, expected, "{before:?} {now:?}");
    }
    let listener = [said("a", "x", Told::Fail, "1")];
    let now = Record { scope: paths, ..record(&[said("a", "x", Told::NotApplicable, "")]) };
    assert_eq!(fate(&listener[0], &Record { scope: all, ..record(&listener) }, &now), Fate::Fixed(Fixed::NotApplicable));
    let found = against(&scoped(Told::NotApplicable, paths), &scoped(Told::Fail, all), "b").unwrap();
    assert_eq!(found.standings.values().next(), Some(&Standing::New(Novelty::NewScope)));
}

#[test]
fn a_domain_name_of_two_regions_is_two_subjects() {
    let domain = |region: &str, verdict, print| Said {
        kind: "domain-name".to_owned(),
        region: region.to_owned(),
        ..said("a", "api.example.com", verdict, print)
    };
    let both = |ireland, oregon| {
        let all = [domain("eu-west-1", ireland, "1"), domain("us-west-2", oregon, "2")];
        let said = all.into_iter().map(|said| (said.key(), said)).collect();
        Record { said, regions: ["eu-west-1".to_owned(), "us-west-2".to_owned()].into(), ..record(&[]) }
    };
    let found = against(&both(Told::Pass, Told::Fail), &both(Told::Fail, Told::Fail), "b").unwrap();
    let standings: Vec<Standing> = found.standings.values().copied().collect();
    assert_eq!(standings, [Standing::New(Novelty::Appeared), Standing::Unchanged]);
    assert_eq!(against(&both(Told::Fail, Told::Fail), &both(Told::Pass, Told::Fail), "b").unwrap().fixed.len(), 1);
}

#[test]
fn what_a_narrowed_report_leaves_out_is_not_gone() {
    let before = [said("a", "x", Told::Fail, "1")];
    let narrowed = Record { is_narrowed: true, ..record(&[]) };
    assert_eq!(fate(&before[0], &record(&before), &narrowed), Fate::Untold(Untold::NotListed));
    let found = against(&narrowed, &record(&before), "b").unwrap();
    assert_eq!(found.standings.values().next(), Some(&Standing::New(Novelty::WasUnknown)));
    assert!(found.notes.iter().any(|note| note.contains("narrowed")), "{:?}", found.notes);
}

#[test]
fn a_working_copy_goes_on_in_what_is_deployed() {
    for (draft, deployed) in [("s/working-copy#GET /", "s#GET /"), ("arn#working-copy", "arn")] {
        let before = record(&[said("a", draft, Told::Fail, "1")]);
        let mut now = record(&[said("a", deployed, Told::Fail, "2")]);
        let found = against(&before, &now, "b").unwrap();
        assert_eq!(found.standings.values().next(), Some(&Standing::Unchanged));
        assert!(found.fixed.is_empty() && found.untold.is_empty());
        now.said.values_mut().for_each(|said| said.verdict = Told::Pass);
        assert_eq!(against(&before, &now, "b").unwrap().fixed.len(), 1);
    }
}

#[test]
fn a_rule_keeps_its_findings_under_a_new_name() {
    let before = record(&[said("old", "x", Told::Fail, "1")]).renamed(&BTreeMap::from([("old".to_owned(), "a".to_owned())]));
    let found = against(&before, &record(&[said("a", "x", Told::Fail, "2")]), "b").unwrap();
    assert_eq!(found.standings.values().next(), Some(&Standing::Unchanged));
}

#[test]
fn what_is_of_two_worlds_is_refused() {
    let now = record(&[]);
    let mut other = now.clone();
    other.account = Some("2".to_owned());
    assert!(matches!(against(&other, &now, "b"), Err(Mismatch::Account { .. })));
    let mut elsewhere = now.clone();
    elsewhere.regions = ["us-east-1".to_owned()].into();
    assert!(matches!(against(&elsewhere, &now, "b"), Err(Mismatch::Regions { .. })));
    let mut code = now.clone();
    code.code = Some("terraform-plan".to_owned());
    assert!(matches!(against(&code, &now, "b"), Err(Mismatch::Kind { .. })));
    let mut more = now.clone();
    more.regions.insert("us-east-1".to_owned());
    assert_eq!(against(&more, &now, "b").unwrap().notes.len(), 1);
}

fn records() -> impl Strategy<Value = Record> {
    let verdicts = prop::sample::select(vec![Told::Fail, Told::Suppressed, Told::Pass, Told::Unknown, Told::NotApplicable]);
    let subjects = prop::sample::select(vec!["x", "y", "x#working-copy", "eu#unread-listeners"]);
    let one = (prop::sample::select(vec!["a", "b"]), subjects, verdicts, prop::sample::select(vec!["", "1", "2"]), any::<bool>());
    let all = prop::collection::vec(one, 0..12);
    (all, any::<bool>(), any::<[bool; 2]>(), any::<[bool; 2]>(), any::<bool>()).prop_map(|(all, known, rules, regions, is_whole)| {
        let all: Vec<Said> = all
            .into_iter()
            .map(|(rule, subject, verdict, fingerprint, far)| Said {
                region: if far { "us-east-1" } else { "eu-west-1" }.to_owned(),
                ..said(rule, subject, verdict, fingerprint)
            })
            .collect();
        let keep = |names: [&str; 2], flags: [bool; 2]| {
            names.into_iter().zip(flags).filter(|(_, keep)| *keep).map(|(name, _)| name.to_owned()).collect()
        };
        Record {
            account: known.then(|| "1".to_owned()),
            rules: keep(["a", "b"], rules),
            regions: keep(["eu-west-1", "us-east-1"], regions),
            is_whole,
            ..record(&all)
        }
    })
}

proptest! {
    #[test]
    fn each_finding_of_before_ends_in_one_way(before in records(), now in records()) {
        let Ok(found) = against(&before, &now, "b") else { return Ok(()) };
        for said in before.said.values().filter(|said| said.verdict == Told::Fail) {
            let listed = found.fixed.iter().map(|(said, _)| said).chain(&found.replaced).chain(found.untold.iter().map(|(said, _)| said));
            let listed = listed.filter(|one| (&one.rule, &one.id) == (&said.rule, &said.id)).count();
            let unchanged = usize::from(fate(said, &before, &now) == Fate::Unchanged);
            prop_assert_eq!(listed + unchanged, 1, "{:?}", said);
            if unchanged == 1 {
                let goes_on = now.said.values().any(|one| one.rule == said.rule && one.verdict.is_bad() && said.id.starts_with(&one.id));
                prop_assert!(goes_on, "{:?} is nowhere", said);
            }
        }
        for said in now.said.values() {
            let standing = found.standings.get(&(said.rule.clone(), said.id.clone()));
            prop_assert_eq!(standing.is_some(), said.verdict == Told::Fail || standing == Some(&Standing::Unchanged), "{:?}", said);
        }
    }

    #[test]
    fn a_run_against_itself_is_unchanged(run in records()) {
        let mut run = run;
        run.rules.extend(["a".to_owned(), "b".to_owned()]);
        let found = against(&run, &run, "b").unwrap();
        prop_assert!(found.fixed.is_empty() && found.replaced.is_empty());
        prop_assert!(found.standings.values().all(|standing| *standing == Standing::Unchanged));
    }
}

const INVENTORIES: [&str; 3] = [
    include_str!("../../fixtures/inventories/article-before.json"),
    include_str!("../../fixtures/inventories/everything.json"),
    include_str!("../../fixtures/inventories/gaps.json"),
];

static PACK: LazyLock<RulePack> = LazyLock::new(|| RulePack::load(embedded().into_iter(), &facts::registry()).unwrap());
static WHOLE: LazyLock<[Record; 3]> = LazyLock::new(|| INVENTORIES.map(|text| Record::from(&judged(&snapshot::read(text).unwrap()))));

fn judged(inventory: &Inventory) -> Assessment {
    assess(inventory, &PACK.rules().iter().collect::<Vec<&Rule>>(), "test")
}

/// Hides a list of a region, whole or from some item on; or the stages of an API, or what a stage serves.
fn hide(inventory: &mut serde_json::Value, region: usize, list: usize, keep: usize) {
    let gap = serde_json::to_value(Gap::new("x:Y", Cause::Denied)).unwrap();
    let regions = inventory["regions"].as_array_mut().unwrap();
    let at = region % regions.len();
    let region = regions[at].as_object_mut().unwrap();
    let lists: Vec<String> = region.iter().filter(|(_, value)| value.is_array()).map(|(key, _)| key.clone()).collect();
    if lists.is_empty() {
        return;
    }
    let value = region.get_mut(&lists[list % lists.len()]).unwrap();
    let items = value.as_array().unwrap().clone();
    let kept = &items[..keep % (items.len() + 1)];
    *value = serde_json::json!({"items": kept, "gaps": [gap]});
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn knowing_less_never_fixes_anything(which in 0_usize..3, region in 0_usize..4, list in any::<usize>(), keep in any::<usize>()) {
        let mut less: serde_json::Value = serde_json::from_str(INVENTORIES[which]).unwrap();
        hide(&mut less, region, list, keep);
        let less = snapshot::read(&less.to_string()).unwrap();
        let found = against(&WHOLE[which], &Record::from(&judged(&less)), "b").unwrap();
        let fixed: Vec<_> = found.fixed.iter().map(|(said, how)| (&said.rule, &said.id, how)).collect();
        prop_assert!(fixed.is_empty(), "{:?}", fixed);
    }
}
