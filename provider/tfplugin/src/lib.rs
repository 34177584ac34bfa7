//! Terraform providers in Rust: plugin protocol 6 without Go.
//!
//! A provider author writes models (structs with `#[derive(Model)]`) and implements [`Resource`], [`DataSource`],
//! [`EphemeralResource`] and [`Function`] for them; a [`Registry`] names them all, and [`serve`] runs the binary.
//! Between the two lie the value model ([`value`]), the schema ([`schema`]), the plan algorithm and the RPCs.
//!
//! Nothing here knows what the provider manages.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

extern crate self as tfplugin;

pub mod attr;
mod context;
mod data_source;
pub mod diagnostic;
mod engine;
mod ephemeral;
mod function;
pub mod model;
mod plan;
mod provider;
mod resource;
mod rpc;
mod safeguard;
pub mod schema;
pub mod serve;
mod timeouts;
pub mod value;

pub use attr::{Attr, AttrType, Parsed, Presence, Secret, sentence};
pub use context::{Check, Cx, Plan, Saved};
pub use data_source::DataSource;
pub use diagnostic::{Diagnostic, Diagnostics, Error, Result, ResultExt};
pub use ephemeral::{EphemeralResource, Opened};
pub use function::{Arguments, Function, FunctionError, Object, Parameter};
pub use model::Model;
pub use provider::{Gate, Host, Provider, Registry};
pub use resource::{IdentityAttribute, ImportId, MoveSource, Resource};
pub use rpc::Service;
pub use tfplugin_derive::Model;
pub use timeouts::{Timeout, TimeoutError, Timeouts};
pub use tokio_util::sync::CancellationToken;

/// What a file with a resource needs.
pub mod prelude {
    pub use crate::string_enum;
    pub use crate::value::{Path, Value};
    pub use crate::{
        Attr, AttrType, CancellationToken, Check, Cx, DataSource, Diagnostic, Diagnostics, EphemeralResource,
        Error, Function, FunctionError, ImportId, Model, MoveSource, Object, Opened, Parameter, Parsed, Plan,
        Registry, Resource, Result, ResultExt, Saved, Secret, Timeouts, sentence,
    };
}
