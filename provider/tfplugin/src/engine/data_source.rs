use std::sync::Arc;

use super::{BoxFuture, Erased, ModelShape, decode, defect, encode, guard, validate};
use crate::context::Cx;
use crate::data_source::DataSource;
use crate::diagnostic::{Diagnostics, Result};
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
        Box::pin(async move {
            let cx = Arc::new(cx);
            let result = read::<D>(&config, Arc::clone(&cx)).await;
            let mut told = cx.take_warnings();
            let state = result.unwrap_or_else(|error| {
                told.extend(Diagnostics::from(error));
                Value::Null
            });
            (state, told)
        })
    }
}

async fn read<D: DataSource>(config: &Value, cx: Arc<Cx<D::Client>>) -> Result<Value> {
    let model = decode::<D>(config)?;
    let model = guard(async move { model.read(&cx).await }).await?;
    finished(encode(&model, config), config)
}

/// Everything known, and what the configuration sets unchanged: the core does not look, so this does.
pub(super) fn finished(result: Value, config: &Value) -> Result<Value> {
    let changed = config.as_object().into_iter().flatten().find(|(name, value)| {
        let is_simple = matches!(value, Value::Bool(_) | Value::Number(_) | Value::String(_));
        is_simple && *value != result.attribute(name)
    });
    if let Some((name, _)) = changed {
        return Err(defect(format!("The result changes the argument `{name}`.")));
    }
    if result.is_wholly_known() {
        Ok(result)
    } else {
        Err(defect("Some values of the result are not known."))
    }
}
