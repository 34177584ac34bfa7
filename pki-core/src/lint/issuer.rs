//! How a certificate fits to its issuer (RFC 5280 §6.1).

use der::Decode;
use der::asn1::AnyRef;

use super::basic_constraints::path_length;
use super::facts::Facts;
use super::raw::{RawCertificate, RawExtension};
use super::report::Report;
use super::{key_identifiers, time};
use crate::certificate::{Certificate, Signed};
use crate::finding::{FindingCode, Place};
use crate::key::KeyError;
use crate::usage::KeyUsage;

/// Checks everything, the signature included.
pub(super) fn check(der: &[u8], facts: &Facts<'_>, issuer: &Certificate, report: &mut Report) {
    signature(der, issuer, report);
    fits(facts, issuer, report);
    constraints(der, issuer, report);
}

/// Compares the names with what the issuer may issue.
fn constraints(der: &[u8], issuer: &Certificate, report: &mut Report) {
    let Some(constraints) = issuer.name_constraints() else { return };
    // What this library cannot read is refused for other reasons.
    let Ok(certificate) = Certificate::from_der(der) else { return };
    for violation in constraints.violations_in(&certificate) {
        let message = format!("{violation}, says {}", issuer.subject_text());
        report.add(FindingCode::NameConstraintViolation, violation.place(), message);
    }
}

/// Checks whether the key of the issuer made the signature, as far as this library can tell.
pub(super) fn signature(der: &[u8], issuer: &Certificate, report: &mut Report) {
    let verdict = Signed::from_der(der).map(|signed| signed.verify(issuer.public_key()));
    report.add_if(
        !matches!(verdict, Ok(Ok(()) | Err(KeyError::UnsupportedSignature { .. }))),
        FindingCode::SignatureInvalid,
        Place::Signature,
        || format!("the signature is not one of the key of {}", issuer.subject_text()),
    );
}

/// Checks what a signature does not say.
pub(super) fn fits(facts: &Facts<'_>, issuer: &Certificate, report: &mut Report) {
    // A certificate that this library has read decodes.
    let Ok(raw) = RawCertificate::decode(issuer.as_der()) else { return };
    names(facts.certificate.content.issuer, facts.certificate.extensions(), &raw, issuer, report);
    authority(issuer, KeyUsage::CertSign, report);
    path_lengths(facts, issuer, report);
    validity(facts, &raw, issuer, report);
}

/// Compares names and key identifiers.
pub(super) fn names(
    name: AnyRef<'_>,
    extensions: &[RawExtension<'_>],
    raw: &RawCertificate<'_>,
    issuer: &Certificate,
    report: &mut Report,
) {
    report.add_if(name != raw.content.subject, FindingCode::IssuerNameMismatch, Place::IssuerName, || {
        format!("the name of the issuer is not, byte for byte, that of {}", issuer.subject_text())
    });
    let called = key_identifiers::of_authority(extensions);
    let own = key_identifiers::of_subject(raw);
    report.add_if(
        called.is_some() && own.is_some() && called != own,
        FindingCode::AuthorityKeyIdentifierMismatch,
        Place::Extension("authorityKeyIdentifier"),
        || format!("the key identifier is not the one of {}", issuer.subject_text()),
    );
}

/// Checks whether the issuer may do it.
pub(super) fn authority(issuer: &Certificate, usage: KeyUsage, report: &mut Report) {
    let usages = issuer.key_usages();
    let may = issuer.is_authority() && (usages.is_empty() || usages.contains(&usage));
    report.add_if(!may, FindingCode::IssuerNotAuthority, Place::Issuer, || {
        format!("{} is no authority with the usage `{usage}`", issuer.subject_text())
    });
}

fn path_lengths(facts: &Facts<'_>, issuer: &Certificate, report: &mut Report) {
    let limit = issuer.constraint().and_then(|constraint| constraint.path_length);
    let Some(limit) = limit.filter(|_| facts.is_authority && !facts.certificate.is_self_issued()) else {
        return;
    };
    let name = || issuer.subject_text();
    if limit == 0 {
        let message = format!("{} has the path length 0 and may not have an authority below it", name());
        report.add(FindingCode::PathLengthExceeded, Place::Authority, message);
    } else if let Some(length) = path_length(facts).filter(|length| *length >= limit) {
        let message = format!("the path length {length} is not below that of {}, which is {limit}", name());
        report.add(FindingCode::PathLengthNotBelowIssuer, Place::Authority, message);
    }
}

fn validity(facts: &Facts<'_>, raw: &RawCertificate<'_>, issuer: &Certificate, report: &mut Report) {
    // What is wrong with the times themselves is said where each certificate is looked at.
    let read = |certificate: &RawCertificate<'_>| {
        time::validity(certificate.content.validity, &mut Report::default()).ok().flatten()
    };
    let (Some([first, last]), Some([begin, end])) = (read(facts.certificate), read(raw)) else { return };
    report.add_if(last > end, FindingCode::OutlivesIssuer, Place::Validity, || {
        format!("the certificate ends at {last}, after {}, which ends at {end}", issuer.subject_text())
    });
    report.add_if(first < begin, FindingCode::PrecedesIssuer, Place::Validity, || {
        format!(
            "the certificate begins at {first}, before {}, which begins at {begin}",
            issuer.subject_text()
        )
    });
}
