//! Private keys as texts, which may be encrypted.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use pki_core::{KeyError, PrivateKey};
use sha2::{Digest as _, Sha256};
use tfplugin::Presence;
use tfplugin::prelude::*;

use super::keys::rng;

const INVALID: &str = "Invalid Private Key";
pub(super) const CONFLICT: &str = "Conflicting Arguments";

/// A private key as arguments give it: its PEM text, and the passphrase of one that is encrypted.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeyText<'a> {
    pub(super) pem: &'a Attr<Secret>,
    pub(super) passphrase: &'a Attr<Secret>,
    /// Names of the two arguments.
    names: (&'static str, &'static str),
}

impl<'a> KeyText<'a> {
    /// The key that `private_key_pem` holds.
    pub(super) const fn own(pem: &'a Attr<Secret>, passphrase: &'a Attr<Secret>) -> Self {
        Self { pem, passphrase, names: ("private_key_pem", "private_key_passphrase") }
    }

    /// The key that `private_key_pem_wo` holds.
    pub(super) const fn write_only(pem: &'a Attr<Secret>, passphrase: &'a Attr<Secret>) -> Self {
        Self { pem, passphrase, names: ("private_key_pem_wo", "private_key_passphrase") }
    }

    /// The key that `ca_private_key_pem` holds.
    pub(super) const fn of_issuer(pem: &'a Attr<Secret>, passphrase: &'a Attr<Secret>) -> Self {
        Self { pem, passphrase, names: ("ca_private_key_pem", "ca_private_key_passphrase") }
    }

    /// The key that `ca_private_key_pem_wo` holds.
    pub(super) const fn of_issuer_write_only(pem: &'a Attr<Secret>, passphrase: &'a Attr<Secret>) -> Self {
        Self { pem, passphrase, names: ("ca_private_key_pem_wo", "ca_private_key_passphrase") }
    }

    /// The name of the argument.
    pub(super) const fn name(&self) -> &'static str {
        self.names.0
    }

    /// The key, where it can be read.
    pub(super) fn key(&self) -> Option<PrivateKey> {
        self.read().ok()
    }

    /// Reads the key.
    pub(super) fn read(&self) -> Result<PrivateKey> {
        let (text, (pem, passphrase)) = (self.pem.value()?, self.names);
        if !is_encrypted(text) {
            return PrivateKey::from_pem(text.expose()).map_err(|error| invalid(pem, &error));
        }
        let Some(secret) = self.passphrase.known() else {
            let detail = format!("The private key is encrypted: `{passphrase}` is required.");
            return Err(Error::at(pem, INVALID, detail));
        };
        decrypt(text, secret).map_err(|error| invalid(passphrase, &error))
    }

    /// Whether the text is encrypted exactly when there is a passphrase to do it with.
    pub(super) fn is_as_wished(&self) -> bool {
        self.pem.known().is_some_and(|text| is_encrypted(text) == self.passphrase.is_set())
    }

    /// What is wrong with the two arguments, as far as they are known.
    pub(super) fn check(&self, check: &mut Check) {
        let (pem, passphrase) = self.names;
        let Some(text) = self.pem.known() else { return };
        if !is_encrypted(text) && self.passphrase.known().is_some() {
            let detail = if pem.ends_with("_wo") {
                format!("`{pem}` is not encrypted: leave `{passphrase}` out.")
            } else {
                format!(
                    "`{pem}` is not encrypted, and is stored as it is: encrypt it, or leave `{passphrase}` out."
                )
            };
            check.error(passphrase, CONFLICT, detail);
        } else if is_encrypted(text) && !self.passphrase.is_unknown() {
            check.result(self.read().map(drop));
        }
    }
}

/// An argument that says something about another one.
pub(super) fn check_dependent(of: (&str, Presence), argument: (&str, Presence), check: &mut Check) {
    if (of.1, argument.1) == (Presence::Absent, Presence::Present) {
        check.error(argument.0, CONFLICT, format!("`{}` has no effect without `{}`.", argument.0, of.0));
    }
}

fn invalid(place: &str, error: &KeyError) -> Error {
    Error::at(place, INVALID, sentence(&error.to_string()))
}

/// The text of a key as it is stored: encrypted where there is a passphrase.
pub(super) fn write(key: &PrivateKey, passphrase: &Attr<Secret>) -> Result<Secret> {
    match passphrase.known() {
        Some(passphrase) => {
            let text =
                key.to_encrypted_pem(passphrase.expose(), &mut rng()).during("Unable to Encrypt Key")?;
            Ok(Secret::new(text.as_str()))
        }
        None => Ok(Secret::new(key.to_pem().as_str())),
    }
}

/// Checks the PEM text of a private key. What is encrypted is looked at together with its passphrase.
pub(super) fn pem(text: &Secret) -> std::result::Result<(), String> {
    match PrivateKey::from_pem(text.expose()) {
        Ok(_) | Err(KeyError::Encrypted) => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}

/// Checks the PEM text of a private key that is not encrypted.
pub(super) fn plain(text: &Secret) -> std::result::Result<(), String> {
    PrivateKey::from_pem(text.expose()).map(drop).map_err(|error| error.to_string())
}

/// Checks a passphrase.
pub(super) fn passphrase(text: &Secret) -> std::result::Result<(), String> {
    if text.expose().is_empty() { Err("a passphrase has at least one character".to_owned()) } else { Ok(()) }
}

fn is_encrypted(text: &Secret) -> bool {
    matches!(PrivateKey::from_pem(text.expose()), Err(KeyError::Encrypted))
}

/// Decrypts a key. That is slow by intent, and one operation looks at a key several times, so the newest are
/// remembered.
fn decrypt(text: &Secret, passphrase: &Secret) -> std::result::Result<PrivateKey, KeyError> {
    const REMEMBERED: usize = 32;
    static OPENED: Mutex<VecDeque<([u8; 32], Secret)>> = Mutex::new(VecDeque::new());

    let digest =
        Sha256::new().chain_update(text.expose()).chain_update([0]).chain_update(passphrase.expose());
    let digest: [u8; 32] = digest.finalize().into();
    let opened = || OPENED.lock().unwrap_or_else(PoisonError::into_inner);
    let known = opened().iter().find(|(known, _)| *known == digest).map(|(_, text)| text.clone());
    if let Some(text) = known {
        return PrivateKey::from_pem(text.expose());
    }
    let key = PrivateKey::from_encrypted_pem(text.expose(), passphrase.expose())?;
    let mut opened = opened();
    opened.truncate(REMEMBERED - 1);
    opened.push_front((digest, Secret::new(key.to_pem().as_str())));
    Ok(key)
}
