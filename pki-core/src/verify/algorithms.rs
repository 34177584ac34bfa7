//! The signature algorithms, in pure Rust, as webpki wants them.

use std::fmt;

use der::asn1::{Any, BitString};
use der::{Encode, Tag};
use rsa::pkcs1::DecodeRsaPublicKey;
use rsa::traits::PublicKeyParts;
use rsa::{Pss, RsaPublicKey};
use rustls_pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id};
use sha2::{Sha256, Sha384, Sha512};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

use crate::key::{Hash, PublicKey, Signature, SignatureAlgorithm};

/// Every pair of a key and a signature algorithm that is accepted: nothing older than SHA-256, and RSA from 2048 bits
/// on.
pub(super) static ALGORITHMS: &[&dyn SignatureVerificationAlgorithm] = &[
    &ecdsa(alg_id::ECDSA_P256, alg_id::ECDSA_SHA256, Hash::Sha256),
    &ecdsa(alg_id::ECDSA_P256, alg_id::ECDSA_SHA384, Hash::Sha384),
    &ecdsa(alg_id::ECDSA_P256, alg_id::ECDSA_SHA512, Hash::Sha512),
    &ecdsa(alg_id::ECDSA_P384, alg_id::ECDSA_SHA256, Hash::Sha256),
    &ecdsa(alg_id::ECDSA_P384, alg_id::ECDSA_SHA384, Hash::Sha384),
    &ecdsa(alg_id::ECDSA_P384, alg_id::ECDSA_SHA512, Hash::Sha512),
    &ecdsa(alg_id::ECDSA_P521, alg_id::ECDSA_SHA256, Hash::Sha256),
    &ecdsa(alg_id::ECDSA_P521, alg_id::ECDSA_SHA384, Hash::Sha384),
    &ecdsa(alg_id::ECDSA_P521, alg_id::ECDSA_SHA512, Hash::Sha512),
    &Algorithm {
        key: alg_id::ED25519,
        signature: alg_id::ED25519,
        scheme: Scheme::Of(SignatureAlgorithm::Ed25519),
    },
    &rsa(alg_id::RSA_PKCS1_SHA256, Scheme::Of(SignatureAlgorithm::Rsa(Hash::Sha256))),
    &rsa(alg_id::RSA_PKCS1_SHA384, Scheme::Of(SignatureAlgorithm::Rsa(Hash::Sha384))),
    &rsa(alg_id::RSA_PKCS1_SHA512, Scheme::Of(SignatureAlgorithm::Rsa(Hash::Sha512))),
    &rsa(alg_id::RSA_PSS_SHA256, Scheme::RsaPss(Hash::Sha256)),
    &rsa(alg_id::RSA_PSS_SHA384, Scheme::RsaPss(Hash::Sha384)),
    &rsa(alg_id::RSA_PSS_SHA512, Scheme::RsaPss(Hash::Sha512)),
];

struct Algorithm {
    key: AlgorithmIdentifier,
    signature: AlgorithmIdentifier,
    scheme: Scheme,
}

#[derive(Clone, Copy, Debug)]
enum Scheme {
    /// One that this library also signs with.
    Of(SignatureAlgorithm),
    /// RSASSA-PSS with a salt as long as the hash (RFC 4055), by an ordinary RSA key.
    RsaPss(Hash),
}

const fn ecdsa(key: AlgorithmIdentifier, signature: AlgorithmIdentifier, hash: Hash) -> Algorithm {
    Algorithm { key, signature, scheme: Scheme::Of(SignatureAlgorithm::Ecdsa(hash)) }
}

const fn rsa(signature: AlgorithmIdentifier, scheme: Scheme) -> Algorithm {
    Algorithm { key: alg_id::RSA_ENCRYPTION, signature, scheme }
}

impl SignatureVerificationAlgorithm for Algorithm {
    fn verify_signature(&self, key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        match self.scheme {
            Scheme::Of(algorithm) => {
                let key = public_key(self.key, key).ok_or(InvalidSignature)?;
                let signature = Signature { algorithm, bytes: signature.to_vec() };
                key.verify(message, &signature).map_err(|_| InvalidSignature)
            }
            Scheme::RsaPss(hash) => verify_pss(key, hash, message, signature).ok_or(InvalidSignature),
        }
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        self.key
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.signature
    }
}

impl fmt::Debug for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.scheme.fmt(f)
    }
}

/// Joins what webpki took apart: the algorithm of a key (the content of its sequence) and the key's bits.
fn public_key(algorithm: AlgorithmIdentifier, bits: &[u8]) -> Option<PublicKey> {
    let algorithm: AlgorithmIdentifierOwned =
        Any::new(Tag::Sequence, algorithm.as_ref()).ok()?.decode_as().ok()?;
    let subject_public_key = BitString::from_bytes(bits).ok()?;
    PublicKey::from_spki(&SubjectPublicKeyInfoOwned { algorithm, subject_public_key }.to_der().ok()?).ok()
}

fn verify_pss(key: &[u8], hash: Hash, message: &[u8], signature: &[u8]) -> Option<()> {
    let key = RsaPublicKey::from_pkcs1_der(key).ok().filter(|key| key.n().bits_vartime() >= 2048)?;
    let digest = hash.digest(message);
    let verified = match hash {
        Hash::Sha256 => key.verify(Pss::<Sha256>::new(), &digest, signature),
        Hash::Sha384 => key.verify(Pss::<Sha384>::new(), &digest, signature),
        Hash::Sha512 => key.verify(Pss::<Sha512>::new(), &digest, signature),
    };
    verified.ok()
}
