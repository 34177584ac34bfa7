//! Subtrees of the directory of distinguished names.

use std::fmt;
use std::hash::{Hash, Hasher};

use x509_cert::name::Name;

use crate::name;

/// All distinguished names that begin with the attributes of this one.
///
/// Such a constraint is honoured where a certificate has it. It prints in the form of RFC 4514.
#[derive(Clone, Debug)]
pub struct DirectoryName(pub(super) Name);

impl DirectoryName {
    /// Whether a subject begins like this.
    pub(super) fn contains(&self, subject: &Name) -> bool {
        name::comparable(subject).starts_with(&name::comparable(&self.0))
    }
}

impl PartialEq for DirectoryName {
    fn eq(&self, other: &Self) -> bool {
        name::comparable(&self.0) == name::comparable(&other.0)
    }
}

impl Eq for DirectoryName {}

impl Hash for DirectoryName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        name::comparable(&self.0).hash(state);
    }
}

impl fmt::Display for DirectoryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
