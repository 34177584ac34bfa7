//! What was made for a cluster, and its files.

use std::fmt;

use zeroize::Zeroizing;

use super::item::LayoutItem;
use crate::certificate::Certificate;
use crate::csr::CertificateRequest;
use crate::error::Error;
use crate::finding::Finding;
use crate::key::PrivateKey;

/// A key of a cluster with its certificate, if it has one.
#[derive(Debug)]
pub struct IssuedItem {
    item: LayoutItem,
    key: PrivateKey,
    certificate: Option<Certificate>,
    findings: Vec<Finding>,
}

impl IssuedItem {
    pub(super) fn new(
        item: LayoutItem,
        key: PrivateKey,
        certificate: Option<Certificate>,
        findings: Vec<Finding>,
    ) -> Self {
        Self { item, key, certificate, findings }
    }

    /// What was to be made.
    #[must_use]
    pub fn item(&self) -> &LayoutItem {
        &self.item
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &PrivateKey {
        &self.key
    }

    /// The certificate.
    #[must_use]
    pub fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_ref()
    }

    /// What a careful reader of the certificate would object to, and whether it ends earlier than asked for.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Takes key and certificate out.
    #[must_use]
    pub fn into_parts(self) -> (PrivateKey, Option<Certificate>) {
        (self.key, self.certificate)
    }

    /// Its files: certificate or public key, private key, and request where cfssl writes one.
    ///
    /// # Errors
    ///
    /// Fails when the request cannot be encoded.
    pub fn files(&self) -> Result<Vec<LayoutFile>, Error> {
        let public = |path, content| LayoutFile { path, content: Zeroizing::new(content), private: false };
        let mut files = Vec::with_capacity(3);
        if let (Some(path), Some(certificate)) = (self.item.certificate_file(), &self.certificate) {
            files.push(public(path, certificate.to_pem()));
        }
        if let Some(path) = self.item.public_key_file() {
            files.push(public(path, self.key.public_key().to_pem()));
        }
        files.push(LayoutFile { path: self.item.key_file(), content: self.key.to_pem(), private: true });
        if let Some(path) = self.item.request_file() {
            let request = CertificateRequest::create(&self.key, self.item.identity())?;
            files.push(public(path, request.to_pem()));
        }
        Ok(files)
    }
}

/// A file of a cluster. Its content is wiped when dropped, and its `Debug` form does not show it.
#[derive(Clone, Eq, PartialEq)]
pub struct LayoutFile {
    /// The relative path, with `/` between folders.
    pub path: String,
    /// The text.
    pub content: Zeroizing<String>,
    /// Whether only its owner may read it (mode 0600).
    pub private: bool,
}

impl fmt::Debug for LayoutFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LayoutFile")
            .field("path", &self.path)
            .field("private", &self.private)
            .finish_non_exhaustive()
    }
}
