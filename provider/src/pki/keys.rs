//! Private keys: read from configuration, or made.

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use pki_core::{KeyAlgorithm, KeyError, PrivateKey};
use tfplugin::prelude::*;

string_enum! {
    /// A family of key algorithms.
    pub(crate) enum Algorithm {
        /// RSA.
        Rsa = "RSA",
        /// ECDSA on a NIST curve.
        Ecdsa = "ECDSA",
        /// Ed25519.
        Ed25519 = "ED25519",
    }
}

/// The operating system's generator, the only source of keys and serial numbers.
pub(super) fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

/// The algorithm that the arguments name; `None` while one of them is unknown.
pub(super) fn algorithm(
    algorithm: &Attr<Algorithm>,
    rsa_bits: &Attr<u32>,
    ecdsa_curve: &Attr<String>,
) -> Option<std::result::Result<KeyAlgorithm, KeyError>> {
    match algorithm {
        Attr::Unknown => None,
        Attr::Known(Algorithm::Rsa) if rsa_bits.is_unknown() => None,
        Attr::Null | Attr::Known(Algorithm::Ecdsa) if ecdsa_curve.is_unknown() => None,
        _ => {
            let family = algorithm.known().map_or("ECDSA", |algorithm| algorithm.as_str());
            Some(KeyAlgorithm::from_parts(family, rsa_bits.known().copied(), ecdsa_curve.as_str()))
        }
    }
}

/// Checks the size of an RSA key.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature of attribute checks")]
pub(super) fn rsa_bits(bits: &u32) -> std::result::Result<(), String> {
    KeyAlgorithm::rsa(*bits).map(drop).map_err(|error| error.to_string())
}

/// Checks the name of a curve.
pub(super) fn ecdsa_curve(curve: &String) -> std::result::Result<(), String> {
    KeyAlgorithm::ecdsa(curve).map(drop).map_err(|error| error.to_string())
}

/// Checks the PEM text of a private key.
pub(super) fn pem(text: &Secret) -> std::result::Result<(), String> {
    PrivateKey::from_pem(text.expose()).map(drop).map_err(|error| error.to_string())
}

/// Makes a key, off the threads that answer the host.
pub(super) async fn generate(algorithm: KeyAlgorithm) -> Result<PrivateKey> {
    Ok(tokio::task::spawn_blocking(move || PrivateKey::generate(algorithm, &mut rng())).await??)
}

/// Reads a key whose text has been checked.
pub(super) fn read(text: &Secret, attribute: &str) -> Result<PrivateKey> {
    PrivateKey::from_pem(text.expose()).during("Invalid Private Key").at(attribute)
}
