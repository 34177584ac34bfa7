//! Alternative names (RFC 5280 §4.2.1.6).

use std::collections::HashSet;
use std::net::{IpAddr, Ipv6Addr};

use const_oid::ObjectIdentifier;
use der::asn1::AnyRef;
use der::{Tag, Tagged};

use super::facts::Facts;
use super::name;
use super::raw::{Fields, RawExtension, context_number};
use super::report::Report;
use crate::finding::{FindingCode, Place};
use crate::san::{DnsName, EmailAddress, SanError, SubjectAltName, Uri};

pub(super) fn subject(
    facts: &Facts<'_>,
    extension: &RawExtension<'_>,
    report: &mut Report,
) -> der::Result<()> {
    let subject = facts.certificate.content.subject;
    let place = Place::Extension("subjectAltName");
    let subject_is_empty = subject.value().is_empty();
    report.add_if(subject_is_empty && !extension.critical, FindingCode::ExtensionNotCritical, place, || {
        "subjectAltName must be critical, because the subject is empty".to_owned()
    });
    report.add_if(!subject_is_empty && extension.critical, FindingCode::ExtensionCriticality, place, || {
        "subjectAltName should not be critical, because there is a subject".to_owned()
    });
    list(extension, place, Place::SubjectAltName, report)
}

pub(super) fn issuer(_: &Facts<'_>, extension: &RawExtension<'_>, report: &mut Report) -> der::Result<()> {
    let place = Place::Extension("issuerAltName");
    list(extension, place, |_| place, report)
}

/// RFC 5280 §4.1.2.6: an address of the subject belongs among the alternative names.
pub(super) fn email_of_subject(facts: &Facts<'_>, report: &mut Report) -> der::Result<()> {
    let addresses = name::email_addresses(facts.certificate.content.subject)?;
    if addresses.is_empty() {
        return Ok(());
    }
    let names = match facts.certificate.extension(super::extensions::oid::SUBJECT_ALT_NAME) {
        Some(extension) => Fields::inside(extension.value)?.rest().collect(),
        None => Vec::new(),
    };
    for address in addresses {
        let is_named = names.iter().any(|name| {
            context_number(*name) == Some(RFC822_NAME)
                && name.value().eq_ignore_ascii_case(address.as_bytes())
        });
        report.add_if(
            !is_named,
            FindingCode::EmailOnlyInSubject,
            Place::Subject(crate::NameAttribute::EmailAddress),
            || format!("the e-mail address `{address}` of the subject is not among the alternative names"),
        );
    }
    Ok(())
}

pub(super) const OTHER_NAME: u32 = 0;
pub(super) const RFC822_NAME: u32 = 1;
pub(super) const DNS_NAME: u32 = 2;
pub(super) const DIRECTORY_NAME: u32 = 4;
pub(super) const URI: u32 = 6;
pub(super) const IP_ADDRESS: u32 = 7;

