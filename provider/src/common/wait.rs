//! Waiting for AWS on behalf of a resource.

use std::ops::Deref;
use std::time::Duration;

use tfplugin::prelude::*;

use crate::Client;

/// The patience of one operation, which ends early when the user interrupts. What its waits notice is told to the user
/// when it is dropped, at the end of the operation.
#[derive(Debug)]
pub(crate) struct Patience<'a> {
    cx: &'a Cx<Client>,
    wait: aws::Wait,
}

/// The patience of an operation that may take this long.
pub(crate) fn wait(cx: &Cx<Client>, limit: Duration) -> Patience<'_> {
    Patience { cx, wait: aws::Wait::new(limit, cx.cancel.clone()) }
}

impl Deref for Patience<'_> {
    type Target = aws::Wait;

    fn deref(&self) -> &aws::Wait {
        &self.wait
    }
}

impl Drop for Patience<'_> {
    fn drop(&mut self) {
        for notice in self.wait.take_notices() {
            self.cx.warn(notice.summary, notice.detail);
        }
        if let Some(what) = self.wait.interrupted() {
            self.cx.interrupted(what);
        }
    }
}

/// The documentation of a resource tells the time limits that hold by default.
#[cfg(test)]
#[track_caller]
pub(crate) fn assert_documented<R: Resource>(limits: aws::limits::Limits) {
    let minutes = |limit: Duration| limit.as_secs() / 60;
    let aws::limits::Limits { create, update, delete } = limits;
    let expected = format!(
        "Time limits; by default {} minutes to create, {} to change, {} to delete.",
        minutes(create),
        minutes(update),
        minutes(delete)
    );
    let block = R::block();
    let told =
        block.blocks.iter().find(|block| block.name == "timeouts").map(|block| &*block.block.description);
    assert_eq!(told, Some(&*expected), "{}", R::TYPE);
}
