//! Private keys: given, made and kept, or derived.

mod arguments;
mod key;
mod source;

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use pki_core::{KeyAlgorithm, PrivateKey};
use tfplugin::prelude::*;

#[cfg(test)]
pub(super) use arguments::StatelessKey;
pub(super) use arguments::{GivenKey, OwnKey};
pub(super) use key::Key;
pub(super) use source::KeySource;

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

/// Checks the size of an RSA key.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature of attribute checks")]
pub(super) fn rsa_bits(bits: &u32) -> std::result::Result<(), String> {
    KeyAlgorithm::rsa(*bits).map(drop).map_err(|error| error.to_string())
}

/// Checks the name of a curve.
#[expect(clippy::ptr_arg, reason = "the signature of attribute checks")]
pub(super) fn ecdsa_curve(curve: &String) -> std::result::Result<(), String> {
    KeyAlgorithm::ecdsa(curve).map(drop).map_err(|error| error.to_string())
}

/// Makes a key, off the threads that answer the host.
pub(super) async fn generate(algorithm: KeyAlgorithm) -> Result<PrivateKey> {
    Ok(tokio::task::spawn_blocking(move || PrivateKey::generate(algorithm, &mut rng())).await??)
}

#[cfg(test)]
mod tests;
