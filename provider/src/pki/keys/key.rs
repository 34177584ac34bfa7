//! The key of an object, as far as one operation has it.

use pki_core::{KeyAlgorithm, PrivateKey, PublicKey};
use tfplugin::prelude::*;

/// The key of an object: found out once for each operation, and then handed on.
#[derive(Debug)]
pub(crate) enum Key {
    /// There is none yet. The algorithm of the one to come, as far as that is known.
    Awaited(Option<KeyAlgorithm>),
    /// The public half. The private one comes later, or is with somebody else.
    Public(PublicKey),
    /// The public half of a key that was given once. What is given now is another one, which counts for nothing before the
    /// version beside it is raised.
    Forgotten(PublicKey),
    /// Both halves.
    Private(Box<PrivateKey>),
}

impl From<PrivateKey> for Key {
    fn from(key: PrivateKey) -> Self {
        Self::Private(Box::new(key))
    }
}

impl Key {
    /// The public half, when there is one.
    pub(crate) fn public(&self) -> Option<&PublicKey> {
        match self {
            Self::Awaited(_) => None,
            Self::Public(key) | Self::Forgotten(key) => Some(key),
            Self::Private(key) => Some(key.public_key()),
        }
    }

    /// The algorithm, as far as it is known.
    pub(crate) fn algorithm(&self) -> Option<KeyAlgorithm> {
        match self {
            Self::Awaited(algorithm) => *algorithm,
            _ => self.public().map(PublicKey::algorithm),
        }
    }

    /// The public half as the attribute `public_key_pem` has it.
    pub(crate) fn public_pem(&self) -> Attr<String> {
        self.public().map_or(Attr::Unknown, |key| key.to_pem().into())
    }

    /// Why the private half will not be there when it has to sign, if that is certain.
    pub(crate) fn refusal(&self) -> Option<Diagnostic> {
        matches!(self, Self::Forgotten(_)).then(forgotten)
    }

    /// The private half, which is to sign.
    ///
    /// # Errors
    /// If it is not there.
    pub(crate) fn signing(&self) -> Result<&PrivateKey> {
        match self {
            Self::Private(key) => Ok(key),
            Self::Forgotten(_) => Err(Error::many([forgotten()])),
            Self::Awaited(_) | Self::Public(_) => Err(Error::new(
                "Missing Private Key",
                "What is to be signed needs a private key, and there is none.",
            )),
        }
    }
}

fn forgotten() -> Diagnostic {
    let detail = "What has to be signed anew needs the private key, and `private_key_pem_wo` is another one than when \
                  this version was given. Raise `private_key_pem_wo_version` to change to the key that is given now, or \
                  give the one from before.";
    Diagnostic::error("Another Private Key", detail).at("private_key_pem_wo_version")
}
