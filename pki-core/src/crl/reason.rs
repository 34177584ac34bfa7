//! Why certificates are revoked.

use std::fmt;
use std::str::FromStr;

use x509_cert::ext::pkix::CrlReason;

use super::CrlError;
use crate::suggest::nearest;

/// Why a certificate is revoked (RFC 5280 §5.3.1). It is read and printed by the name of the standard, such as
/// `keyCompromise`.
///
/// `unspecified` is not among them: the standard wants no reason instead. Nor is `removeFromCRL`, which only exists in
/// delta lists.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum RevocationReason {
    /// Somebody else has the key, or may have it.
    KeyCompromise,
    /// Somebody else has the key of an authority, or may have it.
    CaCompromise,
    /// The name or another part of the content is no longer right.
    AffiliationChanged,
    /// There is another certificate in its place.
    Superseded,
    /// It is no longer needed.
    CessationOfOperation,
    /// It is not valid for the time being: the only reason that allows to leave it out of a later list.
    CertificateHold,
    /// A right that it grants is withdrawn.
    PrivilegeWithdrawn,
    /// Somebody else has the key of an attribute authority, or may have it.
    AaCompromise,
}

impl RevocationReason {
    /// Every reason.
    pub const ALL: [Self; 8] = [
        Self::KeyCompromise,
        Self::CaCompromise,
        Self::AffiliationChanged,
        Self::Superseded,
        Self::CessationOfOperation,
        Self::CertificateHold,
        Self::PrivilegeWithdrawn,
        Self::AaCompromise,
    ];

    /// The name in the standard.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::KeyCompromise => "keyCompromise",
            Self::CaCompromise => "cACompromise",
            Self::AffiliationChanged => "affiliationChanged",
            Self::Superseded => "superseded",
            Self::CessationOfOperation => "cessationOfOperation",
            Self::CertificateHold => "certificateHold",
            Self::PrivilegeWithdrawn => "privilegeWithdrawn",
            Self::AaCompromise => "aACompromise",
        }
    }

    pub(super) fn to_encoded(self) -> CrlReason {
        match self {
            Self::KeyCompromise => CrlReason::KeyCompromise,
            Self::CaCompromise => CrlReason::CaCompromise,
            Self::AffiliationChanged => CrlReason::AffiliationChanged,
            Self::Superseded => CrlReason::Superseded,
            Self::CessationOfOperation => CrlReason::CessationOfOperation,
            Self::CertificateHold => CrlReason::CertificateHold,
            Self::PrivilegeWithdrawn => CrlReason::PrivilegeWithdrawn,
            Self::AaCompromise => CrlReason::AaCompromise,
        }
    }

    /// Nothing for `unspecified`, which means the same as no reason, and for `removeFromCRL`.
    pub(super) fn from_encoded(reason: CrlReason) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.to_encoded() == reason)
    }
}

impl fmt::Display for RevocationReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for RevocationReason {
    type Err = CrlError;

    /// Capitals and separators do not matter: `key_compromise` and `CACompromise` are read as well.
    fn from_str(name: &str) -> Result<Self, CrlError> {
        let fold = |name: &str| name.replace(['_', '-', ' '], "").to_ascii_lowercase();
        if fold(name) == "unspecified" {
            return Err(CrlError::Unspecified);
        }
        Self::ALL.into_iter().find(|reason| fold(reason.as_str()) == fold(name)).ok_or_else(|| {
            CrlError::UnknownReason {
                name: name.to_owned(),
                suggestion: nearest(name, Self::ALL.map(Self::as_str)),
            }
        })
    }
}

/// The names of all reasons in a sentence.
pub(super) fn list() -> String {
    let [first @ .., last] = RevocationReason::ALL.map(RevocationReason::as_str);
    format!("{} and {last}", first.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read() {
        for reason in RevocationReason::ALL {
            assert_eq!(reason.to_string().parse(), Ok(reason));
            assert_eq!(RevocationReason::from_encoded(reason.to_encoded()), Some(reason));
        }
        assert_eq!("ca_compromise".parse(), Ok(RevocationReason::CaCompromise));
        assert_eq!("CESSATION OF OPERATION".parse(), Ok(RevocationReason::CessationOfOperation));
    }

    #[test]
    fn refuses_in_plain_words() {
        let error = |name: &str| name.parse::<RevocationReason>().unwrap_err().to_string();
        assert_eq!(
            error("keyCompromised"),
            "unknown reason `keyCompromised` (did you mean `keyCompromise`?); known are keyCompromise, cACompromise, \
             affiliationChanged, superseded, cessationOfOperation, certificateHold, privilegeWithdrawn and aACompromise"
        );
        assert_eq!(
            error("unspecified"),
            "the reason `unspecified` must not be written (RFC 5280 §5.3.1); leave the reason out"
        );
    }
}
