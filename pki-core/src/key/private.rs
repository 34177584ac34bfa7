//! Private keys.

use std::fmt;
use std::num::NonZeroU32;
use std::ops::Add;

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5912::{SECP_256_R_1, SECP_384_R_1, SECP_521_R_1};
use der::asn1::OctetString;
use der::{Encode, SecretDocument};
use ecdsa::EcdsaCurve;
use ecdsa::der::{MaxOverhead, MaxSize};
use ecdsa::elliptic_curve::array::ArraySize;
use ecdsa::elliptic_curve::{CurveArithmetic, FieldBytesSize, SecretKey};
use ecdsa::hazmat::sign_prehashed_rfc6979;
use ed25519_dalek::pkcs8::KeypairBytes;
use p256::ecdsa::signature::Signer;
use p256::elliptic_curve::Generate;
use pkcs8::EncodePrivateKey;
use pkcs8::LineEnding;
use pkcs12::pbe_params::EncryptedPrivateKeyInfo;
use rand_core::CryptoRng;
use rsa::pkcs1::EncodeRsaPrivateKey;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use sec1::{EcParameters, EcPrivateKey};
use sha2::digest::block_api::BlockSizeUser;
use sha2::{Digest, Sha256, Sha384, Sha512};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoRef};
use zeroize::Zeroizing;

use super::signature::{Hash, SignatureAlgorithm};
use super::{KeyAlgorithm, KeyError, PublicKey, Signature, decode, openssh, rsa_generation};
use crate::derive::{self, KeyLabel, Seed};
use crate::encryption::{EncryptionError, Scheme};
use crate::pem;

/// What OWASP recommends for PBKDF2 with HMAC-SHA-256 (2023).
const ITERATIONS: u32 = 600_000;

/// A private key with its public half.
///
/// It is wiped from memory when dropped, cannot be cloned, and its `Debug` form shows the public half alone. Text forms
/// of it are wiped as well, see [`Zeroizing`].
///
/// ```
/// use pki_core::{KeyAlgorithm, PrivateKey};
/// # use getrandom::{SysRng, rand_core::UnwrapErr};
/// # let mut rng = UnwrapErr(SysRng);
///
/// let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256, &mut rng)?;
/// let pem = key.to_pem();
/// assert!(pem.starts_with("-----BEGIN EC PRIVATE KEY-----\n"));
/// assert_eq!(PrivateKey::from_pem(&pem)?.public_key(), key.public_key());
/// # Ok::<(), pki_core::KeyError>(())
/// ```
pub struct PrivateKey {
    secret: Secret,
    public: PublicKey,
}

/// The backends; none of their types is seen from outside.
pub(crate) enum Secret {
    Rsa(RsaPrivateKey),
    EcdsaP256(p256::SecretKey),
    EcdsaP384(p384::SecretKey),
    EcdsaP521(p521::SecretKey),
    Ed25519(ed25519_dalek::SigningKey),
}

impl PrivateKey {
    /// Makes a new key from random numbers.
    ///
    /// # Errors
    ///
    /// Fails for an RSA size that is not generated, see [`KeyAlgorithm::rsa`].
    pub fn generate(algorithm: KeyAlgorithm, rng: &mut impl CryptoRng) -> Result<Self, KeyError> {
        Self::generate_with(algorithm, rng)
    }

    /// The key of a label and a generation, which are public, under a seed, which is secret: the same three always give
    /// the same key, and none of their keys says anything about another.
    ///
    /// ```
    /// use std::num::NonZeroU32;
    ///
    /// use pki_core::{KeyAlgorithm, KeyLabel, PrivateKey, Seed};
    ///
    /// let seed: Seed = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=".parse()?;
    /// let label: KeyLabel = "prod/ca".parse()?;
    /// let key = PrivateKey::derive(KeyAlgorithm::EcdsaP256, &seed, &label, NonZeroU32::MIN)?;
    /// let fingerprint = key.public_key().fingerprint_sha256();
    /// assert_eq!(fingerprint, "SHA256:9CTDrQ9FFb+PS8GW/C+8J4NDc3DaPvv/65JTQIOACEo");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Fails for RSA and P-521, for which no such keys are defined.
    pub fn derive(
        algorithm: KeyAlgorithm,
        seed: &Seed,
        label: &KeyLabel,
        generation: NonZeroU32,
    ) -> Result<Self, KeyError> {
        Self::from_secret(derive::secret(algorithm, seed, label, generation)?)
    }

