//! Functions of lists and maps.

use std::collections::BTreeMap;

use super::{Arguments, Result, Stop};
use crate::iac::terraform::eval::budget::ELEMENTS;
use crate::iac::terraform::eval::follow::index_of;
use crate::iac::terraform::eval::{RESOURCE, compare, key_of};
use crate::iac::value::{Node, Value};

pub(super) fn call(arguments: &Arguments<'_>) -> Option<Result<Value>> {
    Some(match arguments.name {
        "concat" => concat(arguments),
        "merge" => merge(arguments),
        "lookup" => lookup(arguments),
        "element" => element(arguments),
        "flatten" => flatten(arguments),
        "length" => length(arguments),
        "keys" => keys(arguments),
        "values" => values(arguments),
        "contains" => contains(arguments),
        "index" => index(arguments),
        "coalesce" => coalesce(arguments),
        "coalescelist" => coalesce_list(arguments),
        "range" => range(arguments),
        "slice" => slice(arguments),
        "reverse" => reverse(arguments),
        "zipmap" => zipmap(arguments),
        "one" => one(arguments),
        _ => return None,
    })
}

fn concat(arguments: &Arguments<'_>) -> Result<Value> {
    let mut all = Vec::new();
    for at in 0..arguments.len() {
        all.extend_from_slice(arguments.list(at)?);
    }
    few(all)
}

/// A list, unless it gets too long.
pub(super) fn few(items: Vec<Node>) -> Result<Value> {
    if items.len() > ELEMENTS { Err(Stop::error("a list gets longer than apiaudit takes")) } else { Ok(Value::List(items)) }
}

fn merge(arguments: &Arguments<'_>) -> Result<Value> {
    let mut all = BTreeMap::new();
    for at in 0..arguments.len() {
        if !matches!(arguments.get(at)?, Value::Null) {
            all.extend(arguments.map(at)?.clone());
        }
    }
    Ok(Value::Map(all))
}

fn lookup(arguments: &Arguments<'_>) -> Result<Value> {
    let key = key_of(arguments.get(1)?).map_err(Stop::Error)?.map_err(Stop::Unknown)?;
    match arguments.map(0)?.get(&key) {
        Some(node) => Ok(node.value.clone()),
        None if arguments.len() > 2 => Ok(arguments.values[2].clone()),
        None => Err(Stop::error("lookup finds no such key")),
    }
}

fn element(arguments: &Arguments<'_>) -> Result<Value> {
    let items = arguments.list(0)?;
    let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
    if length == 0 {
        return Err(Stop::error("element is asked of an empty list"));
    }
    let at = usize::try_from(arguments.whole(1)?.rem_euclid(length)).unwrap_or(0);
    Ok(items[at].value.clone())
}

fn flatten(arguments: &Arguments<'_>) -> Result<Value> {
    let mut all = Vec::new();
    flatten_into(arguments.list(0)?, &mut all)?;
    few(all)
}

fn flatten_into(items: &[Node], into: &mut Vec<Node>) -> Result<()> {
    for item in items {
        match &item.value {
            Value::List(inner) => flatten_into(inner, into)?,
            // It may be a list as well.
            Value::Unknown(why) => return Err(Stop::Unknown(why.clone())),
            _ => into.push(item.clone()),
        }
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "lists are short")]
fn length(arguments: &Arguments<'_>) -> Result<Value> {
    Ok(Value::Number(match arguments.get(0)? {
        Value::List(items) => items.len() as f64,
        Value::Map(map) => map.keys().filter(|key| *key != RESOURCE).count() as f64,
        _ => arguments.text(0)?.chars().count() as f64,
    }))
}

fn keys(arguments: &Arguments<'_>) -> Result<Value> {
    let keys = arguments.map(0)?.keys().filter(|key| *key != RESOURCE);
    Ok(Value::List(keys.map(|key| Value::from(key.as_str()).into()).collect()))
}

fn values(arguments: &Arguments<'_>) -> Result<Value> {
    let pairs = arguments.map(0)?.iter().filter(|(key, _)| *key != RESOURCE);
    Ok(Value::List(pairs.map(|(_, node)| node.clone()).collect()))
}

