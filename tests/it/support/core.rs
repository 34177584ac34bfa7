//! The protocol half of a Terraform host: a started provider with its schemas.

use tfplugin::value::{Type, Value};
use tfplugin_proto::tfplugin6::provider_client::ProviderClient;
use tfplugin_proto::tfplugin6::schema::Block;
use tfplugin_proto::tfplugin6::{
    Diagnostic, Schema, configure_provider, get_provider_schema, validate_provider_config,
};
use tonic::transport::Channel;

use super::ephemeral::Ephemeral;
use super::host::{Launch, Process};
use super::managed::Managed;
use super::wire::{CAPABILITIES, encode, no_errors};
use super::{provider_binary, schema};

/// A provider that has been started and asked for its schema.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) process: Process,
    pub(crate) rpc: ProviderClient<Channel>,
    pub(crate) schema: get_provider_schema::Response,
}

/// The seed of what is derived.
const SEED: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

impl Core {
    /// Starts the provider.
    pub(crate) async fn start() -> Self {
        Self::launch(Self::alone()).await
    }

    /// Starts the provider, which logs everything.
    pub(crate) async fn logging() -> Self {
        Self::launch(Self::alone().env("TF_LOG", "TRACE").env("RUST_BACKTRACE", "full")).await
    }

    /// What plans an object of AWS looks for settings and credentials first; nobody is asked whether they are right.
    fn alone() -> Launch {
        Launch::new(provider_binary::provider())
            .env("AWS_REGION", "us-east-2")
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_ENDPOINT_URL_EC2", "http://127.0.0.1:1")
            .env("AWS_MAX_ATTEMPTS", "1")
    }

    /// Starts the provider with a seed in its environment, and configures it with nothing set.
    pub(crate) async fn configured() -> Self {
        let mut core = Self::launch(Self::alone().env("GROUNDUP_PKI_SEED", SEED)).await;
        no_errors(&core.configure(&core.empty_config()).await);
        core
    }

    /// Starts the provider for tests, configured.
    pub(crate) async fn fixture() -> Self {
        let mut core = Self::launch(Launch::new(provider_binary::fixture())).await;
        no_errors(&core.configure(&core.empty_config()).await);
        core
    }

    pub(crate) async fn launch(launch: Launch) -> Self {
        Self::attach(launch.start().await).await
    }

    /// Connects to a started provider.
    pub(crate) async fn attach(process: Process) -> Self {
        let mut rpc = process.provider().await;
        let schema = rpc.get_provider_schema(get_provider_schema::Request {}).await.unwrap().into_inner();
        Self { process, rpc, schema }
    }

    /// The provider's own configuration with nothing set.
    pub(crate) fn empty_config(&self) -> Value {
        schema::empty(block(self.schema.provider.as_ref().unwrap()))
    }

    pub(crate) fn config_type(&self) -> Type {
        schema::block_type(block(self.schema.provider.as_ref().unwrap()))
    }

    /// Validates and configures.
    pub(crate) async fn configure(&mut self, config: &Value) -> Vec<Diagnostic> {
        let config = Some(encode(config, &self.config_type()));
        let request = validate_provider_config::Request { config: config.clone() };
        let mut diagnostics =
            self.rpc.validate_provider_config(request).await.unwrap().into_inner().diagnostics;
        let request = configure_provider::Request {
            terraform_version: "1.11.4".to_owned(),
            config,
            client_capabilities: Some(CAPABILITIES),
        };
        diagnostics.extend(self.rpc.configure_provider(request).await.unwrap().into_inner().diagnostics);
        diagnostics
    }

    /// The names of all managed resource types.
    pub(crate) fn resource_types(&self) -> Vec<String> {
        self.schema.resource_schemas.keys().cloned().collect()
    }

    pub(crate) fn resource_block(&self, type_name: &str) -> &Block {
        let schema = self.schema.resource_schemas.get(type_name);
        block(schema.unwrap_or_else(|| panic!("no resource type {type_name}")))
    }

    /// A managed resource to play through.
    pub(crate) fn resource(&self, type_name: &str) -> Managed {
        Managed::new(self.rpc.clone(), type_name, self.schema.resource_schemas[type_name].clone())
    }

    /// An ephemeral resource to play through.
    pub(crate) fn ephemeral(&self, type_name: &str) -> Ephemeral {
        let schema = self.schema.ephemeral_resource_schemas[type_name].clone();
        Ephemeral::new(self.rpc.clone(), type_name, schema)
    }
}

/// The content of a schema.
pub(crate) fn block(schema: &Schema) -> &Block {
    schema.block.as_ref().expect("every schema has a block")
}
