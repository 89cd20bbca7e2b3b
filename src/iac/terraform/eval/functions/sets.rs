//! Functions for which it matters which elements are equal.
//!
//! A name that AWS gives counts as different from every other text here: it only decides whether an element is there twice.

use super::collections::few;
use super::{Arguments, Result, Stop};
use crate::iac::terraform::eval::budget::ELEMENTS;
use crate::iac::terraform::eval::compare;
use crate::iac::value::{Node, Value};

pub(super) fn call(arguments: &Arguments<'_>) -> Option<Result<Value>> {
    Some(match arguments.name {
        "distinct" => arguments.known_list(0).map(|items| Value::List(once(items.iter()))),
        "toset" => arguments.known_list(0).map(|items| Value::List(ordered(once(items.iter())))),
        "setunion" => union(arguments),
        "setproduct" => product(arguments),
        "compact" => compact(arguments),
        "sort" => sort(arguments),
        "anytrue" => any(arguments, true),
        "alltrue" => any(arguments, false),
        _ => return None,
    })
}

/// Every element once, in the order in which they come.
pub(crate) fn once<'n>(items: impl Iterator<Item = &'n Node>) -> Vec<Node> {
    let mut kept: Vec<Node> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for item in items {
        let new = match &item.value {
            Value::Text(text) => seen.insert(std::sync::Arc::clone(&text.text)),
            value => !kept.iter().any(|known| compare::same(&known.value, value)),
        };
        if new {
            kept.push(item.clone());
        }
    }
    kept
}

/// The elements of a set in Terraform's order, where it is known: texts and numbers have one.
pub(crate) fn ordered(mut items: Vec<Node>) -> Vec<Node> {
    let plain = |item: &Node| matches!(&item.value, Value::Text(text) if !text.made_up) || matches!(item.value, Value::Number(_));
    if items.iter().all(plain) {
        items.sort_by(|one, two| match (&one.value, &two.value) {
            (Value::Text(one), Value::Text(two)) => one.text.cmp(&two.text),
            (Value::Number(one), Value::Number(two)) => one.total_cmp(two),
            _ => std::cmp::Ordering::Equal,
        });
    }
    items
}

fn union(arguments: &Arguments<'_>) -> Result<Value> {
    let mut all = Vec::new();
    for at in 0..arguments.len() {
        all.extend_from_slice(arguments.known_list(at)?);
    }
    few(ordered(once(all.iter())))
}

fn product(arguments: &Arguments<'_>) -> Result<Value> {
    let mut rows: Vec<Vec<Node>> = vec![Vec::new()];
    for at in 0..arguments.len() {
        let items = arguments.list(at)?;
        if rows.len().saturating_mul(items.len().max(1)).saturating_mul(arguments.len()) > ELEMENTS {
            return Err(Stop::error("setproduct gets longer than apiaudit takes"));
        }
        let longer = |row: &Vec<Node>| items.iter().map(|item| row.iter().chain([item]).cloned().collect()).collect::<Vec<_>>();
        rows = rows.iter().flat_map(longer).collect();
    }
    Ok(Value::List(rows.into_iter().map(|row| Value::List(row).into()).collect()))
}

fn compact(arguments: &Arguments<'_>) -> Result<Value> {
    let filled = |item: &&Node| !matches!(&item.value, Value::Null) && !matches!(&item.value, Value::Text(text) if text.text.is_empty());
    Ok(Value::List(arguments.known_list(0)?.iter().filter(filled).cloned().collect()))
}

fn sort(arguments: &Arguments<'_>) -> Result<Value> {
    let mut texts = arguments.list(0)?.iter().map(|item| arguments.as_text(&item.value)).collect::<Result<Vec<_>>>()?;
    texts.sort_unstable();
    Ok(Value::List(texts.into_iter().map(|text| Value::from(&*text).into()).collect()))
}

/// Whether any element is true, or all are: an element that decides does so whatever the others are.
fn any(arguments: &Arguments<'_>, decides: bool) -> Result<Value> {
    let mut open = None;
    for item in arguments.list(0)? {
        match crate::iac::terraform::eval::ops::truth(&item.value).map_err(Stop::Error)? {
            Ok(value) if value == decides => return Ok(Value::Bool(decides)),
            Ok(_) => {}
            Err(why) => open = Some(why),
        }
    }
    open.map_or(Ok(Value::Bool(!decides)), |why| Err(Stop::Unknown(why)))
}
