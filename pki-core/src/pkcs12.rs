//! PKCS#12 files: a private key, its certificate and the chain above it (RFC 7292).

mod error;
mod mac;
mod read;
mod write;

use std::fmt;

use rand_core::CryptoRng;

use crate::certificate::Certificate;
use crate::key::PrivateKey;

pub use error::Pkcs12Error;

/// A private key with its certificate and the chain above it, as Windows, Java and browsers take them in one file
/// (`.p12` or `.pfx`, RFC 7292).
///
/// ```
/// use pki_core::{Pkcs12, Pkcs12Encryption};
/// # use pki_core::{CertificateAuthority, DistinguishedName, Identity, KeyAlgorithm, PrivateKey, SigningProfile};
/// # let mut rng = getrandom::rand_core::UnwrapErr(getrandom::SysRng);
/// # let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256, &mut rng).unwrap();
/// # let pem = key.to_pem();
/// # let identity = Identity { subject: DistinguishedName::common("Kubernetes"), ..Identity::default() };
/// # let profile = SigningProfile::authority(Default::default());
/// # let now = "2026-11-22T12:00:00Z".parse().unwrap();
/// # let (root, _) = CertificateAuthority::self_signed(key, &identity, &profile, now, &mut rng).unwrap();
/// # let certificate = root.certificate().clone();
/// # let key = PrivateKey::from_pem(&pem).unwrap();
///
/// let file = Pkcs12::new(key, certificate, Vec::new())?.with_friendly_name("kubernetes")?;
/// let der = file.to_der("correct horse", Pkcs12Encryption::Modern, &mut rng)?;
///
/// let again = Pkcs12::from_der(&der, "correct horse")?;
/// assert_eq!(again.friendly_name(), Some("kubernetes"));
/// assert_eq!(again.certificate(), file.certificate());
/// assert_eq!(again.private_key().public_key(), file.private_key().public_key());
/// # Ok::<(), pki_core::Pkcs12Error>(())
/// ```
pub struct Pkcs12 {
    private_key: PrivateKey,
    certificate: Certificate,
    chain: Vec<Certificate>,
    friendly_name: Option<String>,
}

/// How the content of a PKCS#12 file is protected.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Pkcs12Encryption {
    /// PBES2 with AES-256-CBC, PBKDF2 and HMAC-SHA-256: OpenSSL from 1.1, `GnuTLS`, Java from 8u301 and 11.0.12, Windows
    /// from Server 2019 and 10 (1709), macOS from 15.
    #[default]
    Modern,
    /// Triple DES and HMAC-SHA-1, for programs that read nothing else: older Windows, Java and macOS. The passphrase has
    /// to make up for it.
    Legacy,
}

impl Pkcs12 {
    /// The content of a file: a key, its certificate, and the certificates above that, in order.
    ///
    /// # Errors
    ///
    /// Fails when the certificate is that of another key.
    pub fn new(
        private_key: PrivateKey,
        certificate: Certificate,
        chain: Vec<Certificate>,
    ) -> Result<Self, Pkcs12Error> {
        if !certificate.matches_key(&private_key) {
            return Err(Pkcs12Error::KeyMismatch { subject: certificate.subject_text() });
        }
        Ok(Self { private_key, certificate, chain, friendly_name: None })
    }

    /// Adds the name under which programs show the key; Java calls it the alias.
    ///
    /// # Errors
    ///
    /// Fails when the name has characters outside of Unicode's basic plane.
    pub fn with_friendly_name(mut self, name: &str) -> Result<Self, Pkcs12Error> {
        write::friendly_name(name)?;
        self.friendly_name = Some(name.to_owned());
        Ok(self)
    }

    /// Reads a file. Both ways of encryption are understood, and others that are made of the same parts; the chain is
    /// put in order, from the certificate's issuer upwards.
    ///
    /// # Errors
    ///
    /// Fails when the passphrase is wrong, when the file is malformed, larger than 1 MiB or without a checksum, when it
    /// demands more than ten million iterations in one place or has not exactly one private key with a certificate, and
    /// when the key or a certificate is not accepted.
    pub fn from_der(der: &[u8], passphrase: &str) -> Result<Self, Pkcs12Error> {
        read::decode(der, passphrase)
    }

    /// Writes a file. Salts and initialisation vectors come from `rng`.
    ///
    /// Keys are derived with 100,000 iterations each: three derivations stay below the 600,000 iterations in all that
    /// .NET accepts.
    ///
    /// # Errors
    ///
    /// Fails when the passphrase is empty or has characters outside of Unicode's basic plane.
    pub fn to_der(
        &self,
        passphrase: &str,
        encryption: Pkcs12Encryption,
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<u8>, Pkcs12Error> {
        write::encode(self, passphrase, encryption, rng)
    }

    /// The private key.
    #[must_use]
    pub fn private_key(&self) -> &PrivateKey {
        &self.private_key
    }

    /// The private key alone.
    #[must_use]
    pub fn into_private_key(self) -> PrivateKey {
        self.private_key
    }

    /// The certificate of the key.
    #[must_use]
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The other certificates.
    #[must_use]
    pub fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    /// The name under which programs show the key.
    #[must_use]
    pub fn friendly_name(&self) -> Option<&str> {
        self.friendly_name.as_deref()
    }
}

impl fmt::Debug for Pkcs12 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pkcs12")
            .field("private_key", &self.private_key)
            .field("certificate", &self.certificate)
            .field("chain", &self.chain)
            .field("friendly_name", &self.friendly_name)
            .finish()
    }
}

#[cfg(test)]
mod tests;
