//! Distinguished names.

mod attribute;
mod compare;
mod country;
mod encode;
mod encoded;
mod parse;

use std::fmt;

use crate::error::Error;
use crate::finding::{Finding, FindingCode, Place};
use crate::strictness::Strictness;
use crate::suggest::DidYouMean;

pub use attribute::NameAttribute;
pub(crate) use attribute::{StringType, is_printable};
pub(crate) use compare::comparable;
pub(crate) use encode::{decode, decode_value, encode, values};
pub(crate) use encoded::check_encoded;
pub use parse::ParseNameError;

/// Who a certificate is about (RFC 5280 §4.1.2.6).
///
/// Fill in the fields that apply; [`check`](Self::check) reports everything that is wrong with them at once.
///
/// ```
/// use pki_core::DistinguishedName;
///
/// let name = DistinguishedName {
///     common_name: Some("system:node:ip-172-31-0-20".to_owned()),
///     organization: vec!["system:nodes".to_owned()],
///     ..DistinguishedName::default()
/// };
/// assert_eq!(name.to_string(), "CN=system:node:ip-172-31-0-20,O=system:nodes");
/// ```
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct DistinguishedName {
    /// `CN`: at most 64 characters. Kubernetes takes it as the user name.
    pub common_name: Option<String>,
    /// `O`: at most 64 characters each. Kubernetes takes each as a group.
    pub organization: Vec<String>,
    /// `OU`: at most 64 characters each.
    pub organizational_unit: Vec<String>,
    /// `L`, a city: at most 128 characters.
    pub locality: Option<String>,
    /// `ST`, a state or province: at most 128 characters.
    pub province: Option<String>,
    /// `C`, the two-letter code of ISO 3166-1.
    pub country: Option<String>,
    /// `STREET`: at most 128 characters each.
    pub street_address: Vec<String>,
    /// At most 40 characters.
    pub postal_code: Option<String>,
    /// The serial number of the subject, not of the certificate: at most 64 characters.
    pub serial_number: Option<String>,
    /// At most 255 characters of ASCII.
    pub email_address: Option<String>,
}

impl DistinguishedName {
    /// A name with a common name alone.
    #[must_use]
    pub fn common(name: impl Into<String>) -> Self {
        Self { common_name: Some(name.into()), ..Self::default() }
    }

    /// Whether no attribute is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.attributes().next().is_none()
    }

    /// The values that are set, in the order in which they are encoded: C, ST, L, postal code, STREET, O, OU, CN, serial
    /// number, e-mail.
    pub fn attributes(&self) -> impl DoubleEndedIterator<Item = (NameAttribute, &str)> {
        let one = [
            (NameAttribute::Country, &self.country),
            (NameAttribute::Province, &self.province),
            (NameAttribute::Locality, &self.locality),
            (NameAttribute::PostalCode, &self.postal_code),
        ];
        let many = [
            (NameAttribute::StreetAddress, &self.street_address),
            (NameAttribute::Organization, &self.organization),
            (NameAttribute::OrganizationalUnit, &self.organizational_unit),
        ];
        let last = [
            (NameAttribute::CommonName, &self.common_name),
            (NameAttribute::SerialNumber, &self.serial_number),
            (NameAttribute::EmailAddress, &self.email_address),
        ];
        let many = many
            .into_iter()
            .flat_map(|(attribute, values)| values.iter().map(move |v| (attribute, v.as_str())));
        one.into_iter().filter_map(single).chain(many).chain(last.into_iter().filter_map(single))
    }

    /// Checks every value: lengths (the upper bounds of RFC 5280 appendix A), characters and the country.
    ///
    /// # Errors
    ///
    /// Everything that is wrong.
    pub fn check(&self, strictness: Strictness) -> Result<Vec<Finding>, Vec<Error>> {
        let errors = self.attributes().filter_map(|(attribute, value)| {
            attribute.problem(value).map(|problem| Error::Name(NameError { attribute, problem }))
        });
        strictness.judge(self.country_finding().into_iter().collect(), errors.collect())
    }

    fn country_finding(&self) -> Option<Finding> {
        let country = self.country.as_deref().filter(|c| NameAttribute::Country.problem(c).is_none())?;
        country_finding(country, Place::Subject(NameAttribute::Country))
    }
}

