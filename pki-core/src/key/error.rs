//! What can be wrong with a key.

use std::fmt;

use super::KeyAlgorithm;
use crate::encryption::EncryptionError;
use crate::pem::PemError;

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
    /// An RSA key from outside has an unusual public exponent (FIPS 186-5 §5.4).
    #[error(
        "the public exponent of the RSA key is {exponent}; odd ones from 65537 to 8589934591 are accepted: make a new key"
    )]
    RsaExponent {
        /// The exponent, in decimal, or what is to be said of a very large one.
        exponent: String,
    },
    /// The private half of an RSA key from outside can be computed from its public half.
    #[error("the RSA key is weak: {weakness}; make a new key, and revoke what this one has signed")]
    WeakRsa {
        /// What is wrong with it.
        weakness: RsaWeakness,
    },
    /// The PEM text is malformed.
    #[error(transparent)]
    Pem(#[from] PemError),
    /// The key is encrypted, and no passphrase was given.
    #[error(
        "the private key is encrypted; give its passphrase, or decrypt it first (`openssl pkey -in KEY`, for OpenSSH \
         keys `ssh-keygen -p -f KEY`)"
    )]
    Encrypted,
    /// A passphrase was given for a key that has none.
    #[error("a passphrase is given, but the private key is not encrypted; leave the passphrase out")]
    NotEncrypted,
    /// The key cannot be decrypted or encrypted.
    #[error("the private key: {0}")]
    Encryption(#[from] EncryptionError),
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
        /// The algorithm's name or object identifier.
        oid: String,
    },
    /// The structure of the key does not decode.
    #[error("the {what} is malformed")]
    Malformed {
        /// Which structure.
        what: &'static str,
    },
    /// There is more behind the key.
    #[error("the {what} is followed by data that does not belong to it; cut the data off")]
    TrailingData {
        /// Which structure.
        what: &'static str,
    },
    /// The structure decodes, but what it holds is no key: its public half is another key's, a point is not on its
    /// curve, or primes and exponents contradict each other.
    #[error("the numbers of the {what} do not fit together; it is damaged, so take it from its source again")]
    Inconsistent {
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

impl KeyError {
    /// The error for a structure that does not decode.
    pub(super) fn decoding(what: &'static str) -> impl Fn(der::Error) -> Self {
        move |error| match error.kind() {
            der::ErrorKind::TrailingData { .. } => Self::TrailingData { what },
            _ => Self::Malformed { what },
        }
    }
}

/// Why the private half of an RSA key can be computed.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum RsaWeakness {
    /// Its modulus has the structure that a faulty library of smart cards left (CVE-2017-15361).
    Roca,
    /// Its primes are so close to each other that Fermat's method finds them (CVE-2022-26320).
    ClosePrimes,
}

impl fmt::Display for RsaWeakness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Roca => "its modulus comes from the faulty generator known as ROCA (CVE-2017-15361)",
            Self::ClosePrimes => "its primes are too close to each other (CVE-2022-26320)",
        })
    }
}
