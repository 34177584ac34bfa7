//! The time between looks.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use super::Wait;
use crate::{Error, Result};

const GROWTH: f64 = 1.6;

/// When this process began to wait, which differs from process to process.
static BEGINNING: LazyLock<Instant> = LazyLock::new(Instant::now);

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
        // The last look is at the deadline itself, not a delay before it.
        let delay = to_meeting(self.delay, BEGINNING.elapsed()).min(left);
        self.delay = self.delay.mul_f64(GROWTH).min(self.wait.pace.longest);
        tracing::debug!(
            state = self.state,
            milliseconds = delay.as_millis(),
            "looking again at {}",
            self.what
        );
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

/// About as long as `delay`, and up to a point in time at which others end their delays too: those who look at the same
/// moment share a call. The points are a power of two milliseconds apart, so that those of long delays are among those of
/// short ones.
fn to_meeting(delay: Duration, now: Duration) -> Duration {
    let half = u64::try_from(delay.as_millis() / 2).unwrap_or(u64::MAX).max(1);
    let step = Duration::from_millis(1 << half.ilog2());
    let due = now + delay.saturating_sub(step / 2);
    let late = due.as_nanos() % step.as_nanos();
    let early = if late == 0 { Duration::ZERO } else { step.saturating_sub(Duration::from_nanos_u128(late)) };
    (due + early).saturating_sub(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_that_begin_at_different_times_end_together() {
        for delay in [250, 640, 5000] {
            let starts = (0..delay / 8).map(Duration::from_millis);
            let ends = starts.map(|now| (now, now + to_meeting(Duration::from_millis(delay), now)));
            let ends: Vec<_> = ends.collect();
            let (shortest, longest) =
                (Duration::from_millis(delay * 3 / 4), Duration::from_millis(delay * 5 / 4));
            assert!(
                ends.iter().all(|(now, end)| (shortest..=longest).contains(&end.saturating_sub(*now))),
                "{ends:?}"
            );
            let mut points: Vec<_> = ends.into_iter().map(|(_, end)| end).collect();
            points.dedup();
            assert!(points.len() <= 2, "{delay}: {points:?}");
        }
        let short = to_meeting(Duration::from_millis(1), Duration::from_micros(10));
        assert_eq!(short, Duration::from_micros(990));
    }
}
