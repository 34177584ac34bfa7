//! Certificate policies (RFC 5280 §4.2.1.4).

use const_oid::ObjectIdentifier;
use der::asn1::{Any, Ia5String};
use der::{Decode, Encode, Sequence, Tag, Tagged};
use unicode_normalization::UnicodeNormalization;
use x509_cert::ext::pkix::certpolicy::{PolicyInformation, PolicyQualifierInfo};

use crate::san::{SanError, Uri};
use crate::text;

const ID_QT_CPS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.2.1");
const ID_QT_UNOTICE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.2.2");
const NOTICE_MAXIMUM: usize = 200;

/// A policy that a certificate was issued under, by its object identifier, with pointers to its text.
///
/// ```
/// use pki_core::{CertificatePolicy, PolicyQualifier};
///
/// let policy = CertificatePolicy::new("1.3.6.1.4.1.32473.1")?
///     .with_cps("https://pki.example.com/cps.html")?
///     .with_user_notice("For the machines of one cluster")?;
/// assert_eq!(policy.oid(), "1.3.6.1.4.1.32473.1");
/// assert_eq!(policy.qualifiers()[0], PolicyQualifier::Cps("https://pki.example.com/cps.html".to_owned()));
/// # Ok::<(), pki_core::CertificatePolicyError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct CertificatePolicy {
    oid: ObjectIdentifier,
    qualifiers: Vec<PolicyQualifier>,
}

/// What a policy points to.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum PolicyQualifier {
    /// Where the certification practice statement is (`id-qt-cps`).
    Cps(String),
    /// What to show to people (`id-qt-unotice`).
    UserNotice(String),
}

impl CertificatePolicy {
    /// A policy by its object identifier in dotted decimal.
    ///
    /// # Errors
    ///
    /// Fails when `oid` is not an object identifier.
    pub fn new(oid: &str) -> Result<Self, CertificatePolicyError> {
        let oid =
            ObjectIdentifier::new(oid).map_err(|_| CertificatePolicyError::Oid { value: oid.to_owned() })?;
        Ok(Self { oid, qualifiers: Vec::new() })
    }

    /// Adds where the certification practice statement is. People read it, so that it may be `https`.
    ///
    /// # Errors
    ///
    /// Fails when `uri` is not absolute.
    pub fn with_cps(mut self, uri: &str) -> Result<Self, CertificatePolicyError> {
        self.qualifiers.push(PolicyQualifier::Cps(Uri::new(uri)?.to_string()));
        Ok(self)
    }

    /// Adds a text to show to people, in normal form C (RFC 6818 §3).
    ///
    /// # Errors
    ///
    /// Fails when `text` is empty, longer than 200 characters or has control characters.
    pub fn with_user_notice(mut self, text: &str) -> Result<Self, CertificatePolicyError> {
        let text: String = text.nfc().collect();
        let length = text.chars().count();
        if text.trim().is_empty() {
            return Err(CertificatePolicyError::EmptyNotice);
        }
        if length > NOTICE_MAXIMUM {
            return Err(CertificatePolicyError::LongNotice { length });
        }
        if let Some(character) = text.chars().find(|c| c.is_control()) {
            return Err(CertificatePolicyError::NoticeCharacter { character });
        }
        self.qualifiers.push(PolicyQualifier::UserNotice(text));
        Ok(self)
    }

    /// The object identifier in dotted decimal.
    #[must_use]
    pub fn oid(&self) -> String {
        self.oid.to_string()
    }

    /// What the policy points to, in order.
    #[must_use]
    pub fn qualifiers(&self) -> &[PolicyQualifier] {
        &self.qualifiers
    }

    pub(crate) fn encode(&self) -> der::Result<PolicyInformation> {
        let qualifiers: Vec<_> = self.qualifiers.iter().map(encode_qualifier).collect::<der::Result<_>>()?;
        Ok(PolicyInformation {
            policy_identifier: self.oid,
            policy_qualifiers: (!qualifiers.is_empty()).then_some(qualifiers),
        })
    }

    /// The policy of a certificate; qualifiers of other kinds are left out.
    pub(crate) fn decode(encoded: &PolicyInformation) -> Self {
        let qualifiers = encoded.policy_qualifiers.iter().flatten().filter_map(decode_qualifier).collect();
        Self { oid: encoded.policy_identifier, qualifiers }
    }
}

