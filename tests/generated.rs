//! The files that are made from the code are current. `APIAUDIT_BLESS=1 cargo test --test generated` writes them anew.

#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may stop, and reads the sources")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use apiaudit::inventory::snapshot;
use apiaudit::rules::{RulePack, embedded, facts, field_reference, page, rule_file_schema};

fn check(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    if std::env::var_os("APIAUDIT_BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }
    let current = fs::read_to_string(&path).unwrap_or_default();
    assert!(current == text, "{name} is out of date: run APIAUDIT_BLESS=1 cargo test --test generated");
}

/// The same for a part of a page that people write: what stands between two marks.
fn check_between(name: &str, mark: &str, text: &str) {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
    let (begin, end) = (format!("<!-- {mark}: begin -->\n"), format!("<!-- {mark}: end -->"));
    let (before, rest) = page.split_once(&begin).unwrap_or_else(|| panic!("{name} has no {begin}"));
    let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("{name} has no {end}"));
    check(name, &format!("{before}{begin}\n{text}\n{end}{after}"));
}

fn json(schema: &impl serde::Serialize) -> String {
    format!("{}\n", serde_json::to_string_pretty(schema).unwrap())
}

#[test]
fn the_schema_of_inventories() {
    check("docs/inventory.schema.json", &json(&snapshot::schema()));
}

#[test]
fn the_schema_of_reports() {
    check("docs/report.schema.json", &json(&apiaudit::report::json::schema()));
}

#[test]
fn the_schema_of_differences() {
    check("docs/diff.schema.json", &json(&apiaudit::report::diff::json::schema()));
}

#[test]
fn the_schema_of_paths() {
    check("docs/paths.schema.json", &json(&apiaudit::report::paths::json::schema()));
}

#[test]
fn the_schema_of_sarif_checks() {
    check("docs/sarif-check.schema.json", &json(&apiaudit::report::sarif::check::schema()));
}

#[test]
fn the_tables_of_sarif_checks() {
    check_between("docs/sarif-check.md", "limits", &apiaudit::report::sarif::check::limit_table());
    check_between("docs/sarif-check.md", "kinds", &apiaudit::report::sarif::check::kind_table());
}

#[test]
fn the_schema_of_rules() {
    check("docs/rule.schema.json", &json(&rule_file_schema(&facts::registry())));
}

#[test]
fn the_schema_and_the_reference_of_the_configuration() {
    check("docs/configuration.schema.json", &json(&apiaudit::config::schema()));
    check_between("docs/configuration.md", "keys", &apiaudit::config::reference());
}

#[test]
fn the_reference_of_facts() {
    check("docs/facts.md", &field_reference(&facts::registry()));
}

#[test]
fn the_table_of_refusals() {
    check_between("docs/migration.md", "refusals", &apiaudit::migrate::planner::refusal_table());
}

#[test]
fn the_pages_of_rules() {
    let pack = RulePack::load(embedded().into_iter(), &facts::registry()).unwrap();
    let mut index = String::from("# Rules\n\n| rule | severity | judges | finds |\n|---|---|---|---|\n");
    for rule in pack.rules() {
        check(&format!("docs/rules/{}.md", rule.id), &page(rule));
        writeln!(index, "| [{0}](rules/{0}.md) | {1} | {2} | {3} |", rule.id, rule.severity, rule.subject, rule.title).unwrap();
    }
    check("docs/rules.md", &index);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules");
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        assert!(pack.get(name.trim_end_matches(".md")).is_some(), "docs/rules/{name} is about no rule");
    }
}
