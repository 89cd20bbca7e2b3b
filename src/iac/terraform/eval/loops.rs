//! `for` expressions.

use std::collections::BTreeMap;

use super::{Evaluator, Outcome, Scope, budget, key_of, ops};
use crate::iac::terraform::syntax::For;
use crate::iac::value::{Node, Value, Why};

/// The elements of a collection, with what a loop calls their keys.
pub(crate) fn elements(value: Value) -> Result<Result<Vec<(Value, Node)>, Why>, Why> {
    #[expect(clippy::cast_precision_loss, reason = "lists are short")]
    match value {
        Value::Unknown(why) => Ok(Err(why)),
        Value::List(items) => Ok(Ok(items.into_iter().enumerate().map(|(index, item)| (Value::Number(index as f64), item)).collect())),
        Value::Map(map) => {
            let pairs = map.into_iter().filter(|(key, _)| key != super::RESOURCE);
            Ok(Ok(pairs.map(|(key, item)| (Value::from(key), item)).collect()))
        }
        other => ops::error(format!("a loop goes over {}", other.kind())),
    }
}

impl Evaluator<'_> {
    pub(super) fn each(&self, each: &For, scope: &Scope<'_>) -> Outcome {
        let over = match elements(self.eval(&each.over, scope)?)? {
            Ok(over) => over,
            Err(why) => return Ok(Value::Unknown(why)),
        };
        let mut made = Made::default();
        for (key, node) in over {
            self.budget.take(1)?;
            let pairs = [(each.value.as_str(), node.value), (each.key.as_deref().unwrap_or("\0"), key)];
            if let Some(why) = scope.with(&pairs, |scope| self.one(each, node.span, scope, &mut made))? {
                return Ok(Value::Unknown(why));
            }
            if made.list.len().max(made.map.len()) > budget::ELEMENTS {
                return ops::error("a loop makes more elements than apiaudit takes");
            }
        }
        Ok(made.value(each))
    }

    /// One turn; why nothing of the whole is known, where it is not.
    fn one(&self, each: &For, place: Option<crate::iac::text::Span>, scope: &Scope<'_>, made: &mut Made) -> Result<Option<Why>, Why> {
        if let Some(when) = &each.when {
            match ops::truth(&self.eval(when, scope)?)? {
                Ok(true) => {}
                Ok(false) => return Ok(None),
                Err(why) => return Ok(Some(why)),
            }
        }
        let value = self.eval(&each.make, scope)?;
        let node = Node { value, span: place.or(each.make.span) };
        let Some(key) = &each.make_key else {
            made.list.push(node);
            return Ok(None);
        };
        let key = match key_of(&self.eval(key, scope)?)? {
            Ok(key) => key,
            Err(why) => return Ok(Some(why)),
        };
        if !each.group && made.map.contains_key(&key) {
            return ops::error("a loop makes two values of one key");
        }
        made.map.entry(key).or_default().push(node);
        Ok(None)
    }
}

/// What the turns of a loop made.
#[derive(Default)]
struct Made {
    list: Vec<Node>,
    map: BTreeMap<String, Vec<Node>>,
}

impl Made {
    fn value(self, each: &For) -> Value {
        if each.make_key.is_none() {
            return Value::List(self.list);
        }
        let pairs = self.map.into_iter().filter_map(|(key, mut nodes)| {
            let node = if each.group { Node::from(Value::List(nodes)) } else { nodes.pop()? };
            Some((key, node))
        });
        Value::Map(pairs.collect())
    }
}
