//! Usages in DER.

use std::collections::BTreeSet;

use der::flagset::FlagSet;
use x509_cert::ext::pkix::{self, KeyUsages};
use x509_cert::ext::{Extension, ToExtension};
use x509_cert::name::Name;

use super::{ExtendedKeyUsage, KeyUsage, Usages};

/// The extensions that usages of a subject need: none of them is ever empty.
pub(crate) fn extensions(usages: &Usages, subject: &Name) -> der::Result<Vec<Extension>> {
    let mut list = Vec::new();
    if !usages.key.is_empty() {
        let none = FlagSet::<KeyUsages>::default();
        let bits = usages.key.iter().fold(none, |bits, usage| bits | usage.bit());
        list.push((&pkix::KeyUsage(bits)).to_extension(subject, &list)?);
    }
    if !usages.extended.is_empty() {
        let purposes = usages.extended.iter().map(|usage| usage.oid()).collect();
        let mut extension = (&pkix::ExtendedKeyUsage(purposes)).to_extension(subject, &list)?;
        // A time stamping authority's certificate is for nothing else (RFC 3161 §2.3).
        extension.critical = usages.extended.contains(&ExtendedKeyUsage::TimeStamping);
        list.push(extension);
    }
    Ok(list)
}

/// The bits of a key usage extension.
pub(crate) fn key_usages(encoded: pkix::KeyUsage) -> BTreeSet<KeyUsage> {
    KeyUsage::ALL.into_iter().filter(|usage| encoded.0.contains(usage.bit())).collect()
}
