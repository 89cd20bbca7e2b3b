//! `apiaudit explain`.

mod report;
mod text;

use serde_json::json;

use super::args::{Explain, Form};
use super::config::{self, Setup};
use super::{Ended, Failure, VERSION};
use crate::assessment::Suppression;
use crate::collect::Needs;
use crate::rules::choice::find_rule;
use crate::rules::coverage::{Coverage, check_lines};
use crate::rules::{Rule, RulePack, Settings, Wanted, Why, actions_read, assess_with, facts, page, why};
use crate::shell::Shell;

/// How many digits of a fingerprint are enough to be meant as one.
const DIGITS: usize = 6;
/// How many candidates are named when it is not clear which was meant.
const CANDIDATES: usize = 8;
/// What is known about other catalogues' checks.
const COVERAGE: (&str, &str) = ("docs/coverage.toml", include_str!("../../../docs/coverage.toml"));

pub(super) fn run(explain: &Explain, shell: Shell) -> Result<Ended, Failure> {
    let setup = config::load(&explain.configuration, &explain.folders)?;
    let told = tell(explain, &setup, shell)?;
    shell.print(&told).map_err(|error| Failure::not_audited(format!("stdout: {error}"), "try again"))?;
    Ok(Ended::Clean)
}

fn tell(explain: &Explain, setup: &Setup, shell: Shell) -> Result<String, Failure> {
    let pack = &setup.pack;
    let what = explain.what.as_str();
    if let Some(rule) = pack.get(what) {
        return Ok(page(rule));
    }
    if let Some((rule, resource)) = what.split_once('@') {
        let rule = choose(pack, rule)?;
        return finding(explain, setup, &[rule], Wanted::Resource(resource), shell);
    }
    let check = Coverage::read(COVERAGE.0, COVERAGE.1).ok().and_then(|coverage| check_lines(&coverage, pack, what));
    if let Some(lines) = check {
        return Ok(lines);
    }
    let digits = what.to_ascii_lowercase();
    if digits.len() >= DIGITS && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let rules: Vec<&Rule> = pack.rules().iter().collect();
        return finding(explain, setup, &rules, Wanted::Fingerprint(&digits), shell);
    }
    choose(pack, what).map(page)
}

/// The rule of the name, or hints.
fn choose<'p>(pack: &'p RulePack, name: &str) -> Result<&'p Rule, Failure> {
    find_rule(pack, name).map_err(|mut wrong| {
        wrong.help.push("a finding is named by six or more digits of its fingerprint, or as RULE@RESOURCE".to_owned());
        wrong.into()
    })
}

fn finding(explain: &Explain, setup: &Setup, rules: &[&Rule], wanted: Wanted<'_>, shell: Shell) -> Result<String, Failure> {
    if let Some(file) = &explain.report {
        return report::tell(file, rules, wanted, explain.format);
    }
    explain.inventory.check()?;
    let needs = Needs::of_rules(&rules.iter().copied().flat_map(actions_read).collect());
    let needs = Needs { tags: needs.tags || setup.asks_tags(), ..needs };
    let ranges = explain.inventory.shared_ranges()?;
    let source = explain.inventory.obtain(&setup.aws(&explain.aws), &explain.code, &explain.lines, needs, shell)?;
    let settings = Settings { shared: &ranges, scope: setup.scope(explain.scope) };
    let found = why(&source.inventory, rules, &facts::registry(), settings, wanted);
    let found = match found.as_slice() {
        [one] => one,
        [] => return Err(nothing(rules, wanted)),
        several => return Err(unclear(several, wanted)),
    };
    let Some(rule) = rules.iter().find(|rule| rule.id == found.rule) else { return Err(nothing(rules, wanted)) };
    let assessment = assess_with(&source.inventory, &[rule], VERSION, settings).with_sources(source.sources);
    let assessment = setup.put_up_with(assessment, &source.inventory);
    let outcome = assessment.outcomes.iter().find(|outcome| outcome.subject.id == found.subject.id);
    let suppressed = outcome.and_then(|outcome| outcome.suppressed.as_ref());
    Ok(match explain.format {
        Form::Text => text::finding(rule, found, suppressed),
        Form::Json => format!("{:#}\n", as_json(rule, found, suppressed)),
    })
}

fn nothing(rules: &[&Rule], wanted: Wanted<'_>) -> Failure {
    match wanted {
        Wanted::Fingerprint(digits) => Failure::usage(
            format!("no verdict's fingerprint begins with {digits}"),
            "`apiaudit scan --format json` lists the fingerprints; a finding of another account or of an inventory of its own is not here",
        ),
        Wanted::Resource(name) => {
            let kinds: Vec<&str> = rules.iter().map(|rule| rule.subject).collect();
            Failure::usage(
                format!("there is no {} `{name}`", kinds.join(" or ")),
                "give its ARN or id, its name, or the end of one; `apiaudit scan --format json` lists what was judged",
            )
        }
    }
}

fn unclear(found: &[Why], wanted: Wanted<'_>) -> Failure {
    let what = match wanted {
        Wanted::Fingerprint(digits) => digits,
        Wanted::Resource(name) => name,
    };
    let names = found.iter().take(CANDIDATES).map(|why| format!("{} {}@{}", why.fingerprint, why.rule, why.subject.id));
    let mut help: Vec<String> = names.collect();
    if found.len() > CANDIDATES {
        help.push(format!("and {} others", found.len() - CANDIDATES));
    }
    let message = format!("`{what}` may be any of {} verdicts; say which", found.len());
    Failure::Told { ended: Ended::Usage, message, help }
}

fn as_json(rule: &Rule, why: &Why, suppressed: Option<&Suppression>) -> serde_json::Value {
    let gaps = match &why.verdict {
        crate::assessment::Verdict::Unknown(gaps) => gaps.as_slice(),
        _ => &[],
    };
    json!({
        "format": "apiaudit-explanation",
        "version": 1,
        "rule": why.rule,
        "title": rule.title,
        "severity": rule.severity.as_str(),
        "subject": { "kind": why.subject.kind, "id": why.subject.id, "name": why.subject.name, "region": why.subject.region, "draft": why.subject.draft },
        "verdict": why.verdict.as_str(),
        "fingerprint": why.fingerprint,
        "message": why.message,
        "suppressed": suppressed.map(|found| json!({ "reason": found.reason, "file": found.place.file, "line": found.place.start_line })),
        "applies": why.applies.as_ref().map(text::part_json),
        "condition": why.condition.as_ref().map(text::part_json),
        "evidence": why.evidence.iter().map(|item| json!({ "label": item.label, "value": item.value })).collect::<Vec<_>>(),
        "paths": why.paths.iter().map(|path| path.steps.iter().map(|step| json!({ "kind": step.kind, "id": step.id, "text": step.text })).collect()).collect::<Vec<Vec<_>>>(),
        "missing": gaps.iter().map(|gap| json!({ "action": gap.action, "region": gap.region, "resource": gap.resource, "detail": gap.detail })).collect::<Vec<_>>(),
        "cli": why.cli,
    })
}
