use std::collections::BTreeMap;
use std::sync::Arc;

use super::{
    BoxFuture, Erased, ModelShape, decode, defect, encode, fault, guard, identity_value, interruption, state,
    validate,
};
use crate::attr::AttrType;
use crate::context::{Cx, Plan, Saved};
use crate::diagnostic::{Diagnostics, Error, Result};
use crate::plan::{self, Proposal};
use crate::plan::{drop_write_only, first_inconsistency, overlay_write_only};
use crate::resource::{IdentityAttribute, ImportId, MoveSource, Resource};
use crate::value::{Path, Type, Value};

/// A change that Terraform asks to plan or to apply.
pub(crate) struct Change<C> {
    pub(crate) cx: Cx<C>,
    pub(crate) config: Value,
    pub(crate) prior: Value,
    /// What Terraform proposes, or what was planned.
    pub(crate) next: Value,
}

/// A planned change.
pub(crate) struct Planned {
    pub(crate) state: Value,
    pub(crate) replace: Vec<Path>,
    pub(crate) private: Vec<u8>,
    pub(crate) told: Diagnostics,
}

/// What became of an object.
pub(crate) struct Outcome {
    pub(crate) state: Value,
    pub(crate) private: Vec<u8>,
    pub(crate) identity: Option<Value>,
    pub(crate) told: Diagnostics,
}

/// State as it is stored, of any version of the schema.
pub(crate) struct StoredState {
    pub(crate) version: i64,
    pub(crate) json: Vec<u8>,
}

/// The identity of a resource type.
pub(crate) struct Identity {
    pub(crate) attributes: Vec<IdentityAttribute>,
}

impl Identity {
    pub(crate) fn ty(&self) -> Type {
        Type::Object(
            self.attributes
                .iter()
                .map(|attribute| (attribute.name.to_owned(), attribute.ty.clone()))
                .collect(),
        )
    }
}

/// A resource without its Rust type.
pub(crate) trait AnyResource<C>: Send + Sync {
    fn shape(&self) -> Arc<ModelShape>;
    fn identity(&self) -> Option<Identity>;
    fn validate(&self, config: Value) -> BoxFuture<Result<Diagnostics>>;
    fn plan(&self, change: Change<C>) -> BoxFuture<Planned>;
    fn apply(&self, change: Change<C>) -> BoxFuture<Outcome>;
    fn read(&self, current: Value, cx: Cx<C>) -> BoxFuture<Outcome>;
    fn import(&self, id: ImportId, cx: Cx<C>) -> BoxFuture<Outcome>;
    fn upgrade(&self, stored: StoredState) -> Result<Value>;
    fn move_from(&self, source: &MoveSource) -> Option<Result<Value>>;
}

impl<R: Resource> AnyResource<R::Client> for Erased<R> {
    fn shape(&self) -> Arc<ModelShape> {
        Arc::clone(Erased::shape(self))
    }

    fn identity(&self) -> Option<Identity> {
        let attributes = R::identity_schema();
        (!attributes.is_empty()).then_some(Identity { attributes })
    }

    fn validate(&self, config: Value) -> BoxFuture<Result<Diagnostics>> {
        Box::pin(guard(async move { Ok(validate::<R>(&config, R::validate)) }))
    }

    fn plan(&self, change: Change<R::Client>) -> BoxFuture<Planned> {
        let shape = AnyResource::shape(self);
        Box::pin(async move {
            let cx = Arc::new(change.cx);
            let change = (change.config, change.prior, change.next);
            let result = plan::<R>(&shape, Arc::clone(&cx), change).await;
            let (state, replace, mut told) =
                result.unwrap_or_else(|error| (Value::Null, Vec::new(), error.into()));
            told.extend(cx.take_warnings());
            let told = shape.schema.block.shown(told);
            Planned { state, replace, private: cx.private_bytes(), told }
        })
    }

    fn apply(&self, change: Change<R::Client>) -> BoxFuture<Outcome> {
        let shape = AnyResource::shape(self);
        Box::pin(async move {
            let cx = Arc::new(change.cx);
            let (state, error) = match (change.prior.is_null(), change.next.is_null()) {
                (_, true) => delete::<R>(&cx, change.prior).await,
                (true, false) => create::<R>(&shape, &cx, &change.config, &change.next).await,
                (false, false) => update::<R>(&shape, &cx, &change.config, &change.prior, &change.next).await,
            };
            finish::<R>(&shape, &cx, state, error)
        })
    }

