//! `fixture_value`: an attribute of every kind, kept as it is given.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::prelude::*;
use tfplugin::value::Number;

use crate::object::Store;

/// An attribute of every kind.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct EveryKind {
    /// Text.
    #[attr(optional)]
    text: Attr<String>,
    /// Any number.
    #[attr(optional)]
    number: Attr<Number>,
    /// Anything.
    #[attr(optional)]
    any: Attr<Value>,
    /// A set of words.
    #[attr(optional)]
    words: Attr<BTreeSet<String>>,
    /// A map of texts.
    #[attr(optional)]
    texts: Attr<BTreeMap<String, Attr<String>>>,
    /// A nested object.
    #[attr(optional)]
    nested: Attr<Nested>,
    /// A value that is not kept.
    #[attr(optional, write_only)]
    hidden_wo: Attr<Secret>,
    /// Length of that value.
    #[attr(computed)]
    hidden_length: Attr<i64>,
    /// A nested block.
    #[attr(block)]
    part: Attr<Vec<Part>>,
}

/// A nested object.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Nested {
    /// Given.
    #[attr(optional)]
    given: Attr<String>,
    /// Found.
    #[attr(computed)]
    found: Attr<String>,
}

/// A nested block.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Part {
    /// Text.
    #[attr(optional)]
    text: Attr<String>,
}

impl EveryKind {
    fn finish(mut self) -> Self {
        self.hidden_length =
            self.hidden_wo.known().map(|hidden| i64::try_from(hidden.expose().len()).unwrap_or(-1)).into();
        if let Attr::Known(nested) = &mut self.nested {
            nested.found = "found".into();
        }
        self
    }
}

impl Resource for EveryKind {
    const TYPE: &'static str = "value";
    type Client = Store;

    async fn create(self, _: &Cx<Store>, _: &Saved<Self>) -> Result<Self> {
        Ok(self.finish())
    }

    async fn read(self, _: &Cx<Store>) -> Result<Option<Self>> {
        Ok(Some(self))
    }

    async fn update(self, _: Self, _: &Cx<Store>, _: &Saved<Self>) -> Result<Self> {
        Ok(self.finish())
    }

    async fn delete(self, _: &Cx<Store>) -> Result<()> {
        Ok(())
    }
}
