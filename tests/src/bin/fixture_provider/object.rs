//! `fixture_object`: an object that exists, in memory, and misbehaves as its configuration asks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tfplugin::prelude::*;

/// What exists, by name.
#[derive(Debug, Default)]
pub(crate) struct Store {
    objects: Mutex<BTreeMap<String, Object>>,
    leases: Mutex<BTreeSet<String>>,
}

impl Store {
    fn objects(&self) -> MutexGuard<'_, BTreeMap<String, Object>> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn leases(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.leases.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

tfplugin::string_enum! {
    /// What goes wrong.
    pub(crate) enum Behaviour {
        Normal = "normal",
        Panic = "panic",
        Abort = "abort",
        Slow = "slow",
        Interrupted = "interrupted",
        InterruptedHalfway = "interrupted_halfway",
        InterruptedForEver = "interrupted_for_ever",
        Unhurried = "unhurried",
        FailEarly = "fail_early",
        FailLate = "fail_late",
        FailDelete = "fail_delete",
        Unreachable = "unreachable",
    }
}

/// An object that misbehaves on demand.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Object {
    /// Identifier: the name.
    #[attr(computed, keep)]
    id: Attr<String>,
    /// Name.
    #[attr(required, replace)]
    name: Attr<String>,
    /// Size.
    #[attr(optional, default = 1)]
    size: Attr<i64>,
    /// What goes wrong.
    #[attr(optional, default = "normal")]
    behaviour: Attr<Behaviour>,
    /// Number that only a finished object has.
    #[attr(computed, keep)]
    serial: Attr<i64>,
}

const SERIAL: i64 = 7;

impl Object {
    fn behaviour(&self) -> Behaviour {
        self.behaviour.or(Behaviour::Normal)
    }

    /// A wait that the user ends, after which the object is what was planned, or half of it, or gone.
    async fn wait(self, cx: &Cx<Store>) -> Result<Self> {
        cx.cancel.cancelled().await;
        cx.interrupted(format!("object {} to shine", self.name.or_default()));
        match self.behaviour() {
            Behaviour::InterruptedHalfway => {
                Self { size: self.size.map(|size| size - 1), ..self.clone() }.store(&cx.client)?;
            }
            Behaviour::InterruptedForEver => drop(cx.client.objects().remove(self.name.value()?)),
            _ => {}
        }
        Err(Error::new("Wait Ended", "The object does not shine yet."))
    }

    fn store(&self, store: &Store) -> Result<()> {
        store.objects().insert(self.name.value()?.clone(), self.clone());
        Ok(())
    }
}

impl Resource for Object {
    const TYPE: &'static str = "object";
    type Client = Store;

    async fn create(mut self, cx: &Cx<Store>, saved: &Saved<Self>) -> Result<Self> {
        match self.behaviour() {
            Behaviour::FailEarly => return Err(failure()),
            Behaviour::Panic => panic!("a panic on demand"),
            Behaviour::Abort => abort(),
            Behaviour::Unhurried => tokio::time::sleep(Duration::from_secs(1)).await,
            _ => {}
        }
        self.id = self.name.clone();
        self.store(&cx.client)?;
        saved.save(&self);
        match self.behaviour() {
            Behaviour::FailLate => Err(failure()),
            Behaviour::Slow => {
                cx.cancel.cancelled().await;
                Err(Error::new("Interrupted", "The work was interrupted."))
            }
            Behaviour::Interrupted | Behaviour::InterruptedHalfway | Behaviour::InterruptedForEver => {
                self.wait(cx).await
            }
            _ => {
                self.serial = SERIAL.into();
                self.store(&cx.client)?;
                Ok(self)
            }
        }
    }

    async fn read(self, cx: &Cx<Store>) -> Result<Option<Self>> {
        if self.behaviour() == Behaviour::Unreachable {
            return Err(failure());
        }
        let found = cx.client.objects().get(self.id.value()?).cloned();
        Ok(found.map(|found| Self { serial: SERIAL.into(), ..found }))
    }

    async fn update(self, mut prior: Self, cx: &Cx<Store>, saved: &Saved<Self>) -> Result<Self> {
        prior.size = self.size;
        prior.store(&cx.client)?;
        saved.save(&prior);
        match self.behaviour() {
            Behaviour::FailLate => return Err(failure()),
            // The wait comes when everything is done.
            Behaviour::Interrupted => {
                self.store(&cx.client)?;
                return self.wait(cx).await;
            }
            Behaviour::InterruptedHalfway => return self.wait(cx).await,
            _ => {}
        }
        self.store(&cx.client)?;
        Ok(self)
    }

    async fn delete(self, cx: &Cx<Store>) -> Result<()> {
        if self.behaviour() == Behaviour::FailDelete {
            return Err(failure());
        }
        cx.client.objects().remove(self.id.value()?);
        Ok(())
    }

    async fn import(id: ImportId, cx: &Cx<Store>) -> Result<Self> {
        let found = cx.client.objects().get(id.id()?).cloned();
        found.ok_or_else(|| Error::new("Object Not Found", "There is no object of this name."))
    }
}

fn failure() -> Error {
    Error::new("Failure On Demand", "The configuration asks for this failure.")
}

/// Panics while panicking, by which the language ends the process.
fn abort() -> ! {
    struct PanicsAgain;

    impl Drop for PanicsAgain {
        fn drop(&mut self) {
            panic!("another panic on demand");
        }
    }

    let _again = PanicsAgain;
    panic!("a panic on demand");
}
