//! Data sources.

use std::future::Future;

use crate::context::{Check, Cx};
use crate::diagnostic::Result;
use crate::model::Model;

/// A data source: its model, and what fills it.
pub trait DataSource: Model {
    /// The name of the type, without the provider's prefix.
    const TYPE: &'static str;

    /// What the provider's configuration made.
    type Client: Send + Sync + 'static;

    /// Checks a configuration, of which anything may be unknown.
    fn validate(&self, _check: &mut Check) {}

    /// Fills the computed attributes. Finding nothing is an error.
    fn read(self, cx: &Cx<Self::Client>) -> impl Future<Output = Result<Self>> + Send;
}
