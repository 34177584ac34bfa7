//! Managed resources: from configuration and state to plan, and from plan to objects.

use tfplugin_proto::tfplugin6 as proto;

use super::{Service, no_such, wire};
use crate::diagnostic::{Diagnostic, Diagnostics, Error, Result};
use crate::engine::{AnyResource, Change, Outcome, Planned, StoredState};
use crate::plan::{Body, write_only_set};
use crate::provider::{Gate, Provider};
use crate::resource::{ImportId, MoveSource};
use crate::value::{Path, Type, Value, json};

impl<P: Provider> Service<P> {
    fn resource(&self, type_name: &str) -> Result<&dyn AnyResource<P::Client>> {
        let found = self.registry.resources.get(Self::short(type_name));
        found.map(AsRef::as_ref).ok_or_else(|| no_such("resource", type_name))
    }

    pub(super) async fn validate_resource_config(
        &self,
        request: proto::validate_resource_config::Request,
    ) -> proto::validate_resource_config::Response {
        let told = self.check_resource(request).await.unwrap_or_else(Diagnostics::from);
        proto::validate_resource_config::Response { diagnostics: wire::diagnostics(told) }
    }

    async fn check_resource(&self, request: proto::validate_resource_config::Request) -> Result<Diagnostics> {
        let resource = self.resource(&request.type_name)?;
        let shape = resource.shape();
        let config = wire::value(request.config.as_ref(), &shape.ty)?;
        let capable = request.client_capabilities.is_some_and(|client| client.write_only_attributes_allowed);
        let written =
            if capable { Vec::new() } else { write_only_set(&Body::of(&shape.schema.block), &config) };
        let mut told = resource.validate(config).await?;
        for name in written {
            told.push(write_only_unsupported(&name));
        }
        Ok(told)
    }

    pub(super) async fn plan_resource_change(
        &self,
        request: proto::plan_resource_change::Request,
    ) -> proto::plan_resource_change::Response {
        match self.plan(request).await {
            Ok(response) => response,
            Err(error) => proto::plan_resource_change::Response {
                diagnostics: wire::error(error),
                ..Default::default()
            },
        }
    }

    async fn plan(
        &self,
        request: proto::plan_resource_change::Request,
    ) -> Result<proto::plan_resource_change::Response> {
        let resource = self.resource(&request.type_name)?;
        let shape = resource.shape();
        let change = Change {
            cx: self.cx(&request.prior_private)?,
            config: wire::value(request.config.as_ref(), &shape.ty)?,
            prior: wire::value(request.prior_state.as_ref(), &shape.ty)?,
            next: wire::value(request.proposed_new_state.as_ref(), &shape.ty)?,
        };
        self.look("resource", &request.type_name, &change.cx).await?;
        // A new object will have an identity of its own.
        let planned_identity = if change.prior.is_null() { None } else { request.prior_identity };
        let Planned { state, replace, private, told } = resource.plan(change).await;
        Ok(proto::plan_resource_change::Response {
            planned_state: wire::dynamic(&state, &shape.ty),
            requires_replace: replace.iter().map(wire::path).collect(),
            planned_private: private,
            diagnostics: wire::diagnostics(told),
            planned_identity,
            ..Default::default()
        })
    }

    pub(super) async fn apply_resource_change(
        &self,
        request: proto::apply_resource_change::Request,
    ) -> proto::apply_resource_change::Response {
        // Whatever goes wrong before the object is touched, its present state is the truth.
        let (prior, private) = (request.prior_state.clone(), request.planned_private.clone());
        match self.apply(request).await {
            Ok(response) => response,
            Err(error) => proto::apply_resource_change::Response {
                new_state: prior,
                private,
                diagnostics: wire::error(error),
                ..Default::default()
            },
        }
    }

