//! The time between looks.

use std::time::{Duration, Instant};

use super::Wait;
use crate::{Error, Result};

const GROWTH: f64 = 1.6;
const JITTER: f64 = 0.2;

/// The time between the looks of one wait.
pub(super) struct Pause<'a> {
    wait: &'a Wait,
    what: &'a str,
    state: String,
    delay: Duration,
    started: Instant,
    last_progress: Instant,
}

impl<'a> Pause<'a> {
    pub(super) fn new(wait: &'a Wait, what: &'a str) -> Self {
        let state = "nothing is known yet".to_owned();
        let now = Instant::now();
        Self { wait, what, state, delay: wait.pace.first, started: now, last_progress: now }
    }

    /// How long it has lasted so far.
    pub(super) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Whether the log is due for a line.
    pub(super) fn is_time_for_progress(&self) -> bool {
        self.last_progress.elapsed() >= self.wait.progress
    }

    /// Sleeps until the next look is due.
    pub(super) async fn after(&mut self, state: String) -> Result<()> {
        self.state = state;
        let elapsed = self.wait.started.elapsed();
        let left = self.wait.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Error::Timeout { what: self.what.into(), state: self.state.clone(), elapsed });
        }
        if self.is_time_for_progress() {
            self.last_progress = Instant::now();
            tracing::info!(
                state = self.state,
                elapsed = elapsed.as_secs(),
                "still waiting for {}",
                self.what
            );
        }
        let jitter = 1.0 + JITTER * (fastrand::f64() * 2.0 - 1.0);
        // The last look is at the deadline itself, not a delay before it.
        let delay = self.delay.mul_f64(jitter).min(left);
        self.delay = self.delay.mul_f64(GROWTH).min(self.wait.pace.longest);
        tokio::select! {
            () = tokio::time::sleep(delay) => Ok(()),
            () = self.wait.is_cut_short() => Err(self.cancelled()),
        }
    }

    pub(super) fn cancelled(&self) -> Error {
        self.wait.told.interrupt(self.what);
        Error::Cancelled { what: self.what.into(), state: self.state.clone() }
    }
}