/// A certificate policy is invalid.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificatePolicyError {
    /// Not an object identifier.
    #[error("`{value}` is not an object identifier; write for example `1.3.6.1.4.1.32473.1`")]
    Oid {
        /// The text as given.
        value: String,
    },
    /// Not a URI.
    #[error(transparent)]
    Cps(#[from] SanError),
    /// No text.
    #[error("the user notice of a certificate policy is empty")]
    EmptyNotice,
    /// A text that is too long.
    #[error("the user notice of a certificate policy has {length} characters; at most 200 are allowed")]
    LongNotice {
        /// Characters it has.
        length: usize,
    },
    /// A control character.
    #[error("the user notice of a certificate policy contains {character:?}")]
    NoticeCharacter {
        /// The character.
        character: char,
    },
}

/// `UserNotice` without a reference to an organization's notices.
#[derive(Sequence)]
struct UserNotice {
    explicit_text: String,
}

fn encode_qualifier(qualifier: &PolicyQualifier) -> der::Result<PolicyQualifierInfo> {
    let (policy_qualifier_id, qualifier) = match qualifier {
        PolicyQualifier::Cps(uri) => (ID_QT_CPS, Any::encode_from(&Ia5String::new(uri)?)?),
        PolicyQualifier::UserNotice(text) => {
            (ID_QT_UNOTICE, Any::from_der(&UserNotice { explicit_text: text.clone() }.to_der()?)?)
        }
    };
    Ok(PolicyQualifierInfo { policy_qualifier_id, qualifier: Some(qualifier) })
}

fn decode_qualifier(encoded: &PolicyQualifierInfo) -> Option<PolicyQualifier> {
    let value = encoded.qualifier.as_ref()?;
    match encoded.policy_qualifier_id {
        ID_QT_CPS => text(value).map(PolicyQualifier::Cps),
        ID_QT_UNOTICE => {
            let parts = Vec::<Any>::from_der(&value.to_der().ok()?).ok()?;
            parts.iter().find_map(text).map(PolicyQualifier::UserNotice)
        }
        _ => None,
    }
}

fn text(value: &Any) -> Option<String> {
    match value.tag() {
        Tag::Ia5String | Tag::VisibleString | Tag::Utf8String => {
            std::str::from_utf8(value.value()).ok().map(str::to_owned)
        }
        Tag::BmpString => text::from_bmp(value.value()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> CertificatePolicy {
        CertificatePolicy::new("1.3.6.1.4.1.32473.1").unwrap()
    }

    #[test]
    fn reads_what_it_writes() {
        for policy in [
            policy(),
            policy()
                .with_cps("https://a.example/cps")
                .unwrap()
                .with_user_notice("Für einen Cluster")
                .unwrap(),
        ] {
            assert_eq!(CertificatePolicy::decode(&policy.encode().unwrap()), policy);
        }
    }

    #[test]
    fn encodes_the_notice_as_utf8() {
        let encoded = policy().with_user_notice("a").unwrap().encode().unwrap();
        assert_eq!(
            encoded.policy_qualifiers.unwrap()[0].to_der().unwrap(),
            [48, 15, 6, 8, 43, 6, 1, 5, 5, 7, 2, 2, 48, 3, 12, 1, b'a']
        );
    }

    #[test]
    fn notices_are_normalised() {
        let policy = policy().with_user_notice("u\u{308}").unwrap();
        assert_eq!(policy.qualifiers(), [PolicyQualifier::UserNotice("ü".to_owned())]);
    }

    #[test]
    fn refuses_in_plain_words() {
        let errors = [
            CertificatePolicy::new("policy").unwrap_err(),
            policy().with_cps("cps.html").unwrap_err(),
            policy().with_user_notice(" ").unwrap_err(),
            policy().with_user_notice(&"x".repeat(201)).unwrap_err(),
            policy().with_user_notice("a\nb").unwrap_err(),
        ];
        assert_eq!(
            errors.map(|error| error.to_string()),
            [
                "`policy` is not an object identifier; write for example `1.3.6.1.4.1.32473.1`",
                "`cps.html` is not an absolute URI: relative URL without a base",
                "the user notice of a certificate policy is empty",
                "the user notice of a certificate policy has 201 characters; at most 200 are allowed",
                "the user notice of a certificate policy contains '\\n'",
            ]
        );
    }
}
