//! Making certificates: the part that roots, intermediates and leaves have in common.

mod assemble;
mod error;
mod issuer;
mod names;
mod pointers;
mod reissue;
mod request;
mod validity;

use jiff::Timestamp;
use rand_core::CryptoRng;
use x509_cert::name::Name;

use crate::certificate::Certificate;
use crate::certificate_policy::CertificatePolicy;
use crate::error::Error;
use crate::finding::{Finding, FindingCode, Place, Severity};
use crate::key::{KeyAlgorithm, PrivateKey, PublicKey};
use crate::lint;
use crate::name::{self, NameAttribute};
use crate::profile::{Identity, SigningProfile};
use crate::san::{EmailAddress, SubjectAltName};
use crate::strictness::Strictness;
use crate::usage::ExtendedKeyUsage;

use assemble::Template;
pub use error::IssueError;
use issuer::check as check_issuer;
pub(crate) use issuer::{check_chain, check_rights};
pub use reissue::Reissue;
pub(crate) use reissue::check_issued;
pub use request::RequestOverrides;
pub(crate) use request::Requested;
pub use validity::Validity;

impl SigningProfile {
    /// Checks whether a certificate for `identity` and a key of this kind can be issued, without an issuer and without
    /// making anything: names, usages, constraint and lengths of time.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, in strict mode with all findings.
    pub fn check(&self, identity: &Identity, algorithm: KeyAlgorithm) -> Result<Vec<Finding>, Vec<Error>> {
        let mut errors = Vec::new();
        let mut findings = Vec::new();
        collect(identity.subject.check(self.strictness), &mut findings, &mut errors);
        collect(
            self.strictness.judge(identity.subject_alt_names.findings(), Vec::new()),
            &mut findings,
            &mut errors,
        );
        collect(self.strictness.judge(email_finding(identity), Vec::new()), &mut findings, &mut errors);
        let usages = self.usages.fit(algorithm, self.authority.is_some(), self.strictness);
        collect(usages.map(|(_, findings)| findings), &mut findings, &mut errors);
        errors.extend(self.contradictions().into_iter().map(Error::from));
        if self.authority.is_some() && identity.subject.is_empty() {
            errors.push(IssueError::AuthorityWithoutSubject.into());
        }
        if identity.subject.is_empty() && identity.subject_alt_names.is_empty() {
            errors.push(IssueError::NoName.into());
        }
        if errors.is_empty() { Ok(findings) } else { Err(errors) }
    }

    /// What is wrong whoever the certificate is for.
    fn contradictions(&self) -> Vec<IssueError> {
        let mut errors = Vec::new();
        match (self.not_before, self.not_after) {
            (_, None) if self.expiry.is_zero() => errors.push(IssueError::NoLifetime),
            (Some(not_before), Some(not_after)) if not_after < not_before => {
                errors.push(IssueError::EndsBeforeItBegins { not_before, not_after });
            }
            _ => {}
        }
        if self.authority.is_none() && !self.name_constraints.is_empty() {
            errors.push(IssueError::ConstraintsWithoutAuthority);
        }
        let oids: Vec<String> = self.certificate_policies.iter().map(CertificatePolicy::oid).collect();
        for (index, oid) in oids.iter().enumerate() {
            if oids[..index].contains(oid) {
                errors.push(IssueError::DuplicatePolicy { oid: oid.clone() });
            }
        }
        if self.ocsp_no_check && !self.usages.extended.contains(&ExtendedKeyUsage::OcspSigning) {
            errors.push(IssueError::NoCheckWithoutOcspSigning);
        }
        errors
    }
}

impl Certificate {
    /// Checks whether this certificate can issue under `profile`, without its key and without making anything: that it
    /// is one of an authority, may sign certificates, allows another authority where one is asked for, and is valid.
    /// Gives the validity that a certificate issued now would have.
    ///
    /// # Errors
    ///
    /// Everything that is wrong.
    pub fn check_issuing(&self, profile: &SigningProfile, now: Timestamp) -> Result<Validity, Vec<Error>> {
        check_issuer(&[self], profile, now).map(|plan| plan.validity)
    }

