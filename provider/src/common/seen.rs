//! What this process has learnt about objects, for plans of others that refer to them.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One fact about each of some objects. Objects that were neither read nor created yet are not in it, so it is good for
/// finding mistakes early and for nothing else.
#[derive(Debug)]
pub(crate) struct Seen<T>(Mutex<BTreeMap<String, T>>);

impl<T> Default for Seen<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Seen<T> {
    /// Notes the fact about an object.
    pub(crate) fn note(&self, id: &str, fact: T) {
        self.lock().insert(id.to_owned(), fact);
    }

    /// The fact about an object, if it is known.
    pub(crate) fn get(&self, id: &str) -> Option<T> {
        self.lock().get(id).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_counts() {
        let zones = Seen::default();
        assert_eq!(zones.get("subnet-1"), None);
        zones.note("subnet-1", "us-east-2a");
        zones.note("subnet-1", "us-east-2b");
        assert_eq!(zones.get("subnet-1"), Some("us-east-2b"));
    }
}
