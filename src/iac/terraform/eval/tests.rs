//! Expressions alone, with variables that are known, made up or unknown.

mod states;
mod table;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Evaluator, Names, Outcome, Scope, follow};
use crate::iac::terraform::syntax::{Native, Step};
use crate::iac::value::{Value, Why};

/// What `var.…` is.
#[derive(Default, Clone)]
struct Variables(BTreeMap<&'static str, Value>);

impl Names for Variables {
    fn resolve(&self, evaluator: &Evaluator<'_>, name: &str, steps: &[Step], scope: &Scope<'_>) -> Outcome {
        match (name, steps) {
            ("var", [Step::Attribute(name), rest @ ..]) => {
                let value = self.0.get(name.as_str()).cloned().ok_or_else(|| Why::new("no such variable"))?;
                follow(evaluator, value, rest, scope)
            }
            _ => Err(Why::new("no such name")),
        }
    }

    fn file(&self, _: &str, _: &Scope<'_>) -> Option<Arc<str>> {
        None
    }
}

fn evaluate(text: &str, variables: &Variables) -> Outcome {
    let parsed = hcl_edit::parser::parse_expr(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let expr = Native::of(None, 0, text).expr(&parsed);
    Evaluator::new(variables).eval(&expr, &Scope::LITERALS)
}
