//! The forms of a key that every resource with a key of its own tells.

use pki_core::{PrivateKey, PublicKey};
use tfplugin::prelude::*;

use super::keys;

/// What is told about a key beside its PEM texts.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(super) struct KeyForms {
    /// Private key as PEM in PKCS#8.
    #[attr(computed, keep)]
    pub(super) private_key_pem_pkcs8: Attr<Secret>,
    /// Private key in the format of OpenSSH.
    #[attr(computed, keep)]
    pub(super) private_key_openssh: Attr<Secret>,
    /// Public key as a line of OpenSSH's `authorized_keys`.
    #[attr(computed, keep)]
    pub(super) public_key_openssh: Attr<String>,
    /// MD5 fingerprint of the public key, as OpenSSH used to write it.
    #[attr(computed, keep)]
    pub(super) public_key_fingerprint_md5: Attr<String>,
    /// SHA-256 fingerprint of the public key, as OpenSSH writes it.
    #[attr(computed, keep)]
    pub(super) public_key_fingerprint_sha256: Attr<String>,
    /// SHA-1 of the public key, in hexadecimal digits.
    #[attr(computed, keep)]
    pub(super) id: Attr<String>,
}

impl KeyForms {
    /// Those of a key that is yet to be made.
    pub(super) const UNKNOWN: Self = Self {
        private_key_pem_pkcs8: Attr::Unknown,
        private_key_openssh: Attr::Unknown,
        public_key_openssh: Attr::Unknown,
        public_key_fingerprint_md5: Attr::Unknown,
        public_key_fingerprint_sha256: Attr::Unknown,
        id: Attr::Unknown,
    };

    /// Tells what is public.
    pub(super) fn describe(&mut self, key: &PublicKey) {
        self.public_key_openssh = with_newline(key.to_openssh("")).into();
        self.public_key_fingerprint_md5 = key.fingerprint_md5().into();
        self.public_key_fingerprint_sha256 = key.fingerprint_sha256().into();
        self.id = key.id().into();
    }

    /// Tells the key itself, in the clear only without a passphrase.
    pub(super) fn write(&mut self, key: &PrivateKey, passphrase: &Attr<Secret>) -> Result<()> {
        const ENCRYPTING: &str = "Unable to Encrypt Key";
        let (pkcs8, openssh) = match passphrase.known().map(Secret::expose) {
            None => (key.to_pkcs8_pem(), key.to_openssh("")),
            Some(passphrase) => {
                let mut rng = keys::rng();
                (
                    key.to_encrypted_pem(passphrase, &mut rng).during(ENCRYPTING)?.into(),
                    key.to_encrypted_openssh("", passphrase, &mut rng).during(ENCRYPTING)?.into(),
                )
            }
        };
        self.private_key_pem_pkcs8 = Secret::new(pkcs8.as_str()).into();
        self.private_key_openssh = Secret::new(openssh.as_str()).into();
        Ok(())
    }

    /// Plans to write the key anew.
    pub(super) fn forget_texts(&mut self) {
        (self.private_key_pem_pkcs8, self.private_key_openssh) = (Attr::Unknown, Attr::Unknown);
    }

    /// Tells nothing of the private side.
    pub(super) fn conceal(&mut self) {
        (self.private_key_pem_pkcs8, self.private_key_openssh) = (Attr::Null, Attr::Null);
    }
}

/// The line as it stands in a file.
fn with_newline(mut line: String) -> String {
    if !line.ends_with('\n') {
        line.push('\n');
    }
    line
}
