//! Waiting: often at first, seldom later, never past the deadline, and hardly longer once cancelled.

mod blocked;
mod pause;
#[cfg(test)]
mod tests;
mod told;

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use crate::batch::fresh;
use crate::limits::{self, Pace, VISIBILITY};
use crate::{Error, Result, Safeguard};
pub(crate) use blocked::is_blocked;
use pause::Pause;
pub use told::Notice;
use told::Told;

/// The patience of one operation: until when, and who may end it early.
///
/// The deadline is that of the whole operation, however many things it awaits one after the other. Clones are parts of
/// the same operation; what they notice is found in each.
#[derive(Clone, Debug)]
pub struct Wait {
    started: Instant,
    deadline: Instant,
    cancel: CancellationToken,
    pace: Pace,
    /// Whether the pace was asked for, and is not to give way to that of an object.
    is_paced: bool,
    progress: Duration,
    last_look: Duration,
    told: Arc<Told>,
}

/// What one look at an object found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Poll<T> {
    /// The object is as it should be.
    Ready(T),
    /// Not yet; the text says how it is instead.
    Pending(String),
}

impl Wait {
    /// Patience until `timeout` from now, or until `cancel` is called.
    #[must_use]
    pub fn new(timeout: Duration, cancel: CancellationToken) -> Self {
        let started = Instant::now();
        Self {
            started,
            deadline: started + timeout,
            cancel,
            pace: limits::QUICK,
            is_paced: false,
            progress: limits::PROGRESS,
            last_look: limits::LAST_LOOK,
            told: Arc::default(),
        }
    }

    /// The same patience, but at most `limit` from now.
    #[must_use]
    pub fn at_most(&self, limit: Duration) -> Self {
        let now = Instant::now();
        Self { started: now, deadline: self.deadline.min(now + limit), ..self.clone() }
    }

    /// The same patience with these delays between looks, whatever is awaited, and none to spare once cancelled.
    #[must_use]
    pub fn paced(&self, first_delay: Duration, longest_delay: Duration) -> Self {
        let pace = Pace { first: first_delay, longest: longest_delay, grace: Duration::ZERO };
        Self { pace, is_paced: true, ..self.clone() }
    }

    /// The same patience, which says that often what it waits for, and what stands in the way.
    #[must_use]
    pub fn reporting_every(&self, interval: Duration) -> Self {
        Self { progress: interval, ..self.clone() }
    }

    /// The same patience at the pace of what is awaited.
    pub(crate) fn at_pace(&self, pace: Pace) -> Self {
        if self.is_paced { self.clone() } else { Self { pace, ..self.clone() } }
    }

    /// The same patience for what must not be left half done: only the deadline ends it.
    pub(crate) fn uncancelled(&self) -> Self {
        Self { cancel: CancellationToken::new(), ..self.clone() }
    }

    /// What the waits of the operation noticed since the last time they were asked.
    #[must_use]
    pub fn take_notices(&self) -> Vec<Notice> {
        self.told.take_notices()
    }

    /// What was awaited when the operator asked to stop, if a wait ended for that reason.
    #[must_use]
    pub fn interrupted(&self) -> Option<String> {
        self.told.interrupted()
    }

    /// Looks until the object is as it should be. `what` says what is awaited: "VPC vpc-1 to become available". There is
    /// a first look even when the operator has asked to stop: what is ready needs no wait.
    ///
    /// # Errors
    ///
    /// Those of `look`; [`Error::Timeout`] and [`Error::Cancelled`] with what was last seen.
    pub async fn poll<T, F>(&self, what: &str, mut look: impl FnMut() -> F) -> Result<T>
    where
        F: Future<Output = Result<Poll<T>>>,
    {
        let mut pause = Pause::new(self, what);
        loop {
            // Boxed, here and below: the SDK's futures are large, and that of every caller would contain them.
            let found = tokio::select! {
                biased;
                found = Box::pin(fresh(look())) => found?,
                () = self.is_looking_too_long() => return Err(pause.cancelled()),
            };
            match found {
                Poll::Ready(value) => return Ok(value),
                Poll::Pending(state) => pause.after(state).await?,
            }
        }
    }

