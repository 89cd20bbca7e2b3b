//! How far a run is, from its journal.

use std::io;

use super::shell::quoted;
use crate::migrate::journal::Told;
use crate::migrate::plan::{Action, Step};
use crate::report::Style;
use crate::report::page::{Page, Tone};
use crate::report::text::count;

/// Shows what a journal tells, and the command that comes next.
pub fn status(told: &Told, journal: &str, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut page = Page::new(&style, out);
    page.text(0, Tone::Strong, &told.plan.summary)?;
    let place = format!("plan {}, account {}, {}, run by {}", told.plan.id, told.plan.account, told.plan.region, told.owner);
    page.text(0, Tone::Faint, &place)?;
    for (number, step) in told.plan.steps.iter().enumerate() {
        page.hanging(&format!("{:>3}. {:<9} ", number + 1, state(told, step)), "               ", Tone::Plain, &step.title)?;
    }
    page.blank()?;
    let stands = |step: &&Step| told.done.contains(&step.id) && !told.undone.contains(&step.id);
    let done = told.plan.steps.iter().filter(stands).count();
    let all = count(told.plan.steps.len(), "step", "steps");
    page.text(0, Tone::Strong, &format!("{done} of {all} done. {}", conclusion(told)))?;
    for (words, command) in next(told, journal) {
        page.text(0, Tone::Plain, words)?;
        page.verbatim(2, Tone::Plain, &command)?;
    }
    Ok(())
}

fn state(told: &Told, step: &Step) -> &'static str {
    let stuck = told.stuck.as_ref().is_some_and(|(id, _)| *id == step.id);
    if stuck {
        "stuck"
    } else if told.undone.contains(&step.id) {
        "undone"
    } else if told.ended.is_none() && told.intended.get(&step.id) == Some(&true) {
        "undoing"
    } else if told.done.contains(&step.id) {
        "done"
    } else if told.intended.contains_key(&step.id) {
        "in flight"
    } else {
        "-"
    }
}

fn conclusion(told: &Told) -> String {
    match (told.ended, &told.stuck, &told.going_back) {
        (Some(true), ..) => "The plan is applied and verified.".to_owned(),
        (Some(false), ..) => "The plan was taken back: everything is as it was before.".to_owned(),
        (None, Some((step, why)), _) => format!("It cannot go on before somebody helps, at step {step}: {why}."),
        (None, None, Some(why)) => format!("It is on its way back: {why}."),
        (None, None, None) => "It has not ended: it is at work, or was interrupted.".to_owned(),
    }
}

/// What to do next, in words and as a command.
fn next(told: &Told, journal: &str) -> Vec<(&'static str, String)> {
    let command = |what: &str| format!("apiaudit fix --{what} {}", quoted(journal));
    match told.ended {
        Some(true) if told.plan.steps.iter().any(|step| matches!(step.action, Action::Remove(_))) => Vec::new(),
        Some(true) => vec![("To take it back:", command("rollback"))],
        Some(false) => Vec::new(),
        None if told.going_back.is_some() => vec![("To go on with going back:", command("rollback"))],
        None => vec![("To go on, if nothing is at work on it:", command("resume")), ("To take it back:", command("rollback"))],
    }
}
