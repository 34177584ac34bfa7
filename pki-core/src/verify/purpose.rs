//! What a certificate is verified for.

use std::fmt;

use webpki::{ExtendedKeyUsageValidator, KeyPurposeId, KeyPurposeIdIter};

use crate::certificate::Certificate;
use crate::usage::{ExtendedKeyUsage, KeyUsage};

/// What a certificate is to be used for. It prints as the name of the usage.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Purpose {
    /// To be a TLS server.
    Server,
    /// To be a TLS client.
    Client,
    /// Whatever it is for.
    #[default]
    Any,
}

impl Purpose {
    pub(super) fn usage(self) -> Option<ExtendedKeyUsage> {
        match self {
            Self::Server => Some(ExtendedKeyUsage::ServerAuth),
            Self::Client => Some(ExtendedKeyUsage::ClientAuth),
            Self::Any => None,
        }
    }

    /// Whether the extended usages of a certificate allow the purpose. Without the extension every purpose is allowed
    /// (RFC 5280 §4.2.1.12).
    pub(super) fn is_allowed_by(self, certificate: &Certificate) -> bool {
        let usages = certificate.extended_key_usages();
        self.usage().is_none_or(|usage| {
            !certificate.has_extended_key_usage()
                || usages.contains(&usage)
                || usages.contains(&ExtendedKeyUsage::Any)
        })
    }

    /// Whether the key usages allow it: TLS peers sign, and servers of old decrypt or agree on a secret.
    pub(super) fn is_allowed_by_key_usages(self, certificate: &Certificate) -> bool {
        let usages = certificate.key_usages();
        let fitting: &[KeyUsage] = match self {
            Self::Server => &[KeyUsage::DigitalSignature, KeyUsage::KeyEncipherment, KeyUsage::KeyAgreement],
            Self::Client => &[KeyUsage::DigitalSignature, KeyUsage::KeyAgreement],
            Self::Any => return true,
        };
        usages.is_empty() || fitting.iter().any(|usage| usages.contains(usage))
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.usage().map_or("any purpose", ExtendedKeyUsage::as_str))
    }
}

/// For the authorities of a path as well: an extended usage of theirs restricts what is below.
impl ExtendedKeyUsageValidator for Purpose {
    fn validate(&self, purposes: KeyPurposeIdIter<'_, '_>) -> Result<(), webpki::Error> {
        let Some(wanted) = self.usage() else { return Ok(()) };
        let accepted = [wanted, ExtendedKeyUsage::Any].map(ExtendedKeyUsage::oid);
        let mut present = Vec::new();
        for purpose in purposes {
            let purpose = purpose?;
            if accepted.iter().any(|oid| purpose == KeyPurposeId::new(oid.as_bytes())) {
                return Ok(());
            }
            present.push(purpose.to_decoded_oid());
        }
        if present.is_empty() {
            return Ok(());
        }
        let required = match self {
            Self::Client => webpki::KeyUsage::client_auth(),
            _ => webpki::KeyUsage::server_auth(),
        };
        let context = webpki::RequiredEkuNotFoundContext { required, present };
        Err(webpki::Error::RequiredEkuNotFoundContext(context))
    }
}
