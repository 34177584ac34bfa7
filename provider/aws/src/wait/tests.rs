use std::cell::Cell;

use super::*;
use crate::limits::{BLOCKED, QUICK, VOLUMES};
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
    assert!(started.elapsed() < Duration::from_millis(250));
}

#[tokio::test]
async fn looks_until_ready() {
    let looks = Cell::new(0);
    let look = || {
        looks.set(looks.get() + 1);
        let poll = if looks.get() < 4 { Poll::Pending("pending".into()) } else { Poll::Ready(looks.get()) };
        async move { Ok(poll) }
    };
    assert_eq!(quick(5_000).poll("x", look).await.unwrap(), 4);
}

#[tokio::test]
async fn the_deadline_names_what_was_last_seen() {
    let error = quick(20).poll::<(), _>("VPC vpc-1", || async { Ok(Poll::Pending("pending".into())) }).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), Kind::Timeout);
    assert!(error.to_string().starts_with("gave up on VPC vpc-1 after "), "{error}");
    assert!(error.to_string().ends_with(": pending"), "{error}");
}

/// A wait of one minute that is cancelled after five milliseconds.
async fn cut_short<T>(wait: Wait, work: impl AsyncFnOnce(&Wait) -> Result<T>) -> (Result<T>, Duration, Wait) {
    let cancel = wait.cancel.clone();
    let canceller = async {
        tokio::time::sleep(Duration::from_millis(5)).await;
        cancel.cancel();
    };
    let started = Instant::now();
    let (result, ()) = tokio::join!(work(&wait), canceller);
    (result, started.elapsed(), wait)
}

fn minute() -> Wait {
    Wait::new(Duration::from_mins(1), CancellationToken::new())
}

#[tokio::test]
async fn cancellation_ends_a_sleep_and_a_slow_look() {
    for slow in [false, true] {
        let wait = minute().at_pace(BLOCKED);
        let wait = Wait { last_look: Duration::from_millis(20), ..wait };
        let look = || async move {
            if slow {
                tokio::time::sleep(Duration::from_mins(1)).await;
            }
            Ok(Poll::Pending("pending".into()))
        };
        let (result, elapsed, wait) = cut_short(wait, async |wait| wait.poll::<(), _>("x", look).await).await;
        assert_eq!(result.unwrap_err().kind(), Kind::Cancelled);
        assert!(elapsed < Duration::from_millis(240), "{elapsed:?}");
        assert_eq!(wait.interrupted().as_deref(), Some("x"));
    }
}

#[tokio::test]
async fn a_look_under_way_is_brought_to_its_end() {
    let look = || async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        Ok(Poll::Ready(7))
    };
    let (result, _, wait) = cut_short(minute(), async |wait| wait.poll("x", look).await).await;
    assert_eq!((result.unwrap(), wait.interrupted()), (7, None));
    // What is ready needs no wait, so that the steps that follow each other are not cut in the middle.
    assert_eq!(wait.poll("y", || async { Ok(Poll::Ready(8)) }).await.unwrap(), 8);
}

#[tokio::test]
async fn what_takes_a_moment_is_given_that_moment_once() {
    let pace = Pace { first: Duration::from_millis(10), longest: Duration::from_millis(10), ..QUICK };
    let wait = minute().at_pace(Pace { grace: Duration::from_millis(100), ..pace });
    let looks = Cell::new(0);
    let look = || {
        looks.set(looks.get() + 1);
        let poll = if looks.get() < 4 { Poll::Pending("pending".into()) } else { Poll::Ready(()) };
        async move { Ok(poll) }
    };
    let (result, _, wait) = cut_short(wait, async |wait| wait.poll("x", look).await).await;
    result.unwrap();
    let started = Instant::now();
    let endless = wait.poll::<(), _>("y", || async { Ok(Poll::Pending("pending".into())) }).await;
    assert_eq!(endless.unwrap_err().kind(), Kind::Cancelled);
    assert!(started.elapsed() < Duration::from_millis(110), "{:?}", started.elapsed());
}

#[test]
fn the_pace_that_is_asked_for_is_kept() {
    assert_eq!(minute().at_pace(VOLUMES).pace, VOLUMES);
    assert_eq!(quick(1).at_pace(VOLUMES).pace, quick(1).pace);
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
    let result = quick(5_000).retry("x", |error| error.kind() == Kind::DependencyViolation, attempt).await;
    assert_eq!((result.unwrap_err().kind(), tries.get()), (Kind::Denied, 3));
}

async fn blockers() -> Result<Vec<String>> {
    Ok(vec!["eni-1".to_owned(), "subnet-2".to_owned()])
}

async fn refused() -> Result<()> {
    Err(refusal(Kind::DependencyViolation, "DependencyViolation"))
}

#[tokio::test]
async fn the_last_error_names_what_is_in_the_way() {
    let error = quick(20).retry_blocked("x", |_| true, refused, blockers).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Timeout);
    assert!(error.to_string().ends_with("(HTTP 400)\n\nIn the way: eni-1, subnet-2."), "{error}");

    let work = async |wait: &Wait| wait.retry_blocked("x", |_| true, refused, blockers).await;
    let (result, _, _) = cut_short(minute(), work).await;
    let error = result.unwrap_err();
    assert_eq!(error.kind(), Kind::Cancelled);
    assert!(error.to_string().ends_with("(HTTP 400)\n\nIn the way: eni-1, subnet-2."), "{error}");
}

#[tokio::test]
async fn what_held_up_a_deletion_is_noticed() {
    for (interval, expected) in [
        (10, Some("In the way: eni-1, subnet-2.")),
        // What is over before anybody asks is not worth a word.
        (10_000, None),
    ] {
        let wait = quick(5_000).reporting_every(Duration::from_millis(interval));
        let begin = Instant::now();
        let attempt = || async move {
            if begin.elapsed() < Duration::from_millis(40) { refused().await } else { Ok(()) }
        };
        wait.retry_blocked("deletion of VPC vpc-1", |_| true, attempt, blockers).await.unwrap();
        let notices = wait.take_notices();
        assert_eq!(notices.len(), usize::from(expected.is_some()), "{notices:?}");
        for notice in notices {
            assert_eq!(notice.summary, "Others Were in the Way");
            assert!(notice.detail.starts_with("The deletion of VPC vpc-1 took "), "{}", notice.detail);
            assert!(notice.detail.ends_with(expected.unwrap()), "{}", notice.detail);
        }
        assert_eq!(wait.take_notices(), []);
    }
}

#[tokio::test]
async fn blockers_that_cannot_be_found_out_hide_nothing() {
    let denied = || async { Err(refusal(Kind::Denied, "UnauthorizedOperation")) };
    let error = quick(20).retry_blocked("x", |_| true, refused, denied).await.unwrap_err().to_string();
    assert!(error.contains("DependencyViolation"), "{error}");
    assert!(error.contains("What is in the way could not be found out: ec2:DeleteVpc: Unauth"), "{error}");
    let error = quick(20).retry_blocked("x", |_| true, refused, || async { Ok(Vec::new()) }).await;
    let error = error.unwrap_err().to_string();
    assert!(error.ends_with("Nothing was found to be in the way."), "{error}");
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
