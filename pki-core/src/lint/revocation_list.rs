//! The rules for revocation lists (RFC 5280 §5).

use const_oid::ObjectIdentifier;
use der::asn1::AnyRef;
use der::{Decode, Tag, Tagged};

use super::extensions::{Criticality, criticality, envelope, oid, unknown};
use super::name::Whose;
use super::raw::{Fields, RawCertificate, RawExtension, integer};
use super::report::Report;
use super::{algorithm, certificate, issuer, key_identifiers, name, time};
use crate::certificate::Certificate;
use crate::crl::CertificateRevocationList;
use crate::finding::{Finding, FindingCode, Place};
use crate::usage::KeyUsage;

/// `CertificateList`, taken apart.
struct RawList<'a> {
    version: Option<&'a [u8]>,
    inner_algorithm: AnyRef<'a>,
    outer_algorithm: AnyRef<'a>,
    issuer: AnyRef<'a>,
    this_update: AnyRef<'a>,
    next_update: Option<AnyRef<'a>>,
    revoked: Option<Vec<AnyRef<'a>>>,
    extensions: Vec<RawExtension<'a>>,
    has_empty_extensions: bool,
}

pub(super) fn lint(der: &[u8], issuer: Option<&Certificate>) -> Vec<Finding> {
    let mut report = Report::default();
    match RawList::decode(der) {
        Ok(list) => {
            list.check(&mut report);
            if let Some(issuer) = issuer {
                list.check_issuer(der, issuer, &mut report);
            }
            refusal(der, &mut report);
        }
        Err(error) => {
            let message = format!("this is no revocation list in DER: {error}");
            report.add(FindingCode::Malformed, Place::Whole, message);
        }
    }
    report.sorted()
}

/// What [`CertificateRevocationList`] refuses never goes without an explanation.
fn refusal(der: &[u8], report: &mut Report) {
    if report.explains_refusal() {
        return;
    }
    if let Err(error) = CertificateRevocationList::from_der(der) {
        report.add(FindingCode::Malformed, Place::Whole, error.to_string());
    }
}

impl<'a> RawList<'a> {
    fn decode(der: &'a [u8]) -> der::Result<Self> {
        let mut outer = Fields::inside(der)?;
        let mut fields = Fields::of(outer.expect(Tag::Sequence)?)?;
        let outer_algorithm = outer.expect(Tag::Sequence)?;
        outer.expect(Tag::BitString)?;
        outer.finish()?;
        let version = if fields.peek() == Some(Tag::Integer) { Some(integer(&mut fields)?) } else { None };
        let inner_algorithm = fields.expect(Tag::Sequence)?;
        let issuer = fields.expect(Tag::Sequence)?;
        let this_update = fields.next()?;
        let next_update = match fields.peek() {
            Some(Tag::UtcTime | Tag::GeneralizedTime) => Some(fields.next()?),
            _ => None,
        };
        let revoked = match fields.optional(Tag::Sequence) {
            Some(list) => Some(Fields::of(list)?.rest().collect()),
            None => None,
        };
        let extensions = fields.tagged(0).map(RawExtension::decode_tagged).transpose()?;
        fields.finish()?;
        Ok(Self {
            version,
            inner_algorithm,
            outer_algorithm,
            issuer,
            this_update,
            next_update,
            revoked,
            has_empty_extensions: extensions.as_ref().is_some_and(Vec::is_empty),
            extensions: extensions.unwrap_or_default(),
        })
    }

    fn check(&self, report: &mut Report) {
        report.add_if(self.version != Some(&[1]), FindingCode::CrlVersionNotTwo, Place::Whole, || {
            "the version of a revocation list must be 2".to_owned()
        });
        report.malformed(Place::Signature, |report| {
            algorithm::signature(self.inner_algorithm, self.outer_algorithm, report)
        });
        report.add_if(self.issuer.value().is_empty(), FindingCode::IssuerEmpty, Place::IssuerName, || {
            "the issuer has no name".to_owned()
        });
        report.malformed(Place::IssuerName, |report| name::check(self.issuer, Whose::Issuer, report));
        self.check_times(report);
        report.add_if(
            self.revoked.as_ref().is_some_and(Vec::is_empty),
            FindingCode::CrlEmptyList,
            Place::Whole,
            || "an empty list of revoked certificates must be left out".to_owned(),
        );
        report.add_if(self.has_empty_extensions, FindingCode::ExtensionsEmpty, Place::Whole, || {
            "the list of extensions is empty".to_owned()
        });
        self.check_extensions(report);
        self.check_entries(report);
    }

    fn check_times(&self, report: &mut Report) {
        let first = time::time(self.this_update, "thisUpdate", Place::Validity, report);
        let Some(next_update) = self.next_update else {
            let message = "there is no nextUpdate: nobody knows how long the list is good";
            return report.add(FindingCode::CrlWithoutNextUpdate, Place::Validity, message);
        };
        let next = time::time(next_update, "nextUpdate", Place::Validity, report);
        if let Some((first, next)) = first.zip(next) {
            report.add_if(next < first, FindingCode::ValidityReversed, Place::Validity, || {
                format!("nextUpdate is {next}, before thisUpdate at {first}")
            });
        }
    }