    /// Makes a self-signed certificate: the root of a tree if the profile has a constraint, else one for a server that
    /// stands alone.
    ///
    /// # Errors
    ///
    /// Everything that [`SigningProfile::check`] finds, and times outside of the calendar.
    pub fn self_signed(
        key: &PrivateKey,
        identity: &Identity,
        profile: &SigningProfile,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(Self, Vec<Finding>), Vec<Error>> {
        let findings = profile.check(identity, key.algorithm())?;
        let (usages, _) =
            profile.usages.fit(key.algorithm(), profile.authority.is_some(), profile.strictness)?;
        let validity = Validity::new(profile, now).map_err(one)?;
        let subject = name::encode(&identity.subject).map_err(one)?;
        let own_identifier = key.public_key().key_identifier();
        let template = Template {
            subject: &subject,
            subject_alt_names: &identity.subject_alt_names,
            public_key: key.public_key(),
            usages: &usages,
            constraint: profile.authority,
            validity,
            profile,
            issuer: &subject,
            authority_key_identifier: profile
                .self_signed_authority_key_identifier
                .then_some(&own_identifier[..]),
        };
        let certificate = template.sign(key, rng).map_err(one)?;
        linted(certificate, None, profile.strictness, findings)
    }
}

/// A certificate with its key, and the certificates above it, nearest first.
#[derive(Clone, Copy)]
pub(crate) struct Issuer<'a> {
    pub(crate) certificate: &'a Certificate,
    pub(crate) key: &'a PrivateKey,
    pub(crate) chain: &'a [Certificate],
}

impl<'a> Issuer<'a> {
    /// An issuer that nothing is known about but itself.
    pub(crate) fn new(certificate: &'a Certificate, key: &'a PrivateKey) -> Self {
        Self { certificate, key, chain: &[] }
    }
}

/// Makes a certificate under an issuer whose key is at hand. `subject` is that of the identity as it was encoded
/// elsewhere.
pub(crate) fn under(
    issuer: Issuer<'_>,
    subject: Option<&Name>,
    identity: &Identity,
    public_key: &PublicKey,
    profile: &SigningProfile,
    now: Timestamp,
    rng: &mut dyn CryptoRng,
) -> Result<(Certificate, Vec<Finding>), Vec<Error>> {
    let algorithm = public_key.algorithm();
    let issuers: Vec<&Certificate> = std::iter::once(issuer.certificate).chain(issuer.chain).collect();
    let (mut errors, mut findings) = (Vec::new(), Vec::new());
    collect(profile.check(identity, algorithm), &mut findings, &mut errors);
    // A subject that cannot be encoded is among the errors of the check.
    let encoded = subject.cloned().or_else(|| name::encode(&identity.subject).ok()).unwrap_or_default();
    errors.extend(names::check(&issuers, &encoded, &identity.subject_alt_names));
    let plan = match check_issuer(&issuers, profile, now) {
        Ok(plan) if errors.is_empty() => plan,
        outcome => {
            // Both checks look at the dates of the profile.
            let found = outcome.err().unwrap_or_default();
            let new: Vec<_> = found.into_iter().filter(|error| !errors.contains(error)).collect();
            errors.extend(new);
            return Err(errors);
        }
    };
    findings.extend(plan.findings);
    let (usages, _) = profile.usages.fit(algorithm, profile.authority.is_some(), profile.strictness)?;
    let template = Template {
        subject: &encoded,
        subject_alt_names: &identity.subject_alt_names,
        public_key,
        usages: &usages,
        constraint: plan.constraint,
        validity: plan.validity,
        profile,
        issuer: issuer.certificate.encoded_subject(),
        authority_key_identifier: Some(&issuer.certificate.own_key_identifier()),
    };
    let signed = template.sign(issuer.key, rng).map_err(one)?;
    linted(signed, Some(issuer.certificate), profile.strictness, findings)
}

/// Lets pass what the linter lets pass. A grave remark about our own product means that something unsound was asked for.
pub(crate) fn linted(
    certificate: Certificate,
    issuer: Option<&Certificate>,
    strictness: Strictness,
    mut findings: Vec<Finding>,
) -> Result<(Certificate, Vec<Finding>), Vec<Error>> {
    let mut remarks = lint::issued(&certificate, issuer);
    let said: Vec<_> = findings.iter().map(Finding::code).collect();
    remarks.retain(|remark| remark.severity() != Severity::Notice && !said.contains(&remark.code()));
    findings.extend(strictness.judge(remarks, Vec::new())?);
    Ok((certificate, findings))
}

/// Verifiers look for e-mail addresses among the alternative names only (RFC 5280 §4.1.2.6).
fn email_finding(identity: &Identity) -> Vec<Finding> {
    let email = identity.subject.email_address.as_deref().and_then(|email| EmailAddress::new(email).ok());
    let missing = email
        .map(SubjectAltName::Email)
        .filter(|email| !identity.subject_alt_names.iter().any(|n| n == email));
    let finding = missing.map(|email| {
        let message =
            format!("the e-mail address `{email}` of the subject is not among the alternative names");
        Finding::new(FindingCode::EmailOnlyInSubject, Place::Subject(NameAttribute::EmailAddress), message)
    });
    finding.into_iter().collect()
}

fn collect(outcome: Result<Vec<Finding>, Vec<Error>>, findings: &mut Vec<Finding>, errors: &mut Vec<Error>) {
    match outcome {
        Ok(found) => findings.extend(found),
        Err(found) => errors.extend(found),
    }
}

fn one(error: impl Into<Error>) -> Vec<Error> {
    vec![error.into()]
}
