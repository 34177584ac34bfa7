use std::sync::Arc;

use super::{BoxFuture, Erased, ModelShape, decode, defect, encode, guard, validate};
use crate::context::Cx;
use crate::data_source::DataSource;
use crate::diagnostic::{Diagnostics, Result};
use crate::model::Model;
use crate::plan;
use crate::value::Value;

/// A data source without its Rust type.
pub(crate) trait AnyDataSource<C>: Send + Sync {
    fn shape(&self) -> Arc<ModelShape>;
    fn validate(&self, config: Value) -> BoxFuture<Result<Diagnostics>>;
    fn read(&self, config: Value, cx: Cx<C>) -> BoxFuture<(Value, Diagnostics)>;
}

impl<D: DataSource> AnyDataSource<D::Client> for Erased<D> {
    fn shape(&self) -> Arc<ModelShape> {
        Arc::clone(Erased::shape(self))
    }

    fn validate(&self, config: Value) -> BoxFuture<Result<Diagnostics>> {
        Box::pin(guard(async move { Ok(validate::<D>(&config, D::validate)) }))
    }

    fn read(&self, config: Value, cx: Cx<D::Client>) -> BoxFuture<(Value, Diagnostics)> {
        let shape = AnyDataSource::shape(self);
        Box::pin(async move {
            let cx = Arc::new(cx);
            let result = read::<D>(&shape, &config, Arc::clone(&cx)).await;
            let mut told = cx.take_warnings();
            let state = result.unwrap_or_else(|error| {
                told.extend(Diagnostics::from(error));
                Value::Null
            });
            (state, told)
        })
    }
}

async fn read<D: DataSource>(shape: &ModelShape, config: &Value, cx: Arc<Cx<D::Client>>) -> Result<Value> {
    let model = configured::<D>(shape, config)?;
    let model = guard(async move { model.read(&cx).await }).await?;
    finished(shape, encode(&model, config), config)
}

/// The model of a configuration, with the defaults of what it leaves out.
pub(super) fn configured<M: Model>(shape: &ModelShape, config: &Value) -> Result<M> {
    decode(&plan::with_defaults(&shape.schema.block, config))
}

/// Everything known, and what the configuration says unchanged: not every host looks, so this does.
pub(super) fn finished(shape: &ModelShape, result: Value, config: &Value) -> Result<Value> {
    if let Some(place) = plan::first_contradiction(&shape.schema.block, config, &result) {
        return Err(defect(format!("The result contradicts the configuration of `{place}`.")));
    }
    if result.is_wholly_known() {
        Ok(result)
    } else {
        Err(defect("Some values of the result are not known."))
    }
}
