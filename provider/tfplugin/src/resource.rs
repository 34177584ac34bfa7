//! Managed resources.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::future::{Future, ready};

use crate::context::{Check, Cx, Plan, Saved};
use crate::diagnostic::{Error, Result};
use crate::model::Model;
use crate::value::{Type, Value};

/// A managed resource: its model, and what creates, reads, changes and deletes the object.
///
/// The engine decodes, plans, encodes and keeps the rules of the protocol; the functions here only act.
pub trait Resource: Model + Debug {
    /// The name of the type, without the provider's prefix.
    const TYPE: &'static str;

    /// Version of the state's shape. Raise it, and write [`Resource::upgrade`], when stored state no longer fits.
    const VERSION: i64 = 0;

    /// What the provider's configuration made.
    type Client: Send + Sync + 'static;

    /// Checks a configuration, of which anything may be unknown.
    fn validate(&self, _check: &mut Check) {}

    /// Refines the plan of a create or update.
    fn plan(_plan: &mut Plan<Self>, _cx: &Cx<Self::Client>) -> impl Future<Output = Result<()>> + Send {
        ready(Ok(()))
    }

    /// Looks at the plan of a delete; may warn or refuse.
    fn plan_destroy(_prior: &Self, _cx: &Cx<Self::Client>) -> impl Future<Output = Result<()>> + Send {
        ready(Ok(()))
    }

    /// Creates the object. Saves it as soon as it can be found again.
    fn create(self, cx: &Cx<Self::Client>, saved: &Saved<Self>) -> impl Future<Output = Result<Self>> + Send;

    /// Reads the object as it is now; `None` only when it is definitely gone.
    fn read(self, cx: &Cx<Self::Client>) -> impl Future<Output = Result<Option<Self>>> + Send;

    /// Changes the object in place. Saves the true mixture of old and new after each step.
    fn update(
        self,
        _prior: Self,
        _cx: &Cx<Self::Client>,
        _saved: &Saved<Self>,
    ) -> impl Future<Output = Result<Self>> + Send {
        ready(Ok(self))
    }

    /// Deletes the object; one that is gone is deleted.
    fn delete(self, cx: &Cx<Self::Client>) -> impl Future<Output = Result<()>> + Send;

    /// What [`Resource::read`] needs to find the object that the user names.
    fn import(_id: ImportId, _cx: &Cx<Self::Client>) -> impl Future<Output = Result<Self>> + Send {
        let detail = format!("Resources of type {} cannot be imported.", Self::TYPE);
        ready(Err(Error::new("Import Not Supported", detail)))
    }

    /// Brings the attributes of older state into the present shape.
    ///
    /// # Errors
    /// [`Error`] when that version is not known.
    fn upgrade(from: i64, _attributes: serde_json::Value) -> Result<serde_json::Value> {
        let detail =
            format!("State of schema version {from} is not known. It may come from a newer provider.");
        Err(Error::new("State Not Understood", detail))
    }

    /// Takes over an object that another resource type describes; `None` when that type is not understood.
    #[must_use]
    fn move_from(_source: &MoveSource) -> Option<Result<Self>> {
        None
    }

    /// The attributes that identify an object among all of its type; empty for none.
    #[must_use]
    fn identity_schema() -> Vec<IdentityAttribute> {
        Vec::new()
    }

    /// The values of the identity's attributes.
    fn identity(&self) -> BTreeMap<String, Value> {
        BTreeMap::new()
    }
}

/// How the user names an object to import.
#[derive(Clone, Debug, PartialEq)]
pub enum ImportId {
    /// By its id.
    Id(String),
    /// By its identity.
    Identity(BTreeMap<String, Value>),
}

impl ImportId {
    /// The id.
    ///
    /// # Errors
    /// [`Error`] when the user gave an identity instead.
    pub fn id(&self) -> Result<&str> {
        match self {
            Self::Id(id) if !id.is_empty() => Ok(id),
            _ => Err(Error::new("Invalid Import ID", "Name the object to import by its `id`.")),
        }
    }

    /// The id, or the text that the identity holds under `attribute`.
    ///
    /// # Errors
    /// [`Error`] when neither is given.
    pub fn id_or(&self, attribute: &str) -> Result<&str> {
        match self {
            Self::Identity(identity) => identity.get(attribute).and_then(Value::as_str).ok_or_else(|| {
                Error::new(
                    "Invalid Import Identity",
                    format!("The identity needs the attribute `{attribute}`."),
                )
            }),
            Self::Id(_) => self.id(),
        }
    }
}

/// An attribute of a resource's identity.
#[derive(Clone, Debug, PartialEq)]
pub struct IdentityAttribute {
    /// Its name.
    pub name: &'static str,
    /// Its type: a primitive or a list of primitives.
    pub ty: Type,
    /// Markdown.
    pub description: &'static str,
    /// Whether an import must give it.
    pub required_for_import: bool,
}

/// An object of another resource type that a `moved` block hands over.
#[derive(Clone, Debug)]
pub struct MoveSource {
    /// Address of the other provider, such as `registry.terraform.io/hashicorp/aws`.
    pub provider: String,
    /// Name of the other type.
    pub type_name: String,
    /// Version of its schema.
    pub schema_version: i64,
    /// Its attributes.
    pub attributes: serde_json::Value,
}
