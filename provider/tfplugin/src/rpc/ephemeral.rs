//! Ephemeral resources.

use tfplugin_proto::tfplugin6 as proto;

use super::{Service, no_such, wire};
use crate::diagnostic::{Diagnostics, Result};
use crate::engine::{AnyEphemeral, Opened};
use crate::provider::Provider;

impl<P: Provider> Service<P> {
    fn ephemeral(&self, type_name: &str) -> Result<&dyn AnyEphemeral<P::Client>> {
        let found = self.registry.ephemerals.get(Self::short(type_name));
        found.map(AsRef::as_ref).ok_or_else(|| no_such("ephemeral resource", type_name))
    }

    pub(super) async fn validate_ephemeral_resource_config(
        &self,
        request: proto::validate_ephemeral_resource_config::Request,
    ) -> proto::validate_ephemeral_resource_config::Response {
        let told = self.check_ephemeral(request).await.unwrap_or_else(Diagnostics::from);
        proto::validate_ephemeral_resource_config::Response { diagnostics: wire::diagnostics(told) }
    }

    async fn check_ephemeral(
        &self,
        request: proto::validate_ephemeral_resource_config::Request,
    ) -> Result<Diagnostics> {
        let ephemeral = self.ephemeral(&request.type_name)?;
        let config = wire::value(request.config.as_ref(), &ephemeral.shape().ty)?;
        ephemeral.validate(config).await
    }

    pub(super) async fn open_ephemeral_resource(
        &self,
        request: proto::open_ephemeral_resource::Request,
    ) -> proto::open_ephemeral_resource::Response {
        match self.open(request).await {
            Ok(response) => response,
            Err(error) => proto::open_ephemeral_resource::Response {
                diagnostics: wire::error(error),
                ..Default::default()
            },
        }
    }

    async fn open(
        &self,
        request: proto::open_ephemeral_resource::Request,
    ) -> Result<proto::open_ephemeral_resource::Response> {
        let ephemeral = self.ephemeral(&request.type_name)?;
        let shape = ephemeral.shape();
        let config = wire::value(request.config.as_ref(), &shape.ty)?;
        let Opened { result, private, renew_at, told } = ephemeral.open(config, self.cx(&[])?).await?;
        Ok(proto::open_ephemeral_resource::Response {
            result: wire::dynamic(&result, &shape.ty),
            private: Some(private),
            renew_at: renew_at.map(wire::timestamp),
            diagnostics: wire::diagnostics(told),
            ..Default::default()
        })
    }

    pub(super) async fn renew_ephemeral_resource(
        &self,
        request: proto::renew_ephemeral_resource::Request,
    ) -> proto::renew_ephemeral_resource::Response {
        let private = request.private.clone();
        match self.renew(request).await {
            Ok(response) => response,
            Err(error) => proto::renew_ephemeral_resource::Response {
                diagnostics: wire::error(error),
                private,
                ..Default::default()
            },
        }
    }

    async fn renew(
        &self,
        request: proto::renew_ephemeral_resource::Request,
    ) -> Result<proto::renew_ephemeral_resource::Response> {
        let ephemeral = self.ephemeral(&request.type_name)?;
        let private = request.private.clone().unwrap_or_default();
        let (renew_at, told) = ephemeral.renew(private, self.cx(&[])?).await?;
        Ok(proto::renew_ephemeral_resource::Response {
            // Hosts differ in which private bytes they send to Close, so they never change.
            private: request.private,
            renew_at: renew_at.map(wire::timestamp),
            diagnostics: wire::diagnostics(told),
        })
    }

    pub(super) async fn close_ephemeral_resource(
        &self,
        request: proto::close_ephemeral_resource::Request,
    ) -> proto::close_ephemeral_resource::Response {
        let told = self.close(request).await.unwrap_or_else(Diagnostics::from);
        proto::close_ephemeral_resource::Response { diagnostics: wire::diagnostics(told) }
    }

    async fn close(&self, request: proto::close_ephemeral_resource::Request) -> Result<Diagnostics> {
        let ephemeral = self.ephemeral(&request.type_name)?;
        ephemeral.close(request.private.unwrap_or_default(), self.cx(&[])?).await
    }
}
