//! What the provider offers.

use std::collections::BTreeMap;

use tfplugin_proto::tfplugin6 as proto;

use super::Service;
use crate::provider::Provider;
use crate::schema::Schema;

fn capabilities() -> proto::ServerCapabilities {
    proto::ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: true,
        ..Default::default()
    }
}

impl<P: Provider> Service<P> {
    pub(super) async fn get_metadata(
        &self,
        _: proto::get_metadata::Request,
    ) -> proto::get_metadata::Response {
        use proto::get_metadata as wire;

        let types =
            |names: Vec<&'static str>| names.into_iter().map(|name| Self::long(name)).collect::<Vec<_>>();
        let registry = &self.registry;
        proto::get_metadata::Response {
            server_capabilities: Some(capabilities()),
            resources: types(registry.resources.keys().copied().collect())
                .into_iter()
                .map(|type_name| wire::ResourceMetadata { type_name })
                .collect(),
            data_sources: types(registry.data_sources.keys().copied().collect())
                .into_iter()
                .map(|type_name| wire::DataSourceMetadata { type_name })
                .collect(),
            ephemeral_resources: types(registry.ephemerals.keys().copied().collect())
                .into_iter()
                .map(|type_name| wire::EphemeralMetadata { type_name })
                .collect(),
            functions: registry
                .functions
                .keys()
                .map(|name| wire::FunctionMetadata { name: (*name).to_owned() })
                .collect(),
            ..Default::default()
        }
    }

    pub(super) async fn get_provider_schema(
        &self,
        _: proto::get_provider_schema::Request,
    ) -> proto::get_provider_schema::Response {
        let registry = &self.registry;
        proto::get_provider_schema::Response {
            provider: Some((&self.config.schema).into()),
            resource_schemas: Self::schemas(&registry.resources, |entry| (&entry.shape().schema).into()),
            data_source_schemas: Self::schemas(&registry.data_sources, |entry| {
                (&entry.shape().schema).into()
            }),
            ephemeral_resource_schemas: Self::schemas(&registry.ephemerals, |entry| {
                (&entry.shape().schema).into()
            }),
            functions: self.functions(),
            server_capabilities: Some(capabilities()),
            ..Default::default()
        }
    }

    fn schemas<T>(
        entries: &BTreeMap<&'static str, T>,
        schema: impl Fn(&T) -> proto::Schema,
    ) -> BTreeMap<String, proto::Schema> {
        entries.iter().map(|(name, entry)| (Self::long(name), schema(entry))).collect()
    }

    pub(super) async fn get_resource_identity_schemas(
        &self,
        _: proto::get_resource_identity_schemas::Request,
    ) -> proto::get_resource_identity_schemas::Response {
        let schemas = self.registry.resources.iter().filter_map(|(name, resource)| {
            let identity_attributes = resource
                .identity()?
                .attributes
                .iter()
                .map(|attribute| proto::resource_identity_schema::IdentityAttribute {
                    name: attribute.name.to_owned(),
                    r#type: attribute.ty.to_bytes(),
                    required_for_import: attribute.required_for_import,
                    optional_for_import: !attribute.required_for_import,
                    description: attribute.description.to_owned(),
                })
                .collect();
            Some((Self::long(name), proto::ResourceIdentitySchema { version: 0, identity_attributes }))
        });
        proto::get_resource_identity_schemas::Response {
            identity_schemas: schemas.collect(),
            diagnostics: Vec::new(),
        }
    }

    /// Every schema with the name it has in the configuration, for checks and documentation.
    pub fn all_schemas(&self) -> Vec<(String, Schema)> {
        let registry = &self.registry;
        let provider = (P::NAME.to_owned(), self.config.schema.clone());
        let resources = registry.resources.iter().map(|(name, entry)| (*name, entry.shape().schema.clone()));
        let data = registry.data_sources.iter().map(|(name, entry)| (*name, entry.shape().schema.clone()));
        let ephemerals =
            registry.ephemerals.iter().map(|(name, entry)| (*name, entry.shape().schema.clone()));
        let types = resources.chain(data).chain(ephemerals).map(|(name, schema)| (Self::long(name), schema));
        std::iter::once(provider).chain(types).collect()
    }
}
