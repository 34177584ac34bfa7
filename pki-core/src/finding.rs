//! What is remarkable about a certificate, a request or a revocation list.

mod code;

use std::fmt;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::name::NameAttribute;

pub use code::FindingCode;

/// Something that a careful reader of a certificate would object to.
///
/// It prints as its message, in the alternate form (`{:#}`) as a whole line:
///
/// ```
/// use pki_core::{DistinguishedName, Strictness};
///
/// let name = DistinguishedName { country: Some("UK".to_owned()), ..DistinguishedName::default() };
/// let findings = name.check(Strictness::Compat).unwrap();
/// assert_eq!(findings[0].to_string(), "country `UK` is not a code of ISO 3166-1 (did you mean `GB`?)");
/// assert_eq!(
///     format!("{:#}", findings[0]),
///     "warning country-not-iso-3166 (subject.country): \
///      country `UK` is not a code of ISO 3166-1 (did you mean `GB`?) [ISO 3166-1]",
/// );
/// ```
///
/// As JSON it has the fields `severity`, `code`, `place`, `message` and `reference`.
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

    /// The same about another part.
    pub(crate) fn at(self, place: Place) -> Self {
        Self { place, ..self }
    }

    /// What kind of finding this is.
    #[must_use]
    pub fn code(&self) -> FindingCode {
        self.code
    }

    /// How grave it is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.code.severity()
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
        if !f.alternate() {
            return f.write_str(&self.message);
        }
        let Self { code, place, message } = self;
        write!(f, "{} {code} ({place}): {message} [{}]", code.severity(), code.reference())
    }
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Finding", 5)?;
        object.serialize_field("severity", &self.severity())?;
        object.serialize_field("code", &self.code)?;
        object.serialize_field("place", &self.place)?;
        object.serialize_field("message", &self.message)?;
        object.serialize_field("reference", self.code.reference())?;
        object.end()
    }
}

/// How grave a [`Finding`] is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A verifier rejects it, it is unsafe, or it breaks what a standard demands.
    Error,
    /// It works, against advice.
    Warning,
    /// It is worth knowing.
    Notice,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        })
    }
}

/// The part of a certificate, or of its description, that an error or a finding is about.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
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
    /// The subject as a whole, or an attribute without a name here.
    WholeSubject,
    /// The issuer's name.
    IssuerName,
    /// The public key.
    PublicKey,
    /// The signature and its algorithm.
    Signature,
    /// The serial number.
    SerialNumber,
    /// The extension with this name.
    Extension(&'static str),
    /// The entry of a revocation list with this index.
    Entry(usize),
    /// What a certificate request asks for.
    Request,
    /// All of it.
    Whole,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Subject(attribute) => write!(f, "subject.{attribute}"),
            Self::SubjectAltName(index) => write!(f, "subjectAltName[{index}]"),
            Self::Usages => f.write_str("usages"),
            Self::Authority => f.write_str("basicConstraints"),
            Self::Validity => f.write_str("validity"),
            Self::Issuer => f.write_str("issuer"),
            Self::WholeSubject => f.write_str("subject"),
            Self::IssuerName => f.write_str("issuer name"),
            Self::PublicKey => f.write_str("public key"),
            Self::Signature => f.write_str("signature"),
            Self::SerialNumber => f.write_str("serial number"),
            Self::Extension(name) => f.write_str(name),
            Self::Entry(index) => write!(f, "entry[{index}]"),
            Self::Request => f.write_str("request"),
            Self::Whole => f.write_str("whole"),
        }
    }
}

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_json() {
        let finding = Finding::new(FindingCode::SerialZero, Place::SerialNumber, "the serial number is zero");
        assert_eq!(
            serde_json::to_string(&finding).unwrap(),
            "{\"severity\":\"error\",\"code\":\"serial-zero\",\"place\":\"serial number\",\
             \"message\":\"the serial number is zero\",\"reference\":\"RFC 5280 §4.1.2.2\"}"
        );
        assert_eq!(
            format!("{finding:#}"),
            "error serial-zero (serial number): the serial number is zero [RFC 5280 §4.1.2.2]"
        );
    }
}
