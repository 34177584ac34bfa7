use std::sync::Arc;
use std::time::SystemTime;

use super::data_source::{configured, finished};
use super::{BoxFuture, Erased, ModelShape, encode, fault, guard, validate};
use crate::context::Cx;
use crate::diagnostic::{Diagnostics, Error, Result};
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
        Box::pin(async move {
            let cx = Arc::new(cx);
            let opened = guard(open::<E>(shape, config, Arc::clone(&cx))).await;
            let ((result, opened), told) = with_warnings(opened, &cx)?;
            Ok(Opened { result, private: opened.private, renew_at: opened.renew_at, told })
        })
    }

    fn renew(
        &self,
        private: Vec<u8>,
        cx: Cx<E::Client>,
    ) -> BoxFuture<Result<(Option<SystemTime>, Diagnostics)>> {
        Box::pin(async move {
            let cx = Arc::new(cx);
            let work = Arc::clone(&cx);
            with_warnings(guard(async move { E::renew(private, &work).await }).await, &cx)
        })
    }

    fn close(&self, private: Vec<u8>, cx: Cx<E::Client>) -> BoxFuture<Result<Diagnostics>> {
        Box::pin(async move {
            let cx = Arc::new(cx);
            let work = Arc::clone(&cx);
            let closed = guard(async move { E::close(private, &work).await }).await;
            with_warnings(closed, &cx).map(|((), told)| told)
        })
    }
}

/// Makes the value. One that the host would refuse is given up again, because hosts close only what they accept.
async fn open<E: EphemeralResource>(
    shape: Arc<ModelShape>,
    config: Value,
    cx: Arc<Cx<E::Client>>,
) -> Result<(Value, crate::ephemeral::Opened<E>)> {
    let opened = configured::<E>(&shape, &config)?.open(&cx).await?;
    fault::induce("open", E::TYPE, &opened)?;
    match finished(&shape, encode(&opened.model, &config), &config) {
        Ok(result) => Ok((result, opened)),
        Err(error) => {
            E::close(opened.private, &cx).await?;
            Err(error)
        }
    }
}

/// What came of an operation, with the warnings that were told meanwhile.
fn with_warnings<T, C>(result: Result<T>, cx: &Cx<C>) -> Result<(T, Diagnostics)> {
    let mut told = cx.take_warnings();
    match result {
        Ok(value) => Ok((value, told)),
        Err(error) => {
            told.extend(Diagnostics::from(error));
            Err(Error::many(told))
        }
    }
}
