//! An ephemeral resource as a host plays it through: validate, open, renew, close.

use tfplugin::value::{Type, Value};
use tfplugin_proto::tfplugin6::provider_client::ProviderClient;
use tfplugin_proto::tfplugin6::schema::Block;
use tfplugin_proto::tfplugin6::{
    Diagnostic, Schema, close_ephemeral_resource, open_ephemeral_resource, renew_ephemeral_resource,
    validate_ephemeral_resource_config,
};
use tonic::transport::Channel;

use super::plan_rules::plan_faults;
use super::wire::{CAPABILITIES, decode, encode, errors};
use super::{core, schema};

/// One ephemeral resource type of a running provider.
#[derive(Clone, Debug)]
pub(crate) struct Ephemeral {
    rpc: ProviderClient<Channel>,
    type_name: String,
    schema: Schema,
}

impl Ephemeral {
    pub(crate) fn new(rpc: ProviderClient<Channel>, type_name: &str, schema: Schema) -> Self {
        Self { rpc, type_name: type_name.to_owned(), schema }
    }

    pub(crate) fn block(&self) -> &Block {
        core::block(&self.schema)
    }

    fn ty(&self) -> Type {
        schema::block_type(self.block())
    }

    /// The configuration written as JSON; what it does not mention is not set.
    pub(crate) fn config(&self, config: &serde_json::Value) -> Value {
        schema::from_json(self.block(), config)
    }

    pub(crate) async fn validate(&mut self, config: &Value) -> Vec<Diagnostic> {
        let request = validate_ephemeral_resource_config::Request {
            type_name: self.type_name.clone(),
            config: Some(encode(config, &self.ty())),
        };
        self.rpc.validate_ephemeral_resource_config(request).await.unwrap().into_inner().diagnostics
    }

    /// Opens it, and checks the result by the host's rules. Without errors there is a result, and none with them.
    pub(crate) async fn open(&mut self, config: &Value) -> (open_ephemeral_resource::Response, Value) {
        let request = open_ephemeral_resource::Request {
            type_name: self.type_name.clone(),
            config: Some(encode(config, &self.ty())),
            client_capabilities: Some(CAPABILITIES),
        };
        let answer = self.rpc.open_ephemeral_resource(request).await.unwrap().into_inner();
        assert_eq!(answer.deferred, None);
        let result = decode(answer.result.as_ref(), &self.ty());
        if errors(&answer.diagnostics).is_empty() {
            assert_eq!(plan_faults(self.block(), &Value::Null, config, &result), Vec::<String>::new());
            assert!(result.is_wholly_known(), "{}", self.type_name);
        } else {
            assert!(result.is_null(), "{}", self.type_name);
        }
        (answer, result)
    }

    pub(crate) async fn renew(&mut self, private: Option<Vec<u8>>) -> renew_ephemeral_resource::Response {
        let request = renew_ephemeral_resource::Request { type_name: self.type_name.clone(), private };
        self.rpc.renew_ephemeral_resource(request).await.unwrap().into_inner()
    }

    pub(crate) async fn close(&mut self, private: Option<Vec<u8>>) -> Vec<Diagnostic> {
        let request = close_ephemeral_resource::Request { type_name: self.type_name.clone(), private };
        self.rpc.close_ephemeral_resource(request).await.unwrap().into_inner().diagnostics
    }
}
