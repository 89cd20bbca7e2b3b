//! Expressions, evaluated to values that are known, made up or unknown.
//!
//! An evaluation gives a value, in which parts may be unknown, or the error that Terraform would stop with: `try` and `can`
//! tell the two apart, and everybody else takes an error for an unknown with the error as the reason.

mod budget;
mod compare;
mod follow;
mod functions;
mod loops;
mod ops;
mod scope;
mod template;
pub(super) mod types;

#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::syntax::{Expr, Kind, Operator, Step};
use crate::iac::value::{Node, Value, Why};

pub(super) use budget::Budget;
pub(super) use follow::{follow, splat_takes};
pub(super) use functions::without_marks;
pub(super) use loops::elements;
pub(super) use scope::{Key, Scope, quoted};

/// A value, or Terraform's error.
pub(super) type Outcome = Result<Value, Why>;

/// The key under which the address of a resource stands in its object, so that what the object lacks is unknown, not absent.
pub(super) const RESOURCE: &str = "\0resource";

/// What names stand for, and what files say.
pub(super) trait Names {
    /// What a path stands for whose first name is none of a loop's: `var.x`, `aws_lb.web[0].arn`, `each.key`.
    fn resolve(&self, evaluator: &Evaluator<'_>, name: &str, steps: &[Step], scope: &Scope<'_>) -> Outcome;
    /// The text of a file that a module refers to; none where it is not at hand.
    fn file(&self, path: &str, scope: &Scope<'_>) -> Option<Arc<str>>;
}

/// What evaluates.
pub(super) struct Evaluator<'n> {
    pub names: &'n dyn Names,
    pub budget: Budget,
    /// Functions that were asked for and are not evaluated, and how often.
    pub skipped: RefCell<BTreeMap<String, usize>>,
}

impl<'n> Evaluator<'n> {
    /// An evaluator with a whole budget.
    pub(crate) fn new(names: &'n dyn Names) -> Self {
        Self { names, budget: Budget::default(), skipped: RefCell::default() }
    }

    /// The value of an expression.
    pub(crate) fn eval(&self, expr: &Expr, scope: &Scope<'_>) -> Outcome {
        self.budget.take(1)?;
        self.budget.deeper(|| self.kind(expr, scope))
    }

    /// The value of an expression, with its place; an error is an unknown.
    pub(crate) fn node(&self, expr: &Expr, scope: &Scope<'_>) -> Node {
        Node { value: self.eval(expr, scope).unwrap_or_else(Value::Unknown), span: expr.span }
    }

    fn kind(&self, expr: &Expr, scope: &Scope<'_>) -> Outcome {
        match &expr.kind {
            Kind::Value(value) => Ok(value.clone()),
            Kind::Unreadable(why) => Ok(Value::Unknown(why.clone())),
            Kind::Template(parts) => self.template(parts, scope),
            Kind::List(items) => self.list(items, scope),
            Kind::Object(pairs) => self.object(pairs, scope),
            Kind::Name(name) => self.path(name, &[], scope),
            Kind::Path(root, steps) => match &root.kind {
                Kind::Name(name) => self.path(name, steps, scope),
                _ => follow(self, self.eval(root, scope)?, steps, scope),
            },
            Kind::Call(name, arguments, spread) => self.call(name, arguments, *spread, scope),
            Kind::Not(inner) => Ok(ops::truth(&self.eval(inner, scope)?)?.map_or_else(Value::Unknown, |truth| Value::Bool(!truth))),
            Kind::Minus(inner) => Ok(ops::number(&self.eval(inner, scope)?)?.map_or_else(Value::Unknown, |number| Value::Number(-number))),
            Kind::Binary(parts) => self.binary(parts.0, &parts.1, &parts.2, scope),
            Kind::Choice(parts) => self.choice(&parts.0, &parts.1, &parts.2, scope),
            Kind::For(each) => self.each(each, scope),
        }
    }

    fn path(&self, name: &str, steps: &[Step], scope: &Scope<'_>) -> Outcome {
        match scope.lookup(name) {
            Some(value) => {
                self.budget.copy(value)?;
                follow(self, value.clone(), steps, scope)
            }
            None => self.names.resolve(self, name, steps, scope),
        }
    }

    fn list(&self, items: &[Expr], scope: &Scope<'_>) -> Outcome {
        let nodes = items.iter().map(|item| Ok(Node { value: self.eval(item, scope)?, span: item.span }));
        Ok(Value::List(nodes.collect::<Result<_, Why>>()?))
    }

    fn object(&self, pairs: &[(Expr, Expr)], scope: &Scope<'_>) -> Outcome {
        let mut map = BTreeMap::new();
        let mut open = None;
        for (key, value) in pairs {
            let span = key.span.zip(value.span).map(|(start, end)| crate::iac::text::Span { end: end.end, ..start });
            let node = Node { value: self.eval(value, scope)?, span };
            match key_of(&self.eval(key, scope)?)? {
                Ok(key) => drop(map.insert(key, node)),
                Err(why) => open = Some(why),
            }
        }
        // With a key that is not known, nothing about the map is.
        Ok(open.map_or(Value::Map(map), Value::Unknown))
    }

    fn binary(&self, operator: Operator, one: &Expr, two: &Expr, scope: &Scope<'_>) -> Outcome {
        let one = self.eval(one, scope)?;
        // What decides alone decides before the other side is looked at, be it an error.
        if matches!(operator, Operator::And | Operator::Or)
            && let Ok(value) = ops::truth(&one)?
            && value == (operator == Operator::Or)
        {
            return Ok(Value::Bool(value));
        }
        ops::binary(operator, &one, &self.eval(two, scope)?)
    }

    fn choice(&self, when: &Expr, yes: &Expr, no: &Expr, scope: &Scope<'_>) -> Outcome {
        match ops::truth(&self.eval(when, scope)?)? {
            Ok(true) => self.eval(yes, scope),
            Ok(false) => self.eval(no, scope),
            Err(why) => {
                // Either one may be an error that the condition guards against.
                let (yes, no) = (self.eval(yes, scope), self.eval(no, scope));
                Ok(match (yes, no) {
                    (Ok(yes), Ok(no)) if yes.why().is_none() && compare::same(&yes, &no) => yes,
                    _ => Value::Unknown(why),
                })
            }
        }
    }
}

/// A key of a map: an error, or an unknown where only deployment decides it.
fn key_of(value: &Value) -> Result<Result<String, Why>, Why> {
    match value {
        Value::Unknown(why) => Ok(Err(why.clone())),
        Value::Text(text) if text.made_up => Ok(Err(Why::new("a key is a name that AWS gives, which is known only after apply"))),
        Value::Null => ops::error("a key is null"),
        value => match value.words() {
            Ok(words) => Ok(Ok(words.unwrap_or_default().to_string())),
            Err(why) => Err(why),
        },
    }
}
