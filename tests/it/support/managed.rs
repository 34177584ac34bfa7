//! A managed resource as a host plays it through: validate, plan, apply, read, import, upgrade.
//!
//! Each answer is checked by the host's own rules before a test sees it.

use tfplugin::value::{Type, Value};
use tfplugin_proto::tfplugin6::provider_client::ProviderClient;
use tfplugin_proto::tfplugin6::schema::Block;
use tfplugin_proto::tfplugin6::{
    Diagnostic, RawState, ResourceIdentityData, Schema, apply_resource_change, import_resource_state,
    plan_resource_change, read_resource, upgrade_resource_state, validate_resource_config,
};
use tonic::transport::Channel;

use super::plan_rules::{plan_faults, result_faults};
use super::proposed::proposed;
use super::wire::{CAPABILITIES, decode, encode, errors, no_errors, path_text};
use super::{core, schema};

/// One resource type of a running provider.
#[derive(Clone, Debug)]
pub(crate) struct Managed {
    pub(crate) rpc: ProviderClient<Channel>,
    pub(crate) type_name: String,
    schema: Schema,
}

/// An object as a state file holds it.
#[derive(Clone, Debug)]
pub(crate) struct Instance {
    pub(crate) state: Value,
    pub(crate) private: Vec<u8>,
    pub(crate) identity: Option<ResourceIdentityData>,
}

impl Instance {
    /// What there is before a create and after a delete.
    pub(crate) const NONE: Self = Self { state: Value::Null, private: Vec::new(), identity: None };
}

/// A plan as a plan file holds it.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    pub(crate) prior: Instance,
    pub(crate) config: Value,
    pub(crate) state: Value,
    pub(crate) private: Vec<u8>,
    pub(crate) identity: Option<ResourceIdentityData>,
    pub(crate) requires_replace: Vec<String>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// What came of an apply.
