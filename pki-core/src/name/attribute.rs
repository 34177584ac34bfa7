//! The attributes of a distinguished name and their rules.

use std::fmt;

use const_oid::ObjectIdentifier;
use unicode_normalization::UnicodeNormalization;

use super::NameProblem;
use crate::san::EmailAddress;

/// An attribute that a [`DistinguishedName`](super::DistinguishedName) can have.
///
/// It prints as the name of the field.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum NameAttribute {
    /// `CN`
    CommonName,
    /// `O`
    Organization,
    /// `OU`
    OrganizationalUnit,
    /// `L`
    Locality,
    /// `ST`
    Province,
    /// `C`
    Country,
    /// `STREET`
    StreetAddress,
    /// `postalCode`
    PostalCode,
    /// `serialNumber`
    SerialNumber,
    /// `emailAddress`
    EmailAddress,
}

/// The ASN.1 type of an attribute's value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum StringType {
    /// `PrintableString` where the characters allow it, else `UTF8String`.
    Directory,
    Printable,
    Ia5,
}

impl NameAttribute {
    pub(crate) const ALL: [Self; 10] = [
        Self::CommonName,
        Self::Organization,
        Self::OrganizationalUnit,
        Self::Locality,
        Self::Province,
        Self::Country,
        Self::StreetAddress,
        Self::PostalCode,
        Self::SerialNumber,
        Self::EmailAddress,
    ];

    /// The name of the field in [`DistinguishedName`](super::DistinguishedName).
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.rules().field
    }

    /// The name in the text form of RFC 4514.
    #[must_use]
    pub fn short_name(self) -> &'static str {
        self.rules().short
    }

    pub(crate) fn oid(self) -> ObjectIdentifier {
        self.rules().oid
    }

    pub(crate) fn from_oid(oid: ObjectIdentifier) -> Option<Self> {
        Self::ALL.into_iter().find(|attribute| attribute.oid() == oid)
    }

    pub(crate) fn string_type(self) -> StringType {
        self.rules().string
    }

    /// What is wrong with a value, if anything.
    pub(crate) fn problem(self, value: &str) -> Option<NameProblem> {
        let (length, maximum) = (value.chars().count(), self.rules().maximum);
        if value.trim().is_empty() {
            return Some(NameProblem::Empty);
        }
        if self == Self::Country && !(value.len() == 2 && value.bytes().all(|b| b.is_ascii_alphabetic())) {
            return Some(NameProblem::Country { value: value.to_owned() });
        }
        if length > maximum {
            return Some(NameProblem::TooLong { length, maximum });
        }
        if value.trim() != value {
            return Some(NameProblem::OuterSpace);
        }
        if self == Self::EmailAddress && EmailAddress::new(value).is_err() {
            return Some(NameProblem::Email { value: value.to_owned() });
        }
        let allowed = |c: char| match self.string_type() {
            StringType::Directory => !c.is_control() && !is_invisible(c),
            StringType::Printable => is_printable(c),
            StringType::Ia5 => c.is_ascii_graphic(),
        };
        if let Some(character) = value.chars().find(|c| !allowed(*c)) {
            return Some(NameProblem::Character { character });
        }
        // Names are compared byte by byte.
        let normal = || NameProblem::NotNormalized { normal: value.nfc().collect() };
        (!unicode_normalization::is_nfc(value)).then(normal)
    }

    fn rules(self) -> Rules {
        match self {
            Self::CommonName => Rules::directory("common_name", "CN", "2.5.4.3", 64),
            Self::Organization => Rules::directory("organization", "O", "2.5.4.10", 64),
            Self::OrganizationalUnit => Rules::directory("organizational_unit", "OU", "2.5.4.11", 64),
            Self::Locality => Rules::directory("locality", "L", "2.5.4.7", 128),
            Self::Province => Rules::directory("province", "ST", "2.5.4.8", 128),
            Self::Country => {
                Rules { string: StringType::Printable, ..Rules::directory("country", "C", "2.5.4.6", 2) }
            }
            Self::StreetAddress => Rules::directory("street_address", "STREET", "2.5.4.9", 128),
            Self::PostalCode => Rules::directory("postal_code", "postalCode", "2.5.4.17", 40),
            Self::SerialNumber => Rules {
                string: StringType::Printable,
                ..Rules::directory("serial_number", "serialNumber", "2.5.4.5", 64)
            },
            Self::EmailAddress => Rules {
                string: StringType::Ia5,
                ..Rules::directory("email_address", "emailAddress", "1.2.840.113549.1.9.1", 255)
            },
        }
    }
}

impl fmt::Display for NameAttribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The characters of `PrintableString` (X.680 §41.4).
pub(crate) fn is_printable(c: char) -> bool {
    c.is_ascii_alphanumeric() || " '()+,-./:=?".contains(c)
}

/// Characters without a meaning that everybody shares, or that comparisons ignore (RFC 4518 §2.2 to §2.4): names that
/// differ in them look the same.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{1806}' | '\u{180b}'..='\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffd}' | '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}' | '\u{e0000}'..)
        || u32::from(c) & 0xfffe == 0xfffe
}

struct Rules {
    field: &'static str,
    short: &'static str,
    oid: ObjectIdentifier,
    /// Upper bound in characters.
    maximum: usize,
    string: StringType,
}

impl Rules {
    const fn directory(field: &'static str, short: &'static str, oid: &'static str, maximum: usize) -> Self {
        Self { field, short, oid: ObjectIdentifier::new_unwrap(oid), maximum, string: StringType::Directory }
    }
}
