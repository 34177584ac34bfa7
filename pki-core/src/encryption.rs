//! Encryption with a passphrase, as PKCS#8 and PKCS#12 files use it (RFC 8018, RFC 7292).

mod legacy;

use der::asn1::Any;
use der::{Decode, Encode, ErrorKind};
use pkcs8::pkcs5::pbes2::{Kdf, PBES2_OID, Parameters};
use pkcs8::pkcs5::{self, ObjectIdentifier};
use rand_core::CryptoRng;
use spki::AlgorithmIdentifierOwned;
use zeroize::Zeroizing;

/// The most iterations that a file may ask for: several seconds of work.
const MAX_ITERATIONS: u32 = 10_000_000;
/// The most memory that a file may ask scrypt for, in bytes.
const MAX_SCRYPT_MEMORY: u64 = 1 << 28;
const MAX_SCRYPT_PARALLELISM: u16 = 16;

/// Something cannot be encrypted or decrypted with a passphrase.
///
/// The messages never contain the passphrase or any part of the content.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EncryptionError {
    /// The passphrase is wrong. Damage to the encrypted content looks the same.
    #[error("the passphrase does not fit: it is wrong, or the encrypted content is damaged")]
    WrongPassphrase,
    /// An empty passphrase protects nothing.
    #[error("the passphrase is empty: choose one, or use a form without encryption")]
    EmptyPassphrase,
    /// PKCS#12 derives keys from text of two bytes per character.
    #[error("PKCS#12 cannot take this passphrase: use characters of Unicode's basic plane only (no emoji)")]
    PassphraseCharacters,
    /// The way of encryption is not supported.
    #[error(
        "encryption with {scheme} is not supported: decrypt with the tool that wrote it, or convert a key with \
         `openssl pkcs8 -topk8 -v2 aes-256-cbc -in KEY`"
    )]
    UnsupportedScheme {
        /// Name or object identifier of the scheme.
        scheme: String,
    },
    /// Deriving the key would take unreasonably long, as with a file made to keep its reader busy.
    #[error("the file demands too much work to derive its key: {demand}; at most {limit} is accepted")]
    TooMuchWork {
        /// What the file demands.
        demand: String,
        /// What is accepted.
        limit: &'static str,
    },
    /// The description of the encryption does not decode.
    #[error("the parameters of the encryption are malformed")]
    Malformed,
}

/// How something is encrypted with a passphrase.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Scheme {
    /// PBES2 with PBKDF2 (HMAC-SHA-256) and AES-256-CBC (RFC 8018).
    Pbes2 { iterations: u32 },
    /// Triple DES with keys by the method of PKCS#12 with SHA-1 (RFC 7292, appendix C).
    LegacyTripleDes { iterations: u32 },
}

impl Scheme {
    /// Encrypts; gives the description of what was done, too.
    pub(crate) fn encrypt(
        self,
        content: &[u8],
        passphrase: &str,
        rng: &mut dyn CryptoRng,
    ) -> Result<(AlgorithmIdentifierOwned, Vec<u8>), EncryptionError> {
        if passphrase.is_empty() {
            return Err(EncryptionError::EmptyPassphrase);
        }
        match self {
            Self::Pbes2 { iterations } => pbes2(content, passphrase, iterations, rng),
            Self::LegacyTripleDes { iterations } => legacy::encrypt(content, passphrase, iterations, rng),
        }
    }
}

/// Decrypts what is a single DER structure.
pub(crate) fn decrypt(
    algorithm: &AlgorithmIdentifierOwned,
    content: &[u8],
    passphrase: &str,
) -> Result<Zeroizing<Vec<u8>>, EncryptionError> {
    let parameters = algorithm.parameters.as_ref().ok_or(EncryptionError::Malformed)?;
    let decrypted = match algorithm.oid {
        PBES2_OID => {
            let parameters: Parameters =
                parameters.decode_as().map_err(|error: der::Error| match error.kind() {
                    ErrorKind::OidUnknown { oid } => unsupported(oid),
                    _ => EncryptionError::Malformed,
                })?;
            limited(&parameters.kdf)?;
            let decrypted = parameters.decrypt(passphrase, content).map_err(|error| match error {
                pkcs5::Error::UnsupportedAlgorithm { oid } => unsupported(oid),
                pkcs5::Error::AlgorithmParametersInvalid { .. } => EncryptionError::Malformed,
                _ => EncryptionError::WrongPassphrase,
            })?;
            Zeroizing::new(decrypted)
        }
        legacy::OID => legacy::decrypt(parameters, content, passphrase)?,
        oid => return Err(unsupported(oid)),
    };
    // One wrong passphrase in 256 leaves something that looks like the right padding.
    der::asn1::AnyRef::from_der(&decrypted).map_err(|_| EncryptionError::WrongPassphrase)?;
    Ok(decrypted)
}

fn pbes2(
    content: &[u8],
    passphrase: &str,
    iterations: u32,
    rng: &mut dyn CryptoRng,
) -> Result<(AlgorithmIdentifierOwned, Vec<u8>), EncryptionError> {
    let malformed = |_| EncryptionError::Malformed;
    let (mut salt, mut iv) = ([0; 16], [0; 16]);
    rng.fill_bytes(&mut salt);
    rng.fill_bytes(&mut iv);
    let parameters = Parameters::generate_pbkdf2_sha256_aes256cbc(iterations, &salt, iv)
        .map_err(|_| EncryptionError::Malformed)?;
    let encrypted = parameters.encrypt(passphrase, content).map_err(|_| EncryptionError::Malformed)?;
    let parameters = Any::from_der(&parameters.to_der().map_err(malformed)?).map_err(malformed)?;
    Ok((AlgorithmIdentifierOwned { oid: PBES2_OID, parameters: Some(parameters) }, encrypted))
}

fn limited(kdf: &Kdf) -> Result<(), EncryptionError> {
    if let Some(pbkdf2) = kdf.pbkdf2() {
        check_iterations(pbkdf2.iteration_count.into())?;
    }
    if let Some(scrypt) = kdf.scrypt() {
        let memory = scrypt.cost_parameter.saturating_mul(128 * u64::from(scrypt.block_size));
        if memory > MAX_SCRYPT_MEMORY || scrypt.parallelization > MAX_SCRYPT_PARALLELISM {
            let demand = format!("scrypt with {memory} bytes, {} times", scrypt.parallelization);
            return Err(EncryptionError::TooMuchWork { demand, limit: "268435456 bytes, 16 times" });
        }
    }
    Ok(())
}

/// Checks a number of iterations that a file asks for.
pub(crate) fn check_iterations(count: i64) -> Result<(), EncryptionError> {
    match u32::try_from(count) {
        Ok(1..=MAX_ITERATIONS) => Ok(()),
        _ if count < 1 => Err(EncryptionError::Malformed),
        _ => Err(EncryptionError::TooMuchWork {
            demand: format!("{count} iterations"),
            limit: "10000000 iterations",
        }),
    }
}

/// The error for an algorithm, by name where it has one.
pub(crate) fn unsupported(oid: ObjectIdentifier) -> EncryptionError {
    let scheme = match const_oid::db::DB.by_oid(&oid) {
        Some(name) => format!("{name} ({oid})"),
        None => oid.to_string(),
    };
    EncryptionError::UnsupportedScheme { scheme }
}

#[cfg(test)]
mod tests;