    async fn apply(
        &self,
        request: proto::apply_resource_change::Request,
    ) -> Result<proto::apply_resource_change::Response> {
        let resource = self.resource(&request.type_name)?;
        let shape = resource.shape();
        let change = Change {
            cx: self.cx(&request.planned_private)?,
            config: wire::value(request.config.as_ref(), &shape.ty)?,
            prior: wire::value(request.prior_state.as_ref(), &shape.ty)?,
            next: wire::value(request.planned_state.as_ref(), &shape.ty)?,
        };
        self.pass("resource", &request.type_name, &change.cx).await?;
        let Outcome { state, private, identity, told } = resource.apply(change).await;
        Ok(proto::apply_resource_change::Response {
            new_state: wire::dynamic(&state, &shape.ty),
            private,
            diagnostics: wire::diagnostics(told),
            new_identity: identity_data(resource, identity.as_ref()).or(request.planned_identity),
            ..Default::default()
        })
    }

    pub(super) async fn read_resource(
        &self,
        request: proto::read_resource::Request,
    ) -> proto::read_resource::Response {
        let (current, private) = (request.current_state.clone(), request.private.clone());
        match self.read(request).await {
            Ok(response) => response,
            Err(error) => proto::read_resource::Response {
                new_state: current,
                private,
                diagnostics: wire::error(error),
                ..Default::default()
            },
        }
    }

    async fn read(&self, request: proto::read_resource::Request) -> Result<proto::read_resource::Response> {
        let resource = self.resource(&request.type_name)?;
        let shape = resource.shape();
        let current = wire::value(request.current_state.as_ref(), &shape.ty)?;
        if current.is_null() {
            return Ok(proto::read_resource::Response::default());
        }
        let cx = self.cx(&request.private)?;
        if self.look("resource", &request.type_name, &cx).await? == Gate::Told {
            return Ok(proto::read_resource::Response {
                new_state: request.current_state,
                private: request.private,
                new_identity: request.current_identity,
                ..Default::default()
            });
        }
        let Outcome { state, private, identity, told } = resource.read(current, cx).await;
        Ok(proto::read_resource::Response {
            new_state: wire::dynamic(&state, &shape.ty),
            private,
            diagnostics: wire::diagnostics(told),
            new_identity: identity_data(resource, identity.as_ref()).or(request.current_identity),
            ..Default::default()
        })
    }

    pub(super) async fn import_resource_state(
        &self,
        request: proto::import_resource_state::Request,
    ) -> proto::import_resource_state::Response {
        match self.import(request).await {
            Ok(response) => response,
            Err(error) => proto::import_resource_state::Response {
                diagnostics: wire::error(error),
                ..Default::default()
            },
        }
    }

    async fn import(
        &self,
        request: proto::import_resource_state::Request,
    ) -> Result<proto::import_resource_state::Response> {
        let resource = self.resource(&request.type_name)?;
        let shape = resource.shape();
        let id = match request.identity.and_then(|identity| identity.identity_data).zip(resource.identity()) {
            Some((data, identity)) => match wire::value(Some(&data), &identity.ty())? {
                Value::Object(attributes) => ImportId::Identity(attributes),
                _ => ImportId::Id(request.id),
            },
            None => ImportId::Id(request.id),
        };
        let cx = self.cx(&[])?;
        self.pass("resource", &request.type_name, &cx).await?;
        let Outcome { state, private, identity, told } = resource.import(id, cx).await;
        let imported = proto::import_resource_state::ImportedResource {
            type_name: request.type_name,
            state: wire::dynamic(&state, &shape.ty),
            private,
            identity: identity_data(resource, identity.as_ref()),
        };
        Ok(proto::import_resource_state::Response {
            imported_resources: if state.is_null() { Vec::new() } else { vec![imported] },
            diagnostics: wire::diagnostics(told),
            ..Default::default()
        })
    }

    pub(super) async fn upgrade_resource_state(
        &self,
        request: proto::upgrade_resource_state::Request,
    ) -> proto::upgrade_resource_state::Response {
        match self.upgrade(request) {
            Ok(upgraded_state) => {
                proto::upgrade_resource_state::Response { upgraded_state, diagnostics: Vec::new() }
            }
            Err(error) => proto::upgrade_resource_state::Response {
                upgraded_state: None,
                diagnostics: wire::error(error),
            },
        }
    }