    fn read(&self, current: Value, cx: Cx<R::Client>) -> BoxFuture<Outcome> {
        let shape = AnyResource::shape(self);
        Box::pin(async move {
            let cx = Arc::new(cx);
            let (state, error) = match read::<R>(&cx, &current).await {
                Ok(state) => (state, None),
                Err(error) => (current, Some(error)),
            };
            finish::<R>(&shape, &cx, state, error)
        })
    }

    fn import(&self, id: ImportId, cx: Cx<R::Client>) -> BoxFuture<Outcome> {
        let shape = AnyResource::shape(self);
        Box::pin(async move {
            let cx = Arc::new(cx);
            let (state, error) = match import::<R>(&cx, id).await {
                Ok(state) => (state, None),
                Err(error) => (Value::Null, Some(error)),
            };
            finish::<R>(&shape, &cx, state, error)
        })
    }

    fn upgrade(&self, stored: StoredState) -> Result<Value> {
        let shape = AnyResource::shape(self);
        let json = if stored.version == R::VERSION {
            stored.json
        } else {
            let attributes = serde_json::from_slice(&stored.json).map_err(|error| {
                Error::new("State Not Understood", format!("The stored state is not JSON: {error}."))
            })?;
            R::upgrade(stored.version, attributes)?.to_string().into_bytes()
        };
        let body = plan::Body::of(&shape.schema.block);
        state::read_stored(&json, &shape).map(|value| drop_write_only(&body, value))
    }

    fn move_from(&self, source: &MoveSource) -> Option<Result<Value>> {
        let shape = AnyResource::shape(self);
        let moved = R::move_from(source)?;
        let body = plan::Body::of(&shape.schema.block);
        Some(moved.map(|model| drop_write_only(&body, model.encode_fields()).unknowns_to_null()))
    }
}

async fn plan<R: Resource>(
    shape: &ModelShape,
    cx: Arc<Cx<R::Client>>,
    (config, prior, proposed): (Value, Value, Value),
) -> Result<(Value, Vec<Path>, Diagnostics)> {
    if proposed.is_null() {
        let model = decode::<R>(&prior)?;
        guard(async move {
            fault::induce("plan_destroy", R::TYPE, &model)?;
            R::plan_destroy(&model, &cx).await
        })
        .await?;
        return Ok((Value::Null, Vec::new(), Diagnostics::new()));
    }
    let block = &shape.schema.block;
    let body = plan::Body::of(block);
    let Proposal { planned, replace } =
        plan::propose(block, &config, &prior, proposed, <R as AttrType>::settle);
    let mut change = Plan {
        prior: if prior.is_null() { None } else { Some(decode::<R>(&prior)?) },
        planned: decode(&overlay_write_only(&body, &config, planned.clone()))?,
        promises: promises(&config),
        config: decode(&config)?,
        replace,
        told: Diagnostics::new(),
    };
    let change = guard(async move {
        R::plan(&mut change, &cx).await?;
        fault::induce("plan", R::TYPE, &change)?;
        Ok(change)
    })
    .await?;
    let planned = drop_write_only(&body, encode(&change.planned, &planned));
    let mut replace = change.replace;
    replace.sort();
    replace.dedup();
    // The core refuses paths into an object that does not exist yet.
    let replace = if prior.is_null() { Vec::new() } else { replace };
    Ok((planned, replace, change.told))
}

/// What is promised about the texts of the configuration that are not known yet.
fn promises(config: &Value) -> BTreeMap<String, String> {
    let attributes = config.as_object().into_iter().flatten();
    attributes
        .filter_map(|(name, value)| match value {
            Value::Unknown(refinement) => Some((name.clone(), refinement.prefix.clone()?)),
            _ => None,
        })
        .collect()
}

async fn create<R: Resource>(
    shape: &ModelShape,
    cx: &Arc<Cx<R::Client>>,
    config: &Value,
    planned: &Value,
) -> (Value, Option<Error>) {
    let body = plan::Body::of(&shape.schema.block);
    let model = match decode::<R>(&overlay_write_only(&body, config, planned.clone())) {
        Ok(model) => model,
        Err(error) => return (Value::Null, Some(error)),
    };
    let saved = Arc::new(Saved::new(None));
    let work = {
        let (cx, saved) = (Arc::clone(cx), Arc::clone(&saved));
        async move {
            let created = model.create(&cx, &saved).await?;
            fault::induce("create", R::TYPE, &created)?;
            Ok(created)
        }
    };
    match guard(work).await {
        Ok(model) => verified(&body, encode(&model, planned), planned),
        Err(error) => {
            let Some(model): Option<R> = saved.take() else { return (Value::Null, Some(error)) };
            let state = encode(&model, planned);
            match interruption::completed(cx, model, &body, planned).await {
                Some(completed) => (completed, None),
                None => (state, Some(error)),
            }
        }
    }
}