fn contains(arguments: &Arguments<'_>) -> Result<Value> {
    let (items, wanted) = (arguments.list(0)?, arguments.get(1)?);
    let mut open = None;
    for item in items {
        match compare::equal(&item.value, wanted) {
            Ok(true) => return Ok(Value::Bool(true)),
            Ok(false) => {}
            Err(why) => open = Some(why),
        }
    }
    open.map_or(Ok(Value::Bool(false)), |why| Err(Stop::Unknown(why)))
}

fn index(arguments: &Arguments<'_>) -> Result<Value> {
    let wanted = arguments.get(1)?;
    for (at, item) in arguments.list(0)?.iter().enumerate() {
        // The first one that may be it decides.
        if compare::equal(&item.value, wanted).map_err(Stop::Unknown)? {
            #[expect(clippy::cast_precision_loss, reason = "lists are short")]
            return Ok(Value::Number(at as f64));
        }
    }
    Err(Stop::error("index finds no such element"))
}

fn coalesce(arguments: &Arguments<'_>) -> Result<Value> {
    for at in 0..arguments.len() {
        match arguments.get(at)? {
            Value::Null => {}
            Value::Text(text) if text.text.is_empty() => {}
            value => return Ok(value.clone()),
        }
    }
    Err(Stop::error("coalesce finds nothing"))
}

fn coalesce_list(arguments: &Arguments<'_>) -> Result<Value> {
    for at in 0..arguments.len() {
        match arguments.get(at)? {
            Value::Null => {}
            _ if arguments.list(at)?.is_empty() => {}
            value => return Ok(value.clone()),
        }
    }
    Err(Stop::error("coalescelist finds nothing"))
}

fn range(arguments: &Arguments<'_>) -> Result<Value> {
    let (start, end) = if arguments.len() == 1 { (0.0, arguments.number(0)?) } else { (arguments.number(0)?, arguments.number(1)?) };
    let step = if arguments.len() > 2 { arguments.number(2)? } else { 1.0_f64.copysign(end - start) };
    if step == 0.0 || (end - start) * step < 0.0 {
        return Err(Stop::error("range goes nowhere"));
    }
    #[expect(clippy::cast_precision_loss, reason = "the limit is small")]
    if ((end - start) / step).abs() > ELEMENTS as f64 {
        return Err(Stop::error("range gets longer than apiaudit takes"));
    }
    let mut items = Vec::new();
    let mut at = start;
    while (step > 0.0 && at < end) || (step < 0.0 && at > end) {
        items.push(Value::Number(at).into());
        at += step;
    }
    few(items)
}

fn slice(arguments: &Arguments<'_>) -> Result<Value> {
    let (start, end) = (usize::try_from(arguments.whole(1)?), usize::try_from(arguments.whole(2)?));
    // How long it is, is known though nothing else is: the zones of a region are mostly taken so.
    if let (Some(unknown @ Value::Unknown(_)), Ok(start), Ok(end)) = (arguments.values.first(), start, end)
        && start <= end
        && end - start <= ELEMENTS
    {
        return Ok(Value::List(vec![Node::from(unknown.clone()); end - start]));
    }
    let items = arguments.list(0)?;
    let inside = start.ok().zip(end.ok()).and_then(|(start, end)| items.get(start..end));
    inside.map(|items| Value::List(items.to_vec())).ok_or_else(|| Stop::error("slice goes past its list"))
}

fn reverse(arguments: &Arguments<'_>) -> Result<Value> {
    Ok(Value::List(arguments.list(0)?.iter().rev().cloned().collect()))
}

fn zipmap(arguments: &Arguments<'_>) -> Result<Value> {
    let (keys, values) = (arguments.list(0)?, arguments.list(1)?);
    if keys.len() != values.len() {
        return Err(Stop::error("zipmap takes as many keys as values"));
    }
    let pairs = keys.iter().zip(values).map(|(key, value)| {
        let key = key_of(&key.value).map_err(Stop::Error)?.map_err(Stop::Unknown)?;
        Ok((key, value.clone()))
    });
    Ok(Value::Map(pairs.collect::<Result<_>>()?))
}

fn one(arguments: &Arguments<'_>) -> Result<Value> {
    match arguments.get(0)? {
        Value::List(items) if items.is_empty() => Ok(Value::Null),
        Value::List(items) if items.len() == 1 => index_of(Value::List(items.clone()), &Value::Number(0.0)).map_err(Stop::Error),
        Value::Null => Ok(Value::Null),
        _ => Err(Stop::error("one takes a list of at most one element")),
    }
}
