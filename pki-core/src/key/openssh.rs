//! OpenSSH's forms of keys (RFC 4253 §6.6, RFC 5656, RFC 8709, and `PROTOCOL.key` of OpenSSH).

use der::Decode;
use rand_core::CryptoRng;
use rsa::pkcs1::{EncodeRsaPrivateKey, RsaPrivateKeyRef};
use rsa::traits::PublicKeyParts;
use ssh_key::private::{
    EcdsaKeypair, Ed25519Keypair, Ed25519PrivateKey, KeypairData, RsaKeypair, RsaPrivateKey,
};
use ssh_key::public::{EcdsaPublicKey, Ed25519PublicKey, KeyData, RsaPublicKey};
use ssh_key::{HashAlg, Kdf, LineEnding, Mpint};
use zeroize::Zeroizing;

use super::private::Secret;
use super::public::Point;
use super::rsa_import::{self, Numbers};
use super::{KeyError, PrivateKey, PublicKey};
use crate::encryption::EncryptionError;

/// How the binary form of a private key begins.
pub(super) const MAGIC: &[u8] = b"openssh-key-v1\0";

/// The most rounds of bcrypt that a file may ask for: several seconds of work. OpenSSH writes 16 or 24.
const MAX_ROUNDS: u32 = 1000;

const PRIVATE: &str = "OpenSSH private key";
const PUBLIC: &str = "OpenSSH public key";

/// The key as a line of `authorized_keys`.
pub(super) fn public_key(key: &PublicKey, comment: &str) -> Option<String> {
    ssh_key::PublicKey::new(key_data(key)?, one_line(comment)).to_openssh().ok()
}

/// The binary form that fingerprints are made of.
pub(super) fn wire(key: &PublicKey) -> Option<Vec<u8>> {
    ssh_key::PublicKey::from(key_data(key)?).to_bytes().ok()
}

pub(super) fn fingerprint_sha256(key: &PublicKey) -> Option<String> {
    Some(key_data(key)?.fingerprint(HashAlg::Sha256).to_string())
}

/// The private key as text, without encryption.
pub(super) fn private_key(secret: &Secret, public: &PublicKey, comment: &str) -> Option<Zeroizing<String>> {
    file(secret, public, comment)?.to_openssh(LineEnding::LF).ok()
}

/// The private key as text, encrypted as `ssh-keygen` does: AES-256 in counter mode, its key from bcrypt.
pub(super) fn encrypted_private_key(
    secret: &Secret,
    public: &PublicKey,
    comment: &str,
    passphrase: &str,
    rng: &mut dyn CryptoRng,
) -> Result<String, KeyError> {
    if passphrase.is_empty() {
        return Err(EncryptionError::EmptyPassphrase.into());
    }
    let failed = || KeyError::Backend { what: "encrypting an OpenSSH key" };
    let encrypted = file(secret, public, comment).ok_or_else(failed)?.encrypt(rng, passphrase);
    let text = encrypted.and_then(|file| file.to_openssh(LineEnding::LF)).map_err(|_| failed())?;
    Ok(text.to_string())
}

/// Reads the binary form of a private key, which must be encrypted if and only if there is a passphrase.
pub(super) fn read(bytes: &[u8], passphrase: Option<&str>) -> Result<PrivateKey, KeyError> {
    let malformed = |error| match error {
        ssh_key::Error::TrailingData { .. } => KeyError::TrailingData { what: PRIVATE },
        ssh_key::Error::PublicKey => KeyError::Inconsistent { what: PRIVATE },
        ssh_key::Error::AlgorithmUnknown => unsupported("unknown to this library"),
        _ => KeyError::Malformed { what: PRIVATE },
    };
    let file = ssh_key::PrivateKey::from_bytes(bytes).map_err(malformed)?;
    let file = match (passphrase, file.is_encrypted()) {
        (None, false) => file,
        (None, true) => return Err(KeyError::Encrypted),
        (Some(_), false) => return Err(KeyError::NotEncrypted),
        (Some(passphrase), true) => {
            limited(file.kdf())?;
            file.decrypt(passphrase).map_err(|error| match error {
                ssh_key::Error::Crypto => EncryptionError::WrongPassphrase.into(),
                other => malformed(other),
            })?
        }
    };
    let key = PrivateKey::from_secret(secret(file.key_data())?)?;
    // Where the private half alone was used, the public half may still be another key's.
    if key_data(key.public_key()).as_ref() == Some(file.public_key().key_data()) {
        Ok(key)
    } else {
        Err(KeyError::Inconsistent { what: PRIVATE })
    }
}

