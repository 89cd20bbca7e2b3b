//! The types of variables: what they turn values into.

use std::collections::BTreeMap;

use super::functions::{once, ordered};
use super::{Evaluator, Scope, ops};
use crate::iac::terraform::syntax::{Expr, Kind};
use crate::iac::value::{Node, Value, Why};

/// A type constraint.
#[derive(Debug, Clone)]
pub(crate) enum Type {
    Any,
    Text,
    Number,
    Bool,
    List(Box<Self>),
    Set(Box<Self>),
    Map(Box<Self>),
    /// Attributes, and what stands for those that may be absent.
    Object(Vec<(String, Self, Option<Value>)>),
}

impl Type {
    /// A type as it is written; what is not understood takes anything.
    pub(crate) fn read(expr: &Expr, evaluator: &Evaluator<'_>) -> Self {
        match &expr.kind {
            Kind::Name(name) => Self::simple(name),
            // The JSON syntax, and old code, write types as texts.
            Kind::Value(Value::Text(text)) => match hcl_edit::parser::parse_expr(&text.text) {
                Ok(parsed) if text.text.len() < 100_000 => {
                    let native = crate::iac::terraform::syntax::Native::of(None, 0, &text.text);
                    let expr = native.expr(&parsed);
                    if expr.as_text().is_some() { Self::Any } else { Self::read(&expr, evaluator) }
                }
                _ => Self::Any,
            },
            Kind::Call(name, arguments, _) => match (name.as_str(), arguments.as_slice()) {
                ("list", [inner]) => Self::List(Box::new(Self::read(inner, evaluator))),
                ("set", [inner]) => Self::Set(Box::new(Self::read(inner, evaluator))),
                ("map", [inner]) => Self::Map(Box::new(Self::read(inner, evaluator))),
                ("object", [Expr { kind: Kind::Object(pairs), .. }]) => {
                    Self::Object(pairs.iter().filter_map(|(key, inner)| Self::attribute(key, inner, evaluator)).collect())
                }
                _ => Self::Any,
            },
            _ => Self::Any,
        }
    }

    fn simple(name: &str) -> Self {
        match name {
            "string" => Self::Text,
            "number" => Self::Number,
            "bool" => Self::Bool,
            "list" => Self::List(Box::new(Self::Any)),
            "map" => Self::Map(Box::new(Self::Any)),
            "set" => Self::Set(Box::new(Self::Any)),
            _ => Self::Any,
        }
    }

    fn attribute(key: &Expr, inner: &Expr, evaluator: &Evaluator<'_>) -> Option<(String, Self, Option<Value>)> {
        let name = key.as_text()?.to_owned();
        let (kind, default) = match &inner.kind {
            Kind::Call(call, arguments, _) if call == "optional" => {
                let kind = arguments.first().map_or(Self::Any, |inner| Self::read(inner, evaluator));
                let default = arguments.get(1).map_or(Value::Null, |default| evaluator.node(default, &Scope::LITERALS).value);
                (kind, Some(default))
            }
            _ => (Self::read(inner, evaluator), None),
        };
        Some((name, kind, default))
    }

    /// A value as this type has it. Values that do not fit are an error.
    pub(crate) fn convert(&self, value: Value) -> Result<Value, Why> {
        if matches!(value, Value::Unknown(_) | Value::Null) {
            return Ok(value);
        }
        match (self, value) {
            (Self::Text, value @ (Value::Bool(_) | Value::Number(_))) => {
                Ok(value.words()?.map_or(Value::Null, |words| Value::from(&*words)))
            }
            (Self::Text, value @ (Value::List(_) | Value::Map(_))) => ops::error(format!("{} is given where a text belongs", value.kind())),
            (Self::Number, value) => Ok(ops::number(&value)?.map_or_else(Value::Unknown, Value::Number)),
            (Self::Bool, value) => Ok(ops::truth(&value)?.map_or_else(Value::Unknown, Value::Bool)),
            (Self::List(inner), Value::List(items)) => Ok(Value::List(each(inner, items)?)),
            (Self::Set(inner), Value::List(items)) => {
                let items = each(inner, items)?;
                let unknown = items.iter().find_map(|item| item.value.why()).cloned();
                Ok(unknown.map_or_else(|| Value::List(ordered(once(items.iter()))), Value::Unknown))
            }
            (Self::Map(inner), Value::Map(map)) => {
                let pairs = map.into_iter().map(|(key, node)| Ok((key, Node { value: inner.convert(node.value)?, span: node.span })));
                Ok(Value::Map(pairs.collect::<Result<_, Why>>()?))
            }
            (Self::Object(attributes), Value::Map(map)) => object(attributes, map),
            (_, value) => Ok(value),
        }
    }
}

fn each(inner: &Type, items: Vec<Node>) -> Result<Vec<Node>, Why> {
    items.into_iter().map(|node| Ok(Node { value: inner.convert(node.value)?, span: node.span })).collect()
}

/// An object with the attributes of its type and no others: an optional one that is absent or null has its default.
fn object(attributes: &[(String, Type, Option<Value>)], mut map: BTreeMap<String, Node>) -> Result<Value, Why> {
    let mut made = BTreeMap::new();
    for (name, kind, default) in attributes {
        let given = map.remove(name).filter(|node| default.is_none() || !node.is_null());
        let node = match (given, default) {
            (Some(node), _) => node,
            (None, Some(default)) => Node::from(default.clone()),
            (None, None) => return ops::error(format!("the attribute {name} is not given")),
        };
        made.insert(name.clone(), Node { value: kind.convert(node.value)?, span: node.span });
    }
    // The object of a resource keeps what tells it from others.
    if let Some(mark) = map.remove(super::RESOURCE) {
        made.insert(super::RESOURCE.to_owned(), mark);
    }
    Ok(Value::Map(made))
}
