//! A linter for certificates and revocation lists: the rules of RFC 5280 and its companions, as remarks.
//!
//! It reads the encoding itself, so that also what [`Certificate`] refuses is linted, and the remarks say why. Every
//! remark is a [`Finding`] with a stable [`FindingCode`](crate::FindingCode), which knows its severity and the rule that
//! is broken; [`FindingCode::ALL`](crate::FindingCode::ALL) lists them. What this library issues has passed the same
//! rules before it is returned.
//!
//! ```
//! use pki_core::{FindingCode, lint};
//! # use pki_core::{CertificateAuthority, DistinguishedName, Identity, KeyAlgorithm, PrivateKey, SigningProfile};
//! # let mut rng = getrandom::rand_core::UnwrapErr(getrandom::SysRng);
//! # let key = PrivateKey::generate(KeyAlgorithm::Ed25519, &mut rng).unwrap();
//! # let subject = DistinguishedName { country: Some("UK".to_owned()), ..DistinguishedName::common("Root") };
//! # let identity = Identity { subject, ..Identity::default() };
//! # let profile = SigningProfile::authority(Default::default());
//! # let now = "2026-11-22T12:00:00Z".parse().unwrap();
//! # let (root, _) = CertificateAuthority::self_signed(key, &identity, &profile, now, &mut rng).unwrap();
//! # let der = root.certificate().as_der();
//!
//! let findings = lint::certificate(der, None);
//! assert_eq!(findings[0].code(), FindingCode::CountryNotIso3166);
//! println!("{:#}", findings[0]);
//! ```

mod algorithm;
mod alt_names;
mod basic_constraints;
mod certificate;
mod constraints;
mod extensions;
mod facts;
mod issuer;
mod key_identifiers;
mod locations;
mod name;
mod policies;
mod raw;
mod report;
mod revocation_list;
mod time;
mod usage;

use crate::certificate::Certificate;
use crate::finding::Finding;

/// Lints a certificate in DER, and with its issuer also how the two fit together: signature, names, key identifiers,
/// lifetimes, path length and name constraints.
///
/// It never fails: what does not decode is a remark, too. The gravest come first.
#[must_use]
pub fn certificate(der: &[u8], issuer: Option<&Certificate>) -> Vec<Finding> {
    certificate::lint(der, issuer)
}

/// Lints a revocation list in DER, and with its issuer also the signature, the name and the right to make it.
///
/// It never fails: what does not decode is a remark, too. The gravest come first.
#[must_use]
pub fn revocation_list(der: &[u8], issuer: Option<&Certificate>) -> Vec<Finding> {
    revocation_list::lint(der, issuer)
}

/// Lints what was just issued, by those rules that its making leaves open: nothing is verified or encoded again, and
/// the names of the issuer are not its fault.
pub(crate) fn issued(certificate: &Certificate, issuer: Option<&Certificate>) -> Vec<Finding> {
    certificate::lint_issued(certificate, issuer)
}

#[cfg(test)]
mod tests;
