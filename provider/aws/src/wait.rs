//! Waiting: often at first, seldom later, never past the deadline, and not a moment longer once cancelled.

use std::future::Future;
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use crate::{Error, Result, Safeguard};

const FIRST_DELAY: Duration = Duration::from_millis(250);
const LONGEST_DELAY: Duration = Duration::from_secs(5);
const GROWTH: f64 = 1.6;
const JITTER: f64 = 0.2;
/// How often a long wait says in the log what it waits for, and looks for what stands in the way.
const PROGRESS: Duration = Duration::from_secs(30);
/// How long a new object may stay invisible to the calls that follow its creation.
pub(crate) const VISIBILITY: Duration = Duration::from_mins(2);

/// The patience of one operation: until when, and who may end it early.
///
/// The deadline is that of the whole operation, however many things it awaits one after the other.
#[derive(Clone, Debug)]
pub struct Wait {
    started: Instant,
    deadline: Instant,
    cancel: CancellationToken,
    first_delay: Duration,
    longest_delay: Duration,
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
        let deadline = started + timeout;
        Self { started, deadline, cancel, first_delay: FIRST_DELAY, longest_delay: LONGEST_DELAY }
    }

    /// The same patience, but at most `limit` from now.
    #[must_use]
    pub fn at_most(&self, limit: Duration) -> Self {
        let now = Instant::now();
        Self { started: now, deadline: self.deadline.min(now + limit), ..self.clone() }
    }

    /// The same patience with other delays between looks, for objects known to take their time.
    #[must_use]
    pub fn paced(&self, first_delay: Duration, longest_delay: Duration) -> Self {
        Self { first_delay, longest_delay, ..self.clone() }
    }

    /// Looks until the object is as it should be. `what` says what is awaited: "VPC vpc-1 to become available".
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
                found = Box::pin(look()) => found?,
                () = self.cancel.cancelled() => return Err(pause.cancelled()),
            };
            match found {
                Poll::Ready(value) => return Ok(value),
                Poll::Pending(state) => pause.after(state).await?,
            }
        }
    }

    /// Repeats an operation while it fails for a reason that passes. Unlike a look, an operation that is under way is
    /// never abandoned.
    ///
    /// # Errors
    ///
    /// The first failure that does not pass; [`Error::Timeout`] and [`Error::Cancelled`] with the last failure.
    pub async fn retry<T, F>(
        &self,
        what: &str,
        passes: impl Fn(&Error) -> bool,
        attempt: impl FnMut() -> F,
    ) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        self.retry_blocked(what, passes, attempt, || async { Ok(Vec::new()) }).await
    }

    /// Like [`retry`](Self::retry), for operations that other objects stand in the way of: names the `blockers` in
    /// the log every half minute, and in the error at the end.
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
        let mut pause = Pause::new(self, what);
        loop {
            let error = match Box::pin(attempt()).await {
                Err(error) if passes(&error) => error,
                result => return result,
            };
            let mut state = error.to_string();
            if pause.is_time_for_progress() {
                // Naming the blockers is a courtesy: that it fails must not hide the real error.
                let names = Box::pin(blockers()).await.unwrap_or_default();
                if !names.is_empty() {
                    state = format!("{state}\n\nIn the way: {}", names.join(", "));
                }
            }
            pause.after(state).await?;
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
}

/// The time between looks.
struct Pause<'a> {
    wait: &'a Wait,
    what: &'a str,
    state: String,
    delay: Duration,
    last_progress: Instant,
}

impl<'a> Pause<'a> {
    fn new(wait: &'a Wait, what: &'a str) -> Self {
        let state = "nothing is known yet".to_owned();
        Self { wait, what, state, delay: wait.first_delay, last_progress: Instant::now() }
    }

    /// Whether the log is due for a line, or this was the last look.
    fn is_time_for_progress(&self) -> bool {
        self.last_progress.elapsed() >= PROGRESS || Instant::now() >= self.wait.deadline
    }

    /// Sleeps until the next look is due.
    async fn after(&mut self, state: String) -> Result<()> {
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
        self.delay = self.delay.mul_f64(GROWTH).min(self.wait.longest_delay);
        tokio::select! {
            () = tokio::time::sleep(delay) => Ok(()),
            () = self.wait.cancel.cancelled() => Err(self.cancelled()),
        }
    }

