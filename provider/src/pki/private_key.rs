//! `groundup_private_key`: a private key, kept in state.

use pki_core::KeyAlgorithm;
use tfplugin::prelude::*;

use super::keys::{self, Algorithm};
use crate::Client;

/// A private key, with its public key and fingerprints.
///
/// The key is stored in state. Where that is not wanted, use an ephemeral key and write-only arguments.
#[derive(Clone, Debug, Default, Model, PartialEq)]
#[expect(clippy::struct_field_names, reason = "the names are those of hashicorp/tls")]
pub(crate) struct PrivateKey {
    /// Algorithm: `RSA`, `ECDSA` or `ED25519`.
    #[attr(required, replace)]
    algorithm: Attr<Algorithm>,
    /// Size of an RSA key in bits: 2048, 3072 or 4096.
    #[attr(optional, default = 2048, replace, check = keys::rsa_bits)]
    rsa_bits: Attr<u32>,
    /// Curve of an ECDSA key: `P256` or `P384`.
    #[attr(optional, default = "P256", replace, check = keys::ecdsa_curve)]
    ecdsa_curve: Attr<String>,
    /// Private key as PEM: PKCS#1 for RSA, SEC1 for ECDSA, PKCS#8 for Ed25519.
    #[attr(computed, keep)]
    private_key_pem: Attr<Secret>,
    /// Private key as PEM in PKCS#8.
    #[attr(computed, keep)]
    private_key_pem_pkcs8: Attr<Secret>,
    /// Private key in the format of OpenSSH.
    #[attr(computed, keep)]
    private_key_openssh: Attr<Secret>,
    /// Public key as PEM.
    #[attr(computed, keep)]
    public_key_pem: Attr<String>,
    /// Public key as a line of OpenSSH's `authorized_keys`.
    #[attr(computed, keep)]
    public_key_openssh: Attr<String>,
    /// MD5 fingerprint of the public key, as OpenSSH used to write it.
    #[attr(computed, keep)]
    public_key_fingerprint_md5: Attr<String>,
    /// SHA-256 fingerprint of the public key, as OpenSSH writes it.
    #[attr(computed, keep)]
    public_key_fingerprint_sha256: Attr<String>,
    /// SHA-1 of the public key, in hexadecimal digits.
    #[attr(computed, keep)]
    id: Attr<String>,
}

impl PrivateKey {
    fn describe(&mut self, key: &pki_core::PrivateKey) {
        let public = key.public_key();
        self.private_key_pem = Secret::new(key.to_pem().as_str()).into();
        self.private_key_pem_pkcs8 = Secret::new(key.to_pkcs8_pem().as_str()).into();
        self.private_key_openssh = Secret::new(key.to_openssh("").as_str()).into();
        self.public_key_pem = public.to_pem().into();
        self.public_key_openssh = with_newline(public.to_openssh("")).into();
        self.public_key_fingerprint_md5 = public.fingerprint_md5().into();
        self.public_key_fingerprint_sha256 = public.fingerprint_sha256().into();
        self.id = public.id().into();
    }

    fn algorithm(&self) -> Result<KeyAlgorithm> {
        let family = self.algorithm.value()?.as_str();
        Ok(KeyAlgorithm::from_parts(family, self.rsa_bits.known().copied(), self.ecdsa_curve.as_str())?)
    }
}

impl Resource for PrivateKey {
    const TYPE: &'static str = "private_key";
    type Client = Client;

    async fn create(mut self, _cx: &Cx<Client>, _saved: &Saved<Self>) -> Result<Self> {
        let key = keys::generate(self.algorithm()?).await.during("Unable to Generate Key")?;
        self.describe(&key);
        Ok(self)
    }

    async fn read(self, _cx: &Cx<Client>) -> Result<Option<Self>> {
        Ok(Some(self))
    }

    async fn delete(self, _cx: &Cx<Client>) -> Result<()> {
        Ok(())
    }
}

/// The line as it stands in a file.
fn with_newline(mut line: String) -> String {
    if !line.ends_with('\n') {
        line.push('\n');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_of_the_same_key() {
        let key = pki_core::PrivateKey::generate(KeyAlgorithm::Ed25519, &mut keys::rng()).unwrap();
        let mut model = PrivateKey::default();
        model.describe(&key);
        let again =
            pki_core::PrivateKey::from_pem(model.private_key_pem_pkcs8.value().unwrap().expose()).unwrap();
        assert_eq!(again.public_key().to_pem(), *model.public_key_pem.value().unwrap());
        assert!(model.public_key_openssh.as_str().unwrap().starts_with("ssh-ed25519 "));
        assert!(!format!("{model:?}").contains("PRIVATE KEY"));
    }
}
