//! The end of an object, which others may delay.

use std::future::Future;

use super::Ec2;
use crate::error::IgnoreNotFound;
use crate::wait::is_blocked;
use crate::{Result, Wait};

impl Ec2<'_> {
    /// Deletes an object, patiently while others are in the way, and awaits that it is gone. That there is no such
    /// object any more is as good.
    pub(super) async fn delete<D, B, L, T>(
        &self,
        what: &str,
        delete: impl FnMut() -> D,
        blockers: impl FnMut() -> B,
        look: impl FnMut() -> L,
        wait: &Wait,
    ) -> Result<()>
    where
        D: Future<Output = Result<()>>,
        B: Future<Output = Result<Vec<String>>>,
        L: Future<Output = Result<Option<T>>>,
    {
        let what = format!("deletion of {what}");
        let deleted = wait.retry_blocked(&what, is_blocked, delete, blockers).await;
        match deleted.ignore_not_found()? {
            Some(()) => wait.gone(&what, look).await,
            None => Ok(()),
        }
    }
}
