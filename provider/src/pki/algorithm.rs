//! Algorithms of keys, as several arguments name them.

use pki_core::{KeyAlgorithm, KeyError};
use tfplugin::prelude::*;

use super::keys::Algorithm;

/// The algorithm that arguments name, ECDSA on P-256 where they name none; `None` while one that counts is unknown.
pub(super) fn named(
    family: Attr<Algorithm>,
    rsa_bits: Attr<u32>,
    ecdsa_curve: &Attr<String>,
) -> Option<std::result::Result<KeyAlgorithm, KeyError>> {
    match family {
        Attr::Unknown => None,
        Attr::Known(Algorithm::Rsa) if rsa_bits.is_unknown() => None,
        Attr::Null | Attr::Known(Algorithm::Ecdsa) if ecdsa_curve.is_unknown() => None,
        family => {
            let family = family.known().map_or("ECDSA", |family| family.as_str());
            Some(KeyAlgorithm::from_parts(family, rsa_bits.known().copied(), ecdsa_curve.as_str()))
        }
    }
}

/// As [`named`], where it has to be known.
pub(super) fn required(
    family: Attr<Algorithm>,
    rsa_bits: Attr<u32>,
    ecdsa_curve: &Attr<String>,
) -> Result<KeyAlgorithm> {
    let missing = || Error::at("algorithm", "Missing Value", "The algorithm of the key is not known yet.");
    Ok(named(family, rsa_bits, ecdsa_curve).ok_or_else(missing)??)
}

/// Why keys of an algorithm cannot be derived, on the argument that names it.
pub(super) fn never_derived(algorithm: KeyAlgorithm) -> Option<Diagnostic> {
    let argument = match algorithm {
        KeyAlgorithm::Rsa { .. } => "algorithm",
        KeyAlgorithm::EcdsaP521 => "ecdsa_curve",
        _ => return None,
    };
    let detail = format!("{}.", KeyError::NeverDerived { algorithm });
    Some(Diagnostic::error("Invalid Key", detail).at(argument))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_defined_is_derived() {
        let refused =
            |algorithm| never_derived(algorithm).map(|told| (told.path.unwrap().to_string(), told.detail));
        let detail = |name| {
            format!(
                "{name} keys are never derived from a seed; derive ECDSA-P256, ECDSA-P384 or Ed25519, or generate the key."
            )
        };
        assert_eq!(refused(KeyAlgorithm::RSA_2048), Some(("algorithm".to_owned(), detail("RSA-2048"))));
        assert_eq!(refused(KeyAlgorithm::EcdsaP521), Some(("ecdsa_curve".to_owned(), detail("ECDSA-P521"))));
        for algorithm in [KeyAlgorithm::EcdsaP256, KeyAlgorithm::EcdsaP384, KeyAlgorithm::Ed25519] {
            assert_eq!(refused(algorithm), None);
        }
    }
}
