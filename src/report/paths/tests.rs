//! Every drawing: what it shows, that it says what it does not show, and that no name breaks out of it.

use proptest::prelude::*;

use super::sample::{HOSTILE, each, many, named, nothing};
use super::*;
use crate::report::text::is_hidden;

fn draw(format: Format, ways: &WaysIn, style: Style) -> String {
    let mut out = Vec::new();
    write(format, ways, &style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn limited(format: Format, ways: &WaysIn, limit: usize) -> String {
    draw(format, ways, Style { limit: Some(limit), ..Style::default() })
}

#[test]
fn tree() {
    insta::assert_snapshot!(limited(Format::Tree, &each(), MOST_DRAWN));
}

#[test]
fn tree_narrow_in_ascii() {
    let style = Style { width: 40, unicode: false, ..Style::default() };
    let text = draw(Format::Tree, &each(), style);
    assert!(text.is_ascii());
    assert!(text.lines().all(|line| line.len() <= 40), "{text}");
}

#[test]
fn colour_changes_no_word() {
    let plain = draw(Format::Tree, &each(), Style::default());
    let colored = draw(Format::Tree, &each(), Style { color: true, ..Style::default() });
    assert_ne!(colored, plain);
    assert_eq!(anstream::adapter::strip_str(&colored).to_string(), plain);
    // Red for a way around, and another colour for one that is barred.
    assert!(colored.contains("\u{1b}[1m\u{1b}[31mAROUND: ALB public"), "{colored}");
    assert!(!colored.contains("\u{1b}[1m\u{1b}[31mAROUND, BARRED"), "{colored}");
}

#[test]
fn mermaid() {
    insta::assert_snapshot!(limited(Format::Mermaid, &each(), MOST_DRAWN));
}

#[test]
fn dot() {
    insta::assert_snapshot!(limited(Format::Dot, &each(), MOST_DRAWN));
}

#[test]
fn hostile_names_in_pictures() {
    insta::assert_snapshot!("hostile_mermaid", limited(Format::Mermaid, &named(HOSTILE), MOST_DRAWN));
    insta::assert_snapshot!("hostile_dot", limited(Format::Dot, &named(HOSTILE), MOST_DRAWN));
}

#[test]
fn nothing_is_said_to_be_nothing() {
    for format in [Format::Tree, Format::Mermaid, Format::Dot] {
        let text = draw(format, &nothing(), Style::default());
        assert!(text.contains("No way in was found"), "{text}");
        assert!(!text.contains("may be more"), "{text}");
    }
    let open = WaysIn { gaps: each().gaps, around_only: true, ..nothing() };
    for format in [Format::Tree, Format::Mermaid, Format::Dot] {
        let text = draw(format, &open, Style::default());
        assert!(text.contains("No way around an API was found") && text.contains("There may be more ways"), "{text}");
    }
}

#[test]
fn every_cut_is_owned_up_to() {
    let ways = many(200);
    for format in [Format::Tree, Format::Mermaid, Format::Dot] {
        let text = limited(format, &ways, MOST_DRAWN);
        let shown = text.matches("ALB public-").count();
        assert!(shown > 0 && text.contains("one (internal)"), "the API's way is kept:\n{text}");
        let words = unfolded(&text);
        assert!(words.contains("… and 151 more ways, 151 of them around an API"), "{words}");
        let whole = draw(format, &ways, Style::default());
        assert!(whole.contains("ALB public-0199") && !unfolded(&whole).contains("… and 151"), "{whole}");
    }
}

/// The words of a drawing without its line breaks.
fn unfolded(text: &str) -> String {
    text.replace("\\n", " ").split_whitespace().collect::<Vec<&str>>().join(" ")
}

#[test]
fn a_flowchart_is_one_that_github_draws() {
    let mut ways = many(4);
    let target = ways.targets[0].clone();
    ways.targets.extend((0..300).map(|number| {
        let mut target = target.clone();
        target.name = format!("target {number}");
        for step in target.ways.iter_mut().flat_map(|way| &mut way.path.steps).filter(|step| step.kind != "internet") {
            step.text = format!("{} {number}", step.text);
        }
        target
    }));
    let text = limited(Format::Mermaid, &ways, MOST_DRAWN);
    let edges = text.lines().filter(|line| line.contains("->")).count();
    assert!(text.len() <= 50_000 && (1..=500).contains(&edges), "{} characters, {edges} edges", text.len());
    assert!(text.contains("more targets") && text.contains("more ways"), "{text}");
}

/// Every path through a graph is a way that there is, and every way is a path.
#[test]
fn a_graph_shows_the_ways_and_no_others() {
    let ways = each();
    let all: Vec<Drawn<'_>> = ways.targets.iter().map(|target| drawn(target, None)).collect();
    let graph = graph::graph(&all);
    let mut paths: Vec<Vec<String>> = Vec::new();
    let mut open: Vec<Vec<usize>> = vec![vec![0]];
    while let Some(path) = open.pop() {
        let next: Vec<usize> = graph.edges.keys().filter(|(from, _)| Some(from) == path.last()).map(|(_, to)| *to).collect();
        if next.is_empty() {
            paths.push(path.iter().map(|place| graph.nodes[*place].step.text.clone()).collect());
        }
        open.extend(next.into_iter().map(|to| [path.clone(), vec![to]].concat()));
    }
    let mut expected: Vec<Vec<String>> = ways.ways().map(|way| way.path.steps.iter().map(|step| step.text.clone()).collect()).collect();
    paths.sort();
    expected.sort();
    expected.dedup();
    assert_eq!(paths, expected);
    // The link is one thing, but leads elsewhere for each route.
    assert_eq!(graph.nodes.iter().filter(|node| node.step.kind == "vpc-link").count(), 2);
    assert_eq!(graph.nodes.iter().filter(|node| node.step.kind == "service").count(), 1);
}

#[test]
fn json_fits_its_schema() {
    let schema = jsonschema::validator_for(&json::schema().to_value()).unwrap();
    for ways in [each(), nothing(), many(60), named(HOSTILE)] {
        let document: serde_json::Value = serde_json::from_str(&limited(Format::Json, &ways, 1)).unwrap();
        let errors: Vec<String> = schema.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        // No limit holds for programs.
        let listed: usize = document["targets"].as_array().unwrap().iter().map(|target| target["ways"].as_array().unwrap().len()).sum();
        assert_eq!(listed, ways.ways().count());
    }
}

#[test]
fn a_closed_pipe_is_an_error_and_no_panic() {
    for format in Format::ALL {
        let mut full: &mut [u8] = &mut [0; 16];
        assert!(write(format, &each(), &Style::default(), &mut full).is_err());
    }
}

fn assert_tame(name: &str, width: u16, unicode: bool) {
    let ways = named(name);
    for format in Format::ALL {
        let text = draw(format, &ways, Style { width, unicode, ..Style::default() });
        assert!(!text.lines().any(|line| line.contains(is_hidden)), "{text:?}");
    }
    let tree = draw(Format::Tree, &ways, Style { width, unicode, ..Style::default() });
    assert!(tree.lines().all(|line| !line.ends_with(' ') && (unicode || line.is_ascii())), "{tree:?}");
    for line in draw(Format::Mermaid, &ways, Style::default()).lines().filter(|line| line.contains('"')) {
        let parts: Vec<&str> = line.split('"').collect();
        assert_eq!(parts.len(), 3, "a label is quoted once: {line}");
        let label = parts[1].replace("<br>", "");
        assert!(!label.contains(['<', '>', '`', '%', '{', '}', '[', ']', '|', '\\', '*', '_', '~', '&']), "{line}");
        assert!(["[", "([", "|"].iter().any(|open| parts[0].ends_with(open)), "{line}");
    }
    for line in draw(Format::Dot, &ways, Style::default()).lines().filter(|line| line.trim_start().starts_with('n')) {
        // A quote is escaped when an odd number of backslashes stands before it; all others come in pairs.
        let mut escaped = false;
        let quotes = line.chars().filter(|character| {
            let counts = *character == '"' && !escaped;
            escaped = *character == '\\' && !escaped;
            counts
        });
        assert_eq!(quotes.count() % 2, 0, "{line}");
        assert!(line.ends_with("];") && !line.contains('<'), "{line}");
    }
}

#[test]
fn hostile_names_stay_in_their_labels() {
    for name in [HOSTILE, "", "1. list", "- list", "end", "\\", "\\\\\"", "a\" -> b", "\"]; n0 --> n1", "  blank  ", &"n".repeat(300)] {
        assert_tame(name, 80, true);
        assert_tame(name, 20, false);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn so_does_any_other(name in any::<String>(), width in 0u16..200, unicode in any::<bool>()) {
        assert_tame(&name, width, unicode);
    }
}
