//! What is refused, and what is let pass with a remark.

use std::fmt;

use crate::error::Error;
use crate::name::NameAttribute;

/// How remarks of a linter are treated.
///
/// What a verifier would reject, or what is unsafe, is an error in both modes.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Strictness {
    /// What only a linter dislikes is let pass and reported as a [`Finding`].
    #[default]
    Compat,
    /// Every finding is an error.
    Strict,
}

impl Strictness {
    /// Decides about findings: passes them on in [`Compat`](Self::Compat) mode, turns them into errors in
    /// [`Strict`](Self::Strict) mode.
    ///
    /// # Errors
    ///
    /// All of `errors`, and in strict mode all of `findings`.
    pub(crate) fn judge(
        self,
        findings: Vec<Finding>,
        mut errors: Vec<Error>,
    ) -> Result<Vec<Finding>, Vec<Error>> {
        if self == Self::Strict {
            errors.extend(findings.iter().cloned().map(Error::Finding));
        }
        if errors.is_empty() { Ok(findings) } else { Err(errors) }
    }
}

/// Something that works but that a careful reader of the certificate would object to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Finding {
    code: FindingCode,
    place: Place,
    message: String,
}

impl Finding {
    pub(crate) fn new(code: FindingCode, place: Place, message: impl Into<String>) -> Self {
        Self { code, place, message: message.into() }
    }

    /// What kind of finding this is.
    #[must_use]
    pub fn code(&self) -> FindingCode {
        self.code
    }

    /// The part of the input it is about.
    #[must_use]
    pub fn place(&self) -> Place {
        self.place
    }

    /// The finding in words.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// The kinds of [`Finding`].
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum FindingCode {
    /// The country is two letters, but no code of ISO 3166-1 (`UK` for `GB`).
    CountryNotIso3166,
    /// A usage that encrypts was asked for a key that can only sign; it is left out.
    EnciphermentWithoutRsa,
    /// A DNS name of a single label.
    SingleLabelName,
    /// A DNS name with an underscore.
    UnderscoreInName,
    /// The certificate was shortened to end with its issuer.
    LifetimeClamped,
}

impl FindingCode {
    /// A stable identifier, such as `country-not-iso-3166`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CountryNotIso3166 => "country-not-iso-3166",
            Self::EnciphermentWithoutRsa => "encipherment-without-rsa",
            Self::SingleLabelName => "single-label-name",
            Self::UnderscoreInName => "underscore-in-name",
            Self::LifetimeClamped => "lifetime-clamped",
        }
    }
}

impl fmt::Display for FindingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The part of a certificate's description that an error or a finding is about.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Place {
    /// An attribute of the subject.
    Subject(NameAttribute),
    /// The subject alternative name with this index.
    SubjectAltName(usize),
    /// The key usages or extended key usages.
    Usages,
    /// The certificate authority constraint and path length.
    Authority,
    /// The lifetime.
    Validity,
    /// The certificate or key of the issuer.
    Issuer,
}
