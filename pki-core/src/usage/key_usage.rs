//! The key usage extension.

use std::fmt;

use x509_cert::ext::pkix::KeyUsages;

/// A bit of the key usage extension (RFC 5280 §4.2.1.3). It prints as cfssl's name.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum KeyUsage {
    /// To sign anything but certificates and revocation lists, as in a TLS handshake.
    DigitalSignature,
    /// To sign what the signer cannot deny later; once called non-repudiation.
    ContentCommitment,
    /// To encrypt keys.
    KeyEncipherment,
    /// To encrypt data itself.
    DataEncipherment,
    /// To agree on a shared secret.
    KeyAgreement,
    /// To sign certificates.
    CertSign,
    /// To sign revocation lists.
    CrlSign,
    /// To encrypt only, after key agreement.
    EncipherOnly,
    /// To decrypt only, after key agreement.
    DecipherOnly,
}

impl KeyUsage {
    /// Every usage, in the order of the bits.
    pub const ALL: [Self; 9] = [
        Self::DigitalSignature,
        Self::ContentCommitment,
        Self::KeyEncipherment,
        Self::DataEncipherment,
        Self::KeyAgreement,
        Self::CertSign,
        Self::CrlSign,
        Self::EncipherOnly,
        Self::DecipherOnly,
    ];

    /// The name that cfssl uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.names()[0]
    }

    /// cfssl's name, the tls provider's, and others.
    pub(super) fn names(self) -> &'static [&'static str] {
        match self {
            Self::DigitalSignature => &["digital signature", "digital_signature", "signing"],
            Self::ContentCommitment => &["content commitment", "content_commitment"],
            Self::KeyEncipherment => &["key encipherment", "key_encipherment"],
            Self::DataEncipherment => &["data encipherment", "data_encipherment"],
            Self::KeyAgreement => &["key agreement", "key_agreement"],
            Self::CertSign => &["cert sign", "cert_signing"],
            Self::CrlSign => &["crl sign", "crl_signing"],
            Self::EncipherOnly => &["encipher only", "encipher_only"],
            Self::DecipherOnly => &["decipher only", "decipher_only"],
        }
    }

    pub(crate) fn bit(self) -> KeyUsages {
        match self {
            Self::DigitalSignature => KeyUsages::DigitalSignature,
            Self::ContentCommitment => KeyUsages::NonRepudiation,
            Self::KeyEncipherment => KeyUsages::KeyEncipherment,
            Self::DataEncipherment => KeyUsages::DataEncipherment,
            Self::KeyAgreement => KeyUsages::KeyAgreement,
            Self::CertSign => KeyUsages::KeyCertSign,
            Self::CrlSign => KeyUsages::CRLSign,
            Self::EncipherOnly => KeyUsages::EncipherOnly,
            Self::DecipherOnly => KeyUsages::DecipherOnly,
        }
    }
}

impl fmt::Display for KeyUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
