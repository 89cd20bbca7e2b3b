//! A way through resources, drawn one hop a line.

use std::io;

use super::page::{Page, Tone};
use crate::assessment::{Path, PathStep};

/// How many columns one hop stands further in than the one before.
const STEP: usize = 3;

/// Draws a path. In a narrow page the stair goes on straight down before it runs out of page.
pub(super) fn write(path: &Path, indent: usize, page: &mut Page<'_>) -> io::Result<()> {
    let branch = if page.unicode() { "└─ " } else { "`- " };
    let deepest = page.width() / 4;
    for (depth, step) in path.steps.iter().enumerate() {
        let stairs = depth.saturating_sub(1).saturating_mul(STEP).min(deepest);
        let (first, rest) = match depth {
            0 => (" ".repeat(indent), " ".repeat(indent + 2)),
            _ => (format!("{}{branch}", " ".repeat(indent + stairs)), " ".repeat(indent + stairs + 5)),
        };
        page.hanging(&first, &rest, Tone::Plain, &words(step))?;
    }
    Ok(())
}

/// A hop in words.
pub(super) fn words(step: &PathStep) -> String {
    match (step.text.is_empty(), step.id.is_empty()) {
        (false, _) => step.text.clone(),
        (true, false) => format!("{} {}", step.kind, step.id),
        (true, true) => step.kind.clone(),
    }
}
