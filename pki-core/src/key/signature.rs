//! Signature algorithms and their identifiers (RFC 3279, RFC 4055, RFC 5758, RFC 8410).

use std::fmt;

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5912::{
    ECDSA_WITH_SHA_256, ECDSA_WITH_SHA_384, ECDSA_WITH_SHA_512, SHA_256_WITH_RSA_ENCRYPTION,
    SHA_384_WITH_RSA_ENCRYPTION, SHA_512_WITH_RSA_ENCRYPTION,
};
use const_oid::db::rfc8410::ID_ED_25519;
use der::asn1::{Any, Null};
use sha2::{Digest, Sha256, Sha384, Sha512};
use spki::AlgorithmIdentifierOwned;

use super::{KeyAlgorithm, KeyError};

/// A signature and the algorithm that made it.
#[derive(Clone, Debug)]
pub(crate) struct Signature {
    pub(crate) algorithm: SignatureAlgorithm,
    pub(crate) bytes: Vec<u8>,
}

impl Signature {
    pub(crate) fn from_parts(algorithm: &AlgorithmIdentifierOwned, bytes: &[u8]) -> Result<Self, KeyError> {
        Ok(Self { algorithm: SignatureAlgorithm::from_identifier(algorithm)?, bytes: bytes.to_vec() })
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum SignatureAlgorithm {
    Rsa(Hash),
    Ecdsa(Hash),
    Ed25519,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "SHA256",
            Self::Sha384 => "SHA384",
            Self::Sha512 => "SHA512",
        }
    }

    pub(crate) fn digest(self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Sha256::digest(message).to_vec(),
            Self::Sha384 => Sha384::digest(message).to_vec(),
            Self::Sha512 => Sha512::digest(message).to_vec(),
        }
    }
}

impl SignatureAlgorithm {
    /// The algorithm that a key signs with: the hash is as strong as the key.
    pub(crate) fn of_key(key: KeyAlgorithm) -> Self {
        match key {
            KeyAlgorithm::Rsa { bits } if bits >= 4096 => Self::Rsa(Hash::Sha512),
            KeyAlgorithm::Rsa { bits } if bits >= 3072 => Self::Rsa(Hash::Sha384),
            KeyAlgorithm::Rsa { .. } => Self::Rsa(Hash::Sha256),
            KeyAlgorithm::EcdsaP256 => Self::Ecdsa(Hash::Sha256),
            KeyAlgorithm::EcdsaP384 => Self::Ecdsa(Hash::Sha384),
            KeyAlgorithm::EcdsaP521 => Self::Ecdsa(Hash::Sha512),
            KeyAlgorithm::Ed25519 => Self::Ed25519,
        }
    }

    /// RSA identifiers carry an explicit NULL, the others no parameters at all.
    pub(crate) fn identifier(self) -> AlgorithmIdentifierOwned {
        let parameters = match self {
            Self::Rsa(_) => Some(Any::from(Null)),
            Self::Ecdsa(_) | Self::Ed25519 => None,
        };
        AlgorithmIdentifierOwned { oid: self.oid(), parameters }
    }

    fn from_identifier(identifier: &AlgorithmIdentifierOwned) -> Result<Self, KeyError> {
        ALL.into_iter()
            .find(|algorithm| algorithm.oid() == identifier.oid)
            .ok_or_else(|| KeyError::UnsupportedSignature { oid: identifier.oid.to_string() })
    }

    fn oid(self) -> ObjectIdentifier {
        match self {
            Self::Rsa(Hash::Sha256) => SHA_256_WITH_RSA_ENCRYPTION,
            Self::Rsa(Hash::Sha384) => SHA_384_WITH_RSA_ENCRYPTION,
            Self::Rsa(Hash::Sha512) => SHA_512_WITH_RSA_ENCRYPTION,
            Self::Ecdsa(Hash::Sha256) => ECDSA_WITH_SHA_256,
            Self::Ecdsa(Hash::Sha384) => ECDSA_WITH_SHA_384,
            Self::Ecdsa(Hash::Sha512) => ECDSA_WITH_SHA_512,
            Self::Ed25519 => ID_ED_25519,
        }
    }
}

/// Prints Go's name of the algorithm.
impl fmt::Display for SignatureAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa(hash) => write!(f, "{}-RSA", hash.name()),
            Self::Ecdsa(hash) => write!(f, "ECDSA-{}", hash.name()),
            Self::Ed25519 => f.write_str("Ed25519"),
        }
    }
}

const ALL: [SignatureAlgorithm; 7] = [
    SignatureAlgorithm::Rsa(Hash::Sha256),
    SignatureAlgorithm::Rsa(Hash::Sha384),
    SignatureAlgorithm::Rsa(Hash::Sha512),
    SignatureAlgorithm::Ecdsa(Hash::Sha256),
    SignatureAlgorithm::Ecdsa(Hash::Sha384),
    SignatureAlgorithm::Ecdsa(Hash::Sha512),
    SignatureAlgorithm::Ed25519,
];