    /// Reads a key from PEM: PKCS#1 (`RSA PRIVATE KEY`), SEC1 (`EC PRIVATE KEY`), PKCS#8 (`PRIVATE KEY`) in version 1
    /// or 2, or OpenSSH's own form (`OPENSSH PRIVATE KEY`). The parameters block that OpenSSL writes before a SEC1 key
    /// is skipped.
    ///
    /// # Errors
    ///
    /// Fails when the text holds anything but exactly one such key, when the key is encrypted, malformed, has trailing
    /// data or contradicts itself, and for RSA keys that are weak: of less than 2048 (or more than 8192) bits, with an
    /// unusual exponent, or from generators that are known to be faulty.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        decode::from_pem(pem, None)
    }

    /// Reads an encrypted key from PEM: PKCS#8 (`ENCRYPTED PRIVATE KEY`) or OpenSSH's own form.
    ///
    /// PKCS#8 keys may be encrypted by PBES2 (RFC 8018) with PBKDF2 or scrypt and AES in CBC or GCM mode, or with triple
    /// DES as in old PKCS#12 files.
    ///
    /// ```
    /// use pki_core::{KeyAlgorithm, KeyError, PrivateKey};
    /// # let mut rng = getrandom::rand_core::UnwrapErr(getrandom::SysRng);
    ///
    /// let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256, &mut rng)?;
    /// let pem = key.to_encrypted_pem("correct horse", &mut rng)?;
    /// assert!(pem.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
    ///
    /// let again = PrivateKey::from_encrypted_pem(&pem, "correct horse")?;
    /// assert_eq!(again.public_key(), key.public_key());
    /// assert_eq!(PrivateKey::from_pem(&pem).unwrap_err(), KeyError::Encrypted);
    /// # Ok::<(), KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Fails as [`from_pem`](Self::from_pem) does, when the key is not encrypted, when the passphrase is wrong, when the
    /// encryption is of another kind, and when deriving its key would take more than about ten million iterations.
    pub fn from_encrypted_pem(pem: &str, passphrase: &str) -> Result<Self, KeyError> {
        decode::from_pem(pem, Some(passphrase))
    }

    /// Reads a key from DER: PKCS#1, SEC1 or PKCS#8, whichever it is.
    ///
    /// # Errors
    ///
    /// Fails as [`from_pem`](Self::from_pem) does.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        decode::from_der(der, None)
    }

    /// Reads a key from the DER encoding of encrypted PKCS#8.
    ///
    /// # Errors
    ///
    /// Fails as [`from_encrypted_pem`](Self::from_encrypted_pem) does.
    pub fn from_encrypted_der(der: &[u8], passphrase: &str) -> Result<Self, KeyError> {
        decode::from_der(der, Some(passphrase))
    }

    /// The traditional PEM form: PKCS#1 (RFC 8017) for RSA, SEC1 (RFC 5915) for ECDSA, and PKCS#8 for Ed25519, which
    /// has no other form.
    #[must_use]
    pub fn to_pem(&self) -> Zeroizing<String> {
        let text = match &self.secret {
            Secret::Rsa(key) => key.to_pkcs1_pem(LineEnding::LF).ok(),
            Secret::EcdsaP256(key) => self.to_sec1_pem(&Zeroizing::new(key.to_bytes()), SECP_256_R_1),
            Secret::EcdsaP384(key) => self.to_sec1_pem(&Zeroizing::new(key.to_bytes()), SECP_384_R_1),
            Secret::EcdsaP521(key) => self.to_sec1_pem(&Zeroizing::new(key.to_bytes()), SECP_521_R_1),
            Secret::Ed25519(_) => Some(self.to_pkcs8_pem()),
        };
        // Tried when the key was made.
        text.unwrap_or_default()
    }

    /// The PKCS#8 PEM form, version 1 (RFC 5208): OpenSSL 3.0 and `GnuTLS` 3.7 do not read version 2.
    #[must_use]
    pub fn to_pkcs8_pem(&self) -> Zeroizing<String> {
        Zeroizing::new(pem::encode("PRIVATE KEY", &self.to_pkcs8_der()))
    }

    /// The DER encoding of PKCS#8, version 1 (RFC 5208).
    #[must_use]
    pub fn to_pkcs8_der(&self) -> Zeroizing<Vec<u8>> {
        let document = match &self.secret {
            Secret::Rsa(key) => key.to_pkcs8_der(),
            Secret::EcdsaP256(key) => key.to_pkcs8_der(),
            Secret::EcdsaP384(key) => key.to_pkcs8_der(),
            Secret::EcdsaP521(key) => key.to_pkcs8_der(),
            Secret::Ed25519(key) => {
                KeypairBytes { secret_key: key.to_bytes(), public_key: None }.to_pkcs8_der()
            }
        };
        document.as_ref().map(SecretDocument::to_bytes).unwrap_or_default()
    }

    /// The encrypted PKCS#8 PEM form (RFC 5958): PBES2 with 600,000 iterations of PBKDF2 (HMAC-SHA-256) and AES-256-CBC,
    /// which OpenSSL from 1.1, `GnuTLS` and Java read; `GnuTLS` 3.7 does not read scrypt. Salt and initialisation vector
    /// come from `rng`. See [`from_encrypted_pem`](Self::from_encrypted_pem) for an example.
    ///
    /// # Errors
    ///
    /// Fails when the passphrase is empty.
    pub fn to_encrypted_pem(&self, passphrase: &str, rng: &mut impl CryptoRng) -> Result<String, KeyError> {
        let der = self.encrypted_pkcs8(Scheme::Pbes2 { iterations: ITERATIONS }, passphrase, rng)?;
        Ok(pem::encode("ENCRYPTED PRIVATE KEY", &der))
    }

    /// The OpenSSH form, unencrypted, with a comment (which may be empty).
    #[must_use]
    pub fn to_openssh(&self, comment: &str) -> Zeroizing<String> {
        openssh::private_key(&self.secret, &self.public, comment).unwrap_or_default()
    }

    /// The OpenSSH form, encrypted as `ssh-keygen` does it (bcrypt, 16 rounds, and AES-256 in counter mode), with a
    /// comment, which may be empty and is encrypted as well. Salt and check number come from `rng`.
    ///
    /// # Errors
    ///
    /// Fails when the passphrase is empty.
    pub fn to_encrypted_openssh(
        &self,
        comment: &str,
        passphrase: &str,
        rng: &mut impl CryptoRng,
    ) -> Result<String, KeyError> {
        openssh::encrypted_private_key(&self.secret, &self.public, comment, passphrase, rng)
    }

    /// The public half.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// Algorithm and size.
    #[must_use]
    pub fn algorithm(&self) -> KeyAlgorithm {
        self.public.algorithm()
    }

    /// The identifier of the algorithm that [`sign`](Self::sign) uses.
    pub(crate) fn signature_identifier(&self) -> AlgorithmIdentifierOwned {
        SignatureAlgorithm::of_key(self.algorithm()).identifier()
    }

    /// Signs with the algorithm that fits the key. Signatures are deterministic; RSA additionally blinds the
    /// computation with random numbers of the operating system, which leave no trace in the result.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Signature, KeyError> {
        let failed = KeyError::Backend { what: "signing" };
        let algorithm = SignatureAlgorithm::of_key(self.algorithm());
        let bytes = match (&self.secret, algorithm) {
            (Secret::Rsa(key), SignatureAlgorithm::Rsa(hash)) => {
                key.sign(pkcs1v15(hash), &hash.digest(message)).map_err(|_| failed)?
            }
            (Secret::EcdsaP256(key), _) => ecdsa_signature::<_, Sha256>(key, message),
            (Secret::EcdsaP384(key), _) => ecdsa_signature::<_, Sha384>(key, message),
            (Secret::EcdsaP521(key), _) => ecdsa_signature::<_, Sha512>(key, message),
            (Secret::Ed25519(key), _) => key.sign(message).to_vec(),
            (Secret::Rsa(_), _) => return Err(failed),
        };
        Ok(Signature { algorithm, bytes })
    }

    /// SEC1 with the public half as it is known already; the backends would compute it again.
    fn to_sec1_pem(&self, private_key: &[u8], curve: ObjectIdentifier) -> Option<Zeroizing<String>> {
        let public = SubjectPublicKeyInfoRef::try_from(self.public.as_spki()).ok()?;
        let key = EcPrivateKey {
            private_key,
            parameters: Some(EcParameters::NamedCurve(curve)),
            public_key: Some(public.subject_public_key.raw_bytes()),
        };
        SecretDocument::encode_msg(&key).ok()?.to_pem("EC PRIVATE KEY", LineEnding::LF).ok()
    }

    /// Not generic over the random number generator, so that the search for primes is compiled here, optimised, and
    /// not in the caller.
    fn generate_with(algorithm: KeyAlgorithm, rng: &mut dyn CryptoRng) -> Result<Self, KeyError> {
        let secret = match algorithm {
            KeyAlgorithm::Rsa { bits } => {
                KeyAlgorithm::rsa(bits)?;
                Secret::Rsa(rsa_generation::generate(bits, rng)?)
            }
            KeyAlgorithm::EcdsaP256 => Secret::EcdsaP256(p256::SecretKey::generate_from_rng(rng)),
            KeyAlgorithm::EcdsaP384 => Secret::EcdsaP384(p384::SecretKey::generate_from_rng(rng)),
            KeyAlgorithm::EcdsaP521 => Secret::EcdsaP521(p521::SecretKey::generate_from_rng(rng)),
            KeyAlgorithm::Ed25519 => {
                let mut seed = Zeroizing::new([0; 32]);
                rng.fill_bytes(seed.as_mut());
                Secret::Ed25519(ed25519_dalek::SigningKey::from_bytes(&seed))
            }
        };
        Self::from_secret(secret)
    }

    /// `EncryptedPrivateKeyInfo`, as files and PKCS#12 hold it.
    pub(crate) fn encrypted_pkcs8(
        &self,
        scheme: Scheme,
        passphrase: &str,
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, EncryptionError> {
        let malformed = |_| EncryptionError::Malformed;
        let (encryption_algorithm, encrypted) = scheme.encrypt(&self.to_pkcs8_der(), passphrase, rng)?;
        let encrypted_data = OctetString::new(encrypted).map_err(malformed)?;
        EncryptedPrivateKeyInfo { encryption_algorithm, encrypted_data }.to_der().map_err(malformed)
    }

    pub(super) fn from_secret(secret: Secret) -> Result<Self, KeyError> {
        let public = match &secret {
            Secret::Rsa(key) => PublicKey::from_rsa(key.to_public_key()),
            Secret::EcdsaP256(key) => PublicKey::from_p256(key.public_key()),
            Secret::EcdsaP384(key) => PublicKey::from_p384(key.public_key()),
            Secret::EcdsaP521(key) => PublicKey::from_p521(key.public_key()),
            Secret::Ed25519(key) => PublicKey::from_ed25519(key.verifying_key()),
        }?;
        let key = Self { secret, public };
        // RSA alone has numbers that pass the backend's checks and cannot be encoded. Found out here, none of the forms
        // above can fail.
        if matches!(key.secret, Secret::Rsa(_)) && key.to_pem().is_empty() {
            return Err(KeyError::Malformed { what: "RSA private key" });
        }
        Ok(key)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey").field("public", &self.public).finish_non_exhaustive()
    }
}

/// The backends' `SigningKey` would compute the public half for each signature, which costs as much as signing.
fn ecdsa_signature<C, D>(key: &SecretKey<C>, message: &[u8]) -> Vec<u8>
where
    C: EcdsaCurve + CurveArithmetic,
    D: Digest + BlockSizeUser,
    MaxSize<C>: ArraySize,
    <FieldBytesSize<C> as Add>::Output: Add<MaxOverhead> + ArraySize,
{
    let (signature, _) = sign_prehashed_rfc6979::<C, D>(&key.to_nonzero_scalar(), &D::digest(message), &[]);
    signature.to_der().as_bytes().to_vec()
}

pub(super) fn pkcs1v15(hash: Hash) -> Pkcs1v15Sign {
    match hash {
        Hash::Sha256 => Pkcs1v15Sign::new::<Sha256>(),
        Hash::Sha384 => Pkcs1v15Sign::new::<Sha384>(),
        Hash::Sha512 => Pkcs1v15Sign::new::<Sha512>(),
    }
}