async fn update<R: Resource>(
    shape: &ModelShape,
    cx: &Arc<Cx<R::Client>>,
    config: &Value,
    prior: &Value,
    planned: &Value,
) -> (Value, Option<Error>) {
    let body = plan::Body::of(&shape.schema.block);
    let models = decode::<R>(prior)
        .and_then(|before| Ok((before, decode::<R>(&overlay_write_only(&body, config, planned.clone()))?)));
    let (before, model) = match models {
        Ok(models) => models,
        Err(error) => return (prior.clone(), Some(error)),
    };
    let saved = Arc::new(Saved::new(Some(before.clone())));
    let work = {
        let (cx, saved) = (Arc::clone(cx), Arc::clone(&saved));
        async move {
            let updated = model.update(before, &cx, &saved).await?;
            fault::induce("update", R::TYPE, &updated)?;
            Ok(updated)
        }
    };
    match guard(work).await {
        Ok(model) => verified(&body, encode(&model, planned), planned),
        Err(error) => {
            let Some(model): Option<R> = saved.take() else { return (prior.clone(), Some(error)) };
            let mixture = <R as AttrType>::settle(encode(&model, planned), prior);
            match interruption::completed(cx, model, &body, planned).await {
                Some(completed) => (completed, None),
                None => (mixture, Some(error)),
            }
        }
    }
}

async fn delete<R: Resource>(cx: &Arc<Cx<R::Client>>, prior: Value) -> (Value, Option<Error>) {
    let model = match decode::<R>(&prior) {
        Ok(model) => model,
        Err(error) => return (prior, Some(error)),
    };
    let cx = Arc::clone(cx);
    let work = async move {
        fault::induce("delete", R::TYPE, &model)?;
        model.delete(&cx).await
    };
    match guard(work).await {
        Ok(()) => (Value::Null, None),
        Err(error) => (prior, Some(error)),
    }
}

async fn read<R: Resource>(cx: &Arc<Cx<R::Client>>, current: &Value) -> Result<Value> {
    let model = decode::<R>(current)?;
    let cx = Arc::clone(cx);
    let work = async move {
        let read = model.read(&cx).await?;
        fault::induce("read", R::TYPE, &read)?;
        Ok(read)
    };
    let read = guard(work).await?;
    Ok(read.map_or(Value::Null, |model| encode(&model, current)))
}

async fn import<R: Resource>(cx: &Arc<Cx<R::Client>>, id: ImportId) -> Result<Value> {
    let cx = Arc::clone(cx);
    let model = guard(async move { R::import(id, &cx).await }).await?;
    let state = model.encode_fields();
    if state == R::default().encode_fields() {
        return Err(defect("The import found nothing that tells the object from others."));
    }
    Ok(state)
}

/// What was done, checked against what was planned: a contradiction is told with its place, and the object is kept.
fn verified(body: &plan::Body<'_>, state: Value, planned: &Value) -> (Value, Option<Error>) {
    let state = drop_write_only(body, state);
    let error = if let Some(place) = first_inconsistency(planned, &state) {
        let detail =
            format!("After applying, `{place}` is not what was planned. The object is recorded as it is.");
        Some(defect(detail))
    } else if state.is_wholly_known() {
        None
    } else {
        Some(defect("After applying, some values are still not known. They are recorded as null."))
    };
    (state, error)
}

/// The answer to the host: nothing unknown, nothing write-only, warnings first found first.
fn finish<R: Resource>(
    shape: &ModelShape,
    cx: &Cx<R::Client>,
    state: Value,
    error: Option<Error>,
) -> Outcome {
    let body = plan::Body::of(&shape.schema.block);
    let state = drop_write_only(&body, state).unknowns_to_null();
    let mut told = cx.take_warnings();
    if let Some(error) = error {
        told.extend(Diagnostics::from(error));
    }
    let identity = if state.is_null() || R::identity_schema().is_empty() {
        None
    } else {
        decode::<R>(&state).ok().map(|model| identity_value(model.identity()))
    };
    let told = shape.schema.block.shown(told);
    Outcome { state, private: cx.private_bytes(), identity, told }
}
