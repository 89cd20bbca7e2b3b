//! Ways as a Mermaid flowchart, small enough for GitHub to draw.

use std::fmt::Write as _;
use std::io;

use super::graph::{Class, Graph, graph};
use super::{Drawn, drawn};
use crate::assessment::WaysIn;
use crate::report::{Style, path, text};

/// Mermaid draws no more than this many characters and edges, unless its page says otherwise; GitHub's does not.
const MOST_CHARACTERS: usize = 50_000;
const MOST_EDGES: usize = 500;
/// Longer labels are cut. Those of notes are not: they say what is missing.
const LONGEST: usize = 160;

/// The colours of lines only: they show on light and on dark pages.
const CLASSES: &str = "    classDef entry stroke-width:2px\n    classDef api stroke:#2f81f7,stroke-width:2px\n    \
    classDef around stroke:#d1242f,stroke-width:2px,stroke-dasharray:6 3\n    classDef target stroke:#1a7f37,stroke-width:3px\n    \
    classDef note stroke-dasharray:2 2\n";

/// Draws the flowchart. Whoever asked for all ways gets all; else as many as a page draws.
pub(super) fn write(ways: &WaysIn, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let (mut limit, mut targets) = (style.limit, ways.targets.len());
    loop {
        let all: Vec<Drawn<'_>> = ways.targets[..targets].iter().map(|target| drawn(target, limit)).collect();
        let (text, edges) = chart(&all, ways);
        let most = all.iter().map(|drawn| drawn.ways.len()).max().unwrap_or_default();
        if style.limit.is_none() || text.len() <= MOST_CHARACTERS && edges <= MOST_EDGES || most <= 1 && targets <= 1 {
            return out.write_all(text.as_bytes());
        }
        if most > 1 {
            limit = Some(most / 2);
        } else {
            targets /= 2;
        }
    }
}

fn chart(all: &[Drawn<'_>], ways: &WaysIn) -> (String, usize) {
    let graph = graph(all);
    let mut text = String::from("flowchart LR\n");
    for (place, node) in graph.nodes.iter().enumerate() {
        let label = clipped(&path::words(node.step));
        let (open, close) = if node.class == Class::Entry { ("([", "])") } else { ("[", "]") };
        let _ = writeln!(text, "    n{place}{open}\"{label}\"{close}");
    }
    for ((from, to), edge) in &graph.edges {
        let arrow = if edge.is_around() || !edge.certain { "-.->" } else { "-->" };
        let lines: Vec<String> = edge.lines().iter().map(|line| clipped(line)).collect();
        let said = if lines.is_empty() { String::new() } else { format!("|\"{}\"|", lines.join("<br>")) };
        let _ = writeln!(text, "    n{from} {arrow}{said} n{to}");
    }
    let notes = super::notes(all, ways);
    for (place, note) in notes.iter().enumerate() {
        let _ = writeln!(text, "    note{place}[\"{}\"]", label(note));
    }
    text.push_str(CLASSES);
    classes(&graph, notes.len(), &mut text);
    (text, graph.edges.len())
}

fn classes(graph: &Graph<'_>, notes: usize, text: &mut String) {
    for class in [Class::Entry, Class::Api, Class::Around, Class::Target] {
        let places = graph.nodes.iter().enumerate().filter(|(_, node)| node.class == class);
        let names: Vec<String> = places.map(|(place, _)| format!("n{place}")).collect();
        if !names.is_empty() {
            let _ = writeln!(text, "    class {} {}", names.join(","), class.as_str());
        }
    }
    if notes > 0 {
        let names: Vec<String> = (0..notes).map(|place| format!("note{place}")).collect();
        let _ = writeln!(text, "    class {} note", names.join(","));
    }
    let around: Vec<String> =
        graph.edges.values().enumerate().filter(|(_, edge)| edge.is_around()).map(|(place, _)| place.to_string()).collect();
    if !around.is_empty() {
        let _ = writeln!(text, "    linkStyle {} stroke:#d1242f,stroke-width:2px", around.join(","));
    }
}

/// A label of moderate length.
fn clipped(words: &str) -> String {
    label(&text::clip(&text::escape(words), LONGEST))
}

/// A label in which nothing is Mermaid's, HTML's or Markdown's: what might be is written as a character reference.
fn label(words: &str) -> String {
    let mut safe = String::with_capacity(words.len() + 16);
    for (place, character) in text::escape(words).chars().enumerate() {
        // Letters of any language, and what stands in sentences and ARNs.
        let plain = character.is_alphanumeric() || " .,:/()-…→'+@=?".contains(character);
        // A first character that would make the label an item of a list.
        let marker = place == 0 && !character.is_alphabetic();
        if plain && !marker {
            safe.push(character);
        } else {
            let _ = write!(safe, "#{};", u32::from(character));
        }
    }
    if safe.is_empty() { "#32;".to_owned() } else { safe }
}
