//! Making certificates: the part that roots, intermediates and leaves have in common.

mod assemble;
mod issuer;
mod validity;

use jiff::Timestamp;
use rand_core::CryptoRng;
use x509_cert::name::Name;

use crate::certificate::Certificate;
use crate::error::Error;
use crate::finding::{Finding, Place};
use crate::key::{KeyAlgorithm, PrivateKey, PublicKey};
use crate::name;
use crate::profile::{Identity, SigningProfile};

use assemble::Template;
use issuer::check as check_issuer;
pub(crate) use issuer::check_rights;
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
        let usages = self.usages.fit(algorithm, self.authority.is_some(), self.strictness);
        collect(usages.map(|(_, findings)| findings), &mut findings, &mut errors);
        if self.expiry.is_zero() {
            errors.push(IssueError::NoLifetime.into());
        }
        if self.authority.is_some() && identity.subject.is_empty() {
            errors.push(IssueError::AuthorityWithoutSubject.into());
        }
        if identity.subject.is_empty() && identity.subject_alt_names.is_empty() {
            errors.push(IssueError::NoName.into());
        }
        if errors.is_empty() { Ok(findings) } else { Err(errors) }
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
        check_issuer(self, profile, now).map(|plan| plan.validity)
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
            subject_key_identifier: profile.subject_key_identifier || profile.authority.is_some(),
            issuer: &subject,
            authority_key_identifier: profile
                .self_signed_authority_key_identifier
                .then_some(&own_identifier[..]),
        };
        let certificate = template.sign(key, rng).map_err(one)?;
        Ok((certificate, findings))
    }
}

/// Makes a certificate under an issuer whose key is at hand.
pub(crate) fn under(
    issuer: (&Certificate, &PrivateKey),
    subject: Option<&Name>,
    identity: &Identity,
    public_key: &PublicKey,
    profile: &SigningProfile,
    now: Timestamp,
    rng: &mut dyn CryptoRng,
) -> Result<(Certificate, Vec<Finding>), Vec<Error>> {
    let (certificate, key) = issuer;
    let algorithm = public_key.algorithm();
    let (mut errors, mut findings) = (Vec::new(), Vec::new());
    collect(profile.check(identity, algorithm), &mut findings, &mut errors);
    let plan = check_issuer(certificate, profile, now).map_err(|found| errors.extend(found)).ok();
    let Some(plan) = plan.filter(|_| errors.is_empty()) else { return Err(errors) };
    findings.extend(plan.findings);
    let (usages, _) = profile.usages.fit(algorithm, profile.authority.is_some(), profile.strictness)?;
    let encoded = match subject {
        Some(subject) => subject.clone(),
        None => name::encode(&identity.subject).map_err(one)?,
    };
    let template = Template {
        subject: &encoded,
        subject_alt_names: &identity.subject_alt_names,
        public_key,
        usages: &usages,
        constraint: plan.constraint,
        validity: plan.validity,
        subject_key_identifier: profile.subject_key_identifier || profile.authority.is_some(),
        issuer: certificate.encoded_subject(),
        authority_key_identifier: plan.authority_key_identifier.as_deref(),
    };
    let signed = template.sign(key, rng).map_err(one)?;
    Ok((signed, findings))
}

/// A certificate cannot be issued as asked.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum IssueError {
    /// A certificate that nobody could refer to.
    #[error("a certificate needs a subject or a subject alternative name")]
    NoName,
    /// The certificates below would have an issuer without a name.
    #[error("a certificate authority needs a subject")]
    AuthorityWithoutSubject,
    /// The certificate would never be valid.
    #[error("the certificate would be valid for no time at all")]
    NoLifetime,
    /// The validity leaves the calendar of certificates.
    #[error("the certificate would not begin and end in the years 1970 to 9999")]
    Calendar,
    /// The issuer is not an authority.
    #[error("the issuer {issuer} is not a certificate authority")]
    NotAnAuthority {
        /// Subject of the issuer.
        issuer: String,
    },
    /// The issuer must not sign certificates.
    #[error("the key usage of the issuer {issuer} does not allow it to sign certificates")]
    CannotSign {
        /// Subject of the issuer.
        issuer: String,
    },
    /// The issuer has a critical extension that this library cannot honour, such as name constraints.
    #[error("the issuer {issuer} has the critical extension {oid}, which is not supported")]
    UnknownCritical {
        /// Subject of the issuer.
        issuer: String,
        /// The extension's object identifier.
        oid: String,
    },
    /// The key is not the issuer's.
    #[error("the private key does not belong to the certificate of {issuer}")]
    KeyMismatch {
        /// Subject of the issuer.
        issuer: String,
    },
    /// The issuer may not issue authorities.
    #[error("the issuer {issuer} has the path length 0 and cannot issue another certificate authority")]
    NoAuthorityBelow {
        /// Subject of the issuer.
        issuer: String,
    },
    /// The path length is not below the issuer's.
    #[error("the path length {asked} is not below that of the issuer {issuer}, which is {limit}")]
    PathLength {
        /// Subject of the issuer.
        issuer: String,
        /// The path length asked for.
        asked: u8,
        /// The issuer's own.
        limit: u8,
    },
    /// The issuer is not valid now.
    #[error("the issuer {issuer} is only valid from {not_before} to {not_after}")]
    IssuerNotValid {
        /// Subject of the issuer.
        issuer: String,
        /// First second of its validity.
        not_before: Timestamp,
        /// Last second of its validity.
        not_after: Timestamp,
    },
    /// The certificate would end after its issuer.
    #[error("the certificate would be valid until {asked}, but its issuer {issuer} ends at {limit}")]
    OutlivesIssuer {
        /// Subject of the issuer.
        issuer: String,
        /// The end asked for.
        asked: Timestamp,
        /// The end of the issuer.
        limit: Timestamp,
    },
    /// The request asks to be an authority, and the profile does not make it one.
    #[error(
        "the certificate request asks for a certificate authority, which the signing profile does not issue"
    )]
    RequestAsksForAuthority,
    /// The certificate could not be encoded.
    #[error("the certificate cannot be encoded")]
    Encoding,
}

impl IssueError {
    pub(crate) fn place(&self) -> Place {
        match self {
            Self::NoName | Self::AuthorityWithoutSubject => Place::Subject(crate::NameAttribute::CommonName),
            Self::NoLifetime | Self::Calendar | Self::OutlivesIssuer { .. } => Place::Validity,
            Self::NoAuthorityBelow { .. } | Self::PathLength { .. } | Self::RequestAsksForAuthority => {
                Place::Authority
            }
            Self::NotAnAuthority { .. }
            | Self::CannotSign { .. }
            | Self::UnknownCritical { .. }
            | Self::KeyMismatch { .. }
            | Self::IssuerNotValid { .. }
            | Self::Encoding => Place::Issuer,
        }
    }
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
