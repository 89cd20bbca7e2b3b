//! A plan as the operator sees it before anything is applied.

use std::io;

use comfy_table::{ContentArrangement, Table, presets};

use crate::migrate::plan::{Action, Check, Phase, Plan, Step};
use crate::migrate::planner::{Choice, Planned, Refusal};
use crate::migrate::resolve::{Piece, pieces};
use crate::migrate::thing::{Create, State};
use crate::report::Style;
use crate::report::page::{Page, Tone};
use crate::report::text::{ascii, count, escape};

/// Below this width the ways are told one by one instead of side by side.
const SIDE_BY_SIDE: u16 = 76;

/// Shows what came of planning; `nothing` is what to say when there is neither a plan nor a refusal.
pub fn text(planned: &Planned, nothing: &str, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut page = Page::new(&style, out);
    choices(planned, style, &mut page)?;
    refusals(&planned.refusals, &mut page)?;
    match &planned.plan {
        Some(plan) => self::plan(plan, &mut page),
        None if planned.refusals.is_empty() => page.text(0, Tone::Good, &sentence(nothing)),
        None => page.text(0, Tone::Strong, "No plan: what is refused comes first."),
    }
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).chain(['.']).collect()
}

/// The private ways to each load balancer, side by side.
fn choices(planned: &Planned, style: Style, page: &mut Page<'_>) -> io::Result<()> {
    for group in planned.choices.chunk_by(|a, b| a.balancer == b.balancer) {
        page.text(0, Tone::Strong, &format!("Private ways to ALB {}", group[0].balancer))?;
        if style.width >= SIDE_BY_SIDE {
            page.verbatim(0, Tone::Plain, &side_by_side(group, style))?;
        } else {
            one_by_one(group, page)?;
        }
        for choice in group {
            // What is in the way of what was asked for comes further down, with what to do.
            for refusal in choice.refusals.iter().filter(|refusal| !planned.refusals.contains(refusal)) {
                let against = format!("{} is refused ({}): {}", choice.target, refusal.code.as_str(), refusal.because);
                page.hanging("", "  ", Tone::Plain, &against)?;
            }
        }
        for choice in group.iter().filter(|choice| choice.taken) {
            page.text(0, Tone::Plain, &format!("Taken: {}, because {}.", choice.target, choice.why))?;
        }
        page.blank()?;
    }
    Ok(())
}

fn side_by_side(group: &[Choice], style: Style) -> String {
    let mut table = Table::new();
    let preset = if style.unicode { presets::UTF8_HORIZONTAL_ONLY } else { presets::ASCII_HORIZONTAL_ONLY };
    table.load_style(preset).set_content_arrangement(ContentArrangement::Dynamic).set_width(style.width.min(110));
    let safe = |text: &str| if style.unicode { escape(text).into_owned() } else { ascii(text).into_owned() };
    let row = |name: &str, cell: &dyn Fn(&Choice) -> String| -> Vec<String> {
        std::iter::once(name.to_owned()).chain(group.iter().map(|choice| safe(&cell(choice)))).collect()
    };
    table.set_header(row("", &|choice| if choice.taken { format!("{} (taken)", choice.target) } else { choice.target.to_string() }));
    table.add_row(row("adds", &|choice| choice.adds.to_owned()));
    table.add_row(row("keeps", &|choice| choice.keeps.to_owned()));
    table.add_row(row("loses", &|choice| choice.loses.to_owned()));
    table.add_row(row("takes", &|choice| choice.takes.to_owned()));
    table.add_row(row("why", &|choice| choice.why.clone()));
    table.add_row(row("refused", &|choice| codes(choice)));
    table.to_string()
}

fn codes(choice: &Choice) -> String {
    let mut codes: Vec<&str> = choice.refusals.iter().map(|refusal| refusal.code.as_str()).collect();
    codes.dedup();
    if codes.is_empty() { "no".to_owned() } else { codes.join(", ") }
}

fn one_by_one(group: &[Choice], page: &mut Page<'_>) -> io::Result<()> {
    for choice in group {
        page.text(2, Tone::Strong, &format!("{}{}", choice.target, if choice.taken { " (taken)" } else { "" }))?;
        for (name, text) in [("adds", choice.adds), ("keeps", choice.keeps), ("loses", choice.loses), ("takes", choice.takes)] {
            page.hanging("    ", "      ", Tone::Plain, &format!("{name} {text}"))?;
        }
        page.hanging("    ", "      ", Tone::Plain, &format!("why: {}", choice.why))?;
        page.hanging("    ", "      ", Tone::Plain, &format!("refused: {}", codes(choice)))?;
    }
    Ok(())
}

fn refusals(refusals: &[Refusal], page: &mut Page<'_>) -> io::Result<()> {
    for refusal in refusals {
        let tone = Tone::Severity(crate::assessment::Severity::Medium);
        page.hanging("", "  ", tone, &format!("refused ({}): {}", refusal.code.as_str(), refusal.subject))?;
        page.hanging("  ", "  ", Tone::Plain, refusal.code.what())?;
        page.hanging("  ", "    ", Tone::Plain, &format!("cause: {}", refusal.because))?;
        page.hanging("  ", "    ", Tone::Plain, &format!("what to do: {}", refusal.code.remedy()))?;
    }
    if refusals.is_empty() { Ok(()) } else { page.blank() }
}

