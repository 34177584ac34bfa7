//! Name constraints (RFC 5280 §4.2.1.10).

mod check;
mod directory;
mod encode;
mod host;
mod subtree;

use crate::error::Error;

pub use check::NameViolation;
pub use directory::DirectoryName;
pub(crate) use encode::{decode, encode};
pub use host::HostSubtree;
pub use subtree::{EmailSubtree, GeneralSubtree, NameConstraintError};

/// The names that an authority and everything below it may issue certificates for.
///
/// A name has to be within one of the permitted subtrees of its kind, if there are any of its kind, and outside of all
/// excluded ones. They are written as OpenSSL writes them: `DNS:example.com`, `IP:10.0.0.0/8`, `email:ops@example.com`,
/// `email:example.com`, `email:.example.com`, `URI:.example.com`; without a prefix a text is an address range, an e-mail
/// address or a DNS name.
///
/// ```
/// use pki_core::{DistinguishedName, Identity, NameConstraints, SubjectAltNames};
///
/// let constraints = NameConstraints::parse(["DNS:example.com", "10.0.0.0/8"], ["DNS:secret.example.com"]).unwrap();
/// let identity = |name| Identity {
///     subject: DistinguishedName::common("web"),
///     subject_alt_names: SubjectAltNames::parse([name]).unwrap(),
/// };
/// assert!(constraints.violations(&identity("www.example.com")).is_empty());
/// assert_eq!(
///     constraints.violations(&identity("192.168.0.1"))[0].to_string(),
///     "`192.168.0.1` is not within the permitted IP:10.0.0.0/8",
/// );
/// assert_eq!(
///     constraints.violations(&identity("a.secret.example.com"))[0].to_string(),
///     "`a.secret.example.com` is within the excluded DNS:secret.example.com",
/// );
/// ```
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct NameConstraints {
    /// Names of a kind that occurs here have to be within one of these.
    pub permitted: Vec<GeneralSubtree>,
    /// Names must not be within any of these.
    pub excluded: Vec<GeneralSubtree>,
    /// Subtrees of a certificate that this library cannot honour.
    pub(crate) odd: Vec<String>,
}

impl NameConstraints {
    /// Reads the two lists. Repeated subtrees are left out.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with any of them.
    pub fn parse<P: AsRef<str>, E: AsRef<str>>(
        permitted: impl IntoIterator<Item = P>,
        excluded: impl IntoIterator<Item = E>,
    ) -> Result<Self, Vec<Error>> {
        let mut constraints = Self::default();
        let mut errors = Vec::new();
        for text in permitted {
            read(text.as_ref(), &mut constraints.permitted, &mut errors);
        }
        for text in excluded {
            read(text.as_ref(), &mut constraints.excluded, &mut errors);
        }
        if errors.is_empty() { Ok(constraints) } else { Err(errors) }
    }

    /// Whether every name is allowed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.permitted.is_empty() && self.excluded.is_empty() && self.odd.is_empty()
    }

    /// Subtrees of a certificate that this library cannot honour, in words: of an unsupported kind or with distances.
    #[must_use]
    pub fn odd(&self) -> &[String] {
        &self.odd
    }
}

fn read(text: &str, list: &mut Vec<GeneralSubtree>, errors: &mut Vec<Error>) {
    match text.parse::<GeneralSubtree>() {
        Ok(subtree) if list.contains(&subtree) => {}
        Ok(subtree) => list.push(subtree),
        Err(error) => errors.push(Error::NameConstraint(error)),
    }
}

#[cfg(test)]
mod tests;