    fn upgrade(
        &self,
        request: proto::upgrade_resource_state::Request,
    ) -> Result<Option<proto::DynamicValue>> {
        let resource = self.resource(&request.type_name)?;
        let raw = request.raw_state.unwrap_or_default();
        if raw.json.is_empty() {
            let detail =
                "The state was written by Terraform 0.11 or earlier, in a form that is not supported.";
            return Err(Error::new("State Not Understood", detail));
        }
        let state = resource.upgrade(StoredState { version: request.version, json: raw.json })?;
        Ok(wire::dynamic(&state, &resource.shape().ty))
    }

    pub(super) async fn upgrade_resource_identity(
        &self,
        request: proto::upgrade_resource_identity::Request,
    ) -> proto::upgrade_resource_identity::Response {
        match self.upgrade_identity(request) {
            Ok(upgraded_identity) => {
                proto::upgrade_resource_identity::Response { upgraded_identity, diagnostics: Vec::new() }
            }
            Err(error) => proto::upgrade_resource_identity::Response {
                upgraded_identity: None,
                diagnostics: wire::error(error),
            },
        }
    }

    fn upgrade_identity(
        &self,
        request: proto::upgrade_resource_identity::Request,
    ) -> Result<Option<proto::ResourceIdentityData>> {
        let resource = self.resource(&request.type_name)?;
        let identity =
            resource.identity().ok_or_else(|| no_such("resource with an identity", &request.type_name))?;
        let raw = request.raw_identity.unwrap_or_default();
        let value =
            json::from_slice(&raw.json, &identity.ty(), json::Attributes::Lenient).map_err(|error| {
                Error::new("Identity Not Understood", format!("The stored identity does not fit: {error}."))
            })?;
        Ok(identity_data(resource, Some(&value)))
    }

    pub(super) async fn move_resource_state(
        &self,
        request: proto::move_resource_state::Request,
    ) -> proto::move_resource_state::Response {
        match self.take_over(request) {
            Ok(target_state) => proto::move_resource_state::Response { target_state, ..Default::default() },
            Err(error) => {
                proto::move_resource_state::Response { diagnostics: wire::error(error), ..Default::default() }
            }
        }
    }

    fn take_over(&self, request: proto::move_resource_state::Request) -> Result<Option<proto::DynamicValue>> {
        let resource = self.resource(&request.target_type_name)?;
        let raw = request.source_state.unwrap_or_default();
        let attributes = serde_json::from_slice(&raw.json).map_err(|error| {
            Error::new("State Not Understood", format!("The source state is not JSON: {error}."))
        })?;
        let source = MoveSource {
            provider: request.source_provider_address,
            type_name: request.source_type_name,
            schema_version: request.source_schema_version,
            attributes,
        };
        let state = resource.move_from(&source).unwrap_or_else(|| {
            let (from, to) = (&source.type_name, &request.target_type_name);
            let detail = format!("An object of type `{from}` of {} cannot become a `{to}`.", source.provider);
            Err(Error::new("Move Not Supported", detail))
        })?;
        Ok(wire::dynamic(&state, &resource.shape().ty))
    }
}

fn identity_data<C>(
    resource: &dyn AnyResource<C>,
    identity: Option<&Value>,
) -> Option<proto::ResourceIdentityData> {
    let ty: Type = resource.identity()?.ty();
    Some(proto::ResourceIdentityData { identity_data: wire::dynamic(identity?, &ty) })
}

fn write_only_unsupported(name: &str) -> Diagnostic {
    let detail = format!(
        "`{name}` is write-only, which this version of the host does not support: it would store the value. \
         Terraform 1.11 or OpenTofu 1.11 is needed."
    );
    Diagnostic::error("Write-only Attribute Not Supported", detail).at(Path::from(name))
}
