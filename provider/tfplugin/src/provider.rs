//! The provider as a whole: its configuration and everything it offers.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;

use crate::context::Check;
use crate::data_source::DataSource;
use crate::diagnostic::Result;
use crate::engine::{AnyDataSource, AnyEphemeral, AnyResource, BoxFuture, Erased, guard};
use crate::ephemeral::EphemeralResource;
use crate::function::{AnyFunction, Function};
use crate::model::Model;
use crate::resource::Resource;

/// A provider.
pub trait Provider: Send + Sync + 'static {
    /// The name that prefixes every type.
    const NAME: &'static str;

    /// The model of the provider block.
    type Config: Model;

    /// What lifecycle functions work with.
    type Client: Send + Sync + 'static;

    /// Checks a configuration, of which anything may be unknown.
    fn validate(_config: &Self::Config, _check: &mut Check) {}

    /// Makes the client. Values that come from other objects are unknown during plan: refuse them only where they are
    /// needed.
    fn configure(config: Self::Config, host: Host) -> impl Future<Output = Result<Self::Client>> + Send;

    /// The host has taken down all answers and ends the process. Not called when the host is killed, or leaves calls
    /// behind.
    fn farewell(_client: &Self::Client) {}

    /// Everything the provider offers.
    fn registry() -> Registry<Self::Client>;
}

/// The host that runs the provider.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Host {
    /// Its version: Terraform's, or OpenTofu's own.
    pub version: String,
}

/// Whether the objects of a section can be worked on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Gate {
    /// They can.
    Open,
    /// They cannot, and the user has been told why. What is planned or read is left as it is, so that one cause is
    /// one error, however many objects there are.
    Told,
}

type AskGate<C> = Arc<dyn Fn(Arc<C>) -> BoxFuture<Result<Gate>> + Send + Sync>;

/// The resources, data sources, ephemeral resources and functions of a provider.
pub struct Registry<C> {
    pub(crate) resources: BTreeMap<&'static str, Box<dyn AnyResource<C>>>,
    pub(crate) data_sources: BTreeMap<&'static str, Box<dyn AnyDataSource<C>>>,
    pub(crate) ephemerals: BTreeMap<&'static str, Box<dyn AnyEphemeral<C>>>,
    pub(crate) functions: BTreeMap<&'static str, AnyFunction>,
    /// The documentation's category of each type and function, by kind and name.
    pub(crate) categories: BTreeMap<(&'static str, &'static str), &'static str>,
    gates: BTreeMap<(&'static str, &'static str), AskGate<C>>,
    category: &'static str,
    gate: Option<AskGate<C>>,
}

impl<C> std::fmt::Debug for Registry<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registry").field("categories", &self.categories).finish_non_exhaustive()
    }
}

impl<C> Default for Registry<C> {
    fn default() -> Self {
        Self {
            resources: BTreeMap::new(),
            data_sources: BTreeMap::new(),
            ephemerals: BTreeMap::new(),
            functions: BTreeMap::new(),
            categories: BTreeMap::new(),
            gates: BTreeMap::new(),
            category: "",
            gate: None,
        }
    }
}

impl<C: Send + Sync + 'static> Registry<C> {
    /// An empty registry.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins a section: the documentation's category of what is registered from here on, behind no gate.
    #[must_use]
    pub fn category(mut self, category: &'static str) -> Self {
        self.category = category;
        self.gate = None;
        self
    }

    /// What to look at before anything of this section is planned, read or changed: whether its service can be
    /// reached, for example. An error stops that one operation.
    #[must_use]
    pub fn gate<F>(mut self, ask: impl Fn(Arc<C>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Gate>> + Send + 'static,
    {
        self.gate = Some(Arc::new(move |client| Box::pin(ask(client))));
        self
    }

    pub(crate) async fn ask_gate(&self, kind: &'static str, name: &str, client: &Arc<C>) -> Result<Gate> {
        let gate = self.gates.iter().find(|((of, named), _)| *of == kind && *named == name);
        match gate {
            Some((_, ask)) => guard(ask(Arc::clone(client))).await,
            None => Ok(Gate::Open),
        }
    }

    fn enter(&mut self, kind: &'static str, name: &'static str) {
        self.categories.insert((kind, name), self.category);
        if let Some(gate) = &self.gate {
            self.gates.insert((kind, name), Arc::clone(gate));
        }
    }

    /// Offers a resource.
    #[must_use]
    pub fn resource<R: Resource<Client = C>>(mut self) -> Self {
        self.enter("resource", R::TYPE);
        self.resources.insert(R::TYPE, Box::new(Erased::<R>::new(R::VERSION)));
        self
    }

    /// Offers a data source.
    #[must_use]
    pub fn data_source<D: DataSource<Client = C>>(mut self) -> Self {
        self.enter("data source", D::TYPE);
        self.data_sources.insert(D::TYPE, Box::new(Erased::<D>::new(0)));
        self
    }

    /// Offers an ephemeral resource.
    #[must_use]
    pub fn ephemeral<E: EphemeralResource<Client = C>>(mut self) -> Self {
        self.enter("ephemeral resource", E::TYPE);
        self.ephemerals.insert(E::TYPE, Box::new(Erased::<E>::new(0)));
        self
    }

    /// Offers a function.
    #[must_use]
    pub fn function<F: Function>(mut self) -> Self {
        self.enter("function", F::NAME);
        self.functions.insert(F::NAME, AnyFunction::new::<F>());
        self
    }
}