/// Prints the name in the form of RFC 4514: the most specific attribute first.
impl fmt::Display for DistinguishedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (attribute, value)) in self.attributes().rev().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{}={}", attribute.short_name(), escape(value))?;
        }
        Ok(())
    }
}

/// An attribute of a name has an invalid value.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{attribute}: {problem}")]
pub struct NameError {
    attribute: NameAttribute,
    problem: NameProblem,
}

impl NameError {
    pub(crate) fn new(attribute: NameAttribute, problem: NameProblem) -> Self {
        Self { attribute, problem }
    }

    /// Which attribute.
    #[must_use]
    pub fn attribute(&self) -> NameAttribute {
        self.attribute
    }

    /// What is wrong with it.
    #[must_use]
    pub fn problem(&self) -> &NameProblem {
        &self.problem
    }
}

/// What is wrong with the value of an attribute.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NameProblem {
    /// Empty, or nothing but spaces.
    #[error("the value is empty")]
    Empty,
    /// Longer than the standard allows.
    #[error("the value has {length} characters; at most {maximum} are allowed")]
    TooLong {
        /// Characters it has.
        length: usize,
        /// Characters it may have.
        maximum: usize,
    },
    /// Spaces at the beginning or the end.
    #[error("the value begins or ends with a space")]
    OuterSpace,
    /// A character that the attribute's type cannot hold.
    #[error("the character {character:?} is not allowed")]
    Character {
        /// The character.
        character: char,
    },
    /// Composed differently than Unicode's normal form C (RFC 5280 §4.1.2.4).
    #[error("the value is not in the Unicode normal form C; write `{normal}`, which looks the same")]
    NotNormalized {
        /// The value in the normal form.
        normal: String,
    },
    /// Not the form of a country code.
    #[error("`{value}` is not a two-letter country code of ISO 3166-1{}", DidYouMean(country::suggestion(.value)))]
    Country {
        /// The value as given.
        value: String,
    },
    /// Not the form of an e-mail address.
    #[error("`{value}` is not an e-mail address")]
    Email {
        /// The value as given.
        value: String,
    },
    /// The value could not be encoded.
    #[error("the value cannot be encoded")]
    Encoding,
}

/// What is to be said about a country of two letters.
pub(crate) fn country_finding(country: &str, place: Place) -> Option<Finding> {
    if country::is_known(country) {
        return None;
    }
    let message = format!(
        "country `{country}` is not a code of ISO 3166-1{}",
        DidYouMean(country::suggestion(country))
    );
    Some(Finding::new(FindingCode::CountryNotIso3166, place, message))
}

fn single((attribute, value): (NameAttribute, &Option<String>)) -> Option<(NameAttribute, &str)> {
    value.as_deref().map(|value| (attribute, value))
}

