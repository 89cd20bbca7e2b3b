//! Which facts a verdict rests on.

use super::eval::Frame;
use super::ir::Ir;
use crate::rules::value::Value;

/// The facts that one evaluation read, in the order it read them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    variable: String,
    facts: Vec<(String, String)>,
}

impl Trace {
    /// An empty trace of an expression over `variable`.
    pub(super) fn new(variable: &str) -> Self {
        Self { variable: variable.to_owned(), facts: Vec::new() }
    }

    /// Paths such as `load_balancer.listeners[0].port`, each with its value as text.
    pub fn facts(&self) -> &[(String, String)] {
        &self.facts
    }

    /// Adds the facts of another trace that are not here yet.
    pub(crate) fn extend(&mut self, other: Self) {
        for (path, value) in other.facts {
            self.note(path, value);
        }
    }

    /// Writes down that a fact was read.
    pub(super) fn saw(&mut self, ir: &Ir, frame: &Frame<'_>, value: &Value) {
        if let Some(path) = self.path(ir, frame) {
            self.note(path, value.render());
        }
    }

    fn note(&mut self, path: String, value: String) {
        if !self.facts.iter().any(|(known, _)| *known == path) {
            self.facts.push((path, value));
        }
    }

    /// The way to a fact; nothing for one that was computed.
    fn path(&self, ir: &Ir, frame: &Frame<'_>) -> Option<String> {
        match ir {
            Ir::Var(up) => {
                let frame = frame.up(*up)?;
                match (frame.origin, frame.outer) {
                    (Some((range, place)), Some(outer)) => Some(format!("{}[{place}]", self.path(range, outer)?)),
                    _ => Some(self.variable.clone()),
                }
            }
            Ir::Field(base, record, place) => {
                let field = record.fields.get(*place)?;
                Some(format!("{}.{}", self.path(base, frame)?, field.name))
            }
            Ir::Entry(base, key) => Some(format!("{}.{key}", self.path(base, frame)?)),
            // The items of a filtered list keep no places; the list does.
            Ir::Gather(gather) if gather.body.is_none() => self.path(&gather.range, frame),
            _ => None,
        }
    }
}
