//! Refusals for want of capacity, which the service tells by the status of a passing failure.
//!
//! A zone that has run out of a type of instance does not get more of it within seconds: asking again only delays
//! the answer.

use aws_sdk_ec2::config::Builder;
use aws_sdk_ec2::operation::start_instances::StartInstancesError;
use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// The configuration for a start that is not repeated for want of capacity:
/// `.customize().config_override(unless_exhausted())`.
pub(super) fn unless_exhausted() -> Builder {
    Builder::new().retry_classifier(UnlessExhausted)
}

#[derive(Debug)]
struct UnlessExhausted;

impl ClassifyRetry for UnlessExhausted {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        match code(context) {
            Some(code) if code.starts_with("Insufficient") => RetryAction::RetryForbidden,
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "unless capacity is exhausted"
    }
}

fn code(context: &InterceptorContext) -> Option<&str> {
    let error = context.output_or_error()?.err()?.as_operation_error()?;
    error.downcast_ref::<StartInstancesError>().and_then(ProvideErrorMetadata::code)
}