#[derive(Clone, Debug)]
pub(crate) struct Applied {
    pub(crate) instance: Instance,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Managed {
    pub(crate) fn new(rpc: ProviderClient<Channel>, type_name: &str, schema: Schema) -> Self {
        Self { rpc, type_name: type_name.to_owned(), schema }
    }

    pub(crate) fn block(&self) -> &Block {
        core::block(&self.schema)
    }

    pub(crate) fn ty(&self) -> Type {
        schema::block_type(self.block())
    }

    /// The configuration written as JSON; what it does not mention is not set.
    pub(crate) fn config(&self, config: &serde_json::Value) -> Value {
        schema::from_json(self.block(), config)
    }

    pub(crate) async fn validate(&mut self, config: &Value) -> Vec<Diagnostic> {
        let request = validate_resource_config::Request {
            type_name: self.type_name.clone(),
            config: Some(encode(config, &self.ty())),
            client_capabilities: Some(CAPABILITIES),
        };
        self.rpc.validate_resource_config(request).await.unwrap().into_inner().diagnostics
    }

    /// Plans a configuration; null plans a destroy.
    pub(crate) async fn plan(&mut self, prior: &Instance, config: &Value) -> Planned {
        let (planned, faults) = self.judged_plan(prior, config).await;
        assert!(faults.is_empty(), "{}: invalid plan: {faults:#?}", self.type_name);
        planned
    }

    /// Plans a configuration, and says which of the host's rules the plan breaks.
    pub(crate) async fn judged_plan(&mut self, prior: &Instance, config: &Value) -> (Planned, Vec<String>) {
        let ty = self.ty();
        let proposal = proposed(self.block(), &prior.state, config);
        let request = plan_resource_change::Request {
            type_name: self.type_name.clone(),
            prior_state: Some(encode(&prior.state, &ty)),
            proposed_new_state: Some(encode(&proposal, &ty)),
            config: Some(encode(config, &ty)),
            prior_private: prior.private.clone(),
            provider_meta: None,
            client_capabilities: Some(CAPABILITIES),
            prior_identity: prior.identity.clone(),
        };
        let answer = self.rpc.plan_resource_change(request).await.unwrap().into_inner();
        assert!(!answer.legacy_type_system && answer.deferred.is_none());
        let state = decode(answer.planned_state.as_ref(), &ty);
        let faults = if errors(&answer.diagnostics).is_empty() {
            plan_faults(self.block(), &prior.state, config, &state)
        } else {
            Vec::new()
        };
        let planned = Planned {
            prior: prior.clone(),
            config: config.clone(),
            state,
            private: answer.planned_private,
            identity: answer.planned_identity,
            requires_replace: answer.requires_replace.iter().map(path_text).collect(),
            diagnostics: answer.diagnostics,
        };
        (planned, faults)
    }

    /// Applies a plan.
    pub(crate) async fn apply(&mut self, planned: &Planned) -> Applied {
        let ty = self.ty();
        let request = apply_resource_change::Request {
            type_name: self.type_name.clone(),
            prior_state: Some(encode(&planned.prior.state, &ty)),
            planned_state: Some(encode(&planned.state, &ty)),
            config: Some(encode(&planned.config, &ty)),
            planned_private: planned.private.clone(),
            provider_meta: None,
            planned_identity: planned.identity.clone(),
        };
        let answer = self.rpc.apply_resource_change(request).await.unwrap().into_inner();
        assert!(!answer.legacy_type_system);
        let state = decode(answer.new_state.as_ref(), &ty);
        if errors(&answer.diagnostics).is_empty() {
            let faults = result_faults(&planned.state, &state);
            assert!(faults.is_empty(), "{}: inconsistent result: {faults:#?}", self.type_name);
        }
        assert!(state.is_wholly_known(), "{}: the answer holds unknown values", self.type_name);
        let instance = Instance { state, private: answer.private, identity: answer.new_identity };
        Applied { instance, diagnostics: answer.diagnostics }
    }

    /// Plans and applies, both without errors.
    pub(crate) async fn bring(&mut self, prior: &Instance, config: &Value) -> Instance {
        let planned = self.plan(prior, config).await;
        no_errors(&planned.diagnostics);
        let applied = self.apply(&planned).await;
        no_errors(&applied.diagnostics);
        applied.instance
    }

    /// Creates the object that a configuration describes.
    pub(crate) async fn create(&mut self, config: &Value) -> Instance {
        self.bring(&Instance::NONE, config).await
    }

    /// Destroys the object.
    pub(crate) async fn destroy(&mut self, instance: &Instance) {
        let gone = self.bring(instance, &Value::Null).await;
        assert!(gone.state.is_null());
    }

    /// Looks the object up; the state is null when it is gone.
    pub(crate) async fn read(&mut self, instance: &Instance) -> (Instance, Vec<Diagnostic>) {
        let ty = self.ty();
        let request = read_resource::Request {
            type_name: self.type_name.clone(),
            current_state: Some(encode(&instance.state, &ty)),
            private: instance.private.clone(),
            provider_meta: None,
            client_capabilities: Some(CAPABILITIES),
            current_identity: instance.identity.clone(),
        };
        let answer = self.rpc.read_resource(request).await.unwrap().into_inner();
        assert!(answer.deferred.is_none());
        let state = decode(answer.new_state.as_ref(), &ty);
        assert!(state.is_wholly_known(), "{}: the answer holds unknown values", self.type_name);
        (Instance { state, private: answer.private, identity: answer.new_identity }, answer.diagnostics)
    }

    /// Imports by id; exactly one object of this type, or errors.
    pub(crate) async fn import(&mut self, id: &str) -> Result<Instance, Vec<Diagnostic>> {
        let request = import_resource_state::Request {
            type_name: self.type_name.clone(),
            id: id.to_owned(),
            client_capabilities: Some(CAPABILITIES),
            identity: None,
        };
        let answer = self.rpc.import_resource_state(request).await.unwrap().into_inner();
        if !errors(&answer.diagnostics).is_empty() {
            return Err(answer.diagnostics);
        }
        let [imported] = answer.imported_resources.as_slice() else {
            panic!("{}: an import gives exactly one object", self.type_name)
        };
        assert_eq!(imported.type_name, self.type_name);
        let state = decode(imported.state.as_ref(), &self.ty());
        assert!(!state.is_null() && state.is_wholly_known());
        Ok(Instance { state, private: imported.private.clone(), identity: imported.identity.clone() })
    }

    /// Upgrades what a state file holds.
    pub(crate) async fn upgrade(&mut self, version: i64, state: RawState) -> (Value, Vec<Diagnostic>) {
        let request = upgrade_resource_state::Request {
            type_name: self.type_name.clone(),
            version,
            raw_state: Some(state),
        };
        let answer = self.rpc.upgrade_resource_state(request).await.unwrap().into_inner();
        (decode(answer.upgraded_state.as_ref(), &self.ty()), answer.diagnostics)
    }

    pub(crate) fn version(&self) -> i64 {
        self.schema.version
    }
}
