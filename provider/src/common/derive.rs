//! Keys that follow from the provider's seed, as configurations name them.

use std::fmt;
use std::num::NonZeroU32;

use pki_core::KeyLabel;
use tfplugin::prelude::*;

/// A key that is neither given nor kept: it follows from the provider's seed.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct KeyArgument {
    /// Which key it is.
    #[attr(required)]
    pub(crate) derive: Attr<Derive>,
}

/// Which key of the seed.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Derive {
    /// What the key is for, by convention `<cluster>/<role>`, such as `prod/apiserver`: 1 to 255 bytes. The same label is
    /// the same key, wherever it stands.
    #[attr(required)]
    pub(crate) label: Attr<Parsed<KeyLabel>>,
    /// Which key of that label, counted from 1. Raise it to have another key.
    #[attr(optional, default = 1, check = generation)]
    pub(crate) generation: Attr<u32>,
}

/// What tells a derived key from all others of its algorithm and seed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Derivation {
    pub(crate) label: KeyLabel,
    pub(crate) generation: NonZeroU32,
}

impl Derive {
    /// Which key it is, as soon as that is known.
    pub(crate) fn derivation(&self) -> Attr<Derivation> {
        if self.label.is_unknown() || self.generation.is_unknown() {
            return Attr::Unknown;
        }
        let generation = NonZeroU32::new(self.generation.or(1));
        let label = self.label.known().map(|label| label.get().clone());
        label.zip(generation).map(|(label, generation)| Derivation { label, generation }).into()
    }
}

impl Derivation {
    /// A warning if this is an earlier key of the same label: one that was replaced before.
    pub(crate) fn lowered_from(&self, before: &Self) -> Option<Diagnostic> {
        if self.label != before.label || self.generation >= before.generation {
            return None;
        }
        let detail = format!(
            "The key `{}` goes back from generation {} to {}, which was replaced before. If that was because somebody else \
             may know it, raise the generation instead.",
            self.label, before.generation, self.generation
        );
        Some(Diagnostic::warning("Generation Lowered", detail))
    }
}

impl KeyArgument {
    /// Which key it is, as soon as that is known.
    pub(crate) fn derivation(&self) -> Attr<Derivation> {
        self.derive.as_ref().and_then(Derive::derivation)
    }
}

impl fmt::Display for Derivation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` of generation {}", self.label, self.generation)
    }
}

/// Checks a generation.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature of attribute checks")]
pub(crate) fn generation(number: &u32) -> std::result::Result<(), String> {
    if *number == 0 { Err("generations are counted from 1".to_owned()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_known_by_label_and_generation() {
        let label: Attr<Parsed<KeyLabel>> = Attr::parse("prod/ca").unwrap();
        let known = |generation| Derive { label: label.clone(), generation }.derivation();
        assert_eq!(known(2.into()).known().unwrap().to_string(), "`prod/ca` of generation 2");
        assert_eq!(known(Attr::Null).known().unwrap().generation, NonZeroU32::MIN);
        assert_eq!(known(Attr::Unknown), Attr::Unknown);
        let (first, second) = (known(1.into()).into_known().unwrap(), known(2.into()).into_known().unwrap());
        assert!(second.lowered_from(&first).is_none());
        assert_eq!(first.lowered_from(&second).unwrap().summary, "Generation Lowered");
        assert_eq!(generation(&0).unwrap_err(), "generations are counted from 1");
    }
}