    fn check_extensions(&self, report: &mut Report) {
        envelope(&self.extensions, report);
        for extension in &self.extensions {
            match EXTENSIONS.iter().find(|(oid, ..)| *oid == extension.oid) {
                Some((_, name, wanted)) => criticality(extension, name, *wanted, report),
                None => unknown(extension, report),
            }
        }
        let number = self.extensions.iter().find(|extension| extension.oid == oid::CRL_NUMBER);
        let place = Place::Extension("cRLNumber");
        match number.map(|number| AnyRef::from_der(number.value).map(AnyRef::value)) {
            Some(Ok([0..=0x7f, rest @ ..])) if rest.len() < 20 => {}
            Some(_) => {
                let message = "the number of a revocation list must be positive and have at most 20 octets";
                report.add(FindingCode::CrlNumber, place, message);
            }
            None => report.add(FindingCode::CrlNumber, place, "a revocation list must have a number"),
        }
        report.add_if(
            key_identifiers::of_authority(&self.extensions).is_none(),
            FindingCode::AuthorityKeyIdentifierMissing,
            Place::Extension("authorityKeyIdentifier"),
            || "a revocation list must identify the key that signed it".to_owned(),
        );
    }

    fn check_entries(&self, report: &mut Report) {
        let is_delta = self.extensions.iter().any(|extension| extension.oid == DELTA);
        let mut seen = std::collections::HashSet::new();
        for (index, entry) in self.revoked.iter().flatten().enumerate() {
            let place = Place::Entry(index);
            report.malformed(place, |report| {
                let mut fields = Fields::of(*entry)?;
                let serial = integer(&mut fields)?;
                certificate::serial(serial, report);
                report.add_if(!seen.insert(serial), FindingCode::CrlDuplicateEntry, place, || {
                    "the certificate is revoked twice".to_owned()
                });
                time::time(fields.next()?, "the time of revocation", place, report);
                let extensions = fields.optional(Tag::Sequence);
                fields.finish()?;
                let Some(extensions) = extensions else { return Ok(()) };
                let extensions = RawExtension::decode_list(extensions)?;
                report.add_if(extensions.is_empty(), FindingCode::ExtensionsEmpty, place, || {
                    "the list of extensions is empty".to_owned()
                });
                envelope(&extensions, report);
                extensions
                    .iter()
                    .try_for_each(|extension| check_entry_extension(extension, is_delta, place, report))
            });
        }
    }

    fn check_issuer(&self, der: &[u8], issuer: &Certificate, report: &mut Report) {
        issuer::signature(der, issuer, report);
        if let Ok(raw) = RawCertificate::decode(issuer.as_der()) {
            issuer::names(self.issuer, &self.extensions, &raw, issuer, report);
        }
        issuer::authority(issuer, KeyUsage::CrlSign, report);
    }
}

fn check_entry_extension(
    extension: &RawExtension<'_>,
    is_delta: bool,
    place: Place,
    report: &mut Report,
) -> der::Result<()> {
    match ENTRY_EXTENSIONS.iter().find(|(oid, ..)| *oid == extension.oid) {
        Some((_, name, wanted)) => criticality(extension, name, *wanted, report),
        None => unknown(extension, report),
    }
    if extension.oid != oid::REASON_CODE {
        return Ok(());
    }
    let reason = AnyRef::from_der(extension.value)?;
    reason.tag().assert_eq(Tag::Enumerated)?;
    let problem = match reason.value() {
        [0] => "the reason `unspecified` must be left out",
        [8] if !is_delta => "the reason `removeFromCRL` is for lists of changes only",
        [1..=6 | 8..=10] => return Ok(()),
        _ => "the reason of revocation is unknown",
    };
    report.add(FindingCode::CrlReason, place, problem);
    Ok(())
}

const DELTA: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.27");

type Row = (ObjectIdentifier, &'static str, Criticality);

const EXTENSIONS: [Row; 7] = [
    row("2.5.29.35", "authorityKeyIdentifier", Criticality::MustNot),
    row("2.5.29.18", "issuerAltName", Criticality::ShouldNot),
    row("2.5.29.20", "cRLNumber", Criticality::MustNot),
    row("2.5.29.27", "deltaCRLIndicator", Criticality::Must),
    row("2.5.29.28", "issuingDistributionPoint", Criticality::Must),
    row("2.5.29.46", "freshestCRL", Criticality::MustNot),
    row("1.3.6.1.5.5.7.1.1", "authorityInfoAccess", Criticality::MustNot),
];

const ENTRY_EXTENSIONS: [Row; 3] = [
    row("2.5.29.21", "cRLReason", Criticality::MustNot),
    row("2.5.29.24", "invalidityDate", Criticality::MustNot),
    row("2.5.29.29", "certificateIssuer", Criticality::Must),
];

const fn row(oid: &'static str, name: &'static str, criticality: Criticality) -> Row {
    (ObjectIdentifier::new_unwrap(oid), name, criticality)
}

#[cfg(test)]
mod tests;