/// Reads a line of `authorized_keys` or of a `.pub` file.
pub(super) fn read_public(line: &str) -> Result<PublicKey, KeyError> {
    let key = ssh_key::PublicKey::from_openssh(line).map_err(|_| KeyError::Malformed { what: PUBLIC })?;
    let inconsistent = || KeyError::Inconsistent { what: PUBLIC };
    match key.key_data() {
        KeyData::Rsa(key) => {
            let (n, e) = (key.n().as_positive_bytes(), key.e().as_positive_bytes());
            let (Some(n), Some(e)) = (n, e) else { return Err(inconsistent()) };
            PublicKey::from_rsa(rsa_import::public_key(n, e, PUBLIC)?)
        }
        KeyData::Ecdsa(key) => {
            let bytes = key.as_sec1_bytes();
            match key {
                EcdsaPublicKey::NistP256(_) => {
                    PublicKey::from_p256(p256::PublicKey::from_sec1_bytes(bytes).map_err(|_| inconsistent())?)
                }
                EcdsaPublicKey::NistP384(_) => {
                    PublicKey::from_p384(p384::PublicKey::from_sec1_bytes(bytes).map_err(|_| inconsistent())?)
                }
                EcdsaPublicKey::NistP521(_) => {
                    PublicKey::from_p521(p521::PublicKey::from_sec1_bytes(bytes).map_err(|_| inconsistent())?)
                }
            }
        }
        KeyData::Ed25519(Ed25519PublicKey(bytes)) => PublicKey::from_ed25519(
            ed25519_dalek::VerifyingKey::from_bytes(bytes).map_err(|_| inconsistent())?,
        ),
        other => Err(unsupported(other.algorithm().as_str())),
    }
}

fn secret(pair: &KeypairData) -> Result<Secret, KeyError> {
    let inconsistent = || KeyError::Inconsistent { what: PRIVATE };
    match pair {
        KeypairData::Rsa(pair) => {
            let (public, private) = (pair.public(), pair.private());
            let number =
                |number: &'_ Mpint| number.as_positive_bytes().map(<[u8]>::to_vec).map(Zeroizing::new);
            let numbers = [public.n(), public.e(), private.d(), private.p(), private.q()].map(number);
            let [Some(modulus), Some(public_exponent), Some(private_exponent), Some(p), Some(q)] = &numbers
            else {
                return Err(inconsistent());
            };
            let numbers = Numbers { modulus, public_exponent, private_exponent, primes: [p, q] };
            rsa_import::private_key(&numbers, PRIVATE).map(Secret::Rsa)
        }
        KeypairData::Ecdsa(pair) => {
            let scalar = pair.private_key_bytes();
            match pair {
                EcdsaKeypair::NistP256 { .. } => p256::SecretKey::from_slice(scalar).map(Secret::EcdsaP256),
                EcdsaKeypair::NistP384 { .. } => p384::SecretKey::from_slice(scalar).map(Secret::EcdsaP384),
                EcdsaKeypair::NistP521 { .. } => p521::SecretKey::from_slice(scalar).map(Secret::EcdsaP521),
            }
            .map_err(|_| inconsistent())
        }
        KeypairData::Ed25519(pair) => {
            let seed = Zeroizing::new(pair.private.to_bytes());
            Ok(Secret::Ed25519(ed25519_dalek::SigningKey::from_bytes(&seed)))
        }
        other => Err(match other.algorithm() {
            Ok(algorithm) => unsupported(algorithm.as_str()),
            Err(_) => KeyError::Malformed { what: PRIVATE },
        }),
    }
}

