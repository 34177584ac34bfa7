//! What a certificate request says.

use std::fmt;

use serde::Serialize;

use super::certificate::names;
use super::text::{line, list};
use crate::csr::CertificateRequest;

/// Everything that a certificate request asks for, as text.
///
/// The fields and their names are stable, and it serializes as an object of them. It prints as lines for people.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RequestDetails {
    /// The subject in the form of RFC 4514.
    pub subject: String,
    /// Kind and size of the key, such as `RSA-2048`. The request proves possession of it.
    pub public_key_algorithm: String,
    /// SHA-256 of the `SubjectPublicKeyInfo` in hexadecimal.
    pub public_key_sha256: String,
    /// The alternative names: `DNS:`, `IP:`, `email:` or `URI:` and the name, in order.
    pub subject_alternative_names: Vec<String>,
    /// The key usages by cfssl's names.
    pub key_usages: Vec<String>,
    /// The extended key usages by cfssl's names, or their object identifiers.
    pub extended_key_usages: Vec<String>,
    /// Whether it asks to be an authority.
    pub asks_for_authority: bool,
    /// The path length it asks for.
    pub path_length: Option<u8>,
    /// The object identifiers of the other extensions that it asks for.
    pub other_extensions: Vec<String>,
}

impl CertificateRequest {
    /// Everything that it asks for.
    #[must_use]
    pub fn inspect(&self) -> RequestDetails {
        let requested = self.requested();
        let known = |usages: &mut dyn Iterator<Item = String>| usages.collect::<Vec<_>>();
        RequestDetails {
            subject: self.subject_text(),
            public_key_algorithm: self.public_key().algorithm().to_string(),
            public_key_sha256: self.public_key().spki_sha256(),
            subject_alternative_names: names(self.subject_alt_names()),
            key_usages: known(&mut requested.usages.key.iter().map(ToString::to_string)),
            extended_key_usages: [
                known(&mut requested.usages.extended.iter().map(ToString::to_string)),
                self.unknown_extended_key_usages().to_vec(),
            ]
            .concat(),
            asks_for_authority: self.asks_for_authority(),
            path_length: requested.authority.and_then(|constraint| constraint.path_length),
            other_extensions: self.other_extensions().to_vec(),
        }
    }
}

impl fmt::Display for RequestDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Request of {}", if self.subject.is_empty() { "nobody by name" } else { &self.subject })?;
        line(f, "key", &self.public_key_algorithm)?;
        line(f, "key SHA-256", &self.public_key_sha256)?;
        list(f, "names", &self.subject_alternative_names)?;
        list(f, "key usage", &self.key_usages)?;
        list(f, "extended key usage", &self.extended_key_usages)?;
        let authority = match (self.asks_for_authority, self.path_length) {
            (false, _) => "no".to_owned(),
            (true, None) => "yes".to_owned(),
            (true, Some(length)) => format!("yes, with the path length {length}"),
        };
        line(f, "authority", &authority)?;
        list(f, "other extensions", &self.other_extensions)
    }
}
