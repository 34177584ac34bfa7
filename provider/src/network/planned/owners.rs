//! Who says what the parts of an object are: the object itself, or resources of their own. Both at once fight each other,
//! and each plan undoes what the last apply did.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Objects by a name of theirs.
#[derive(Debug, Default)]
pub(crate) struct Owners(Mutex<Objects>);

#[derive(Debug, Default)]
struct Objects {
    /// Those that say themselves what their parts are.
    whole: BTreeSet<String>,
    /// Those for which resources of their own say so.
    in_parts: BTreeSet<String>,
}

impl Owners {
    /// The object says itself what its parts are. Tells whether resources of their own do so too.
    pub(in crate::network) fn whole(&self, object: &str) -> bool {
        let mut objects = self.objects();
        objects.whole.insert(object.to_owned());
        objects.in_parts.contains(object)
    }

    /// A resource is a part of the object. Tells whether the object says itself what its parts are.
    pub(in crate::network) fn part(&self, object: &str) -> bool {
        let mut objects = self.objects();
        objects.in_parts.insert(object.to_owned());
        objects.whole.contains(object)
    }

    fn objects(&self) -> MutexGuard<'_, Objects> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_comes_second_is_told() {
        let owners = Owners::default();
        assert!(!owners.whole("a"));
        assert!(!owners.part("b"));
        assert!(owners.part("a"));
        assert!(owners.whole("b"));
        assert!(!owners.whole("a c"));
    }
}
