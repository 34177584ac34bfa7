//! What can be wrong with a PKCS#12 file.

use crate::certificate::CertificateError;
use crate::encryption::EncryptionError;
use crate::key::KeyError;

/// A PKCS#12 file cannot be read or written.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Pkcs12Error {
    /// The certificate belongs to another key.
    #[error(
        "the certificate `{subject}` is not that of the private key; give the key that it was issued for"
    )]
    KeyMismatch {
        /// Subject of the certificate.
        subject: String,
    },
    /// The name cannot be written in two bytes per character.
    #[error("PKCS#12 cannot take this name: use characters of Unicode's basic plane only (no emoji)")]
    FriendlyName,
    /// The file is larger than anything this library reads.
    #[error("the PKCS#12 file is larger than 1 MiB")]
    TooLarge,
    /// The structure does not decode.
    #[error("the PKCS#12 file is malformed or has trailing data")]
    Malformed,
    /// The file is in BER, as some browsers write it.
    #[error(
        "the PKCS#12 file has elements of indefinite length, which are not supported; write it anew with \
         `openssl pkcs12 -in FILE -noenc | openssl pkcs12 -export`"
    )]
    IndefiniteLength,
    /// The file has no checksum that shows whether the passphrase is right and the content whole.
    #[error("the PKCS#12 file has no MAC, so nothing shows whether it is whole; write it anew with one")]
    NoMac,
    /// Content that only the holder of another key can read, or that is signed.
    #[error("the PKCS#12 file has content of the type {oid}, which is not supported")]
    UnsupportedContent {
        /// The object identifier of the type.
        oid: String,
    },
    /// There are more parts than anything this library reads.
    #[error("the PKCS#12 file has more than {limit} {what}")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many are accepted.
        limit: usize,
    },
    /// There is no private key.
    #[error(
        "the PKCS#12 file has no private key; it may be a trust store, whose certificates are better kept in PEM"
    )]
    NoPrivateKey,
    /// There are several private keys.
    #[error(
        "the PKCS#12 file has {count} private keys; export the one that is wanted into a file of its own"
    )]
    SeveralPrivateKeys {
        /// How many there are.
        count: usize,
    },
    /// No certificate is that of the private key.
    #[error("the PKCS#12 file has no certificate of its private key; add it when writing the file")]
    NoCertificate,
    /// The content cannot be encrypted or decrypted.
    #[error("the PKCS#12 file: {0}")]
    Encryption(#[from] EncryptionError),
    /// The private key is not accepted.
    #[error("the private key of the PKCS#12 file: {0}")]
    Key(#[from] KeyError),
    /// A certificate is not accepted.
    #[error("a certificate of the PKCS#12 file: {0}")]
    Certificate(#[from] CertificateError),
}
