//! What is known about each extension (RFC 5280 §4.2).

use const_oid::ObjectIdentifier;

use super::facts::Facts;
use super::raw::{RawCertificate, RawExtension};
use super::report::Report;
use super::{alt_names, basic_constraints, constraints, key_identifiers, locations, policies, usage};
use crate::finding::{FindingCode, Place};

/// The object identifiers of the extensions that rules ask for.
pub(super) mod oid {
    use const_oid::ObjectIdentifier;

    pub(in crate::lint) const SUBJECT_KEY_IDENTIFIER: ObjectIdentifier =
        ObjectIdentifier::new_unwrap("2.5.29.14");
    pub(in crate::lint) const KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.15");
    pub(in crate::lint) const SUBJECT_ALT_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.17");
    pub(in crate::lint) const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
    pub(in crate::lint) const AUTHORITY_KEY_IDENTIFIER: ObjectIdentifier =
        ObjectIdentifier::new_unwrap("2.5.29.35");
    pub(in crate::lint) const EXTENDED_KEY_USAGE: ObjectIdentifier =
        ObjectIdentifier::new_unwrap("2.5.29.37");
    pub(in crate::lint) const CRL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.20");
    pub(in crate::lint) const REASON_CODE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.21");
}

/// Whether an extension is critical.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Criticality {
    Must,
    Should,
    /// Either, or a rule of its own.
    May,
    ShouldNot,
    MustNot,
}

type Check = fn(&Facts<'_>, &RawExtension<'_>, &mut Report) -> der::Result<()>;

/// An extension and its rules.
struct Known {
    oid: ObjectIdentifier,
    name: &'static str,
    criticality: Criticality,
    authorities_only: bool,
    check: Check,
}

const KNOWN: [Known; 22] = [
    known("2.5.29.14", "subjectKeyIdentifier", Criticality::MustNot, key_identifiers::subject),
    known("2.5.29.15", "keyUsage", Criticality::Should, usage::key_usage),
    known("2.5.29.17", "subjectAltName", Criticality::May, alt_names::subject),
    known("2.5.29.18", "issuerAltName", Criticality::ShouldNot, alt_names::issuer),
    known("2.5.29.19", "basicConstraints", Criticality::May, basic_constraints::check),
    for_authorities("2.5.29.30", "nameConstraints", Criticality::Must, constraints::check),
    known("2.5.29.31", "cRLDistributionPoints", Criticality::ShouldNot, locations::distribution_points),
    known("2.5.29.32", "certificatePolicies", Criticality::May, policies::check),
    for_authorities("2.5.29.33", "policyMappings", Criticality::Should, policies::mappings),
    known("2.5.29.35", "authorityKeyIdentifier", Criticality::MustNot, key_identifiers::authority),
    for_authorities("2.5.29.36", "policyConstraints", Criticality::Must, opaque),
    known("2.5.29.37", "extKeyUsage", Criticality::May, usage::purposes),
    known("2.5.29.46", "freshestCRL", Criticality::MustNot, locations::distribution_points),
    for_authorities("2.5.29.54", "inhibitAnyPolicy", Criticality::Must, opaque),
    known("2.5.29.9", "subjectDirectoryAttributes", Criticality::MustNot, opaque),
    known("1.3.6.1.5.5.7.1.1", "authorityInfoAccess", Criticality::MustNot, locations::access),
    known("1.3.6.1.5.5.7.1.11", "subjectInfoAccess", Criticality::MustNot, locations::access),
    known("1.3.6.1.5.5.7.1.24", "tlsFeature", Criticality::ShouldNot, opaque),
    known("1.3.6.1.5.5.7.48.1.5", "ocspNoCheck", Criticality::ShouldNot, opaque),
    known("1.3.6.1.4.1.11129.2.4.2", "signedCertificateTimestampList", Criticality::ShouldNot, opaque),
    known("1.3.6.1.4.1.11129.2.4.3", "ctPoison", Criticality::Must, opaque),
    known("2.16.840.1.113730.1.1", "netscapeCertType", Criticality::May, opaque),
];

const fn known(oid: &'static str, name: &'static str, criticality: Criticality, check: Check) -> Known {
    Known { oid: ObjectIdentifier::new_unwrap(oid), name, criticality, authorities_only: false, check }
}

const fn for_authorities(
    oid: &'static str,
    name: &'static str,
    criticality: Criticality,
    check: Check,
) -> Known {
    Known { authorities_only: true, ..known(oid, name, criticality, check) }
}

/// The content is not looked at.
#[expect(clippy::unnecessary_wraps, reason = "it stands where other checks do")]
fn opaque(_: &Facts<'_>, _: &RawExtension<'_>, _: &mut Report) -> der::Result<()> {
    Ok(())
}

