//! `apiaudit rules`.

use std::fmt::Write as _;
use std::path::Path;

use comfy_table::{Table, presets};
use serde_json::json;

use super::args::{New, Rules, RulesCommand, Selection, TestForm};
use super::{Ended, Failure, VERSION, config, pack};
use crate::assessment::{Assessment, Verdict};
use crate::diagnostics::Diagnostic;
use crate::inventory::snapshot;
use crate::rules::{NewFile, Rule, RulePack, Scope, Settings, assess_with, facts, field_reference, new_rule, rule_file_schema};
use crate::shell::{self, Shell};

pub(super) fn run(rules: &Rules, shell: Shell) -> Result<Ended, Failure> {
    let (page, ended) = match &rules.command {
        RulesCommand::List { selection, json } => (list(selection, *json)?, Ended::Clean),
        RulesCommand::New(new) => (begin(new)?, Ended::Clean),
        RulesCommand::Check { dir } => (check(dir)?, Ended::Clean),
        RulesCommand::Test { dir, cases, format } => test(dir, cases.as_deref(), *format)?,
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

/// Writes a rule to begin with, its cases, and the schema for editors beside them. Nothing that is there is touched.
fn begin(new: &New) -> Result<String, Failure> {
    let told = |(message, help)| Failure::Told { ended: Ended::Usage, message, help };
    let files = new_rule(&new.id, &new.family, &new.subject).map_err(told)?;
    // What cannot be loaded, for a bad id, is not written.
    let rule = files.first().map(|file| (file.name.clone(), file.text.clone()));
    RulePack::load(rule.into_iter(), &facts::registry()).map_err(Failure::Shown)?;
    let place = |file: &NewFile| file.name.split('/').fold(new.dir.clone(), |folder, part| folder.join(part));
    if let Some(there) = files.iter().map(place).find(|file| file.exists()) {
        return Err(Failure::usage(format!("{} is there already", there.display()), "give the rule another id, or remove it first"));
    }
    let mut report = String::new();
    let schema = new.dir.join("rule.schema.json");
    let mut write = |file: &Path, text: &str| -> Result<(), Failure> {
        let help = "name a place that can be written to with --dir";
        shell::write_new(file, text)
            .map_err(|error| Failure::not_audited(format!("{} cannot be written: {error}", file.display()), help))?;
        let _ = writeln!(report, "wrote {}", file.display());
        Ok(())
    };
    for file in &files {
        write(&place(file), &file.text)?;
    }
    if !schema.exists() {
        write(&schema, &format!("{:#}\n", rule_file_schema(&facts::registry())))?;
    }
    let dir = new.dir.display();
    let _ = writeln!(
        report,
        "\nReplace its sentences and its conditions, and then:\n\n    apiaudit rules check {dir}\n    apiaudit rules test {dir}\n    apiaudit scan --rules {dir}"
    );
    Ok(report)
}

fn load(dir: &Path) -> Result<RulePack, Failure> {
    RulePack::load(pack::read(dir)?.into_iter(), &facts::registry()).map_err(Failure::Shown)
}

fn check(dir: &Path) -> Result<String, Failure> {
    let rules = load(dir)?;
    // A team's rules live beside ours: every name must be free.
    let ours = pack::ours()?;
    let mut clashes = Vec::new();
    for rule in rules.rules() {
        for name in std::iter::once(&rule.id).chain(&rule.aliases) {
            if ours.get(name).is_some_and(|our| our.file != rule.file && !same_file(our, rule)) {
                let told = Diagnostic::error(format!("{}: apiaudit has a rule `{name}` of its own", rule.file));
                clashes.push(told.help("give the rule another id: ids are never used again"));
            }
        }
    }
    if !clashes.is_empty() {
        return Err(Failure::Shown(clashes));
    }
    let count = rules.rules().len();
    Ok(format!("{count} {} well-formed\n", if count == 1 { "rule is" } else { "rules are" }))
}

/// Whether a rule is one of the pack itself, checked in a checkout of apiaudit.
fn same_file(ours: &Rule, theirs: &Rule) -> bool {
    theirs.file.replace('\\', "/").ends_with(&ours.file)
}

/// What a case expects, by the beginning of its name.
const EXPECTATIONS: [&str; 4] = ["fail", "pass", "unknown", "not-applicable"];

/// What became of a case.
struct Tried {
    rule: String,
    case: String,
    /// What is wrong; nothing when it passed.
    wrong: Option<Wrong>,
}

/// Why a case did not pass.
enum Wrong {
    /// It got another verdict, or there is none to get.
    Verdict(String),
    /// It could not be read.
    File(String),
}

impl Wrong {
    fn words(&self) -> &str {
        match self {
            Self::Verdict(words) | Self::File(words) => words,
        }
    }
}

fn test(dir: &Path, cases: Option<&Path>, form: TestForm) -> Result<(String, Ended), Failure> {
    let rules = load(dir)?;
    let default = dir.join("cases");
    let cases = cases.unwrap_or(&default);
    let mut tried = Vec::new();
    for rule in rules.rules() {
        let folder = cases.join(&rule.id);
        let files = shell::json_files(&folder).map_err(|error| {
            Failure::usage(format!("{} cannot be read: {error}", folder.display()), "name the folder of the cases with --cases")
        })?;
        if files.is_empty() {
            let wrong = Some(Wrong::Verdict(format!("there are no cases in {}", folder.display())));
            tried.push(Tried { rule: rule.id.clone(), case: String::new(), wrong });
        }
        for file in files {
            let case = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            let wrong = judge(rule, &file, &case).err();
            tried.push(Tried { rule: rule.id.clone(), case, wrong });
        }
    }
    let unread = tried.iter().any(|tried| matches!(tried.wrong, Some(Wrong::File(_))));
    let failed = tried.iter().any(|tried| tried.wrong.is_some());
    let ended = match (unread, failed) {
        (true, _) => Ended::Usage,
        (false, true) => Ended::Findings,
        (false, false) => Ended::Clean,
    };
    Ok((told(&tried, form), ended))
}

/// The results, all of them in JSON, those that are wrong in text.
fn told(tried: &[Tried], form: TestForm) -> String {
    let failed = tried.iter().filter(|tried| tried.wrong.is_some()).count();
    let passed = tried.len() - failed;
    if form == TestForm::Json {
        let cases = tried.iter().map(|tried| {
            json!({ "rule": tried.rule, "case": tried.case, "passed": tried.wrong.is_none(), "wrong": tried.wrong.as_ref().map(Wrong::words) })
        });
        let cases: Vec<_> = cases.collect();
        return format!(
            "{:#}\n",
            json!({ "format": "apiaudit-rule-tests", "version": 1, "passed": passed, "failed": failed, "cases": cases })
        );
    }
    let mut report = String::new();
    for tried in tried {
        if let Some(wrong) = &tried.wrong {
            let name = [tried.rule.as_str(), tried.case.as_str()].join(" ");
            let _ = writeln!(report, "FAILED {}: {}", name.trim(), wrong.words());
        }
    }
    let _ = writeln!(report, "{passed} passed, {failed} failed");
    report
}

fn judge(rule: &Rule, file: &Path, stem: &str) -> Result<(), Wrong> {
    let Some(expected) = EXPECTATIONS.iter().find(|expected| stem == **expected || stem.starts_with(&format!("{expected}-"))) else {
        return Err(Wrong::Verdict(format!("the name does not begin with {}", EXPECTATIONS.join(", "))));
    };
    let text = shell::read_file(file).map_err(|error| Wrong::File(format!("{} cannot be read: {error}", file.display())))?;
    let inventory = snapshot::read(&text).map_err(|error| Wrong::File(format!("{}: {error}", file.display())))?;
    // A case may be about the whole account, as with `--scope account`: its name says so after the verdict.
    let whole = stem.strip_prefix(expected).is_some_and(|rest| rest.starts_with("-account-"));
    let settings = Settings { scope: if whole { Scope::Account } else { Scope::default() }, ..Settings::default() };
    meets(&assess_with(&inventory, &[rule], VERSION, settings), expected).map_err(Wrong::Verdict)
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
