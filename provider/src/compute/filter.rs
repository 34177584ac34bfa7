//! The `filter` block of the lookups.

use std::collections::BTreeSet;

use aws::ec2::Condition;
use tfplugin::prelude::*;

/// A condition: the named property has one of the values.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Filter {
    /// Name of the property as the EC2 API calls it, such as `root-device-type` or `tag:Name`.
    #[attr(required, check = |name| not_empty(name))]
    pub(super) name: Attr<String>,
    /// Values of which one must match. `*` stands for any text, `?` for any one character.
    #[attr(required, check = some)]
    pub(super) values: Attr<BTreeSet<String>>,
}

impl Filter {
    /// The conditions that filter blocks state.
    pub(crate) fn conditions(filters: &Attr<Vec<Self>>) -> Vec<Condition> {
        filters.known().into_iter().flatten().map(Self::condition).collect()
    }

    fn condition(&self) -> Condition {
        Condition::new(self.name.or_default(), self.values.or_default())
    }
}

fn not_empty(name: &str) -> Result<(), String> {
    if name.is_empty() { Err("The name of a filter is not empty.".into()) } else { Ok(()) }
}

fn some(values: &BTreeSet<String>) -> Result<(), String> {
    if values.is_empty() {
        Err("At least one value is needed; without any, nothing would match.".into())
    } else {
        Ok(())
    }
}
