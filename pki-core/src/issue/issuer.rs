//! What an issuer must be before it signs.

use jiff::Timestamp;

use super::{IssueError, Validity, names};
use crate::certificate::Certificate;
use crate::error::Error;
use crate::finding::{Finding, FindingCode, Place};
use crate::profile::{AuthorityConstraint, OutlivingIssuer, SigningProfile};
use crate::time::shown;
use crate::usage::{ExtendedKeyUsage, KeyUsage};

/// What follows from the issuer for the certificate that it is about to sign.
pub(crate) struct Plan {
    pub(crate) validity: Validity,
    pub(crate) constraint: Option<AuthorityConstraint>,
    pub(crate) findings: Vec<Finding>,
}

/// Checks the rights, path lengths, constraints and lifetimes of the issuer, which comes first, and of those above it.
pub(crate) fn check(
    issuers: &[&Certificate],
    profile: &SigningProfile,
    now: Timestamp,
) -> Result<Plan, Vec<Error>> {
    if issuers.is_empty() {
        return Err(vec![IssueError::Encoding.into()]);
    }
    let mut errors: Vec<Error> = Vec::new();
    let mut findings = Vec::new();
    for issuer in issuers {
        errors.extend(check_rights(issuer).err().map(Error::from));
        errors.extend(check_purposes(issuer, profile).into_iter().map(Error::from));
        findings.extend(weak_signature(issuer));
    }
    errors.extend(names::check_constraints(issuers, &profile.name_constraints));
    let constraint = below(issuers, profile.authority).unwrap_or_else(|error| {
        errors.push(error.into());
        None
    });
    let validity = within(issuers, profile, now, &mut findings).map_err(|error| errors.push(error.into()));
    let findings = profile.strictness.judge(findings, errors)?;
    let validity = validity.map_err(|()| Vec::new())?;
    Ok(Plan { validity, constraint, findings })
}

/// Whether the certificate is one of an authority that may sign certificates, and whose constraints can be honoured.
pub(crate) fn check_rights(issuer: &Certificate) -> Result<(), IssueError> {
    let name = || issuer.subject_text();
    if !issuer.is_authority() {
        return Err(IssueError::NotAnAuthority { issuer: name() });
    }
    if issuer.encoded_subject().is_empty() {
        return Err(IssueError::IssuerWithoutSubject);
    }
    if let Some(oid) = issuer.unknown_critical_extensions().first() {
        return Err(IssueError::UnknownCritical { issuer: name(), oid: oid.clone() });
    }
    // Without the extension every usage is allowed (RFC 5280 §4.2.1.3).
    if !issuer.key_usages().is_empty() && !issuer.key_usages().contains(&KeyUsage::CertSign) {
        return Err(IssueError::CannotSign { issuer: name() });
    }
    if let Some(constraint) = issuer.name_constraints().and_then(|constraints| constraints.odd().first()) {
        return Err(IssueError::UnknownConstraint { issuer: name(), constraint: constraint.clone() });
    }
    Ok(())
}

/// Whether every certificate is signed by the next, which may sign it.
pub(crate) fn check_chain(issuers: &[&Certificate]) -> Result<(), IssueError> {
    for pair in issuers.windows(2) {
        check_rights(pair[1])?;
        if !pair[0].is_signed_by(pair[1]) {
            let (subject, issuer) = (pair[0].subject_text(), pair[1].subject_text());
            return Err(IssueError::BrokenChain { subject, issuer });
        }
    }
    for (depth, issuer) in issuers.iter().enumerate() {
        match issuer.constraint().and_then(|constraint| constraint.path_length) {
            Some(limit) if usize::from(limit) < depth => {
                return Err(IssueError::ChainTooLong { issuer: issuer.subject_text(), limit });
            }
            _ => {}
        }
    }
    Ok(())
}

/// Verifiers apply the extended key usage of an authority to everything below it.
fn check_purposes(issuer: &Certificate, profile: &SigningProfile) -> Vec<IssueError> {
    let (known, unknown) = (issuer.extended_key_usages(), issuer.unknown_extended_key_usages());
    if (known.is_empty() && unknown.is_empty()) || known.contains(&ExtendedKeyUsage::Any) {
        return Vec::new();
    }
    let allowed: Vec<String> =
        known.iter().map(|usage| format!("`{usage}`")).chain(unknown.iter().cloned()).collect();
    let missing = profile.usages.extended.iter().filter(|usage| !known.contains(usage));
    missing
        .map(|usage| IssueError::Purpose {
            issuer: issuer.subject_text(),
            purpose: usage.to_string(),
            allowed: allowed.join(", "),
        })
        .collect()
}

fn weak_signature(issuer: &Certificate) -> Option<Finding> {
    let hash = match issuer.signature_algorithm().as_str() {
        "1.2.840.113549.1.1.4" => "MD5",
        "1.2.840.113549.1.1.5" | "1.2.840.10045.4.1" => "SHA-1",
        _ => return None,
    };
    let message = format!(
        "the certificate of the issuer {} is signed with {hash}, which can be forged and which verifiers reject",
        issuer.subject_text()
    );
    Some(Finding::new(FindingCode::WeakSignatureOfIssuer, Place::Issuer, message))
}

/// The constraint of an authority below: its path length is below the issuer's, and below those further up by as much as
/// there are authorities between.
fn below(
    issuers: &[&Certificate],
    asked: Option<AuthorityConstraint>,
) -> Result<Option<AuthorityConstraint>, IssueError> {
    let limits = (0_u8..).zip(issuers).filter_map(|(depth, issuer)| {
        let path_length = issuer.constraint()?.path_length?;
        Some((path_length.saturating_sub(depth), *issuer))
    });
    let (Some(asked), Some((limit, issuer))) = (asked, limits.min_by_key(|(limit, _)| *limit)) else {
        return Ok(asked);
    };
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

/// The validity, inside of that of all issuers.
fn within(
    issuers: &[&Certificate],
    profile: &SigningProfile,
    now: Timestamp,
    findings: &mut Vec<Finding>,
) -> Result<Validity, IssueError> {
    let mut validity = Validity::new(profile, now)?;
    for issuer in issuers {
        let (name, first, limit) = (issuer.subject_text(), issuer.not_before(), issuer.not_after());
        if !issuer.is_valid_at(now) {
            return Err(IssueError::IssuerNotValid { issuer: name, not_before: first, not_after: limit });
        }
        if validity.not_before > limit {
            return Err(IssueError::BeginsAfterIssuer { issuer: name, asked: validity.not_before, limit });
        }
        if validity.not_before < first {
            // Backdating is a courtesy; a date that was asked for is not.
            if let Some(asked) = profile.not_before {
                findings.push(clamped("from", first, asked, &format!("its issuer {name} begins then")));
            }
            validity.not_before = first;
        }
        if validity.not_after > limit {
            let asked = validity.not_after;
            if profile.outliving_issuer == OutlivingIssuer::Refuse {
                return Err(IssueError::OutlivesIssuer { issuer: name, asked, limit });
            }
            validity.not_after = limit;
            findings.push(clamped("until", limit, asked, &format!("its issuer {name} ends then")));
        }
    }
    Ok(validity)
}

fn clamped(end: &str, limit: Timestamp, asked: Timestamp, why: &str) -> Finding {
    let (limit, asked) = (shown(limit), shown(asked));
    let message = format!("the certificate is valid {end} {limit} instead of {asked}: {why}");
    Finding::new(FindingCode::LifetimeClamped, Place::Validity, message)
}
