//! The RPCs of the protocol: each is decoded, handed to the engine and answered; user errors are diagnostics, never
//! gRPC statuses.
#![allow(clippy::unused_async, reason = "every RPC is awaited alike")]

mod data_source;
mod describe;
mod ephemeral;
mod function;
mod provider;
mod resource;
mod schema;
mod wire;

use std::sync::{Arc, Mutex};

use tfplugin_proto::tfplugin6 as proto;
use tfplugin_proto::tfplugin6::provider_server;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

use crate::context::{Cx, Private, lock};
use crate::diagnostic::{Error, Result};
use crate::engine::ModelShape;
use crate::provider::{Gate, Provider, Registry};
use crate::serve::Farewell;

/// A provider, ready to be served.
pub struct Service<P: Provider> {
    registry: Registry<P::Client>,
    config: ModelShape,
    client: Mutex<Option<Arc<P::Client>>>,
    /// Cancelled, and replaced by a fresh one, when the user interrupts.
    stop: Mutex<CancellationToken>,
}

impl<P: Provider> std::fmt::Debug for Service<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").field("name", &P::NAME).finish_non_exhaustive()
    }
}

impl<P: Provider> Default for Service<P> {
    fn default() -> Self {
        Self::new()
    }
}

impl<P: Provider> Farewell for Service<P> {
    fn farewell(&self) {
        if let Some(client) = lock(&self.client).as_deref() {
            P::farewell(client);
        }
    }
}

impl<P: Provider> Service<P> {
    /// The provider, not configured yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            registry: P::registry(),
            config: ModelShape::of::<P::Config>(0),
            client: Mutex::new(None),
            stop: Mutex::new(CancellationToken::new()),
        }
    }

    /// The context of an operation that needs the provider's client.
    fn cx(&self, private: &[u8]) -> Result<Cx<P::Client>> {
        let client = lock(&self.client).clone().ok_or_else(|| {
            Error::new(
                "Provider Not Configured",
                "The host asked for an operation before configuring the provider.",
            )
        })?;
        Ok(Cx::new(client, lock(&self.stop).clone(), Private::from_bytes(private)))
    }

    /// Whether an object can be looked at.
    async fn look(&self, kind: &'static str, type_name: &str, cx: &Cx<P::Client>) -> Result<Gate> {
        self.registry.ask_gate(kind, Self::short(type_name), &cx.client).await
    }

    /// As [`Self::look`], where it makes no sense to go on without.
    async fn pass(&self, kind: &'static str, type_name: &str, cx: &Cx<P::Client>) -> Result<()> {
        match self.look(kind, type_name, cx).await? {
            Gate::Open => Ok(()),
            Gate::Told => Err(Error::new("Not Attempted", "The reason has been told for another object.")),
        }
    }

    /// What a type of the configuration is called here: without the provider's prefix.
    fn short(type_name: &str) -> &str {
        type_name.strip_prefix(P::NAME).and_then(|rest| rest.strip_prefix('_')).unwrap_or_default()
    }

    /// What a type is called in the configuration.
    fn long(name: &str) -> String {
        format!("{}_{name}", P::NAME)
    }
}

fn no_such(kind: &str, type_name: &str) -> Error {
    Error::new("Unknown Type", format!("The provider has no {kind} of type `{type_name}`."))
}

/// One line for each RPC: the request goes to the function of the same name.
macro_rules! forward {
    ($($method:ident: $message:ident,)*) => {
        #[tonic::async_trait]
        impl<P: Provider> provider_server::Provider for Service<P> {
            $(
                async fn $method(
                    &self,
                    request: Request<proto::$message::Request>,
                ) -> std::result::Result<Response<proto::$message::Response>, Status> {
                    tracing::trace!(tf_rpc = stringify!($method), "request");
                    Ok(Response::new(self.$method(request.into_inner()).await))
                }
            )*
        }
    };
}

forward! {
    get_metadata: get_metadata,
    get_provider_schema: get_provider_schema,
    get_resource_identity_schemas: get_resource_identity_schemas,
    validate_provider_config: validate_provider_config,
    configure_provider: configure_provider,
    stop_provider: stop_provider,
    validate_resource_config: validate_resource_config,
    upgrade_resource_state: upgrade_resource_state,
    upgrade_resource_identity: upgrade_resource_identity,
    read_resource: read_resource,
    plan_resource_change: plan_resource_change,
    apply_resource_change: apply_resource_change,
    import_resource_state: import_resource_state,
    move_resource_state: move_resource_state,
    validate_data_resource_config: validate_data_resource_config,
    read_data_source: read_data_source,
    validate_ephemeral_resource_config: validate_ephemeral_resource_config,
    open_ephemeral_resource: open_ephemeral_resource,
    renew_ephemeral_resource: renew_ephemeral_resource,
    close_ephemeral_resource: close_ephemeral_resource,
    get_functions: get_functions,
    call_function: call_function,
}
