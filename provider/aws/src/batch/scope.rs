//! What a process has met and done, by which its reads decide how far they reach.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeSerializationInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

use super::{Reach, lock};

/// The property by which everything in a VPC is found.
pub(crate) const VPC: &str = "vpc-id";
/// VPCs that were met only as the place of something else, and may be full of what is none of our business.
const FOREIGN_VPC: &str = "vpc-id of a neighbour";
/// How many times single objects are asked for before everything in such a VPC is.
const PATIENCE: usize = 2;

/// What a process has met and done.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    is_written: AtomicBool,
    met: Mutex<BTreeMap<&'static str, BTreeSet<String>>>,
}

impl Scope {
    /// Whether something may have been changed.
    pub(super) fn is_written(&self) -> bool {
        self.is_written.load(Ordering::SeqCst)
    }

    /// Takes down that something may have been changed.
    pub(super) fn write(&self) {
        self.is_written.store(true, Ordering::SeqCst);
    }

    /// Takes down a value of a property that one may ask for.
    pub(crate) fn meet(&self, property: &'static str, value: &str) {
        if !value.is_empty() && !self.is_written() {
            lock(&self.met).entry(property).or_default().insert(value.to_owned());
        }
    }

    /// Takes down the VPC that something is in.
    pub(crate) fn meet_neighbour(&self, vpc_id: &str) {
        self.meet(FOREIGN_VPC, vpc_id);
    }

    /// All values of a property that were met.
    pub(crate) fn met(&self, property: &str) -> BTreeSet<String> {
        lock(&self.met).get(property).cloned().unwrap_or_default()
    }

    /// Everything in the VPCs that were asked for; in those of neighbours too, when objects were asked for one by one a
    /// few times.
    pub(crate) fn vpcs(&self, calls: usize) -> Option<Reach> {
        let mut vpcs = self.met(VPC);
        if calls >= PATIENCE {
            vpcs.append(&mut self.met(FOREIGN_VPC));
        }
        (!vpcs.is_empty()).then_some((VPC, vpcs))
    }
}

/// Looks at every call of a service, and takes down that something was written. An operation that is not known to read
/// counts as one that writes, so that no new operation can be forgotten.
#[derive(Debug)]
pub(crate) struct Watch(Arc<Scope>);

impl Watch {
    pub(crate) fn new(scope: &Arc<Scope>) -> Self {
        Self(scope.clone())
    }
}

#[dyn_dispatch_hint]
impl Intercept for Watch {
    fn name(&self) -> &'static str {
        "the first write ends the snapshots"
    }

    fn read_before_serialization(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        configuration: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let reads =
            |operation: &Metadata| ["Describe", "Get"].iter().any(|verb| operation.name().starts_with(verb));
        if !configuration.load::<Metadata>().is_some_and(reads) {
            self.0.write();
        }
        Ok(())
    }
}
