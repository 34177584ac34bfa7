//! Ephemeral resources: values that live for one run and are stored nowhere.

use std::fmt::Debug;
use std::future::{Future, ready};
use std::time::SystemTime;

use crate::context::{Check, Cx};
use crate::diagnostic::Result;
use crate::model::Model;

/// An ephemeral resource: its model, and what opens and closes it.
pub trait EphemeralResource: Model + Debug {
    /// The name of the type, without the provider's prefix.
    const TYPE: &'static str;

    /// What the provider's configuration made.
    type Client: Send + Sync + 'static;

    /// Checks a configuration, of which anything may be unknown.
    fn validate(&self, _check: &mut Check) {}

    /// Makes the value.
    fn open(self, cx: &Cx<Self::Client>) -> impl Future<Output = Result<Opened<Self>>> + Send;

    /// Prolongs the value's life; returns when to do so again.
    fn renew(
        _private: Vec<u8>,
        _cx: &Cx<Self::Client>,
    ) -> impl Future<Output = Result<Option<SystemTime>>> + Send {
        ready(Ok(None))
    }

    /// Gives the value up. May be called twice.
    fn close(_private: Vec<u8>, _cx: &Cx<Self::Client>) -> impl Future<Output = Result<()>> + Send {
        ready(Ok(()))
    }
}

/// An opened ephemeral resource.
#[derive(Clone, Debug)]
pub struct Opened<M> {
    /// The value.
    pub model: M,
    /// A handle for renewing and closing.
    pub private: Vec<u8>,
    /// When it has to be renewed.
    pub renew_at: Option<SystemTime>,
}

impl<M> Opened<M> {
    /// A value that needs neither renewing nor closing.
    pub const fn new(model: M) -> Self {
        Self { model, private: Vec::new(), renew_at: None }
    }

    /// With a handle for renewing and closing.
    #[must_use]
    pub fn private(self, private: Vec<u8>) -> Self {
        Self { private, ..self }
    }

    /// With a time by which it has to be renewed.
    #[must_use]
    pub fn renew_at(self, time: SystemTime) -> Self {
        Self { renew_at: Some(time), ..self }
    }
}
