//! `apiaudit rules`.

use std::fmt::Write as _;
use std::path::Path;

use comfy_table::{Table, presets};
use serde_json::json;

use super::args::{Rules, RulesCommand, Selection};
use super::{Ended, Failure, VERSION, config, pack, source};
use crate::assessment::{Assessment, Verdict};
use crate::rules::{Rule, RulePack, assess, facts, field_reference};
use crate::shell::{self, Shell};

pub(super) fn run(rules: &Rules, shell: Shell) -> Result<Ended, Failure> {
    let (page, ended) = match &rules.command {
        RulesCommand::List { selection, json } => (list(selection, *json)?, Ended::Clean),
        RulesCommand::Check { dir } => (check(dir)?, Ended::Clean),
        RulesCommand::Test { dir, cases } => test(dir, cases.as_deref())?,
        RulesCommand::Facts => (field_reference(&facts::registry()), Ended::Clean),
    };
    shell.print(&page).map_err(|error| Failure::not_audited(format!("stdout: {error}"), "try again"))?;
    Ok(ended)
}

fn list(selection: &Selection, as_json: bool) -> Result<String, Failure> {
    let setup = config::load(&selection.configuration, &selection.folders)?;
    let mut rules = setup.choose(selection)?;
    if as_json {
        let rows: Vec<_> = rules.iter().map(|rule| row(rule)).collect();
        return Ok(format!("{:#}\n", json!({ "format": "apiaudit-rules", "version": 1, "rules": rows })));
    }
    rules.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.id.cmp(&b.id)));
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["rule", "severity", "judges", "finds"]);
    for rule in &rules {
        table.add_row([rule.id.as_str(), rule.severity.as_str(), rule.subject, rule.title.as_str()]);
    }
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    Ok(format!("{}\n\n{} rules; `apiaudit explain RULE` tells about one\n", lines.join("\n"), rules.len()))
}

fn row(rule: &Rule) -> serde_json::Value {
    json!({
        "id": rule.id,
        "title": rule.title,
        "severity": rule.severity.as_str(),
        "precision": rule.precision.name(),
        "family": rule.family,
        "subject": rule.subject,
        "since": rule.since,
        "aliases": rule.aliases,
        "mappings": rule.mappings,
    })
}

fn load(dir: &Path) -> Result<RulePack, Failure> {
    RulePack::load(pack::read(dir)?.into_iter(), &facts::registry()).map_err(Failure::Shown)
}

fn check(dir: &Path) -> Result<String, Failure> {
    let rules = load(dir)?;
    // A team's rules live beside ours: an id must be free.
    pack::ours().and_then(|ours| {
        match rules.rules().iter().find(|rule| ours.get(&rule.id).is_some_and(|our| our.file != rule.file && !same_file(our, rule))) {
            Some(rule) => {
                Err(Failure::usage(format!("{}: apiaudit has a rule `{}` of its own", rule.file, rule.id), "give the rule another id"))
            }
            None => Ok(()),
        }
    })?;
    let count = rules.rules().len();
    Ok(format!("{count} {} well-formed\n", if count == 1 { "rule is" } else { "rules are" }))
}

/// Whether a rule is one of the pack itself, checked in a checkout of apiaudit.
fn same_file(ours: &Rule, theirs: &Rule) -> bool {
    theirs.file.replace('\\', "/").ends_with(&ours.file)
}

/// What a case expects, by the beginning of its name.
const EXPECTATIONS: [&str; 4] = ["fail", "pass", "unknown", "not-applicable"];

fn test(dir: &Path, cases: Option<&Path>) -> Result<(String, Ended), Failure> {
    let rules = load(dir)?;
    let default = dir.join("cases");
    let cases = cases.unwrap_or(&default);
    let mut report = String::new();
    let (mut passed, mut failed) = (0, 0);
    for rule in rules.rules() {
        let folder = cases.join(&rule.id);
        let files = shell::json_files(&folder).map_err(|error| {
            Failure::usage(format!("{} cannot be read: {error}", folder.display()), "name the folder of the cases with --cases")
        })?;
        if files.is_empty() {
            failed += 1;
            let _ = writeln!(report, "FAILED {}: there are no cases in {}", rule.id, folder.display());
        }
        for file in files {
            let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            match judge(rule, &file, &stem) {
                Ok(()) => passed += 1,
                Err(Wrong::Case(why)) => {
                    failed += 1;
                    let _ = writeln!(report, "FAILED {} {stem}: {why}", rule.id);
                }
                Err(Wrong::File(failure)) => return Err(failure),
            }
        }
    }
    let _ = writeln!(report, "{passed} passed, {failed} failed");
    Ok((report, if failed == 0 { Ended::Clean } else { Ended::Findings }))
}

enum Wrong {
    Case(String),
    File(Failure),
}

fn judge(rule: &Rule, file: &Path, stem: &str) -> Result<(), Wrong> {
    let Some(expected) = EXPECTATIONS.iter().find(|expected| stem == **expected || stem.starts_with(&format!("{expected}-"))) else {
        return Err(Wrong::Case(format!("the name does not begin with {}", EXPECTATIONS.join(", "))));
    };
    let inventory = source::read(file).map_err(Wrong::File)?;
    meets(&assess(&inventory, &[rule], VERSION), expected).map_err(Wrong::Case)
}

/// Whether the verdicts are what a case expects.
pub(crate) fn meets(assessment: &Assessment, expected: &str) -> Result<(), String> {
    let tally = assessment.tally();
    let passes = tally.pass + tally.pass_of_draft;
    let met = match expected {
        "fail" => tally.fail > 0,
        "pass" => passes > 0 && tally.fail == 0 && tally.unknown == 0,
        "unknown" => tally.unknown > 0 && tally.fail == 0 && assessment.unknowns().all(|outcome| names_a_reason(&outcome.verdict)),
        _ => tally.fail == 0 && passes == 0 && tally.unknown == 0,
    };
    let got = format!("{} fail, {passes} pass, {} unknown, {} not applicable", tally.fail, tally.unknown, tally.not_applicable);
    if met { Ok(()) } else { Err(format!("expected {expected}, got {got}")) }
}

fn names_a_reason(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Unknown(gaps) if gaps.iter().all(|gap| !gap.action.is_empty() || gap.detail.is_some()))
}
