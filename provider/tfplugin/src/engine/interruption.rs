//! Operations of which nothing is missing but a wait that the user ended.
//!
//! The host taints an object whose creation reports an error, and replaces it the next time. An interrupted wait is no
//! reason for that: if the object is what was planned, it is recorded as such, with a warning.

use std::sync::Arc;
use std::time::Duration;

use super::{encode, guard};
use crate::context::Cx;
use crate::plan::{Body, drop_write_only, first_inconsistency};
use crate::resource::Resource;
use crate::safeguard::Safeguard;
use crate::value::Value;

/// How long the object may take to be read. The user is waiting for the end.
const READ_LIMIT: Duration = Duration::from_secs(30);

/// The state of an object whose operation was interrupted in a wait, when it is what was planned. What neither the
/// operation nor the service could tell so far is null, until the object is read the next time.
pub(super) async fn completed<R: Resource>(
    cx: &Cx<R::Client>,
    saved: R,
    body: &Body<'_>,
    planned: &Value,
) -> Option<Value> {
    let what = cx.take_interruption().filter(|_| Safeguard::InterruptedWait.is_on())?;
    let patient = Arc::new(cx.uncancelled());
    let read = guard(async move { saved.read(&patient).await });
    let read = match tokio::time::timeout(READ_LIMIT, read).await {
        Ok(Ok(Some(model))) => model,
        outcome => {
            let gone = matches!(outcome, Ok(Ok(None)));
            tracing::warn!(what, gone, "cannot tell how the interrupted operation ended");
            return None;
        }
    };
    let state = drop_write_only(body, encode(&read, planned));
    if let Some(place) = first_inconsistency(planned, &state) {
        tracing::info!(what, %place, "the interrupted operation was not complete");
        return None;
    }
    let detail = format!(
        "The wait for {what} was ended. Everything that was to be set is set and recorded, but it may not be in effect \
         yet. The next apply goes on from here."
    );
    cx.warn("Interrupted", detail);
    Some(state.unknowns_to_null())
}