    fn cancelled(&self) -> Error {
        Error::Cancelled { what: self.what.into(), state: self.state.clone() }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::{Kind, ServiceError};

    fn quick(timeout_ms: u64) -> Wait {
        Wait::new(Duration::from_millis(timeout_ms), CancellationToken::new())
            .paced(Duration::from_millis(1), Duration::from_millis(4))
    }

    fn refusal(kind: Kind, code: &str) -> Error {
        Error::Service(Box::new(ServiceError {
            operation: "ec2:DeleteVpc",
            kind,
            code: Some(code.into()),
            message: "no".into(),
            request_id: None,
            status: Some(400),
        }))
    }

    #[tokio::test]
    async fn the_first_look_is_at_once() {
        let wait = Wait::new(Duration::from_mins(1), CancellationToken::new());
        let started = Instant::now();
        let value = wait.poll("x", || async { Ok(Poll::Ready(7)) }).await.unwrap();
        assert_eq!(value, 7);
        assert!(started.elapsed() < FIRST_DELAY);
    }

    #[tokio::test]
    async fn looks_until_ready() {
        let looks = Cell::new(0);
        let look = || {
            looks.set(looks.get() + 1);
            let poll =
                if looks.get() < 4 { Poll::Pending("pending".into()) } else { Poll::Ready(looks.get()) };
            async move { Ok(poll) }
        };
        assert_eq!(quick(5_000).poll("x", look).await.unwrap(), 4);
    }

    #[tokio::test]
    async fn the_deadline_names_what_was_last_seen() {
        let error =
            quick(20).poll::<(), _>("VPC vpc-1", || async { Ok(Poll::Pending("pending".into())) }).await;
        let error = error.unwrap_err();
        assert_eq!(error.kind(), Kind::Timeout);
        assert!(error.to_string().starts_with("gave up on VPC vpc-1 after "), "{error}");
        assert!(error.to_string().ends_with(": pending"), "{error}");
    }

    #[tokio::test]
    async fn cancellation_ends_a_sleep_and_a_slow_look() {
        for slow in [false, true] {
            let cancel = CancellationToken::new();
            let wait = Wait::new(Duration::from_mins(1), cancel.clone());
            let canceller = async {
                tokio::time::sleep(Duration::from_millis(5)).await;
                cancel.cancel();
            };
            let look = || async move {
                if slow {
                    tokio::time::sleep(Duration::from_mins(1)).await;
                }
                Ok(Poll::Pending("pending".into()))
            };
            let started = Instant::now();
            let (result, ()) = tokio::join!(wait.poll::<(), _>("x", look), canceller);
            assert_eq!(result.unwrap_err().kind(), Kind::Cancelled);
            assert!(started.elapsed() < Duration::from_millis(240));
        }
    }

    #[tokio::test]
    async fn a_retry_ends_at_the_first_failure_that_does_not_pass() {
        let tries = Cell::new(0);
        let attempt = || {
            tries.set(tries.get() + 1);
            let error = if tries.get() < 3 {
                refusal(Kind::DependencyViolation, "DependencyViolation")
            } else {
                refusal(Kind::Denied, "UnauthorizedOperation")
            };
            async move { Err::<(), _>(error) }
        };
        let result =
            quick(5_000).retry("x", |error| error.kind() == Kind::DependencyViolation, attempt).await;
        assert_eq!((result.unwrap_err().kind(), tries.get()), (Kind::Denied, 3));
    }

    #[tokio::test]
    async fn the_last_error_names_what_is_in_the_way() {
        let attempt = || async { Err::<(), _>(refusal(Kind::DependencyViolation, "DependencyViolation")) };
        let blockers = || async { Ok(vec!["eni-1".to_owned(), "subnet-2".to_owned()]) };
        let error = quick(20).retry_blocked("x", |_| true, attempt, blockers).await.unwrap_err();
        assert!(error.to_string().ends_with("In the way: eni-1, subnet-2"), "{error}");
    }

    #[tokio::test]
    async fn a_new_object_may_hide_and_then_settles() {
        let looks = Cell::new(0);
        let look = || {
            looks.set(looks.get() + 1);
            let found = match looks.get() {
                1 | 2 => None,
                3 => Some("pending"),
                _ => Some("available"),
            };
            async move { Ok(found) }
        };
        let unsettled = |state: &&str| Ok((*state == "pending").then(|| "pending".to_owned()));
        assert_eq!(quick(5_000).settle("VPC vpc-1", look, unsettled).await.unwrap(), "available");
        assert_eq!(looks.get(), 4);
    }

    #[tokio::test]
    async fn deletion_is_over_when_nothing_is_left() {
        let looks = Cell::new(0);
        let look = || {
            looks.set(looks.get() + 1);
            let found = (looks.get() < 3).then_some(());
            async move { Ok(found) }
        };
        quick(5_000).gone("VPC vpc-1", look).await.unwrap();
        let error = quick(10).gone("VPC vpc-1", || async { Ok(Some(())) }).await.unwrap_err();
        assert!(error.to_string().ends_with("it is still there"), "{error}");
    }

    #[test]
    fn a_shorter_patience_never_outlasts_the_longer() {
        let wait = Wait::new(Duration::from_secs(10), CancellationToken::new());
        assert_eq!(wait.at_most(Duration::from_mins(1)).deadline, wait.deadline);
        assert!(wait.at_most(Duration::from_secs(1)).deadline < wait.deadline);
    }
}
