//! Operations that other objects stand in the way of.

use std::future::Future;
use std::time::Duration;

use super::{Notice, Pause, Wait};
use crate::error::Rounded;
use crate::limits::BLOCKED;
use crate::{Error, Kind, Result, Safeguard};

const HELD_UP: &str = "Others Were in the Way";
/// How long to look for what is in the way. The look is a courtesy: it must not keep an operator who wants to stop.
const COURTESY: Duration = Duration::from_secs(10);

/// How many names of what is in the way are told.
const NAMES: usize = 20;

/// Whether another object is in the way, which may end by itself.
pub(crate) fn is_blocked(error: &Error) -> bool {
    matches!(error.kind(), Kind::DependencyViolation | Kind::InUse) && Safeguard::BlockedDeletion.is_on()
}

impl Wait {
    /// Like [`retry`](Self::retry), for operations that other objects stand in the way of. Names these `blockers` in
    /// the log every half minute, in the error at the end, and in a [notice](Self::take_notices) if the operation
    /// succeeds after all. `what` is the operation: "deletion of VPC vpc-1".
    ///
    /// # Errors
    ///
    /// As those of [`retry`](Self::retry).
    pub async fn retry_blocked<T, F, B>(
        &self,
        what: &str,
        passes: impl Fn(&Error) -> bool,
        mut attempt: impl FnMut() -> F,
        mut blockers: impl FnMut() -> B,
    ) -> Result<T>
    where
        F: Future<Output = Result<T>>,
        B: Future<Output = Result<Vec<String>>>,
    {
        let wait = self.at_pace(BLOCKED);
        let mut pause = Pause::new(&wait, what);
        let mut seen = None;
        loop {
            let error = match Box::pin(attempt()).await {
                Err(error) if passes(&error) => error,
                Ok(value) => {
                    if let Some(seen) = seen {
                        let elapsed = Rounded(pause.elapsed());
                        let detail = format!("The {what} took {elapsed:?}. {seen}");
                        self.told.notice(Notice { summary: HELD_UP, detail });
                    }
                    return Ok(value);
                }
                result => return result,
            };
            let refusal = error.to_string();
            let mut state = refusal.clone();
            if pause.is_time_for_progress() {
                let names = in_the_way(blockers()).await;
                state = format!("{refusal}\n\n{names}");
                seen = Some(names);
            }
            if let Err(end) = pause.after(state).await {
                let names = in_the_way(blockers()).await;
                return Err(end.with_state(format!("{refusal}\n\n{names}").trim_end().to_owned()));
            }
        }
    }
}

/// What is in the way, as a sentence.
async fn in_the_way(blockers: impl Future<Output = Result<Vec<String>>>) -> String {
    if !Safeguard::NamedBlockers.is_on() {
        return String::new();
    }
    match tokio::time::timeout(COURTESY, Box::pin(blockers)).await {
        Ok(Ok(names)) if names.is_empty() => "Nothing was found to be in the way.".into(),
        Ok(Ok(names)) => match names.get(NAMES..) {
            Some(more @ [_, ..]) => {
                format!("In the way: {} and {} more.", names[..NAMES].join(", "), more.len())
            }
            _ => format!("In the way: {}.", names.join(", ")),
        },
        Ok(Err(error)) => format!("What is in the way could not be found out: {error}"),
        Err(_) => "What is in the way could not be found out in time.".into(),
    }
}