/// RFC 4514 §2.4.
fn escape(value: &str) -> String {
    let last = value.chars().count().saturating_sub(1);
    let mut escaped = String::with_capacity(value.len());
    for (index, c) in value.chars().enumerate() {
        match c {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => escaped.push('\\'),
            ' ' if index == 0 || index == last => escaped.push('\\'),
            '#' if index == 0 => escaped.push('\\'),
            _ => {}
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(name: &DistinguishedName, strictness: Strictness) -> Vec<String> {
        match name.check(strictness) {
            Ok(findings) => findings.iter().map(ToString::to_string).collect(),
            Err(errors) => errors.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn prints_the_most_specific_attribute_first() {
        let name = DistinguishedName {
            country: Some("GB".into()),
            organization: vec!["Acme, Inc.".into(), "#1".into()],
            ..DistinguishedName::common("a+b")
        };
        assert_eq!(name.to_string(), "CN=a\\+b,O=\\#1,O=Acme\\, Inc.,C=GB");
        assert_eq!(DistinguishedName::default().to_string(), "");
        assert!(DistinguishedName::default().is_empty());
    }

    #[test]
    fn reports_everything_at_once() {
        let name = DistinguishedName {
            common_name: Some("x".repeat(65)),
            organization: vec!["ok".into(), String::new()],
            locality: Some(" London".into()),
            country: Some("GBR".into()),
            serial_number: Some("ä".into()),
            email_address: Some("nobody".into()),
            ..DistinguishedName::default()
        };
        assert_eq!(
            messages(&name, Strictness::Compat),
            [
                "country: `GBR` is not a two-letter country code of ISO 3166-1 (did you mean `GB`?)",
                "locality: the value begins or ends with a space",
                "organization: the value is empty",
                "common_name: the value has 65 characters; at most 64 are allowed",
                "serial_number: the character 'ä' is not allowed",
                "email_address: `nobody` is not an e-mail address",
            ]
        );
    }

    #[test]
    fn every_attribute_has_its_bounds() {
        let long = |length| Some("x".repeat(length));
        let name = DistinguishedName {
            common_name: long(65),
            organization: vec!["x".repeat(64), "x".repeat(65)],
            organizational_unit: vec!["x".repeat(65)],
            locality: long(129),
            province: long(129),
            street_address: vec!["x".repeat(129)],
            postal_code: long(41),
            serial_number: long(65),
            country: Some("G1".into()),
            email_address: Some(format!("a@{}.example", "b.".repeat(130).trim_end_matches('.'))),
        };
        assert_eq!(
            messages(&name, Strictness::Compat),
            [
                "country: `G1` is not a two-letter country code of ISO 3166-1",
                "province: the value has 129 characters; at most 128 are allowed",
                "locality: the value has 129 characters; at most 128 are allowed",
                "postal_code: the value has 41 characters; at most 40 are allowed",
                "street_address: the value has 129 characters; at most 128 are allowed",
                "organization: the value has 65 characters; at most 64 are allowed",
                "organizational_unit: the value has 65 characters; at most 64 are allowed",
                "common_name: the value has 65 characters; at most 64 are allowed",
                "serial_number: the value has 65 characters; at most 64 are allowed",
                "email_address: the value has 269 characters; at most 255 are allowed",
            ]
        );
    }

    #[test]
    fn what_cannot_be_seen_is_refused() {
        let problem = |value: &str| messages(&DistinguishedName::common(value), Strictness::Compat);
        assert_eq!(problem("  "), ["common_name: the value is empty"]);
        assert_eq!(problem("a "), ["common_name: the value begins or ends with a space"]);
        assert_eq!(problem("a\u{a0}"), ["common_name: the value begins or ends with a space"]);
        assert_eq!(problem("a\0b"), ["common_name: the character '\\0' is not allowed"]);
        assert_eq!(problem("adm\u{200b}in"), ["common_name: the character '\\u{200b}' is not allowed"]);
        assert_eq!(problem("\u{202e}nimda"), ["common_name: the character '\\u{202e}' is not allowed"]);
        assert_eq!(problem("a\u{fffd}"), ["common_name: the character '�' is not allowed"]);
        assert_eq!(
            problem("Zu\u{308}rich"),
            [
                "common_name: the value is not in the Unicode normal form C; write `Zürich`, which looks the same"
            ]
        );
        assert_eq!(problem("Zürich 東京 \u{1f600}"), [""; 0]);
        assert_eq!(problem(&"ü".repeat(64)), [""; 0]);
    }

    #[test]
    fn united_kingdom_is_a_finding_or_an_error() {
        let name = DistinguishedName { country: Some("UK".into()), ..DistinguishedName::default() };
        let expected = ["country `UK` is not a code of ISO 3166-1 (did you mean `GB`?)"];
        assert!(name.check(Strictness::Compat).is_ok());
        assert!(name.check(Strictness::Strict).is_err());
        assert_eq!(messages(&name, Strictness::Compat), expected);
        assert_eq!(messages(&name, Strictness::Strict), expected);
    }

    #[test]
    fn accepts_what_kubernetes_needs() {
        let name = DistinguishedName {
            organization: vec!["system:masters".into(), "kubeadm:cluster-admins".into()],
            ..DistinguishedName::common("system:node:ip-172-31-0-20.eu-west-2.compute.internal")
        };
        assert_eq!(name.check(Strictness::Strict), Ok(vec![]));
    }
}
