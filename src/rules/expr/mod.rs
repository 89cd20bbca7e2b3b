//! Conditions in CEL over typed facts, some of which could not be read.
//!
//! The `cel` crate parses; the rest is ours, because a rule engine that audits needs two things that crate lacks: a
//! checker that finds a typo when the rule is loaded, and an evaluator in which what could not be read stays
//! *unknown*.
//!
//! # Unknown
//!
//! As in CEL's partial evaluation, `false && unknown` is false, `true || unknown` is true, and anything else that
//! meets an unknown is unknown. The gaps of all unknowns are united, so that every missing permission is named.
//! Macros over a list known in part follow: `exists` is true when a known item satisfies, `all` is false when one
//! does not, and `size(list) > 2` is true once three items are known. Replacing a known fact by an unknown one may
//! turn an answer into unknown, and never into the other answer.
//!
//! # Absent
//!
//! An optional fact may be absent. There is no error value; instead:
//!
//! - absent equals only absent, and the literal `null`, which stands for it: `x.f == "a"` is false, `x.f != "a"` true;
//! - `has(x.f)` is false, and unknown when the fact is unknown;
//! - every other question about it (`<`, `in`, `startsWith`, `exists`, `all`, …) has the answer false;
//! - as a condition it counts as false: `x.flag && …`, `!x.flag`, `x.flag ? a : b`;
//! - anything else computed from it (a field of it, `+`, `size`, a filtered list) is absent too;
//! - `map` leaves out the items for which its body is absent.
//!
//! An index out of bounds, a missing key and a division by zero are absent. Arithmetic stops at the ends of 64 bits.

mod ast;
mod calls;
mod check;
mod error;
mod eval;
pub mod functions;
mod ir;
mod operators;
mod parse;
mod parts;
#[cfg(test)]
pub(crate) mod tests;
mod trace;
mod truth;
mod types;

use std::cell::RefCell;
use std::collections::BTreeSet;

pub use error::ExprError;
pub use functions::{Function, Functions};
pub(crate) use parse::{with_stack, with_stacks};
pub use parts::{Join, Part};
pub use trace::{Fact, Trace};
pub use truth::Truth;

use crate::rules::rule::Threshold;
use crate::rules::schema::RecordType;
use crate::rules::value::Value;
use check::Checker;
use eval::{Eval, Frame};
use ir::Ir;
use types::Ty;

/// What an expression may speak of: one variable, and functions.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The name of the variable.
    pub variable: &'a str,
    /// Its type.
    pub record: &'static RecordType,
    /// The functions beside the built-in ones.
    pub functions: &'a Functions,
    /// Numbers that have names.
    pub thresholds: &'a [Threshold],
}

/// What an expression must evaluate to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// True or false: a condition.
    Bool,
    /// Something to show: text, a number, a bool, or a list of them.
    Shown,
}

/// A checked expression.
#[derive(Debug, Clone)]
pub struct Program {
    source: String,
    variable: String,
    ir: Ir,
    actions: BTreeSet<&'static str>,
}

impl Program {
    /// Parses and checks an expression, or says everything that is wrong with it.
    pub fn compile(source: &str, scope: Scope<'_>, want: Want) -> Result<Self, Vec<ExprError>> {
        with_stack(|| Self::compile_here(source, scope, want)).unwrap_or_else(|| {
            let message = "the expression could not be parsed";
            Err(vec![ExprError::new(0..source.len(), message)])
        })
    }

    /// Like [`Program::compile`], inside [`with_stack`].
    pub(crate) fn compile_here(source: &str, scope: Scope<'_>, want: Want) -> Result<Self, Vec<ExprError>> {
        let node = parse::parse(source)?;
        let ty = Ty::Record(scope.record);
        let mut checker = Checker::new(scope, ty);
        let ir = match want {
            Want::Bool => checker.bool(&node, "a condition"),
            Want::Shown => {
                let typed = checker.check(&node);
                if !typed.ty.shows() {
                    let message = format!("{} cannot be shown", check::a(&typed.ty));
                    let error = ExprError::new(node.span.clone(), message).help("show text, an int, a bool, or a list of them");
                    checker.fail(error);
                }
                typed.ir
            }
        };
        if !checker.errors.is_empty() {
            return Err(checker.errors);
        }
        Ok(Self { source: source.to_owned(), variable: scope.variable.to_owned(), ir, actions: checker.actions })
    }

    /// The text it was compiled from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The IAM actions behind every field it can read.
    pub fn actions(&self) -> &BTreeSet<&'static str> {
        &self.actions
    }

    /// Whether the condition holds for the subject.
    pub fn truth(&self, subject: &Value) -> Truth {
        Eval { trace: None }.truth(&self.ir, &root(subject))
    }

    /// The value for the subject.
    pub fn value(&self, subject: &Value) -> Value {
        Eval { trace: None }.value(&self.ir, &root(subject)).into_owned()
    }

    /// Evaluates again, writing down which facts are read.
    pub fn trace(&self, subject: &Value) -> Trace {
        let trace = RefCell::new(Trace::new(&self.variable));
        let eval = Eval { trace: Some(&trace) };
        drop(eval.truth(&self.ir, &root(subject)));
        trace.into_inner()
    }
}

fn root(subject: &Value) -> Frame<'_> {
    Frame { value: subject, outer: None, origin: None }
}
