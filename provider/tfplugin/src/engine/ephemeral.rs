use std::sync::Arc;
use std::time::SystemTime;

use super::data_source::{configured, finished};
use super::{BoxFuture, Erased, ModelShape, encode, fault, guard, validate};
use crate::context::Cx;
use crate::diagnostic::{Diagnostics, Result};
use crate::ephemeral::EphemeralResource;
use crate::value::Value;

/// An ephemeral resource without its Rust type.
pub(crate) trait AnyEphemeral<C>: Send + Sync {
    fn shape(&self) -> Arc<ModelShape>;
    fn validate(&self, config: Value) -> BoxFuture<Result<Diagnostics>>;
    fn open(&self, config: Value, cx: Cx<C>) -> BoxFuture<Result<Opened>>;
    fn renew(&self, private: Vec<u8>, cx: Cx<C>) -> BoxFuture<Result<(Option<SystemTime>, Diagnostics)>>;
    fn close(&self, private: Vec<u8>, cx: Cx<C>) -> BoxFuture<Result<Diagnostics>>;
}

/// An opened ephemeral resource.
pub(crate) struct Opened {
    pub(crate) result: Value,
    pub(crate) private: Vec<u8>,
    pub(crate) renew_at: Option<SystemTime>,
    pub(crate) told: Diagnostics,
}

impl<E: EphemeralResource> AnyEphemeral<E::Client> for Erased<E> {
    fn shape(&self) -> Arc<ModelShape> {
        Arc::clone(Erased::shape(self))
    }

    fn validate(&self, config: Value) -> BoxFuture<Result<Diagnostics>> {
        Box::pin(guard(async move { Ok(validate::<E>(&config, E::validate)) }))
    }

    fn open(&self, config: Value, cx: Cx<E::Client>) -> BoxFuture<Result<Opened>> {
        let shape = AnyEphemeral::shape(self);
        Box::pin(guard(async move {
            let opened = configured::<E>(&shape, &config)?.open(&cx).await?;
            fault::induce("open", E::TYPE, &opened)?;
            let result = finished(&shape, encode(&opened.model, &config), &config)?;
            let told = cx.take_warnings();
            Ok(Opened { result, private: opened.private, renew_at: opened.renew_at, told })
        }))
    }

    fn renew(
        &self,
        private: Vec<u8>,
        cx: Cx<E::Client>,
    ) -> BoxFuture<Result<(Option<SystemTime>, Diagnostics)>> {
        Box::pin(guard(async move {
            let renew_at = E::renew(private, &cx).await?;
            Ok((renew_at, cx.take_warnings()))
        }))
    }

    fn close(&self, private: Vec<u8>, cx: Cx<E::Client>) -> BoxFuture<Result<Diagnostics>> {
        Box::pin(guard(async move {
            E::close(private, &cx).await?;
            Ok(cx.take_warnings())
        }))
    }
}
