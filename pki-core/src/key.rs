//! Keys: generation, files in every form, signatures.

mod algorithm;
mod decode;
mod error;
mod openssh;
mod private;
mod public;
mod rsa_generation;
mod rsa_import;
mod rsa_rules;
mod signature;
#[cfg(test)]
mod vectors;

pub use algorithm::KeyAlgorithm;
pub use error::{KeyError, RsaWeakness};
pub use private::PrivateKey;
pub(crate) use private::Secret;
pub use public::PublicKey;
pub(crate) use signature::{Hash, Signature, SignatureAlgorithm};
