//! A finding taken apart, for people and for programs.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::json;

use crate::assessment::{Path, Suppression, Verdict};
use crate::inventory::Gap;
use crate::report::text::escape;
use crate::rules::expr::{Fact, Join, Part, Truth};
use crate::rules::{Rule, Why};

/// Everything there is to say about a verdict.
pub(super) fn finding(rule: &Rule, why: &Why, suppressed: Option<&Suppression>) -> String {
    let mut text = String::new();
    let verdict = why.verdict.as_str();
    line(&mut text, 0, &format!("{verdict}: {} on {}", rule.id, why.subject.name));
    line(&mut text, 2, &format!("{} · severity {} · {}", rule.title, rule.severity, why.subject.region));
    line(&mut text, 2, &why.subject.id);
    line(&mut text, 2, &format!("fingerprint {}", why.fingerprint));
    if why.subject.draft {
        line(&mut text, 2, "judged by the working copy: what is deployed could not be read");
    }
    if !why.message.is_empty() {
        text.push('\n');
        line(&mut text, 0, &why.message);
    }
    if let Some(found) = suppressed {
        line(&mut text, 0, &format!("Suppressed in {}:{}: {}", found.place.file, found.place.start_line, found.reason));
    }
    judgement(&mut text, why);
    if !why.evidence.is_empty() {
        text.push_str("\nEvidence\n");
        for item in &why.evidence {
            line(&mut text, 2, &format!("{} = {}", item.label, item.value));
        }
    }
    ways(&mut text, &why.paths);
    if let Verdict::Unknown(gaps) = &why.verdict {
        missing(&mut text, gaps);
    }
    if why.verdict == Verdict::Fail {
        remedy(&mut text, rule, why.cli.as_deref());
    }
    text
}

fn judgement(text: &mut String, why: &Why) {
    let (Some(condition), verdict) = (&why.condition, &why.verdict) else {
        text.push_str("\nIts facts could not be read: there was nothing to ask the conditions about.\n");
        return;
    };
    text.push_str("\nJudgement (* marks what the answer rests on)\n");
    match &why.applies {
        None => line(text, 2, "The rule speaks of every such resource."),
        Some(applies) => {
            line(text, 2, &format!("Does the rule speak of it? {}", answer(&applies.truth)));
            part(text, 4, applies);
        }
    }
    let so = match verdict {
        Verdict::Fail => "yes, so it fails",
        Verdict::Pass => "no, so it passes",
        Verdict::NotApplicable => "not asked, for the rule does not speak of it",
        Verdict::Unknown(_) => answer(&condition.truth),
    };
    line(text, 2, &format!("Is it wrong? {so}"));
    part(text, 4, condition);
}

fn answer(truth: &Truth) -> &'static str {
    match truth {
        Truth::True => "yes",
        Truth::False => "no",
        Truth::Unknown(_) => "unknown",
    }
}

fn part(text: &mut String, indent: usize, part: &Part) {
    let mark = if part.decides { "*" } else { " " };
    let words = match &part.join {
        Join::All(_) => "all of".to_owned(),
        Join::Any(_) => "any of".to_owned(),
        Join::One(_) => part.text.split_whitespace().collect::<Vec<_>>().join(" "),
    };
    line(text, indent, &format!("{mark} {:<7} {words}", answer(&part.truth)));
    match &part.join {
        Join::All(parts) | Join::Any(parts) => {
            for inner in parts {
                self::part(text, indent + 2, inner);
            }
        }
        Join::One(facts) => {
            // Facts of one origin stand together: the calls behind a way are many, and the same for all it says.
            for together in facts.chunk_by(|a, b| a.actions == b.actions) {
                for fact in together {
                    line(text, indent + 10, &format!("{} = {}", fact.path, fact.value));
                }
                together.first().into_iter().for_each(|fact| wrapped(text, indent + 12, &origin(fact)));
            }
        }
    }
}

/// Where a fact comes from.
fn origin(fact: &Fact) -> String {
    if fact.actions.is_empty() { "worked out by apiaudit".to_owned() } else { format!("read by {}", fact.actions.join(", ")) }
}

/// The columns that long lists of calls are held to.
const WIDTH: usize = 120;

fn wrapped(text: &mut String, indent: usize, words: &str) {
    for part in textwrap::wrap(&escape(words), WIDTH.saturating_sub(indent).max(40)) {
        line(text, indent, &part);
    }
}

fn ways(text: &mut String, paths: &[Path]) {
    let shown = paths.iter().filter(|path| path.steps.len() > 1);
    for (number, path) in shown.enumerate() {
        if number == 0 {
            text.push_str("\nWays\n");
        }
        for (depth, step) in path.steps.iter().enumerate() {
            let words = if step.text.is_empty() { format!("{} {}", step.kind, step.id) } else { step.text.clone() };
            let arrow = if depth == 0 { "" } else { "-> " };
            line(text, 2 + 2 * depth.min(1), &format!("{arrow}{words}"));
        }
    }
}

fn missing(text: &mut String, gaps: &[Gap]) {
    text.push_str("\nMissing\n");
    for gap in gaps {
        let detail = gap.detail.as_deref().filter(|_| gap.action.is_empty()).unwrap_or_default();
        line(text, 2, if detail.is_empty() { gap.to_string() } else { detail.to_owned() }.as_str());
    }
    let actions: BTreeSet<&str> = gaps.iter().map(|gap| gap.action.as_str()).filter(|action| !action.is_empty()).collect();
    if !actions.is_empty() {
        line(text, 2, &format!("It takes {}", actions.into_iter().collect::<Vec<_>>().join(", ")));
    }
}

fn remedy(text: &mut String, rule: &Rule, cli: Option<&str>) {
    text.push_str("\nHow to fix\n");
    for (number, step) in rule.remediation.steps.iter().enumerate() {
        line(text, 2, &format!("{}. {step}", number + 1));
    }
    if let Some(console) = &rule.remediation.console {
        line(text, 2, &format!("In the console: {console}"));
    }
    if let Some(cli) = cli {
        text.push('\n');
        for command in cli.lines() {
            line(text, 2, command);
        }
    }
    let _ = writeln!(text, "\n`apiaudit explain {}` tells more about the rule", rule.id);
}

/// A line of which nothing moves the reader's cursor: names come from an account.
fn line(text: &mut String, indent: usize, words: &str) {
    let _ = writeln!(text, "{}{}", " ".repeat(indent), escape(words).trim_end());
}

/// A part of a condition as JSON.
pub(super) fn part_json(part: &Part) -> serde_json::Value {
    let mut value = json!({ "text": part.text, "answer": answer(&part.truth), "decides": part.decides });
    let (key, inner) = match &part.join {
        Join::All(parts) => ("all", parts.iter().map(part_json).collect()),
        Join::Any(parts) => ("any", parts.iter().map(part_json).collect()),
        Join::One(facts) => ("facts", facts.iter().map(fact_json).collect::<Vec<_>>()),
    };
    value[key] = inner.into();
    value
}

fn fact_json(fact: &Fact) -> serde_json::Value {
    json!({ "path": fact.path, "value": fact.value, "says": fact.doc, "actions": fact.actions })
}