fn plan(plan: &Plan, page: &mut Page<'_>) -> io::Result<()> {
    page.text(0, Tone::Strong, &plan.summary)?;
    let place = format!("plan {}, account {}, {}, made {}", plan.id, plan.account, plan.region, plan.made_at);
    page.text(0, Tone::Faint, &place)?;
    page.text(0, Tone::Strong, &format!("{}; {}.", count(plan.steps.len(), "step", "steps"), lasting(plan)))?;
    for warning in &plan.warnings {
        page.hanging("", "  ", Tone::Plain, &format!("note: {warning}"))?;
    }
    let mut phase = None;
    for (place, step) in plan.steps.iter().enumerate() {
        if phase != Some(step.phase) {
            phase = Some(step.phase);
            page.blank()?;
            page.text(0, Tone::Strong, heading(step.phase))?;
        }
        self::step(place + 1, step, page)?;
    }
    if !plan.relies_on.is_empty() {
        page.blank()?;
    }
    relies(plan, page)
}

/// From where on there is no way back: said before anything is done.
pub(super) fn lasting(plan: &Plan) -> String {
    let first = plan.steps.iter().position(|step| matches!(step.action, Action::Remove(_)));
    match first {
        None => "every one can be taken back".to_owned(),
        Some(place) => format!("from step {} on it CANNOT be taken back", place + 1),
    }
}

fn relies(plan: &Plan, page: &mut Page<'_>) -> io::Result<()> {
    if plan.relies_on.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = plan.relies_on.keys().map(String::as_str).collect();
    page.hanging("", "  ", Tone::Faint, &format!("Relies on, and is stale when it changes: {}", names.join(", ")))
}

/// What a part of a plan is for.
pub(super) fn heading(phase: Phase) -> &'static str {
    match phase {
        Phase::Prepare => "Prepare: the new way is built, and no request takes it",
        Phase::Prove => "Prove: the new way is tried beside the old one, before anybody is served from it",
        Phase::Cut => "Cut: requests move to the new way",
        Phase::Verify => "Verify",
        Phase::Lockdown => "Lock down: the old way is closed, so that it can be opened again",
        Phase::Fix => "Fix",
        Phase::Remove => "Remove for good",
    }
}

fn step(number: usize, step: &Step, page: &mut Page<'_>) -> io::Result<()> {
    let usual = if step.usual_seconds >= 30 { format!("; usually {}", minutes(step.usual_seconds)) } else { String::new() };
    page.hanging(&format!("{number:>3}. "), "     ", Tone::Plain, &step.title)?;
    page.hanging("     ", "       ", Tone::Faint, &format!("{}{usual}; {}", call(&step.action), undo(&step.action)))
}

fn minutes(seconds: u64) -> String {
    if seconds < 120 { format!("{seconds} s") } else { format!("{} min", seconds.div_ceil(60)) }
}

/// The call that a step makes.
pub(super) fn call(action: &Action) -> &'static str {
    match action {
        Action::Create(thing) => thing.operation(),
        Action::Discard { .. } => "deletes what an earlier step made",
        Action::Set { property, after, .. } => property.operation(after),
        Action::Remove(thing) => thing.operation(),
        Action::Check(Check::Healthy { .. }) => "reads target health",
        Action::Check(Check::Baseline { .. } | Check::SameAs { .. }) => "sends GETs",
        Action::Check(Check::Rescan { .. }) => "reads",
    }
}

/// How a step is taken back, in words.
pub(super) fn undo(action: &Action) -> String {
    match action {
        Action::Create(thing) if thing.goes_with_its_api() => "goes with the scratch API".to_owned(),
        Action::Create(Create::GroupRules { .. }) => "undo: delete the rules".to_owned(),
        Action::Create(_) => "undo: delete it".to_owned(),
        Action::Set { undone_by_earlier: true, .. } => "undone with an earlier step".to_owned(),
        Action::Set { before, .. } => format!("undo: set back to {}", shown(before)),
        Action::Discard { .. } | Action::Check(_) => "nothing to undo".to_owned(),
        Action::Remove(_) => "CANNOT be undone".to_owned(),
    }
}

/// A state in words.
pub(super) fn shown(state: &State) -> String {
    match state {
        State::Settings(settings) if settings.is_empty() => "nothing".to_owned(),
        State::Settings(settings) => settings.iter().map(|(key, value)| format!("{key} = {}", told(value))).collect::<Vec<_>>().join(", "),
        State::Names(names) if names.is_empty() => "none".to_owned(),
        State::Names(names) => names.join(", "),
        State::Targets(targets) if targets.is_empty() => "no target group".to_owned(),
        State::Targets(targets) => targets.iter().map(|target| told(&target.target_group)).collect::<Vec<_>>().join(", "),
        State::Rules(rules) => format!("the same {}", count(rules.len(), "rule", "rules")),
    }
}

/// A text in which what a step makes goes by the step's name.
fn told(text: &str) -> String {
    let each = pieces(text).into_iter().map(|piece| match piece {
        Piece::Text(text) => text.to_owned(),
        Piece::Hole(name) => format!("what {name} makes"),
    });
    each.collect()
}
