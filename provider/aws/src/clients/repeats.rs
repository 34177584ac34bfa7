//! Calls that the SDK repeats by itself, told in the log.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::retries::RequestAttempts;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// Writes a line for every repetition, so that nobody has to guess what takes so long.
#[derive(Debug)]
pub(super) struct Repeats;

#[dyn_dispatch_hint]
impl Intercept for Repeats {
    fn name(&self) -> &'static str {
        "repetitions are told in the log"
    }

    fn read_before_attempt(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        configuration: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let attempt = configuration.load::<RequestAttempts>().map_or(1, RequestAttempts::attempts);
        if let (2.., Some(operation)) = (attempt, configuration.load::<Metadata>()) {
            tracing::info!(attempt, "{} {} is called again", operation.service(), operation.name());
        }
        Ok(())
    }
}
