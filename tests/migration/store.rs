//! Things as they are, and as reads show them: for a while after a write a read may still show what was before.

use std::collections::BTreeMap;

use crate::rng::mix;

/// The longest that a read may lag behind, in seconds. The executor believes reads after `run::SETTLE_SECONDS`.
pub(crate) const LONGEST_LAG: u64 = 20;

/// Who looks, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View {
    pub(crate) now: u64,
    /// Whether reads go to and fro between old and new while they lag, as from several replicas; else they turn once.
    pub(crate) flapping: bool,
    pub(crate) salt: u64,
}

#[derive(Debug, Clone)]
struct Entry<T> {
    now: Option<T>,
    before: Option<T>,
    shown_at: u64,
}

/// Things of one kind by id.
#[derive(Debug, Clone)]
pub(crate) struct Store<T>(BTreeMap<String, Entry<T>>);

impl<T> Default for Store<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T: Clone> Store<T> {
    /// As it is.
    pub(crate) fn get(&self, id: &str) -> Option<&T> {
        self.0.get(id)?.now.as_ref()
    }

    /// All as they are.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&String, &T)> {
        self.0.iter().filter_map(|(id, entry)| Some((id, entry.now.as_ref()?)))
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &T> {
        self.iter().map(|(_, value)| value)
    }

    /// What was there before any read can lag.
    pub(crate) fn place(&mut self, id: &str, value: T) {
        self.0.insert(id.to_owned(), Entry { now: Some(value), before: None, shown_at: 0 });
    }

    /// A write, which reads show `lag` seconds later.
    pub(crate) fn put(&mut self, id: &str, value: Option<T>, now: u64, lag: u64) {
        let entry = self.0.entry(id.to_owned()).or_insert(Entry { now: None, before: None, shown_at: 0 });
        entry.before = entry.now.take();
        entry.now = value;
        entry.shown_at = now + lag.min(LONGEST_LAG);
    }

    /// A change that reads show at once: what AWS does by itself.
    pub(crate) fn change(&mut self, id: &str, change: impl FnOnce(&mut T)) {
        if let Some(value) = self.0.get_mut(id).and_then(|entry| entry.now.as_mut()) {
            change(value);
        }
    }

    /// As a read shows it.
    pub(crate) fn seen(&self, id: &str, view: View) -> Option<&T> {
        let (key, entry) = self.0.get_key_value(id)?;
        entry.seen(key, view)
    }

    /// All as reads show them.
    pub(crate) fn all_seen(&self, view: View) -> impl Iterator<Item = &T> {
        self.0.iter().filter_map(move |(id, entry)| entry.seen(id, view))
    }

    /// Whether reads may still lag.
    pub(crate) fn is_fresh(&self, id: &str, now: u64) -> bool {
        self.0.get(id).is_some_and(|entry| now < entry.shown_at)
    }
}

impl<T> Entry<T> {
    fn seen(&self, id: &str, view: View) -> Option<&T> {
        let turned = id.bytes().fold(view.salt ^ (view.now << 20), |sum, byte| mix(sum ^ u64::from(byte))) % 2 == 0;
        let old = view.now < self.shown_at && !(view.flapping && turned);
        if old { self.before.as_ref() } else { self.now.as_ref() }
    }
}