/// Checks the list of extensions and each of them.
pub(super) fn check(facts: &Facts<'_>, report: &mut Report) {
    let list = facts.certificate.extensions();
    if facts.certificate.content.extensions.is_some() && list.is_empty() {
        report.add(FindingCode::ExtensionsEmpty, Place::Whole, "the list of extensions is empty");
    }
    envelope(list, report);
    for extension in list {
        let Some(known) = KNOWN.iter().find(|known| known.oid == extension.oid) else {
            unknown(extension, report);
            continue;
        };
        let place = Place::Extension(known.name);
        criticality(extension, known.name, known.criticality, report);
        report.add_if(
            known.authorities_only && !facts.is_authority,
            FindingCode::ExtensionForAuthorities,
            place,
            || format!("{} is for authorities only", known.name),
        );
        if let Err(error) = (known.check)(facts, extension, report) {
            let message = format!("{} does not decode: {error}", known.name);
            report.add(FindingCode::MalformedExtension, place, message);
        }
    }
}

/// What holds for extensions of every kind, of certificates and of revocation lists.
pub(super) fn envelope(list: &[RawExtension<'_>], report: &mut Report) {
    for (index, extension) in list.iter().enumerate() {
        let place = Place::Extension(name(extension.oid));
        report.add_if(
            list[..index].iter().any(|earlier| earlier.oid == extension.oid),
            FindingCode::DuplicateExtension,
            place,
            || format!("the extension {} occurs twice", extension.oid),
        );
        report.add_if(extension.default_is_encoded, FindingCode::EncodedDefault, place, || {
            format!("the extension {} says that it is not critical, which is the default", extension.oid)
        });
    }
}

/// Compares whether an extension is critical with what it should be.
pub(super) fn criticality(
    extension: &RawExtension<'_>,
    name: &'static str,
    wanted: Criticality,
    report: &mut Report,
) {
    let (code, words) = match (wanted, extension.critical) {
        (Criticality::Must, false) => (FindingCode::ExtensionNotCritical, "must be critical"),
        (Criticality::Should, false) => (FindingCode::ExtensionCriticality, "should be critical"),
        (Criticality::ShouldNot, true) => (FindingCode::ExtensionCriticality, "should not be critical"),
        (Criticality::MustNot, true) => (FindingCode::ExtensionCritical, "must not be critical"),
        _ => return,
    };
    report.add(code, Place::Extension(name), format!("{name} {words}"));
}

/// An extension that nothing is known about.
pub(super) fn unknown(extension: &RawExtension<'_>, report: &mut Report) {
    report.add_if(
        extension.critical,
        FindingCode::UnknownCriticalExtension,
        Place::Extension(UNKNOWN),
        || format!("the critical extension {} is unknown: verifiers refuse the certificate", extension.oid),
    );
}

const UNKNOWN: &str = "extension";

fn name(oid: ObjectIdentifier) -> &'static str {
    KNOWN.iter().find(|known| known.oid == oid).map_or(UNKNOWN, |known| known.name)
}

/// What must be there, or is advised to be.
pub(super) fn presence(facts: &Facts<'_>, report: &mut Report) {
    let certificate: &RawCertificate<'_> = facts.certificate;
    let has = |oid| certificate.extension(oid).is_some();
    if facts.is_authority && !has(oid::KEY_USAGE) {
        let message = "an authority must say in keyUsage what its key may sign";
        report.add(FindingCode::KeyUsageMissing, Place::Usages, message);
    }
    if !has(oid::SUBJECT_KEY_IDENTIFIER) {
        let place = Place::Extension("subjectKeyIdentifier");
        if facts.is_authority {
            let message = "an authority must identify its key";
            report.add(FindingCode::SubjectKeyIdentifierMissing, place, message);
        } else {
            let message = "the certificate does not identify its key";
            report.add(FindingCode::SubjectKeyIdentifierAdvised, place, message);
        }
    }
    let is_root = facts.is_self_signed && facts.is_authority;
    if !has(oid::AUTHORITY_KEY_IDENTIFIER) && !is_root {
        let place = Place::Extension("authorityKeyIdentifier");
        if facts.is_self_signed {
            let message = "a self-signed certificate should identify its key as that of its issuer, too";
            report.add(FindingCode::AuthorityKeyIdentifierAdvised, place, message);
        } else {
            let message = "the key of the issuer must be identified";
            report.add(FindingCode::AuthorityKeyIdentifierMissing, place, message);
        }
    }
    if !has(oid::SUBJECT_ALT_NAME) && !facts.is_authority && facts.has_purpose(usage::SERVER_AUTH) {
        let message =
            "a server's certificate without alternative names is not accepted by any client of today";
        report.add(FindingCode::ServerWithoutNames, Place::Extension("subjectAltName"), message);
    }
}
