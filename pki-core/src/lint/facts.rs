//! What the rules ask for again and again.

use const_oid::ObjectIdentifier;

use super::raw::RawCertificate;
use crate::key::KeyAlgorithm;
use crate::usage::KeyUsage;

/// A certificate and what follows from it.
pub(super) struct Facts<'a> {
    pub(super) certificate: &'a RawCertificate<'a>,
    /// The kind of the key, if this library knows it.
    pub(super) key: Option<KeyAlgorithm>,
    pub(super) is_authority: bool,
    /// Whether the key has signed its own certificate.
    pub(super) is_self_signed: bool,
    /// The bits of the key usage, if there is one.
    pub(super) key_usages: Option<Vec<KeyUsage>>,
    pub(super) purposes: Vec<ObjectIdentifier>,
}

impl<'a> Facts<'a> {
    pub(super) fn new(
        certificate: &'a RawCertificate<'a>,
        key: Option<KeyAlgorithm>,
        is_self_signed: bool,
    ) -> Self {
        Self {
            certificate,
            key,
            is_authority: certificate.is_authority(),
            is_self_signed,
            key_usages: certificate.key_usages(),
            purposes: certificate.purposes(),
        }
    }

    pub(super) fn may(&self, usage: KeyUsage) -> bool {
        self.key_usages.as_ref().is_some_and(|usages| usages.contains(&usage))
    }

    pub(super) fn has_purpose(&self, purpose: ObjectIdentifier) -> bool {
        self.purposes.contains(&purpose)
    }
}