    /// Repeats an operation while it fails for a reason that passes. Unlike a look, an operation that is under way is
    /// never abandoned, and it is tried once even when the operator has asked to stop.
    ///
    /// # Errors
    ///
    /// The first failure that does not pass; [`Error::Timeout`] and [`Error::Cancelled`] with the last failure.
    pub async fn retry<T, F>(
        &self,
        what: &str,
        passes: impl Fn(&Error) -> bool,
        mut attempt: impl FnMut() -> F,
    ) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let mut pause = Pause::new(self, what);
        loop {
            match Box::pin(attempt()).await {
                Err(error) if passes(&error) => pause.after(error.to_string()).await?,
                result => return result,
            }
        }
    }

    /// Looks until a new object is as it should be. `unsettled` says how it is instead; an object that the service does
    /// not know yet, which is common for a moment after its creation, is given two minutes to show up.
    ///
    /// # Errors
    ///
    /// Those of `look`; [`Error::Failed`] when the object never shows up; [`Error::Timeout`] and
    /// [`Error::Cancelled`] with what was last seen.
    pub async fn settle<T, F>(
        &self,
        what: &str,
        mut look: impl FnMut() -> F,
        unsettled: impl Fn(&T) -> Result<Option<String>>,
    ) -> Result<T>
    where
        F: Future<Output = Result<Option<T>>>,
    {
        let visible_by = Instant::now() + VISIBILITY;
        let never =
            || Error::Failed { what: what.into(), reason: "it was created, but never became visible".into() };
        let judge = |found| match found {
            Some(object) => Ok(unsettled(&object)?.map_or(Poll::Ready(object), Poll::Pending)),
            None if Safeguard::Visibility.is_on() && Instant::now() < visible_by => {
                Ok(Poll::Pending("not visible yet".into()))
            }
            None => Err(never()),
        };
        let probe = || {
            let found = Box::pin(look());
            async { judge(found.await?) }
        };
        self.poll(what, probe).await
    }

    /// Looks until a new object shows up, which is all it needs.
    ///
    /// # Errors
    ///
    /// As those of [`settle`](Self::settle).
    pub async fn visible<T, F>(&self, what: &str, look: impl FnMut() -> F) -> Result<T>
    where
        F: Future<Output = Result<Option<T>>>,
    {
        self.settle(&format!("{what} to become visible"), look, |_| Ok(None)).await
    }

    /// Looks until an object is gone.
    ///
    /// # Errors
    ///
    /// Those of `look`; [`Error::Timeout`] and [`Error::Cancelled`].
    pub async fn gone<T, F>(&self, what: &str, mut look: impl FnMut() -> F) -> Result<()>
    where
        F: Future<Output = Result<Option<T>>>,
    {
        let probe = || {
            let found = Box::pin(look());
            async {
                let still = |_| Poll::Pending("it is still there".into());
                Ok(found.await?.map_or(Poll::Ready(()), still))
            }
        };
        self.poll(what, probe).await
    }

    /// Repeats an operation on or with a new object while the service does not know that object yet.
    ///
    /// # Errors
    ///
    /// As those of [`retry`](Self::retry).
    pub async fn retry_new<T, F>(&self, what: &str, attempt: impl FnMut() -> F) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let passes = |error: &Error| error.is_not_found() && Safeguard::Visibility.is_on();
        self.at_most(VISIBILITY).retry(what, passes, attempt).await
    }

    /// Ends a moment after the operator asked to stop: for a look, which seldom takes that moment.
    async fn is_looking_too_long(&self) {
        self.cancel.cancelled().await;
        tokio::time::sleep(self.last_look).await;
    }

    /// Ends when the operator asked to stop and the grace of what is awaited is over.
    async fn is_cut_short(&self) {
        self.cancel.cancelled().await;
        let left = self.pace.grace.saturating_sub(self.told.cancelled_since());
        tokio::time::sleep(left).await;
    }
}