fn limited(kdf: &Kdf) -> Result<(), KeyError> {
    match kdf {
        Kdf::Bcrypt { rounds, .. } if *rounds > MAX_ROUNDS => {
            let demand = format!("{rounds} rounds of bcrypt");
            Err(EncryptionError::TooMuchWork { demand, limit: "1000 rounds" }.into())
        }
        _ => Ok(()),
    }
}

fn unsupported(algorithm: &str) -> KeyError {
    KeyError::UnsupportedOid { oid: algorithm.to_owned() }
}

fn file(secret: &Secret, public: &PublicKey, comment: &str) -> Option<ssh_key::PrivateKey> {
    let pair = match (secret, key_data(public)?) {
        (Secret::Rsa(key), KeyData::Rsa(public)) => {
            // The numbers come from the standard encoding, which has them all.
            let der = key.to_pkcs1_der().ok()?;
            let numbers = RsaPrivateKeyRef::from_der(der.as_bytes()).ok()?;
            let private = RsaPrivateKey::new(
                positive(numbers.private_exponent.as_bytes()),
                positive(numbers.coefficient.as_bytes()),
                positive(numbers.prime1.as_bytes()),
                positive(numbers.prime2.as_bytes()),
            )
            .ok()?;
            KeypairData::Rsa(RsaKeypair::new(public, private).ok()?)
        }
        (Secret::EcdsaP256(key), KeyData::Ecdsa(EcdsaPublicKey::NistP256(public))) => {
            let private = <[u8; 32]>::from(key.to_bytes()).into();
            KeypairData::Ecdsa(EcdsaKeypair::NistP256 { public, private })
        }
        (Secret::EcdsaP384(key), KeyData::Ecdsa(EcdsaPublicKey::NistP384(public))) => {
            let private = <[u8; 48]>::from(key.to_bytes()).into();
            KeypairData::Ecdsa(EcdsaKeypair::NistP384 { public, private })
        }
        (Secret::EcdsaP521(key), KeyData::Ecdsa(EcdsaPublicKey::NistP521(public))) => {
            let private = <[u8; 66]>::from(key.to_bytes()).into();
            KeypairData::Ecdsa(EcdsaKeypair::NistP521 { public, private })
        }
        (Secret::Ed25519(key), KeyData::Ed25519(public)) => {
            let private = Ed25519PrivateKey::from_bytes(key.as_bytes());
            KeypairData::Ed25519(Ed25519Keypair { public, private })
        }
        _ => return None,
    };
    ssh_key::PrivateKey::new(pair, one_line(comment)).ok()
}

fn key_data(key: &PublicKey) -> Option<KeyData> {
    Some(match key.point() {
        Point::Rsa(key) => {
            KeyData::Rsa(RsaPublicKey::new(positive(&key.e_bytes()), positive(&key.n_bytes())).ok()?)
        }
        Point::EcdsaP256(key) => KeyData::Ecdsa(EcdsaPublicKey::from_sec1_bytes(&key.to_sec1_bytes()).ok()?),
        Point::EcdsaP384(key) => KeyData::Ecdsa(EcdsaPublicKey::from_sec1_bytes(&key.to_sec1_bytes()).ok()?),
        Point::EcdsaP521(key) => KeyData::Ecdsa(EcdsaPublicKey::from_sec1_bytes(&key.to_sec1_bytes()).ok()?),
        Point::Ed25519(key) => KeyData::Ed25519(Ed25519PublicKey(key.to_bytes())),
    })
}

/// A line end in a comment would begin another line of `authorized_keys`.
fn one_line(comment: &str) -> String {
    comment.chars().filter(|c| !c.is_control()).collect()
}

fn positive(bytes: &[u8]) -> Mpint {
    Mpint::from_positive_bytes(bytes)
}
