//! What an issuer must be before it signs.

use jiff::Timestamp;

use super::{IssueError, Validity};
use crate::certificate::Certificate;
use crate::error::Error;
use crate::finding::{Finding, FindingCode, Place};
use crate::profile::{AuthorityConstraint, OutlivingIssuer, SigningProfile};
use crate::usage::KeyUsage;

/// What follows from the issuer for the certificate that it is about to sign.
pub(crate) struct Plan {
    pub(crate) validity: Validity,
    pub(crate) constraint: Option<AuthorityConstraint>,
    pub(crate) authority_key_identifier: Option<Vec<u8>>,
    pub(crate) findings: Vec<Finding>,
}

/// Checks the issuer's rights, its path length and its lifetime.
pub(crate) fn check(
    issuer: &Certificate,
    profile: &SigningProfile,
    now: Timestamp,
) -> Result<Plan, Vec<Error>> {
    let mut errors: Vec<Error> = Vec::new();
    if let Err(error) = check_rights(issuer) {
        errors.push(error.into());
    }
    let constraint = below(issuer, profile.authority).unwrap_or_else(|error| {
        errors.push(error.into());
        None
    });
    let mut findings = Vec::new();
    let validity = within(issuer, profile, now, &mut findings).map_err(|error| errors.push(error.into()));
    match validity {
        Ok(validity) if errors.is_empty() => Ok(Plan {
            validity,
            constraint,
            authority_key_identifier: Some(key_identifier(issuer)),
            findings,
        }),
        _ => Err(errors),
    }
}

/// Whether the certificate is one of an authority that may sign certificates.
pub(crate) fn check_rights(issuer: &Certificate) -> Result<(), IssueError> {
    if !issuer.is_authority() {
        return Err(IssueError::NotAnAuthority { issuer: issuer.subject_text() });
    }
    if let Some(oid) = issuer.unknown_critical_extensions().first() {
        return Err(IssueError::UnknownCritical { issuer: issuer.subject_text(), oid: oid.clone() });
    }
    // Without the extension every usage is allowed (RFC 5280 §4.2.1.3).
    if !issuer.key_usages().is_empty() && !issuer.key_usages().contains(&KeyUsage::CertSign) {
        return Err(IssueError::CannotSign { issuer: issuer.subject_text() });
    }
    Ok(())
}

/// The constraint of an authority below `issuer`: its path length is below the issuer's.
fn below(
    issuer: &Certificate,
    asked: Option<AuthorityConstraint>,
) -> Result<Option<AuthorityConstraint>, IssueError> {
    let limit = issuer.constraint().and_then(|constraint| constraint.path_length);
    let (Some(asked), Some(limit)) = (asked, limit) else { return Ok(asked) };
    let name = || issuer.subject_text();
    let Some(highest) = limit.checked_sub(1) else {
        return Err(IssueError::NoAuthorityBelow { issuer: name() });
    };
    match asked.path_length {
        Some(asked) if asked > highest => Err(IssueError::PathLength { issuer: name(), asked, limit }),
        Some(_) => Ok(Some(asked)),
        None => Ok(Some(AuthorityConstraint { path_length: Some(highest) })),
    }
}

/// The validity, inside of the issuer's.
fn within(
    issuer: &Certificate,
    profile: &SigningProfile,
    now: Timestamp,
    findings: &mut Vec<Finding>,
) -> Result<Validity, IssueError> {
    let mut validity = Validity::new(profile, now)?;
    let (name, first, limit) = (issuer.subject_text(), issuer.not_before(), issuer.not_after());
    if !issuer.is_valid_at(now) {
        return Err(IssueError::IssuerNotValid { issuer: name, not_before: first, not_after: limit });
    }
    validity.not_before = validity.not_before.max(first);
    if validity.not_after > limit {
        let asked = validity.not_after;
        if profile.outliving_issuer == OutlivingIssuer::Refuse {
            return Err(IssueError::OutlivesIssuer { issuer: name, asked, limit });
        }
        validity.not_after = limit;
        let message =
            format!("the certificate is valid until {limit} instead of {asked}: its issuer {name} ends then");
        findings.push(Finding::new(FindingCode::LifetimeClamped, Place::Validity, message));
    }
    Ok(validity)
}

/// The identifier that the issuer calls its key by, which need not be the hash that this library would choose.
fn key_identifier(issuer: &Certificate) -> Vec<u8> {
    issuer
        .subject_key_identifier()
        .map_or_else(|| issuer.public_key().key_identifier().to_vec(), <[u8]>::to_vec)
}
