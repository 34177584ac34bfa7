//! Creation that must not happen twice.
//!
//! Most EC2 creations take no idempotency token. When the answer is lost the object may exist, and asking again makes
//! an orphan or a puzzling "duplicate". So such a call is repeated only when the service surely did not act: it said
//! that it was too busy, or no connection came about.

use std::error::Error as StdError;
use std::io::{Error as IoError, ErrorKind as IoKind};

use aws_sdk_ec2::config::Builder;
use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{
    ClassifyRetry, RetryAction, RetryClassifierPriority, RetryReason,
};
use aws_smithy_types::retry::ErrorKind;

/// The configuration for one such call: `.customize().config_override(once())`.
pub(super) fn once() -> Builder {
    Builder::new().retry_classifier(OnlyWhenNothingHappened)
}

#[derive(Debug)]
struct OnlyWhenNothingHappened;

impl ClassifyRetry for OnlyWhenNothingHappened {
    fn classify_retry(&self, _: &InterceptorContext) -> RetryAction {
        RetryAction::RetryForbidden
    }

    fn classify_retry_v2(&self, context: &InterceptorContext, previous: &RetryAction) -> RetryAction {
        let throttled = matches!(
            previous,
            RetryAction::RetryIndicated(RetryReason::RetryableError { kind: ErrorKind::ThrottlingError, .. })
        );
        if throttled || is_refused(context) {
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

fn is_refused(context: &InterceptorContext) -> bool {
    let error = context.output_or_error().and_then(Result::err).and_then(|error| error.as_connector_error());
    let mut cause = error.map(|error| error as &(dyn StdError + 'static));
    while let Some(error) = cause {
        if error.downcast_ref::<IoError>().is_some_and(|error| error.kind() == IoKind::ConnectionRefused) {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use crate::ec2::vpc::NewVpc;
    use crate::testing::{Server, ec2_error, ec2_reply};

    const CREATED: &str =
        "<vpc><vpcId>vpc-1</vpcId><state>pending</state><cidrBlock>10.0.0.0/16</cidrBlock></vpc>";

    async fn create(first: (u16, String)) -> (bool, usize) {
        let calls = AtomicUsize::new(0);
        let server = Server::start(move |_| match calls.fetch_add(1, Ordering::SeqCst) {
            0 => first.clone(),
            _ => ec2_reply("CreateVpc", CREATED),
        })
        .await;
        let clients = server.clients_with_retries(2);
        let new = NewVpc { cidr_block: "10.0.0.0/16".into(), ..NewVpc::default() };
        let created = clients.ec2().create_vpc(&new).await;
        (created.is_ok(), server.actions().len())
    }

    #[tokio::test]
    async fn a_throttled_creation_is_repeated() {
        assert_eq!(create(ec2_error(503, "RequestLimitExceeded", "slow down")).await, (true, 2));
    }

    #[tokio::test]
    async fn a_creation_of_unknown_outcome_is_not() {
        assert_eq!(create((500, "<html>oops</html>".into())).await, (false, 1));
        assert_eq!(create(ec2_error(500, "InternalError", "oops")).await, (false, 1));
    }
}
