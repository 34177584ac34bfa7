//! What the waits of an operation leave behind for whoever runs it.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// Something that an operator should know although the operation succeeds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What happened, in the same few words each time.
    pub summary: &'static str,
    /// To what, and why.
    pub detail: String,
}

/// Shared by all waits of one operation.
#[derive(Debug, Default)]
pub(super) struct Told {
    notices: Mutex<Vec<Notice>>,
    interrupted: Mutex<Option<String>>,
    cancelled_at: OnceLock<Instant>,
}

impl Told {
    pub(super) fn notice(&self, notice: Notice) {
        lock(&self.notices).push(notice);
    }

    pub(super) fn take_notices(&self) -> Vec<Notice> {
        std::mem::take(&mut *lock(&self.notices))
    }

    pub(super) fn interrupt(&self, what: &str) {
        *lock(&self.interrupted) = Some(what.to_owned());
    }

    pub(super) fn interrupted(&self) -> Option<String> {
        lock(&self.interrupted).clone()
    }

    /// How long ago a wait of the operation learnt that the operator asked to stop; the first to ask learns it.
    pub(super) fn cancelled_since(&self) -> Duration {
        self.cancelled_at.get_or_init(Instant::now).elapsed()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
