//! Globals, and small helpers to write values.

use std::collections::BTreeMap;

use crate::iac::text::Span;
use crate::iac::value::{Node, Value};

/// What a global value and a resource's own make together: maps are merged, lists put one after the other.
pub(super) fn merged(global: &Node, own: &Node) -> Node {
    let value = match (&global.value, &own.value) {
        (_, Value::Null) => return global.clone(),
        (Value::Map(global), Value::Map(own)) => {
            let mut both = global.clone();
            for (key, item) in own {
                let item = both.get(key).map_or_else(|| item.clone(), |global| merged(global, item));
                both.insert(key.clone(), item);
            }
            Value::Map(both)
        }
        (Value::List(global), Value::List(own)) => Value::List(global.iter().chain(own).cloned().collect()),
        _ => return own.clone(),
    };
    Node { value, span: own.span }
}

/// A value with a place.
pub(super) fn at(value: impl Into<Value>, span: Option<Span>) -> Node {
    Node { value: value.into(), span }
}

/// A map.
pub(super) fn map<'k>(pairs: impl IntoIterator<Item = (&'k str, Node)>, span: Option<Span>) -> Node {
    let pairs = pairs.into_iter().filter(|(_, item)| !item.is_null()).map(|(key, item)| (key.to_owned(), item));
    Node { value: Value::Map(pairs.collect::<BTreeMap<_, _>>()), span }
}

/// A list.
pub(super) fn list(items: impl IntoIterator<Item = Node>, span: Option<Span>) -> Node {
    Node { value: Value::List(items.into_iter().collect()), span }
}

/// Puts a value into a map, a few levels down; the maps on the way are made.
pub(super) fn put(node: &mut Node, path: &[&str], item: Node) {
    let Some((first, rest)) = path.split_first() else {
        *node = item;
        return;
    };
    if matches!(node.value, Value::Null) {
        node.value = Value::Map(BTreeMap::new());
    }
    if let Value::Map(map) = &mut node.value {
        put(map.entry((*first).to_owned()).or_insert_with(|| at(Value::Null, item.span)), rest, item);
    }
}

/// The named values of a map, under the same names.
pub(super) fn picked<'k>(node: &Node, names: &[&'k str]) -> Vec<(&'k str, Node)> {
    names.iter().map(|name| (*name, node.get(name).clone())).filter(|(_, item)| !item.is_null()).collect()
}
