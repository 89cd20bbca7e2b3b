//! Properties, as the resources need them.

use std::collections::BTreeMap;

use crate::iac::code::Declaration;
use crate::iac::value::{Node, Value, Why};
use crate::inventory::{Observed, undeployed_id};

/// A text that a resource cannot do without.
pub(super) fn needed(node: &Node, name: &str) -> Result<String, Why> {
    node.get(name).text()?.ok_or_else(|| Why::new(format!("{name} is not given")))
}

/// A text, or what CloudFormation takes where there is none.
pub(super) fn text_or(node: &Node, name: &str, default: &str) -> Result<String, Why> {
    Ok(node.get(name).text()?.unwrap_or_else(|| default.to_owned()))
}

/// True or false, and false where nothing is said.
pub(super) fn flag(node: &Node, name: &str) -> Result<bool, Why> {
    Ok(node.get(name).bool()?.unwrap_or_default())
}

/// An id that stands for one that is not known: no list has it.
pub(super) fn own_id(declaration: &Declaration, place: &str) -> String {
    undeployed_id(&place_of(declaration, place))
}

/// What a part of a declaration is called.
pub(super) fn place_of(declaration: &Declaration, place: &str) -> String {
    format!("{}.{place}", declaration.address)
}

/// An id; one that is not known becomes an id of its own.
pub(super) fn id(declaration: &Declaration, name: &str) -> Option<String> {
    declaration.body.get(name).text().unwrap_or_else(|_| Some(own_id(declaration, name)))
}

/// The ids of a list at a place of the body; those that are not known become ids of their own.
pub(super) fn ids(declaration: &Declaration, node: &Node, place: &str) -> Vec<String> {
    let Ok(items) = node.items() else { return vec![own_id(declaration, place)] };
    let one = |(number, item): (usize, &Node)| item.text().unwrap_or_else(|_| Some(own_id(declaration, &format!("{place}[{number}]"))));
    items.iter().enumerate().filter_map(one).collect()
}

/// What the attribute that `Ref` gives is called: the identity of a resource.
pub(super) fn reference(declaration: &Declaration) -> String {
    declaration.name("Ref").unwrap_or(&declaration.address).to_owned()
}

/// A name for people. One that is not known, and one that CloudFormation makes up, begins with the logical id: that is all there is.
pub(super) fn name(declaration: &Declaration, property: &str) -> String {
    declaration.body.get(property).text().ok().flatten().unwrap_or_else(|| declaration.address.clone())
}

/// Tags, of both spellings: a list of keys and values, or a map. One whose key or value is not known is left out: nothing is judged by tags.
pub(super) fn tags(node: &Node) -> BTreeMap<String, String> {
    pairs(node).unwrap_or_default().into_iter().filter_map(|(key, value)| Some((key.ok()?, value.ok()?))).collect()
}

/// Tags, where an inventory can say that they are not known.
pub(super) fn observed_tags(declaration: &Declaration) -> Observed<BTreeMap<String, String>> {
    let read = || pairs(declaration.body.get("Tags"))?.into_iter().map(|(key, value)| Ok((key?, value?))).collect::<Result<_, Why>>();
    observed(declaration, read())
}

/// What was read, or the gap that is left.
pub(super) fn observed<T>(declaration: &Declaration, read: Result<T, Why>) -> Observed<T> {
    read.map_or_else(|why| Observed::Unknown(why.gap(&declaration.address)), Observed::Known)
}

/// What was read and may be absent, or the gap that is left.
pub(super) fn optional<T>(declaration: &Declaration, read: Result<Option<T>, Why>) -> Observed<T> {
    read.map_or_else(|why| Observed::Unknown(why.gap(&declaration.address)), Observed::from)
}

/// A text that may be absent or not known.
pub(super) fn observed_text(declaration: &Declaration, node: &Node) -> Observed<String> {
    optional(declaration, node.text())
}

type Pair = (Result<String, Why>, Result<String, Why>);

fn pairs(node: &Node) -> Result<Vec<Pair>, Why> {
    let text = |node: &Node| Ok(node.value.words()?.unwrap_or_default().to_string());
    if let Value::Map(map) = &node.value {
        return Ok(map.iter().map(|(key, value)| (Ok(key.clone()), text(value))).collect());
    }
    Ok(node.items()?.iter().map(|tag| (text(tag.get("Key")), text(tag.get("Value")))).collect())
}

/// Attributes as load balancers and target groups have them: a list of keys and values.
pub(super) fn attributes(node: &Node) -> Result<BTreeMap<String, String>, Why> {
    pairs(node)?.into_iter().map(|(key, value)| Ok((key?, value?))).collect()
}
