//! The PKCS#12 form of a certificate with its key.
//!
//! It is encrypted with random numbers, so it is made once and kept in state; as long as its password opens it and it
//! holds what it should, it stays. That is why the password itself can be write-only, without a version beside it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pki_core::{Certificate as X509, Pkcs12, Pkcs12Encryption};
use tfplugin::prelude::*;

use super::super::keys;
use super::Certificate;

const FAILED: &str = "Unable to Make PKCS#12";

string_enum! {
    /// How a PKCS#12 file is encrypted.
    pub(crate) enum Encryption {
        /// AES-256 and SHA-256.
        Modern = "modern",
        /// Triple DES and SHA-1, which is all that old programs read.
        Legacy = "legacy",
    }
}

impl Certificate {
    /// A key that is to be in no state is not to be there behind a password either.
    pub(super) fn check_pkcs12(&self, check: &mut Check) {
        let Some(stateless) = self.own.stateless_argument().filter(|_| self.pkcs12_password.is_set()) else {
            return;
        };
        let detail = format!(
            "The PKCS#12 form holds the private key and is kept in state, which `{stateless}` is to keep it out of. Leave \
             `pkcs12_password` out, or give the key as `private_key_pem`."
        );
        check.error("pkcs12_password", "Conflicting Arguments", detail);
    }

    /// Plans the PKCS#12 form: nothing without a password, what is in state if it fits, or a new one.
    pub(super) fn plan_pkcs12(&mut self, before: Option<&Self>) {
        self.pkcs12_base64 = match before.filter(|before| self.fits(before)) {
            _ if self.pkcs12_password.is_null() => Attr::Null,
            Some(before) => before.pkcs12_base64.clone(),
            None => Attr::Unknown,
        };
    }

    /// Whether the PKCS#12 form of an object from before is good for this one: the password opens it, and it holds just
    /// this key and these certificates.
    fn fits(&self, before: &Self) -> bool {
        let (Some(password), Some(text)) = (self.pkcs12_password.known(), before.pkcs12_base64.known())
        else {
            return false;
        };
        let opened = STANDARD
            .decode(text.expose())
            .ok()
            .and_then(|der| Pkcs12::from_der(&der, password.expose()).ok());
        let (Some(file), Some(certificates)) = (opened, self.outputs.chain()) else { return false };
        let held: Vec<&X509> = std::iter::once(file.certificate()).chain(file.chain()).collect();
        self.pkcs12_encryption == before.pkcs12_encryption && held.into_iter().eq(&certificates)
    }

    /// Makes the PKCS#12 form, unless there is one that fits.
    pub(super) fn settle_pkcs12(&mut self, before: Option<&Self>) -> Result<()> {
        self.plan_pkcs12(before);
        let Some(password) = self.pkcs12_password.known().filter(|_| self.pkcs12_base64.is_unknown()) else {
            return Ok(());
        };
        let chain = self.outputs.chain().unwrap_or_default();
        let (Some(key), [certificate, above @ ..]) = (self.key_source().text().key(), chain.as_slice())
        else {
            let detail = "There is no private key to put beside the certificate.";
            return Err(Error::at("pkcs12_password", FAILED, detail));
        };
        let encryption = match self.pkcs12_encryption.known() {
            Some(Encryption::Legacy) => Pkcs12Encryption::Legacy,
            Some(Encryption::Modern) | None => Pkcs12Encryption::Modern,
        };
        let made = Pkcs12::new(key, certificate.clone(), above.to_vec())
            .and_then(|file| file.to_der(password.expose(), encryption, &mut keys::rng()))
            .during(FAILED)
            .at("pkcs12_password")?;
        self.pkcs12_base64 = Secret::new(STANDARD.encode(made)).into();
        Ok(())
    }
}
