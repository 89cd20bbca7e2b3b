//! Drawings of [`WaysIn`], in one file a format. Nothing here judges.

mod dot;
mod graph;
pub mod json;
mod mermaid;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
mod tree;
mod words;

use std::io;

use super::Style;
use super::text::count;
use crate::assessment::{TargetWays, WayIn, WaysIn};

/// How ways can be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// As trees, for a terminal.
    Tree,
    /// As a Mermaid flowchart, for Markdown.
    Mermaid,
    /// As a digraph for Graphviz.
    Dot,
    /// For programs: everything that is known of each way, in a versioned shape.
    Json,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Tree, Self::Mermaid, Self::Dot, Self::Json];

    /// Its name in flags.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tree => "tree",
            Self::Mermaid => "mermaid",
            Self::Dot => "dot",
            Self::Json => "json",
        }
    }
}

/// How many ways to one target are drawn before the rest is only counted, unless all are asked for.
pub const MOST_DRAWN: usize = 50;

/// Draws ways, and flushes the drawing. JSON lists every way, whatever the limit of the style.
pub fn write(format: Format, ways: &WaysIn, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    match format {
        Format::Tree => tree::write(ways, style, &mut out)?,
        Format::Mermaid => mermaid::write(ways, style, &mut out)?,
        Format::Dot => dot::write(ways, style, &mut out)?,
        Format::Json => json::write(ways, &mut out)?,
    }
    io::Write::flush(&mut out)
}

/// The ways to a target that are drawn.
struct Drawn<'w> {
    target: &'w TargetWays,
    ways: Vec<&'w WayIn>,
    /// How many more there are.
    more: usize,
    /// How many of those are known to go around an API, or may.
    more_around: usize,
}

/// At most so many ways to a target: ways around come before others, but some of the others are kept to compare them with.
fn drawn(target: &TargetWays, limit: Option<usize>) -> Drawn<'_> {
    let limit = limit.map_or(usize::MAX, |limit| limit.max(1));
    let (around, others): (Vec<&WayIn>, Vec<&WayIn>) = target.ways.iter().partition(|way| way.course().is_around());
    let spared = others.len().min((limit / 4).max(usize::from(limit > 1)));
    let kept_around = around.len().min(limit - spared);
    let kept_others = others.len().min(limit - kept_around);
    let more_around = around.len() - kept_around;
    Drawn {
        target,
        more: more_around + others.len() - kept_others + target.left_out,
        more_around,
        ways: others.into_iter().take(kept_others).chain(around.into_iter().take(kept_around)).collect(),
    }
}

/// What a picture does not show, in words: it must not look like everything when it is not.
fn notes(all: &[Drawn<'_>], ways: &WaysIn) -> Vec<String> {
    let mut notes = Vec::new();
    for drawn in all {
        let target = &drawn.target.name;
        if drawn.ways.is_empty() && drawn.more == 0 {
            let none = if ways.around_only { "no way around an API was found" } else { "no way in was found" };
            notes.push(format!("{target}: {none}"));
        }
        notes.extend(words::cut(drawn).map(|cut| format!("{target}: {cut}")));
    }
    if ways.targets.is_empty() {
        notes.push(words::sum(ways));
    }
    if all.len() < ways.targets.len() {
        notes.push(format!("… and {}", count(ways.targets.len() - all.len(), "more target", "more targets")));
    }
    notes.extend(words::undrawn(&ways.undrawn));
    notes.extend(words::incomplete(ways));
    notes
}
