//! Data sources.

use tfplugin_proto::tfplugin6 as proto;

use super::{Service, no_such, wire};
use crate::diagnostic::{Diagnostics, Result};
use crate::engine::AnyDataSource;
use crate::provider::Provider;

impl<P: Provider> Service<P> {
    fn data_source(&self, type_name: &str) -> Result<&dyn AnyDataSource<P::Client>> {
        let found = self.registry.data_sources.get(Self::short(type_name));
        found.map(AsRef::as_ref).ok_or_else(|| no_such("data source", type_name))
    }

    pub(super) async fn validate_data_resource_config(
        &self,
        request: proto::validate_data_resource_config::Request,
    ) -> proto::validate_data_resource_config::Response {
        let told = self.check_data(request).await.unwrap_or_else(Diagnostics::from);
        proto::validate_data_resource_config::Response { diagnostics: wire::diagnostics(told) }
    }

    async fn check_data(
        &self,
        request: proto::validate_data_resource_config::Request,
    ) -> Result<Diagnostics> {
        let data_source = self.data_source(&request.type_name)?;
        let config = wire::value(request.config.as_ref(), &data_source.shape().ty)?;
        data_source.validate(config).await
    }

    pub(super) async fn read_data_source(
        &self,
        request: proto::read_data_source::Request,
    ) -> proto::read_data_source::Response {
        match self.read_data(request).await {
            Ok(response) => response,
            Err(error) => {
                proto::read_data_source::Response { diagnostics: wire::error(error), ..Default::default() }
            }
        }
    }

    async fn read_data(
        &self,
        request: proto::read_data_source::Request,
    ) -> Result<proto::read_data_source::Response> {
        let data_source = self.data_source(&request.type_name)?;
        let shape = data_source.shape();
        let config = wire::value(request.config.as_ref(), &shape.ty)?;
        let cx = self.cx(&[])?;
        self.pass("data source", &request.type_name, &cx).await?;
        let (state, told) = data_source.read(config, cx).await;
        Ok(proto::read_data_source::Response {
            state: wire::dynamic(&state, &shape.ty),
            diagnostics: wire::diagnostics(told),
            ..Default::default()
        })
    }
}
