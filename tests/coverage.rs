//! `docs/coverage.md`: every check of the catalogues is answered, and every difference from a peer is held by a case or a test.
//!
//! `APIAUDIT_BLESS=1 cargo test --test coverage` writes the page anew.

#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may stop, and reads the sources")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use apiaudit::diagnostics::Diagnostic;
use apiaudit::inventory::snapshot;
use apiaudit::rules::coverage::{Answer, Coverage, check_lines, coverage_page};
use apiaudit::rules::{RulePack, Scope, Settings, assess_with, embedded, facts};

const DATA: &str = "docs/coverage.toml";

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn told(problems: &[Diagnostic]) -> String {
    problems.iter().map(|problem| problem.render(false, 160)).collect::<Vec<_>>().join("\n")
}

fn coverage() -> Coverage {
    Coverage::read(DATA, &fs::read_to_string(path(DATA)).unwrap()).unwrap_or_else(|problems| panic!("{}", told(&problems)))
}

fn pack() -> RulePack {
    RulePack::load(embedded().into_iter(), &facts::registry()).unwrap()
}

#[test]
fn every_check_is_answered() {
    let problems = coverage().problems(&pack());
    assert!(problems.is_empty(), "{}", told(&problems));
}

#[test]
fn the_page_is_current() {
    let page = coverage_page(&coverage(), &pack());
    let file = path("docs/coverage.md");
    if std::env::var_os("APIAUDIT_BLESS").is_some() {
        fs::write(&file, &page).unwrap();
    }
    let current = fs::read_to_string(&file).unwrap_or_default();
    assert!(current == page, "docs/coverage.md is out of date: run APIAUDIT_BLESS=1 cargo test --test coverage");
}

/// The controls that a review by Security Hub asks for are rows, whatever else is left out of the data.
#[test]
fn the_controls_of_a_review_have_rows() {
    let wanted = [
        ("APIGateway", &[1, 2, 3, 4, 5, 8, 9, 10, 11][..]),
        ("ELB", &[1, 2, 3, 4, 5, 6, 12, 13, 16, 17, 18, 21, 22]),
        ("ECS", &[1, 2, 3, 4, 5, 8, 9, 10, 12, 16, 17, 18, 19, 20, 21]),
        ("EC2", &[2, 6, 13, 14, 15, 16, 18, 19, 21, 22, 53, 54, 172]),
    ];
    let (coverage, pack) = (coverage(), pack());
    let catalogue = coverage.catalogues.iter().find(|catalogue| catalogue.key == "security-hub").unwrap();
    let rows = coverage.rows(catalogue, &pack);
    let rows: BTreeSet<&str> = rows.iter().map(|row| row.id).collect();
    for (service, numbers) in wanted {
        for number in numbers {
            let id = format!("{service}.{number}");
            assert!(rows.contains(id.as_str()), "{id} has no row");
        }
    }
}

