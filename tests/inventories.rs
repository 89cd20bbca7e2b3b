//! The scenarios in `fixtures/inventories`: whole accounts, as `scan --save-inventory` writes them.

#![allow(clippy::unwrap_used, reason = "a fixture that is not as it should be stops the test")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use apiaudit::assessment::{Assessment, Severity};
use apiaudit::inventory::{Inventory, snapshot};
use apiaudit::rules::{Rule, RulePack, assess, facts};
use apiaudit::topology::{Backend, Topology};

const NAMES: [&str; 4] = ["article-before", "article-after", "everything", "gaps"];

#[expect(clippy::disallowed_methods, reason = "a test reads its fixtures")]
fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn scenario(name: &str) -> Inventory {
    let text = text(&root().join(format!("fixtures/inventories/{name}.json")));
    snapshot::read(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn judge(name: &str) -> Assessment {
    let mut files = Vec::new();
    for family in root().join("rules").read_dir().unwrap() {
        for file in family.unwrap().path().read_dir().unwrap() {
            let path = file.unwrap().path();
            files.push((path.to_str().unwrap().to_owned(), text(&path)));
        }
    }
    let pack = RulePack::load(files.into_iter(), &facts::registry()).unwrap();
    let rules: Vec<&Rule> = pack.rules().iter().collect();
    assess(&scenario(name), &rules, "test")
}

fn show(found: &Assessment) -> String {
    found.outcomes.iter().fold(String::new(), |mut text, outcome| {
        let message = outcome.proof.as_ref().map_or("", |proof| &proof.message);
        let (verdict, rule, subject) = (outcome.verdict.as_str(), &outcome.rule.id, &outcome.subject.name);
        let line = match verdict {
            "fail" => format!("FAIL {rule} ({}): {message}", outcome.rule.severity),
            "unknown" => format!("?    {rule}: {subject}: {message}"),
            "pass" => format!("ok   {rule}: {subject}"),
            _ => return text,
        };
        let _ = writeln!(text, "{line}");
        text
    })
}

#[test]
fn each_is_written_as_a_scan_writes_it() {
    for name in NAMES {
        let written = text(&root().join(format!("fixtures/inventories/{name}.json")));
        assert_eq!(snapshot::write(&scenario(name)), written, "{name}");
    }
}

#[test]
fn what_is_said_of_each() {
    for name in NAMES {
        insta::assert_snapshot!(name, show(&judge(name)));
    }
}

#[test]
fn the_demo_is_complete() {
    for name in ["article-before", "article-after"] {
        let found = judge(name);
        assert!(found.is_complete(), "{name}: {:?}", found.gaps);
    }
}

#[test]
fn the_migrated_account_is_clean() {
    let before = judge("article-before");
    assert_eq!(before.worst(), Some(Severity::Critical));
    let after = judge("article-after");
    let left: BTreeSet<&str> = after.fails().filter(|one| one.rule.severity >= Severity::Medium).map(|one| one.rule.id.as_str()).collect();
    // A migration changes how routes reach their back end, and not who may call them.
    assert_eq!(left, BTreeSet::from(["unauthenticated-route"]));
}

#[test]
fn everything_holds_every_kind_of_back_end() {
    let inventory = scenario("everything");
    let topology = Topology::new(&inventory);
    let kinds: BTreeSet<&str> = topology.routes.iter().map(|served| served.backend.kind()).collect();
    let all = ["aws-service", "cloud-map", "load-balancer", "mock", "network-interface", "none", "unresolved"];
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), all);
    let reason = |backend: &Backend<'_>| match backend {
        Backend::Unresolved(end) => Some(end.reason.as_str()),
        _ => None,
    };
    let reasons: BTreeSet<&str> = topology.routes.iter().filter_map(|served| reason(&served.backend)).collect();
    assert_eq!(
        reasons.into_iter().collect::<Vec<_>>(),
        [
            "no-such-cloud-map-service",
            "no-such-listener",
            "no-such-load-balancer",
            "no-such-vpc-link",
            "no-target",
            "not-a-url",
            "other-account",
            "other-region",
            "private-address",
            "third-party",
            "unset-stage-variable",
        ]
    );
}
