//! What a process that only reads remembers for a moment.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::{Answer, Key};

/// How long it is remembered, from when it was asked for.
const MEMORY: Duration = Duration::from_secs(10);

/// Answers, the oldest of which is younger than ten seconds.
pub(super) struct Snapshot<T> {
    begun: Option<Instant>,
    answers: HashMap<Key, Answer<T>>,
    /// How many times the service was asked for single objects.
    pub(super) calls: usize,
}

impl<T> Snapshot<T> {
    /// What was answered, as of `now`.
    pub(super) fn answer(&mut self, key: &Key, now: Instant) -> Option<Answer<T>> {
        if self.begun.is_some_and(|begun| now.saturating_duration_since(begun) >= MEMORY) {
            self.clear();
        }
        self.answers.get(key).cloned()
    }

    /// Adds what was asked for at the moment `asked`.
    pub(super) fn add(&mut self, answers: &HashMap<Key, Answer<T>>, asked: Instant) {
        if !answers.is_empty() {
            self.begun.get_or_insert(asked);
            self.answers.extend(answers.iter().map(|(key, answer)| (key.clone(), answer.clone())));
        }
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

impl<T> Default for Snapshot<T> {
    fn default() -> Self {
        Self { begun: None, answers: HashMap::new(), calls: 0 }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn all_is_forgotten_ten_seconds_after_the_first_question() {
        let (key, later) = (Key::new("id", "a"), Key::new("id", "b"));
        let begun = Instant::now();
        let mut snapshot = Snapshot::default();
        snapshot.add(&HashMap::from([(key.clone(), vec![Arc::new(1)])]), begun);
        snapshot.add(&HashMap::from([(later.clone(), vec![Arc::new(2)])]), begun + Duration::from_secs(9));
        assert_eq!(snapshot.answer(&key, begun + Duration::from_secs(9)), Some(vec![Arc::new(1)]));
        assert_eq!(snapshot.answer(&later, begun + Duration::from_secs(10)), None);
        assert_eq!(snapshot.answer(&key, begun), None);
    }
}
