//! What evaluation may cost: no text of a repository can hang a run or eat its memory.

use std::cell::Cell;

use crate::iac::value::{Value, Why};

/// How many steps all evaluation may take: an expression, or an element that one produces, is a step.
const STEPS: u64 = 20_000_000;

/// How many of them one attribute may take: one that takes more is unknown, and the others go on.
const PART: u64 = 4_000_000;

/// How deep expressions may stand in one another, through every name that leads to another one.
const DEPTH: u32 = 160;

/// How long a text may get.
pub(super) const TEXT: usize = 4 << 20;

/// How many elements a list may get.
pub(super) const ELEMENTS: usize = 100_000;

/// What is left.
pub(crate) struct Budget {
    steps: Cell<u64>,
    part: Cell<u64>,
    depth: Cell<u32>,
}

impl Default for Budget {
    fn default() -> Self {
        Self { steps: Cell::new(STEPS), part: Cell::new(PART), depth: Cell::new(0) }
    }
}

impl Budget {
    /// Takes steps.
    pub(crate) fn take(&self, steps: usize) -> Result<(), Why> {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        let part = self.part.get().checked_sub(steps);
        self.part.set(part.unwrap_or(0));
        self.steps.set(self.steps.get().saturating_sub(steps));
        (part.is_some() && self.steps.get() > 0)
            .then_some(())
            .ok_or_else(|| Why::new("evaluating the code takes more steps than apiaudit takes"))
    }

    /// Begins with another attribute, unless it is asked for by one.
    pub(crate) fn begin(&self) {
        if self.depth.get() == 0 {
            self.part.set(PART);
        }
    }

    /// Takes the steps that a value is worth which is made once more.
    pub(crate) fn copy(&self, value: &Value) -> Result<(), Why> {
        self.take(weight(value))
    }

    /// Goes a level deeper while something runs.
    pub(crate) fn deeper<T>(&self, run: impl FnOnce() -> Result<T, Why>) -> Result<T, Why> {
        if self.depth.get() >= DEPTH {
            return Err(Why::new("expressions lead to one another deeper than apiaudit follows"));
        }
        self.depth.set(self.depth.get() + 1);
        let result = run();
        self.depth.set(self.depth.get() - 1);
        result
    }
}

/// How much a value holds.
fn weight(value: &Value) -> usize {
    match value {
        Value::List(items) => 1 + items.iter().map(|item| weight(&item.value)).sum::<usize>(),
        Value::Map(map) => 1 + map.values().map(|item| weight(&item.value)).sum::<usize>(),
        _ => 1,
    }
}
