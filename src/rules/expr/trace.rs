//! Which facts a verdict rests on.

use super::eval::Frame;
use super::ir::Ir;
use crate::rules::schema::Field;
use crate::rules::value::Value;

/// A fact that an evaluation read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The way to it, such as `load_balancer.listeners[0].port`.
    pub path: String,
    /// Its value, as text.
    pub value: String,
    /// What the fact says, in a sentence.
    pub doc: &'static str,
    /// The IAM actions of the calls whose answers fill it; none for what apiaudit derives from other facts.
    pub actions: Vec<&'static str>,
}

/// The facts that one evaluation read, in the order it read them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    variable: String,
    facts: Vec<Fact>,
}

impl Trace {
    /// An empty trace of an expression over `variable`.
    pub(super) fn new(variable: &str) -> Self {
        Self { variable: variable.to_owned(), facts: Vec::new() }
    }

    /// The facts, each once.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// Adds the facts of another trace that are not here yet.
    pub(crate) fn extend(&mut self, other: Self) {
        for fact in other.facts {
            self.note(fact);
        }
    }

    /// Writes down that a fact was read.
    pub(super) fn saw(&mut self, ir: &Ir, frame: &Frame<'_>, value: &Value) {
        if let Some(path) = self.path(ir, frame) {
            let field = field_of(ir);
            let actions = field.map(|field| field.actions().collect()).unwrap_or_default();
            self.note(Fact { path, value: value.render(), doc: field.map_or("", |field| field.doc), actions });
        }
    }

    fn note(&mut self, fact: Fact) {
        if !self.facts.iter().any(|known| known.path == fact.path) {
            self.facts.push(fact);
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

/// The field that was selected last: an entry of a map is part of the map's.
fn field_of(ir: &Ir) -> Option<&'static Field> {
    match ir {
        Ir::Field(_, record, place) => record.fields.get(*place),
        Ir::Entry(base, _) => field_of(base),
        _ => None,
    }
}
