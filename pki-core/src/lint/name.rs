//! Distinguished names (RFC 5280 §4.1.2.4, §4.1.2.6, appendix A.1).

use const_oid::ObjectIdentifier;
use der::asn1::AnyRef;
use der::{Tag, Tagged};

use super::raw::Fields;
use super::report::Report;
use crate::finding::{FindingCode, Place};
use crate::name::{NameAttribute, NameProblem, StringType, country_finding, decode_value, is_printable};

/// Checks a name. `whose` stands before the attribute in messages.
pub(super) fn check(name: AnyRef<'_>, whose: Whose, report: &mut Report) -> der::Result<()> {
    for rdn in Fields::of(name)?.rest() {
        rdn.tag().assert_eq(Tag::Set)?;
        let mut seen = Vec::new();
        for pair in Fields::of(rdn)?.rest() {
            pair.tag().assert_eq(Tag::Sequence)?;
            let mut fields = Fields::of(pair)?;
            let oid: ObjectIdentifier = fields.expect(Tag::ObjectIdentifier)?.decode_as()?;
            let value = fields.next()?;
            fields.finish()?;
            let attribute = Attribute::new(oid, whose);
            report.add_if(seen.contains(&oid), FindingCode::DuplicateNameAttribute, attribute.place, || {
                format!("{} occurs twice in one place of the name", attribute.name)
            });
            seen.push(oid);
            attribute.check(value, report);
        }
        if seen.is_empty() {
            return Err(der::ErrorKind::Length { tag: Tag::Set }.into());
        }
        report.add_if(seen.len() > 1, FindingCode::MultiValuedName, whose.place(), || {
            format!("{} attributes share one place of the name of the {}", seen.len(), whose.as_str())
        });
    }
    Ok(())
}

/// The e-mail addresses of a name.
pub(super) fn email_addresses(name: AnyRef<'_>) -> der::Result<Vec<String>> {
    let mut addresses = Vec::new();
    for rdn in Fields::of(name)?.rest() {
        for pair in Fields::of(rdn)?.rest() {
            let mut fields = Fields::of(pair)?;
            let oid: ObjectIdentifier = fields.expect(Tag::ObjectIdentifier)?.decode_as()?;
            if oid == NameAttribute::EmailAddress.oid() {
                addresses.extend(decode_value(fields.next()?));
            }
        }
    }
    Ok(addresses)
}

#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Whose {
    Subject,
    Issuer,
}

impl Whose {
    fn as_str(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Issuer => "issuer",
        }
    }

    fn place(self) -> Place {
        match self {
            Self::Subject => Place::WholeSubject,
            Self::Issuer => Place::IssuerName,
        }
    }
}

/// An attribute of a name and what is known about it.
struct Attribute {
    place: Place,
    /// The attribute as messages call it.
    name: String,
    known: Option<NameAttribute>,
    string: StringType,
}

impl Attribute {
    fn new(oid: ObjectIdentifier, whose: Whose) -> Self {
        let known = NameAttribute::ALL.into_iter().find(|attribute| attribute.oid() == oid);
        let (name, string) = match known {
            Some(attribute) => (attribute.to_string(), attribute.string_type()),
            None if oid == DOMAIN_COMPONENT => ("domainComponent".to_owned(), StringType::Ia5),
            None if oid == DN_QUALIFIER => ("dnQualifier".to_owned(), StringType::Printable),
            None => (oid.to_string(), StringType::Directory),
        };
        let place = match (whose, known) {
            (Whose::Subject, Some(attribute)) => Place::Subject(attribute),
            _ => whose.place(),
        };
        Self { place, name: format!("{} of the {}", name, whose.as_str()), known, string }
    }

    fn check(&self, value: AnyRef<'_>, report: &mut Report) {
        let Self { place, name, .. } = self;
        if !self.allows(value.tag()) {
            let message = format!("{name} is a {}, which its standard does not allow", value.tag());
            return report.add(FindingCode::NameStringType, *place, message);
        }
        let Some(text) = decode_value(value) else {
            // Other attributes may be anything.
            if self.known.is_none() {
                return;
            }
            let message = format!("{name} is not a valid {}", value.tag());
            return report.add(FindingCode::NameCharacter, *place, message);
        };
        if value.tag() == Tag::PrintableString
            && let Some(character) = text.chars().find(|c| !is_printable(*c))
        {
            let message = format!("{name} has the character {character:?}, which a PrintableString has not");
            return report.add(FindingCode::NameCharacter, *place, message);
        }
        let problem = match self.known {
            Some(attribute) => attribute.problem(&text),
            None => unknown_problem(&text),
        };
        match problem {
            Some(problem) => report.add(code(&problem), *place, format!("{name}: {problem}")),
            None if self.known == Some(NameAttribute::Country) => {
                report.extend(country_finding(&text, *place));
            }
            None => {}
        }
    }

    /// `DirectoryString` may be one of two types in certificates of today.
    fn allows(&self, tag: Tag) -> bool {
        match self.string {
            StringType::Directory if self.known.is_none() => true,
            StringType::Directory => matches!(tag, Tag::PrintableString | Tag::Utf8String),
            StringType::Printable => tag == Tag::PrintableString,
            StringType::Ia5 => tag == Tag::Ia5String,
        }
    }
}

const DOMAIN_COMPONENT: ObjectIdentifier = ObjectIdentifier::new_unwrap("0.9.2342.19200300.100.1.25");
const DN_QUALIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.46");

fn unknown_problem(text: &str) -> Option<NameProblem> {
    if text.trim().is_empty() {
        return Some(NameProblem::Empty);
    }
    (text.trim() != text).then_some(NameProblem::OuterSpace)
}

fn code(problem: &NameProblem) -> FindingCode {
    match problem {
        NameProblem::Empty => FindingCode::NameEmptyValue,
        NameProblem::TooLong { .. } => FindingCode::NameTooLong,
        NameProblem::OuterSpace => FindingCode::NameOuterSpace,
        NameProblem::Character { .. } | NameProblem::Encoding => FindingCode::NameCharacter,
        NameProblem::Country { .. } => FindingCode::CountryFormat,
        NameProblem::Email { .. } => FindingCode::EmailSyntax,
        NameProblem::NotNormalized { .. } => FindingCode::NameNotNormalized,
    }
}
