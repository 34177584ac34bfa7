//! The rules for certificates, one after the other.

use der::{Decode, Encode};

use super::extensions;
use super::facts::Facts;
use super::name::Whose;
use super::raw::RawCertificate;
use super::report::Report;
use super::{algorithm, alt_names, issuer, name, time};
use crate::certificate::{Certificate, CertificateError, Signed};
use crate::finding::{Finding, FindingCode, Place};
use crate::key::{KeyError, PublicKey};

pub(super) fn lint(der: &[u8], issuer: Option<&Certificate>) -> Vec<Finding> {
    let mut report = Report::default();
    match RawCertificate::decode(der) {
        Ok(raw) => {
            whole(der, &raw, issuer, &mut report);
            refusal(der, &mut report);
        }
        Err(error) => report.add(FindingCode::Malformed, Place::Whole, undecodable(error)),
    }
    report.sorted()
}

pub(super) fn lint_issued(certificate: &Certificate, issuer: Option<&Certificate>) -> Vec<Finding> {
    let mut report = Report::default();
    let raw = match RawCertificate::decode(certificate.as_der()) {
        Ok(raw) => raw,
        Err(error) => return vec![Finding::new(FindingCode::Malformed, Place::Whole, undecodable(error))],
    };
    report.malformed(Place::PublicKey, |report| algorithm::parameters(raw.content.public_key, report));
    let facts = Facts::new(&raw, Some(certificate.public_key().algorithm()), issuer.is_none());
    rules(&facts, &mut report);
    if let Some(issuer) = issuer {
        issuer::fits(&facts, issuer, &mut report);
    }
    report.sorted()
}

fn undecodable(error: der::Error) -> String {
    format!("this is no certificate in DER: {error}")
}

/// Everything that can be said about a certificate, decoded or not.
fn whole(der: &[u8], raw: &RawCertificate<'_>, issuer: Option<&Certificate>, report: &mut Report) {
    let mut key = None;
    report.malformed(Place::PublicKey, |report| {
        key = algorithm::public_key(raw.content.public_key, report)?;
        Ok(())
    });
    let facts =
        Facts::new(raw, key.as_ref().map(PublicKey::algorithm), is_self_signed(der, raw, key.as_ref()));
    rules(&facts, report);
    if !raw.is_self_issued() {
        report.malformed(Place::IssuerName, |report| name::check(raw.content.issuer, Whose::Issuer, report));
    }
    if let Some(issuer) = issuer {
        issuer::check(der, &facts, issuer, report);
    }
    report.add_if(
        !report.has(FindingCode::EncodedDefault) && is_encoded_otherwise(der),
        FindingCode::NotDer,
        Place::Whole,
        || "encoded again, the certificate is another: this is not DER".to_owned(),
    );
}

/// The rules that need nothing but the certificate itself.
fn rules(facts: &Facts<'_>, report: &mut Report) {
    let content = &facts.certificate.content;
    version(content.version, report);
    serial(content.serial, report);
    report.add_if(content.has_unique_identifier, FindingCode::UniqueIdentifier, Place::Whole, || {
        "there is a unique identifier of the issuer or subject".to_owned()
    });
    report.malformed(Place::Signature, |report| {
        algorithm::signature(content.algorithm, facts.certificate.algorithm, report)
    });
    report.malformed(Place::Validity, |report| time::validity(content.validity, report).map(drop));
    subject(facts, report);
    extensions::check(facts, report);
    extensions::presence(facts, report);
}

fn version(version: Option<&[u8]>, report: &mut Report) {
    match version {
        Some([2]) => {}
        Some([0]) => {
            report.add(FindingCode::EncodedDefault, Place::Whole, "the version is 1, which is the default");
        }
        _ => report.add(FindingCode::VersionNotThree, Place::Whole, "the version of a certificate must be 3"),
    }
}

pub(super) fn serial(bytes: &[u8], report: &mut Report) {
    let place = Place::SerialNumber;
    match bytes {
        [0] => report.add(FindingCode::SerialZero, place, "the serial number is zero"),
        [0x80..=0xff, ..] => report.add(FindingCode::SerialNegative, place, "the serial number is negative"),
        _ if bytes.len() > 20 => {
            let message = format!("the serial number has {} octets; at most 20 are allowed", bytes.len());
            report.add(FindingCode::SerialTooLong, place, message);
        }
        _ => {}
    }
}

fn subject(facts: &Facts<'_>, report: &mut Report) {
    let content = &facts.certificate.content;
    report.add_if(content.issuer.value().is_empty(), FindingCode::IssuerEmpty, Place::IssuerName, || {
        "the issuer has no name".to_owned()
    });
    if content.subject.value().is_empty() {
        let place = Place::WholeSubject;
        if facts.is_authority {
            report.add(FindingCode::AuthorityWithoutSubject, place, "an authority must have a subject");
        } else if facts.certificate.extension(extensions::oid::SUBJECT_ALT_NAME).is_none() {
            report.add(FindingCode::NoName, place, "there is neither a subject nor an alternative name");
        }
    }
    report.malformed(Place::WholeSubject, |report| name::check(content.subject, Whose::Subject, report));
    report.malformed(Place::WholeSubject, |report| alt_names::email_of_subject(facts, report));
}

/// Whether it is signed by its own key, or may be, as far as this library can tell.
fn is_self_signed(der: &[u8], raw: &RawCertificate<'_>, key: Option<&PublicKey>) -> bool {
    raw.is_self_issued()
        && match (Signed::from_der(der), key) {
            (Ok(signed), Some(key)) => {
                matches!(signed.verify(key), Ok(()) | Err(KeyError::UnsupportedSignature { .. }))
            }
            _ => true,
        }
}

/// Whether the typed form is encoded differently. What it refuses is reported elsewhere.
fn is_encoded_otherwise(der: &[u8]) -> bool {
    x509_cert::Certificate::from_der(der).and_then(|decoded| decoded.to_der()).is_ok_and(|again| again != der)
}

/// What [`Certificate`] refuses never goes without an explanation.
fn refusal(der: &[u8], report: &mut Report) {
    if report.explains_refusal() {
        return;
    }
    let Err(error) = Certificate::from_der(der) else { return };
    let (code, place) = match error {
        CertificateError::PublicKey(_) => (FindingCode::MalformedKey, Place::PublicKey),
        _ => (FindingCode::Malformed, Place::Whole),
    };
    report.add(code, place, error.to_string());
}

impl Report {
    /// Applies a rule; where it cannot be applied, the certificate is malformed in this place.
    pub(super) fn malformed(&mut self, place: Place, rule: impl FnOnce(&mut Self) -> der::Result<()>) {
        if let Err(error) = rule(self) {
            self.add(FindingCode::Malformed, place, format!("the {place} does not decode: {error}"));
        }
    }
}
