//! Ways as a digraph for Graphviz.

use std::io::{self, Write};

use super::graph::{Class, Graph, graph};
use super::{Drawn, drawn};
use crate::assessment::WaysIn;
use crate::report::{Style, path, text};

/// How many columns a label has before it goes on in the next line.
const WIDTH: usize = 40;

/// Draws the digraph.
pub(super) fn write(ways: &WaysIn, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let all: Vec<Drawn<'_>> = ways.targets.iter().map(|target| drawn(target, style.limit)).collect();
    writeln!(out, "digraph ways {{")?;
    writeln!(out, "    graph [rankdir=LR, fontname=\"Helvetica\"];")?;
    writeln!(out, "    node [shape=box, style=rounded, fontname=\"Helvetica\", fontsize=11];")?;
    writeln!(out, "    edge [fontname=\"Helvetica\", fontsize=10];")?;
    nodes_and_edges(&graph(&all), out)?;
    for (place, note) in super::notes(&all, ways).iter().enumerate() {
        writeln!(out, "    note{place} [label={}, shape=note, style=dashed];", quoted(note))?;
    }
    writeln!(out, "}}")
}

fn nodes_and_edges(graph: &Graph<'_>, out: &mut dyn Write) -> io::Result<()> {
    for (place, node) in graph.nodes.iter().enumerate() {
        let look = match node.class {
            Class::Entry => ", shape=oval",
            Class::Api => ", color=\"#2f81f7\"",
            Class::Around => ", color=\"#d1242f\", style=\"rounded,dashed\"",
            Class::Target => ", color=\"#1a7f37\", penwidth=2",
            Class::Plain => "",
        };
        let class = node.class.as_str();
        let words = path::words(node.step);
        let tip = if node.step.id.is_empty() { &words } else { &node.step.id };
        writeln!(out, "    n{place} [label={}, tooltip={}, class=\"{class}\"{look}];", quoted(&words), string(tip))?;
    }
    for ((from, to), edge) in &graph.edges {
        let lines: Vec<String> = edge.lines().iter().map(|line| folded(line)).collect();
        let label = if lines.is_empty() { String::new() } else { format!("label=\"{}\", ", lines.join("\\n")) };
        let look = match (edge.is_around(), edge.certain) {
            (true, _) => "color=\"#d1242f\", fontcolor=\"#d1242f\", style=dashed",
            (false, true) => "style=solid",
            (false, false) => "style=dotted",
        };
        writeln!(out, "    n{from} -> n{to} [{label}{look}];")?;
    }
    Ok(())
}

/// A text as a label of several lines.
fn quoted(words: &str) -> String {
    format!("\"{}\"", folded(words))
}

fn folded(words: &str) -> String {
    let lines: Vec<String> = text::wrap(&text::escape(words), WIDTH, "", "").iter().map(|line| escaped(line)).collect();
    lines.join("\\n")
}

/// A text as a string of one line.
fn string(words: &str) -> String {
    format!("\"{}\"", escaped(&text::escape(words)))
}

/// Without anything that Graphviz reads as a quote, an escape or a character reference.
fn escaped(words: &str) -> String {
    words.replace('\\', "\\\\").replace('"', "\\\"").replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