/// Every difference names cases that exist and get the verdict of their names, or tests that exist.
#[test]
fn differences_are_shown() {
    let pack = pack();
    for difference in &coverage().differences {
        assert!(!difference.shown.is_empty(), "{}", difference.check);
        for shown in &difference.shown {
            if let Some((file, test)) = shown.split_once("::") {
                let text = fs::read_to_string(path(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
                assert!(text.contains(&format!("fn {test}(")), "{file} has no test {test}");
                continue;
            }
            let (rule, stem) = shown.split_once('/').unwrap_or_else(|| panic!("{shown} names no rule"));
            let rule = pack.get(rule).unwrap_or_else(|| panic!("{shown}: there is no such rule"));
            let file = path("fixtures/rules").join(format!("{shown}.json"));
            let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{shown}: {error}"));
            // A case is about the whole account where its name says so.
            let scope = if stem.contains("-account-") { Scope::Account } else { Scope::default() };
            let settings = Settings { scope, ..Settings::default() };
            let tally = assess_with(&snapshot::read(&text).unwrap(), &[rule], "test", settings).tally();
            let got = match stem.split('-').next().unwrap() {
                "fail" => tally.fail > 0,
                "pass" => tally.pass > 0 && tally.fail + tally.unknown == 0,
                "unknown" => tally.unknown > 0 && tally.fail == 0,
                _ => tally.fail + tally.pass + tally.unknown == 0,
            };
            assert!(got, "{shown}: {tally:?}");
        }
    }
}

const GOOD: &str = r#"
[[catalogue]]
key = "security-hub"
name = "Security Hub"
about = "All."

[catalogue.checks]
"ELB.4" = "Drop headers"
"ELB.12" = "Desync"
"ELB.7" = "Draining"

[[folded]]
into = ["public-alb"]
because = "it is the same"
checks = ["security-hub ELB.12"]

[[left-out]]
because = "classic"
checks = ["security-hub ELB.7"]
"#;

/// A pack with one rule, which maps the ids.
fn mapping(ids: &str) -> RulePack {
    let rule = fs::read_to_string(path("rules/balancing/http-listener-forwards.toml")).unwrap();
    let rule = rule.split("\n[mappings]").next().unwrap().replace("http-listener-forwards", "public-alb");
    let rule = format!("{rule}\n[mappings]\nsecurity-hub = [{ids}]\n");
    RulePack::load([("balancing/public-alb.toml".to_owned(), rule)].into_iter(), &facts::registry()).unwrap()
}

#[test]
fn what_is_wrong_is_found() {
    let find = |text: &str, ids: &str| match Coverage::read("c.toml", text) {
        Ok(coverage) => told(&coverage.problems(&mapping(ids))),
        Err(problems) => told(&problems),
    };
    assert_eq!(find(GOOD, "\"ELB.4\""), "");
    assert!(find(GOOD, "").contains("no rule judges security-hub ELB.4, and nothing says why"));
    assert!(find(GOOD, "\"ELB.4\", \"ELB.44\"").contains("the rule public-alb maps security-hub ELB.44, which c.toml does not know"));
    assert!(find(GOOD, "\"ELB.4\", \"ELB.7\"").contains("ELB.7 is explained here, and mapped by the rule public-alb"));
    assert!(find(&GOOD.replace("ELB.7\"]", "ELB.8\"]"), "\"ELB.4\"").contains("no catalogue here has a check `security-hub ELB.8`"));
    assert!(find(&GOOD.replace("ELB.7\"]", "ELB.12\"]"), "\"ELB.4\"").contains("`security-hub ELB.12` is explained twice"));
    assert!(find(&GOOD.replace("[\"public-alb\"]", "[\"public\"]"), "\"ELB.4\"").contains("there is no rule `public`"));
    assert!(find(&GOOD.replace("because = \"classic\"\n", ""), "\"ELB.4\"").contains("says why under `because`"));
    assert!(find(&GOOD.replace("into = [\"public-alb\"]\n", ""), "\"ELB.4\"").contains("names the rules under `into`"));
    assert!(find(&GOOD.replace("because =", "becaus ="), "\"ELB.4\"").contains("unknown field `becaus`"));
    assert!(
        find(&GOOD.replace("\"security-hub\"", "\"hub\"").replace("security-hub ", "hub "), "\"ELB.4\"")
            .contains("maps ids of security-hub")
    );
}

#[test]
fn rows_are_sorted_as_people_would() {
    let coverage = Coverage::read("c.toml", GOOD).unwrap();
    let rules = mapping("\"ELB.4\"");
    let rows = coverage.rows(&coverage.catalogues[0], &rules);
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), ["ELB.4", "ELB.7", "ELB.12"]);
    assert_eq!(rows[0].answer, Answer::Judged(vec!["public-alb"]));
    assert_eq!(rows[1].answer, Answer::LeftOut("classic"));
    let told = check_lines(&coverage, &rules, "elb.12").unwrap();
    assert_eq!(told, "Security Hub ELB.12: Desync\n  folded into public-alb: it is the same\n");
    assert_eq!(check_lines(&coverage, &rules, "ELB.5"), None);
}