fn list(
    extension: &RawExtension<'_>,
    place: Place,
    place_of: impl Fn(usize) -> Place,
    report: &mut Report,
) -> der::Result<()> {
    let names: Vec<_> = Fields::inside(extension.value)?.rest().collect();
    report.add_if(names.is_empty(), FindingCode::AltNamesEmpty, place, || "there is no name".to_owned());
    let mut seen = HashSet::new();
    for (index, name) in names.into_iter().enumerate() {
        let place = place_of(index);
        let kind = context_number(name).filter(|kind| *kind <= 8).ok_or_else(|| name.tag().value_error())?;
        report.add_if(
            !seen.insert((kind, name.value().to_ascii_lowercase())),
            FindingCode::DuplicateAltName,
            place,
            || "the name occurs twice".to_owned(),
        );
        match kind {
            OTHER_NAME => other_name(name, place, report)?,
            DNS_NAME => dns_name(name.value(), index, place, report),
            RFC822_NAME => email(name.value(), place, report),
            URI => uri(name.value(), place, report),
            IP_ADDRESS => ip_address(name.value(), place, report),
            DIRECTORY_NAME => {
                name::check(Fields::of(name)?.expect(Tag::Sequence)?, name::Whose::Subject, report)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn dns_name(bytes: &[u8], index: usize, place: Place, report: &mut Report) {
    let text = String::from_utf8_lossy(bytes);
    if !bytes.is_ascii() {
        let message = format!("the DNS name `{text}` is not ASCII: internationalised names have A-labels");
        return report.add(FindingCode::DnsNameSyntax, place, message);
    }
    if text.parse::<IpAddr>().is_ok() {
        let message =
            format!("`{text}` is an IP address in the place of a DNS name, where no verifier looks for it");
        return report.add(FindingCode::IpAsDnsName, place, message);
    }
    match DnsName::new(&text) {
        Ok(name) => {
            let findings = SubjectAltName::Dns(name).findings(index);
            report.extend(findings.into_iter().map(|finding| finding.at(place)));
        }
        Err(error @ SanError::Wildcard { .. }) => {
            report.add(FindingCode::WildcardPosition, place, error.to_string());
        }
        Err(error) => report.add(FindingCode::DnsNameSyntax, place, error.to_string()),
    }
}

fn email(bytes: &[u8], place: Place, report: &mut Report) {
    let text = String::from_utf8_lossy(bytes);
    // A quoted local part may hold anything; this library writes none.
    if text.starts_with('"') && text.contains("\"@") {
        return;
    }
    if let Err(error) = EmailAddress::new(&text) {
        report.add(FindingCode::EmailSyntax, place, error.to_string());
    }
}

fn uri(bytes: &[u8], place: Place, report: &mut Report) {
    if let Err(error) = Uri::new(&String::from_utf8_lossy(bytes)) {
        report.add(FindingCode::UriSyntax, place, error.to_string());
    }
}

fn ip_address(bytes: &[u8], place: Place, report: &mut Report) {
    if let Ok(octets) = <[u8; 16]>::try_from(bytes) {
        if let Some(v4) = Ipv6Addr::from(octets).to_ipv4_mapped() {
            let message = format!("{v4} has the form of IPv6, which verifiers do not match");
            report.add(FindingCode::IpAddressMapped, place, message);
        }
    } else if bytes.len() != 4 {
        let message = format!("an IP address has {} octets; 4 or 16 are right", bytes.len());
        report.add(FindingCode::IpAddressLength, place, message);
    }
}

const SMTP_UTF8_MAILBOX: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.8.9");

/// RFC 9598 §3: a local part that needs Unicode, and a domain of A-labels.
fn other_name(name: AnyRef<'_>, place: Place, report: &mut Report) -> der::Result<()> {
    let mut fields = Fields::of(name)?;
    let oid: ObjectIdentifier = fields.expect(Tag::ObjectIdentifier)?.decode_as()?;
    let value = fields.tagged(0).ok_or(der::ErrorKind::Failed)?;
    fields.finish()?;
    if oid != SMTP_UTF8_MAILBOX {
        return Ok(());
    }
    let text = Fields::of(value)?.expect(Tag::Utf8String)?;
    let text = std::str::from_utf8(text.value()).map_err(|_| Tag::Utf8String.value_error())?;
    let problem = match text.rsplit_once('@') {
        None => Some("it has no `@`"),
        Some((local, _)) if local.is_ascii() => Some("its local part is ASCII, which makes it an rfc822Name"),
        Some((local, _)) if local.starts_with('\u{feff}') => Some("it begins with a byte order mark"),
        Some((_, domain)) if !domain.is_ascii() || domain.bytes().any(|b| b.is_ascii_uppercase()) => {
            Some("its domain is not in the form of A-labels in lower case")
        }
        Some((_, domain)) if DnsName::new(domain).is_err() => Some("its domain is malformed"),
        Some(_) => None,
    };
    if let Some(problem) = problem {
        let message = format!("the SmtpUTF8Mailbox `{text}` is not valid: {problem}");
        report.add(FindingCode::SmtpUtf8Mailbox, place, message);
    }
    Ok(())
}
