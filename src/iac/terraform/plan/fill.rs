//! What a plan does not know, filled in from the code beside it; and the places of the code, put to what the plan knows.

use std::collections::{BTreeMap, BTreeSet};

use crate::iac::value::{Node, Value};

/// What an absent part is.
static NOTHING: Value = Value::Null;

/// How many pairs of elements are looked at to find which belong together.
const PAIRS: usize = 40_000;

/// An attribute: as planned where that is known, else as written. None where nobody set it: AWS decides, and what stands
/// for that is no business of the body.
pub(crate) fn attribute(planned: &Node, unknown: &Value, written: Option<&Node>) -> Option<Node> {
    match (unknown, &planned.value) {
        (Value::Bool(true), _) => written.filter(|node| !node.is_null()).cloned(),
        (_, Value::Map(map)) => Some(map_of(map, unknown, written)),
        (_, Value::List(items)) => Some(list_of(items, unknown, written)),
        // What is unknown inside something that the plan leaves out.
        (Value::Map(_) | Value::List(_), Value::Null) if holds_true(unknown) => written.filter(|node| !node.is_null()).cloned(),
        (_, value) => Some(Node { value: value.clone(), span: written.and_then(|node| node.span) }),
    }
}

fn holds_true(unknown: &Value) -> bool {
    match unknown {
        Value::Bool(value) => *value,
        Value::List(items) => items.iter().any(|item| holds_true(&item.value)),
        Value::Map(map) => map.values().any(|item| holds_true(&item.value)),
        _ => false,
    }
}

fn map_of(map: &BTreeMap<String, Node>, unknown: &Value, written: Option<&Node>) -> Node {
    let open = if let Value::Map(open) = unknown { Some(open) } else { None };
    let inner = written.map(Node::first);
    let keys: BTreeSet<&String> = map.keys().chain(open.into_iter().flat_map(BTreeMap::keys)).collect();
    let null = Node::from(Value::Null);
    let pairs = keys.into_iter().filter_map(|key| {
        let unknown = open.and_then(|open| open.get(key)).map_or(&NOTHING, |node| &node.value);
        let written = inner.map(|node| node.get(key)).filter(|node| !node.is_null());
        Some((key.clone(), attribute(map.get(key).unwrap_or(&null), unknown, written)?))
    });
    Node { value: Value::Map(pairs.collect()), span: inner.and_then(|node| node.span) }
}

fn list_of(items: &[Node], unknown: &Value, written: Option<&Node>) -> Node {
    let open = |at: usize| match unknown {
        Value::List(open) => open.get(at).map_or(&NOTHING, |node| &node.value),
        _ => &NOTHING,
    };
    let pairs: Vec<Option<&Node>> = match written {
        Some(node) if matches!(node.value, Value::Unknown(_)) => vec![Some(node); items.len()],
        Some(node) => pair(items, &open, node.items().unwrap_or_default()),
        None => vec![None; items.len()],
    };
    // Blocks that nobody seems to have written were written by a dynamic block: what is not known of them is not absent.
    let dynamic = Node::from(Value::unknown("a part of a dynamic block is known only after apply"));
    let nodes = items.iter().zip(pairs).enumerate().map(|(at, (item, own))| {
        let lost = || Node::from(Value::unknown("an element of a list is known only after apply"));
        let own = if written.is_none() && holds_true(open(at)) { Some(&dynamic) } else { own };
        attribute(item, open(at), own).unwrap_or_else(lost)
    });
    Node { value: Value::List(nodes.collect()), span: written.and_then(|node| node.span) }
}

/// Which written element each planned one comes from.
fn pair<'w, 'u>(items: &[Node], open: &impl Fn(usize) -> &'u Value, written: &'w [Node]) -> Vec<Option<&'w Node>> {
    let in_order = items.len() == written.len() && items.iter().zip(written).all(|(item, written)| score(item, written).is_some());
    if in_order {
        return written.iter().map(Some).collect();
    }
    // The configuration of a plan names the references alone, not the constants between them.
    let holes = (0..items.len()).filter(|at| *open(*at) == Value::Bool(true)).count();
    if items.len() != written.len() && holes == written.len() {
        let mut rest = written.iter();
        return (0..items.len()).map(|at| if *open(at) == Value::Bool(true) { rest.next() } else { None }).collect();
    }
    best(items, written)
}

/// Sets have no order: each planned element takes the written one that is most like it.
fn best<'w>(items: &[Node], written: &'w [Node]) -> Vec<Option<&'w Node>> {
    if items.len().saturating_mul(written.len()) > PAIRS {
        return vec![None; items.len()];
    }
    let mut scores: Vec<(usize, usize, usize)> = Vec::new();
    for (at, item) in items.iter().enumerate() {
        scores.extend(written.iter().enumerate().filter_map(|(to, written)| Some((score(item, written)?, at, to))));
    }
    scores.sort_by(|one, two| two.0.cmp(&one.0).then((one.1, one.2).cmp(&(two.1, two.2))));
    let mut pairs = vec![None; items.len()];
    let mut taken = vec![false; written.len()];
    for (_, at, to) in scores {
        if pairs[at].is_none() && !taken[to] {
            pairs[at] = Some(&written[to]);
            taken[to] = true;
        }
    }
    pairs
}

/// How much of a written value is in a planned one; none where they contradict each other.
fn score(planned: &Node, written: &Node) -> Option<usize> {
    match (&planned.value, &written.value) {
        (_, Value::Unknown(_) | Value::Null) | (Value::Null, _) => Some(0),
        (_, Value::Text(text)) if text.made_up => Some(0),
        (Value::Map(planned), Value::Map(written)) => {
            let parts = written.iter().map(|(key, node)| planned.get(key).map_or(Some(0), |planned| score(planned, node)));
            parts.sum()
        }
        (Value::List(planned), Value::List(written)) if planned.len() == written.len() => {
            planned.iter().zip(written).map(|(planned, written)| score(planned, written)).sum()
        }
        (Value::List(planned), Value::Map(_)) if planned.len() == 1 => score(&planned[0], written),
        (planned, written) => match (planned.words(), written.words()) {
            (Ok(one), Ok(two)) if one == two => Some(1),
            _ => None,
        },
    }
}
