//! Keys: generation, PEM and OpenSSH forms, signatures.

mod algorithm;
mod decode;
mod openssh;
mod private;
mod public;
mod rsa_generation;
mod signature;

pub use algorithm::KeyAlgorithm;
pub use private::PrivateKey;
pub(crate) use private::Secret;
pub use public::PublicKey;
pub(crate) use signature::{Hash, Signature, SignatureAlgorithm};

/// A key is malformed, too weak, or of a kind that is not supported.
///
/// The messages never contain any part of a key.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The name of the algorithm is unknown.
    #[error(
        "unknown key algorithm `{name}`; known are RSA-2048, RSA-3072, RSA-4096, ECDSA-P256, ECDSA-P384, ECDSA-P521 \
         and Ed25519"
    )]
    UnknownAlgorithm {
        /// The name as given.
        name: String,
    },
    /// RSA keys of this size are not generated.
    #[error("RSA keys of {bits} bits are not supported; use 2048, 3072 or 4096")]
    UnsupportedRsaBits {
        /// The size asked for, in bits.
        bits: u32,
    },
    /// The elliptic curve is unknown or not supported.
    #[error("the elliptic curve `{curve}` is not supported; use P-256, P-384 or P-521")]
    UnsupportedCurve {
        /// The curve as given: a name or an object identifier.
        curve: String,
    },
    /// An RSA key from outside is outside of the accepted sizes.
    #[error("the RSA key has {bits} bits; at least 2048 and at most 8192 are accepted")]
    RsaSize {
        /// Size of the modulus, in bits.
        bits: u32,
    },
    /// Keys of this kind do not follow from a seed.
    #[error(
        "{algorithm} keys are never derived from a seed; derive ECDSA-P256, ECDSA-P384 or Ed25519, or generate the key"
    )]
    NeverDerived {
        /// The algorithm asked for.
        algorithm: KeyAlgorithm,
    },
    /// The PEM text is malformed.
    #[error(transparent)]
    Pem(#[from] crate::pem::PemError),
    /// The key is encrypted with a passphrase.
    #[error("the private key is encrypted; decrypt it first (`openssl pkey -in KEY`)")]
    Encrypted,
    /// The PEM block is of a kind that holds no supported key.
    #[error("a PEM block `{label}` is not a supported {wanted}")]
    UnsupportedPem {
        /// Label of the PEM block.
        label: String,
        /// What was looked for.
        wanted: &'static str,
    },
    /// The algorithm inside a key structure is not supported.
    #[error("keys of the algorithm {oid} are not supported")]
    UnsupportedOid {
        /// The algorithm's object identifier.
        oid: String,
    },
    /// The structure of the key does not decode, has trailing data, or its numbers do not fit together.
    #[error("the {what} is malformed")]
    Malformed {
        /// Which structure.
        what: &'static str,
    },
    /// The backend could not make or encode a key.
    #[error("{what} failed")]
    Backend {
        /// What was tried.
        what: &'static str,
    },
    /// A signature does not verify.
    #[error("the signature does not verify")]
    BadSignature,
    /// A signature was made with an algorithm that is not supported.
    #[error("signatures of the algorithm {oid} are not supported")]
    UnsupportedSignature {
        /// The algorithm's object identifier.
        oid: String,
    },
}
