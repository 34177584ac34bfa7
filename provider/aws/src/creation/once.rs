//! Calls that must not take effect twice.
//!
//! Most creations take no idempotency token. When the answer is lost the object may exist, and asking again makes an
//! orphan or a puzzling "duplicate". So the SDK repeats such a call by itself only when the service surely did not
//! act: it said that it was too busy, or no connection came about. What else may be done,
//! [`Clients::create`](crate::Clients::create) decides.

use std::error::Error as StdError;

use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{
    ClassifyRetry, RetryAction, RetryClassifierPriority, RetryReason,
};
use aws_smithy_types::retry::ErrorKind;

use crate::clients::Unreached;
use crate::service_error::causes;

/// Repeats a call only when it surely had no effect.
#[derive(Debug)]
pub(crate) struct OnlyWhenNothingHappened;

impl ClassifyRetry for OnlyWhenNothingHappened {
    fn classify_retry(&self, _: &InterceptorContext) -> RetryAction {
        RetryAction::RetryForbidden
    }

    fn classify_retry_v2(&self, context: &InterceptorContext, previous: &RetryAction) -> RetryAction {
        let throttled = matches!(
            previous,
            RetryAction::RetryIndicated(RetryReason::RetryableError { kind: ErrorKind::ThrottlingError, .. })
        );
        let error =
            context.output_or_error().and_then(Result::err).and_then(|error| error.as_connector_error());
        if throttled || error.is_some_and(|error| is_unreached(error)) {
            RetryAction::NoActionIndicated
        } else {
            RetryAction::RetryForbidden
        }
    }

    fn name(&self) -> &'static str {
        "only when nothing happened"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}

/// Whether no connection came about, so that nothing can have been sent.
pub(crate) fn is_unreached(error: &(dyn StdError + 'static)) -> bool {
    causes(error).any(<dyn StdError>::is::<Unreached>)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use tokio_util::sync::CancellationToken;

    use crate::Wait;
    use crate::ec2::NewVpc;
    use crate::testing::{Server, ec2_error, ec2_reply};

    const CREATED: &str =
        "<vpc><vpcId>vpc-1</vpcId><state>pending</state><cidrBlock>10.0.0.0/16</cidrBlock></vpc>";

    async fn actions(first: (u16, String)) -> Vec<String> {
        let calls = AtomicUsize::new(0);
        let server = Server::start(move |request| {
            match (request["Action"].as_str(), calls.fetch_add(1, Ordering::SeqCst)) {
                (_, 0) => first.clone(),
                ("CreateVpc", _) => ec2_reply("CreateVpc", CREATED),
                (action, _) => ec2_reply(action, ""),
            }
        })
        .await;
        let wait = Wait::new(Duration::from_secs(5), CancellationToken::new());
        let wait = wait.paced(Duration::from_millis(1), Duration::from_millis(1));
        server.clients_with_retries(2).ec2().create_vpc(&NewVpc::default(), &wait).await.unwrap();
        server.actions()
    }

    #[tokio::test]
    async fn a_throttled_creation_is_repeated() {
        let throttled = ec2_error(503, "RequestLimitExceeded", "slow down");
        assert_eq!(actions(throttled).await, ["CreateVpc", "CreateVpc"]);
    }

    #[tokio::test]
    async fn a_creation_of_unknown_outcome_is_not_without_a_look() {
        for answer in [(500, "<html>oops</html>".into()), ec2_error(500, "InternalError", "oops")] {
            assert_eq!(actions(answer).await[..2], ["CreateVpc", "DescribeVpcs"]);
        }
    }
}
