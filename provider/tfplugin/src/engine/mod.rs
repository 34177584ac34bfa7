//! Between the wire and the authors: each typed trait has an erased twin here that decodes, runs the author's function
//! in a task of its own, and turns the outcome into values again.

mod data_source;
mod ephemeral;
mod fault;
mod interruption;
mod resource;
mod state;

use std::collections::BTreeMap;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use tokio::sync::oneshot;

use crate::attr::AttrType;
use crate::diagnostic::{Diagnostics, Error, Result};
use crate::model::Model;
use crate::schema::Schema;
use crate::value::{Path, Type, Value};

pub(crate) use data_source::AnyDataSource;
pub(crate) use ephemeral::{AnyEphemeral, Opened};
pub(crate) use resource::{AnyResource, Change, Outcome, Planned, StoredState};

pub(crate) type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// An author's type behind a trait object.
pub(crate) struct Erased<M> {
    version: i64,
    shape: OnceLock<Arc<ModelShape>>,
    model: PhantomData<fn() -> M>,
}

/// The schema of a model with its wire type, made once.
#[derive(Debug)]
pub(crate) struct ModelShape {
    pub(crate) schema: Schema,
    pub(crate) ty: Type,
}

impl<M: Model> Erased<M> {
    pub(crate) const fn new(version: i64) -> Self {
        Self { version, shape: OnceLock::new(), model: PhantomData }
    }

    fn shape(&self) -> &Arc<ModelShape> {
        self.shape.get_or_init(|| Arc::new(ModelShape::of::<M>(self.version)))
    }
}

impl ModelShape {
    pub(crate) fn of<M: Model>(version: i64) -> Self {
        let block = M::block();
        let ty = block.ty();
        Self { schema: Schema { version, block }, ty }
    }
}

/// Decodes a whole model and tells every value in it that is wrong.
pub(crate) fn decode<M: Model>(value: &Value) -> Result<M> {
    let mut found = Diagnostics::new();
    let model = M::decode_fields(value, &Path::root(), &mut found);
    if found.has_error() { Err(Error::many(found)) } else { Ok(model) }
}

/// The values of a model, with the old text of every value that means the same.
fn encode<M: Model>(model: &M, old: &Value) -> Value {
    <M as AttrType>::settle(model.encode_fields(), old)
}

/// Checks a configuration: its values, the checks its fields carry, then the author's own.
pub(crate) fn validate<M: Model>(
    config: &Value,
    author: impl FnOnce(&M, &mut crate::context::Check),
) -> Diagnostics {
    let mut check = crate::context::Check::default();
    let block = M::block();
    if !config.is_null() && !config.is_unknown() {
        block.tell_missing(config, &Path::root(), &mut check.told);
        let model = M::decode_fields(config, &Path::root(), &mut check.told);
        model.check_fields(&Path::root(), &mut check.told);
        author(&model, &mut check);
    }
    block.shown(check.told)
}

/// Runs an author's function in a task of its own: a panic becomes an error, and a host that hangs up in the middle
/// does not stop what was begun.
pub(crate) async fn guard<T: Send + 'static>(
    work: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    let (done, result) = oneshot::channel();
    // Tasks of one type: the runtime's code would otherwise be compiled anew for each function of each resource.
    let task: BoxFuture<()> = Box::pin(async move {
        // Nobody waits any more when the host has hung up.
        let _ = done.send(work.await);
    });
    tokio::spawn(task);
    result.await.unwrap_or_else(|_| {
        Err(defect(
            "The operation ended in a panic. Run again with TF_LOG_PROVIDER=ERROR to see where, and please report it.",
        ))
    })
}

/// An error for which the user is not to blame.
pub(crate) fn defect(detail: impl Into<String>) -> Error {
    Error::new("Provider Defect", detail)
}

/// An object of a resource's identity.
fn identity_value(attributes: BTreeMap<String, Value>) -> Value {
    Value::Object(attributes)
}
