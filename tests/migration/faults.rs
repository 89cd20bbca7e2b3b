//! What goes wrong on the wire and in the process, drawn from a seed or set for one call.

use std::collections::{BTreeMap, BTreeSet};

use crate::rng::Rng;

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Throttled,
    Busy,
    Denied,
    Rejected,
    /// It took effect, and no answer came.
    LostAfter,
    /// It took no effect, and no answer came.
    LostBefore,
    KilledBefore,
    KilledAfter,
    /// Somebody wants the run to end.
    Stop,
}

impl Fault {
    /// The same of a call that is denied: whatever becomes of its answer, nothing happens.
    fn without_effect(self) -> Self {
        match self {
            Self::LostAfter => Self::LostBefore,
            Self::KilledAfter => Self::KilledBefore,
            other => other,
        }
    }
}

/// What becomes of a line of the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tear {
    /// The process is killed with a part of the line on disk.
    Killed,
    /// The disk is full: a part of the line is there, and the process knows.
    Full,
}

/// How often each comes, in a thousand calls.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rates {
    pub(crate) throttled: u64,
    pub(crate) busy: u64,
    pub(crate) lost: u64,
    pub(crate) killed: u64,
    pub(crate) stop: u64,
    pub(crate) torn: u64,
    pub(crate) full: u64,
}

#[derive(Debug, Clone)]
pub(crate) struct Faults {
    rng: Rng,
    pub(crate) rates: Rates,
    /// What becomes of the call with a number.
    pub(crate) at: BTreeMap<usize, Fault>,
    /// The call from which on an operation is denied.
    pub(crate) denied: BTreeMap<String, usize>,
    /// The writes that are rejected, each once, by their number among writes.
    pub(crate) rejected: BTreeSet<usize>,
    writes: usize,
    /// How many kills there may still be.
    pub(crate) lives: usize,
    /// Whether something happened that no patience helps against.
    pub(crate) fatal: bool,
}

impl Faults {
    pub(crate) fn none() -> Self {
        Self {
            rng: Rng::new(0),
            rates: Rates::default(),
            at: BTreeMap::new(),
            denied: BTreeMap::new(),
            rejected: BTreeSet::new(),
            writes: 0,
            lives: 0,
            fatal: false,
        }
    }

    pub(crate) fn random(rng: &mut Rng) -> Self {
        let mut faults = Self { rng: Rng::new(rng.next()), lives: rng.below(7), ..Self::none() };
        let mut rate = |often: u64, most: u64| if rng.chance(often) { rng.range(1, most) } else { 0 };
        faults.rates = Rates {
            throttled: rate(500, 120),
            busy: rate(300, 60),
            lost: rate(600, 60),
            killed: rate(600, 25),
            stop: rate(150, 10),
            torn: rate(300, 40),
            full: rate(100, 10),
        };
        if rng.chance(120) {
            faults.rejected.insert(rng.below(60) + 1);
        }
        faults
    }

    /// What becomes of this call.
    pub(crate) fn draw(&mut self, number: usize, operation: &str, write: bool) -> Option<Fault> {
        self.writes += usize::from(write);
        let set = self.at.get(&number).map(|fault| if self.denies(operation, number) { fault.without_effect() } else { *fault });
        let fault = set.or_else(|| self.by_chance(operation, number, write))?;
        if matches!(fault, Fault::Denied | Fault::Rejected) {
            self.fatal = true;
        }
        if matches!(fault, Fault::KilledBefore | Fault::KilledAfter | Fault::Stop) && !self.at.contains_key(&number) {
            if self.lives == 0 {
                return None;
            }
            self.lives -= 1;
        }
        Some(fault)
    }

    fn denies(&self, operation: &str, number: usize) -> bool {
        self.denied.iter().any(|(denied, from)| operation.starts_with(denied.as_str()) && number >= *from)
    }

    fn by_chance(&mut self, operation: &str, number: usize, write: bool) -> Option<Fault> {
        if self.denies(operation, number) {
            return Some(Fault::Denied);
        }
        if write && self.rejected.remove(&self.writes) {
            return Some(Fault::Rejected);
        }
        let rates = self.rates.clone();
        let drawn = [
            (rates.throttled, Fault::Throttled),
            (if write { rates.busy } else { 0 }, Fault::Busy),
            (rates.lost, Fault::LostAfter),
            (rates.lost, Fault::LostBefore),
            (rates.killed, Fault::KilledBefore),
            (rates.killed, Fault::KilledAfter),
            (rates.stop, Fault::Stop),
        ];
        drawn.into_iter().find(|(rate, _)| *rate > 0 && self.rng.chance(*rate)).map(|(_, fault)| fault)
    }

    /// What becomes of a line of the journal, and how much of it gets to the disk.
    pub(crate) fn tear(&mut self, length: usize) -> Option<(Tear, usize)> {
        if self.lives == 0 {
            return None;
        }
        let tear = match () {
            () if self.rates.torn > 0 && self.rng.chance(self.rates.torn) => Tear::Killed,
            () if self.rates.full > 0 && self.rng.chance(self.rates.full) => Tear::Full,
            () => return None,
        };
        self.lives -= 1;
        Some((tear, self.rng.below(length + 1)))
    }

    pub(crate) fn rng(&mut self) -> &mut Rng {
        &mut self.rng
    }
}
