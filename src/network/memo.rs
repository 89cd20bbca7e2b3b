//! What was found once, kept for whoever asks again, from any thread.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

/// Answers by question.
#[derive(Debug)]
pub(super) struct Memo<K, V>(Mutex<HashMap<K, Arc<V>>>);

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, V> Memo<K, V> {
    /// The answer to a question, found now if nobody asked before.
    pub(super) fn get<Q>(&self, question: &Q, find: impl FnOnce() -> V) -> Arc<V>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ToOwned<Owned = K> + ?Sized,
    {
        if let Some(known) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(question) {
            return Arc::clone(known);
        }
        // Found without the lock: two threads may find the same, which does no harm.
        let found = Arc::new(find());
        Arc::clone(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(question.to_owned()).or_insert(found))
    }
}
