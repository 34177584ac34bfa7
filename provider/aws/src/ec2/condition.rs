//! Conditions on what a list shall hold, which AWS calls filters.

use aws_sdk_ec2::types::Filter;

/// A condition: the named property has one of the values. `*` and `?` in a value stand for any text and any one
/// character.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Condition {
    /// The name the service gives the property, such as `root-device-type` or `tag:Name`.
    pub name: String,
    /// The values of which one must match.
    pub values: Vec<String>,
}

impl Condition {
    /// The property `name` has one of the `values`.
    pub fn new<V: Into<String>>(name: impl Into<String>, values: impl IntoIterator<Item = V>) -> Self {
        Self { name: name.into(), values: values.into_iter().map(Into::into).collect() }
    }

    pub(super) fn to_sdk(&self) -> Filter {
        Filter::builder().name(&self.name).set_values(Some(self.values.clone())).build()
    }
}
