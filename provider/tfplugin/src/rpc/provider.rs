//! The provider's own configuration, and the user's wish to stop.

use std::sync::Arc;

use tfplugin_proto::tfplugin6 as proto;
use tokio_util::sync::CancellationToken;

use super::{Service, wire};
use crate::context::lock;
use crate::diagnostic::{Diagnostics, Result};
use crate::engine::{decode, guard, validate};
use crate::provider::{Host, Provider};

impl<P: Provider> Service<P> {
    pub(super) async fn validate_provider_config(
        &self,
        request: proto::validate_provider_config::Request,
    ) -> proto::validate_provider_config::Response {
        let told = match wire::value(request.config.as_ref(), &self.config.ty) {
            Ok(config) => guard(async move { Ok(validate::<P::Config>(&config, P::validate)) })
                .await
                .unwrap_or_else(Diagnostics::from),
            Err(error) => error.into(),
        };
        proto::validate_provider_config::Response { diagnostics: wire::diagnostics(told) }
    }

    pub(super) async fn configure_provider(
        &self,
        request: proto::configure_provider::Request,
    ) -> proto::configure_provider::Response {
        let diagnostics = match self.configure(request).await {
            Ok(()) => Vec::new(),
            Err(error) => wire::error(error),
        };
        proto::configure_provider::Response { diagnostics }
    }

    async fn configure(&self, request: proto::configure_provider::Request) -> Result<()> {
        let config = decode::<P::Config>(&wire::value(request.config.as_ref(), &self.config.ty)?)?;
        let host = Host { version: request.terraform_version };
        let client = guard(async move { P::configure(config, host).await }).await?;
        *lock(&self.client) = Some(Arc::new(client));
        Ok(())
    }

    pub(super) async fn stop_provider(
        &self,
        _: proto::stop_provider::Request,
    ) -> proto::stop_provider::Response {
        tracing::info!("interrupted: ending waits");
        std::mem::replace(&mut *lock(&self.stop), CancellationToken::new()).cancel();
        proto::stop_provider::Response { error: String::new() }
    }
}
