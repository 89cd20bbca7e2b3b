//! What was found out, and how much work it was.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::iac::value::{Text, Value};

/// How deep one answer may ask for another.
const DEPTH: usize = 300;
/// How many values may be looked at, and 64 bytes of text put together count as one.
const WORK: usize = 4_000_000;

/// A question that is asked more than once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Question {
    /// The value of a parameter.
    Parameter(usize, String),
    /// Whether a condition holds.
    Condition(usize, String),
    /// An output.
    Output(usize, String),
    /// A property of a resource.
    Property(usize, String, String),
    /// Everything that is exported.
    Exports,
}

/// Answers so far, and the work they took.
#[derive(Debug, Default)]
pub(super) struct State {
    /// None while the answer is looked for.
    answers: RefCell<BTreeMap<Question, Option<Option<Value>>>>,
    depth: Cell<usize>,
    work: Cell<usize>,
    notes: RefCell<BTreeSet<String>>,
    /// Names that were made up, whole.
    issued: RefCell<BTreeSet<Arc<str>>>,
    /// What made-up texts were put together from.
    pieces: RefCell<BTreeMap<Arc<str>, Vec<Text>>>,
}

/// One level of depth, until it is dropped.
pub(super) struct Deeper<'s>(&'s Cell<usize>);

impl Drop for Deeper<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get().saturating_sub(1));
    }
}

impl State {
    /// A level deeper; none where that is too deep, or where there was too much work already.
    pub(super) fn deeper(&self) -> Option<Deeper<'_>> {
        self.works(1);
        if self.depth.get() >= DEPTH || self.is_tired() {
            return None;
        }
        self.depth.set(self.depth.get() + 1);
        Some(Deeper(&self.depth))
    }

    /// Counts work.
    pub(super) fn works(&self, amount: usize) {
        self.work.set(self.work.get().saturating_add(amount));
    }

    /// Whether there was too much work.
    pub(super) fn is_tired(&self) -> bool {
        self.work.get() > WORK
    }

    /// The answer to a question, worked out once; unknown where it asks for itself.
    pub(super) fn answer(&self, question: &Question, name: &str, work: impl FnOnce() -> Option<Value>) -> Option<Value> {
        if let Some(known) = self.answers.borrow().get(question) {
            let known = known.clone().unwrap_or_else(|| Some(Value::unknown(format!("{name} is made from itself"))));
            self.works(known.as_ref().map_or(1, weight));
            return known;
        }
        self.answers.borrow_mut().insert(question.clone(), None);
        let found = work();
        self.answers.borrow_mut().insert(question.clone(), Some(found.clone()));
        found
    }

    pub(super) fn note(&self, words: String) {
        self.notes.borrow_mut().insert(words);
    }

    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes: Vec<String> = self.notes.borrow().iter().cloned().collect();
        if self.is_tired() {
            notes.push("the templates ask for more than apiaudit works out: the rest of them is unknown".to_owned());
        }
        notes
    }

    pub(super) fn forget(&self) {
        self.answers.borrow_mut().clear();
    }

    /// A made-up name that stands for one thing.
    pub(super) fn issue(&self, name: &str) -> Value {
        let name: Arc<str> = name.into();
        self.issued.borrow_mut().insert(Arc::clone(&name));
        Value::made_up(name)
    }

    /// Whether a text is a made-up name and nothing else.
    pub(super) fn is_issued(&self, text: &str) -> bool {
        self.issued.borrow().contains(text)
    }

    /// Remembers what a made-up text was put together from.
    pub(super) fn remember_pieces(&self, whole: &Arc<str>, pieces: Vec<Text>) {
        self.pieces.borrow_mut().insert(Arc::clone(whole), pieces);
    }

    /// The smallest pieces of a text that are known of.
    pub(super) fn pieces(&self, text: &Text) -> Option<Vec<Text>> {
        let known = self.pieces.borrow().get(&text.text).cloned()?;
        self.works(known.len());
        Some(known)
    }
}

/// How many values there are in one.
fn weight(value: &Value) -> usize {
    match value {
        Value::List(items) => items.iter().map(|item| weight(&item.value)).sum::<usize>() + 1,
        Value::Map(map) => map.values().map(|item| weight(&item.value)).sum::<usize>() + 1,
        _ => 1,
    }
}
