//! What a certificate is to say, worked out before it exists, and compared with one that does.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use pki_core::{
    Certificate, CertificateRequest, Error as PkiError, Finding, Identity, KeyAlgorithm, PublicKey,
    SigningProfile, Strictness, Usages, Validity,
};
use tfplugin::prelude::*;

use super::keys::Key;
use super::pem::RequestPem;
use super::problems::{Places, all};

/// A certificate may end this much before it was asked to, and nobody is told: it and its issuer, made in one apply for the
/// same lifetime, end together.
const SAME_END: SignedDuration = SignedDuration::from_hours(1);

/// What a certificate is to say, as far as it is known.
#[derive(Debug)]
pub(super) struct Specification {
    pub(super) identity: Identity,
    pub(super) profile: SigningProfile,
    /// The key to certify, when there is one.
    pub(super) key: Option<PublicKey>,
    /// The algorithm of its key.
    pub(super) algorithm: Option<KeyAlgorithm>,
    /// Whether subject and names are known completely.
    pub(super) identity_known: bool,
    /// Whether usages, lifetime and constraint are known completely.
    pub(super) profile_known: bool,
    /// Where the parts stand in the configuration.
    pub(super) places: Places,
    /// What is wrong in the arguments themselves.
    pub(super) problems: Vec<Diagnostic>,
}

impl Specification {
    /// Everything that is wrong with it, as far as it is known.
    pub(super) fn check(&self) -> (Vec<Diagnostic>, Vec<Finding>) {
        let mut problems = self.problems.clone();
        let algorithm = self.algorithm.unwrap_or(KeyAlgorithm::RSA_2048);
        match self.profile.check(&self.identity, algorithm) {
            Ok(findings) => (problems, findings),
            Err(errors) => {
                // What is missing may still come.
                let told = errors.iter().filter(|error| self.profile_known || !concerns_profile(error));
                let told = told.filter(|error| self.identity_known || !concerns_absence(error));
                problems.extend(told.map(|error| self.places.error(error)));
                (problems, Vec::new())
            }
        }
    }

    /// What is said of a certificate of a validity that ends well before it was asked to: with its issuer.
    pub(super) fn ends_early(&self, given: &Validity, now: Timestamp) -> Option<Diagnostic> {
        let asked = Validity::new(&self.profile, now).ok()?;
        if asked.not_after.duration_since(given.not_after) <= SAME_END {
            return None;
        }
        let detail = format!(
            "The certificate is valid until {} instead of {}: its issuer ends then. Renew the issuer first, or ask for \
             less.",
            given.not_after, asked.not_after
        );
        let told = Diagnostic::warning("Issuer Ends First", detail);
        Some(match &self.places.validity {
            Some(place) => told.at(place.clone()),
            None => told,
        })
    }

    /// The distinguished name, when it is known.
    pub(super) fn subject_dn(&self) -> Attr<String> {
        if self.identity_known { self.identity.subject.to_string().into() } else { Attr::Unknown }
    }

    /// The alternative names, when they are known.
    pub(super) fn subject_alternative_names(&self) -> Attr<Vec<String>> {
        if !self.identity_known {
            return Attr::Unknown;
        }
        Attr::Known(self.identity.subject_alt_names.iter().map(ToString::to_string).collect())
    }

    /// The usages that fit the key, when they are known.
    pub(super) fn usages(&self) -> Attr<Vec<String>> {
        let Some(algorithm) = self.algorithm.filter(|_| self.profile_known) else { return Attr::Unknown };
        match self.profile.usages.fit(algorithm, self.profile.authority.is_some(), Strictness::Compat) {
            Ok((usages, _)) => Attr::Known(usages.names().map(ToOwned::to_owned).collect()),
            Err(_) => Attr::Unknown,
        }
    }

    /// The algorithm of the key, when it is known.
    pub(super) fn key_algorithm(&self) -> Attr<String> {
        self.algorithm.map_or(Attr::Unknown, |algorithm| algorithm.family().into())
    }

    /// Makes the request of a key, where there is none yet: the one from before, if it says the same, or a new one.
    pub(super) fn settle_request(
        &self,
        key: &Key,
        request: &mut Attr<Parsed<RequestPem>>,
        before: Option<&Attr<Parsed<RequestPem>>>,
    ) -> Result<()> {
        if request.known().is_some() {
            return Ok(());
        }
        *request = if let Some(before) = before.filter(|before| self.is_requested_by(before)) {
            before.clone()
        } else {
            let made = CertificateRequest::create(key.signing()?, &self.identity);
            Parsed::of(RequestPem(made.map_err(|error| all(&[error], &self.places))?)).into()
        };
        Ok(())
    }

    /// Whether a request asks for just this.
    pub(super) fn is_requested_by(&self, request: &Attr<Parsed<RequestPem>>) -> bool {
        request.known().is_some_and(|request| {
            self.identity_known
                && self.key.as_ref() == Some(request.0.public_key())
                && request.0.identity() == self.identity
        })
    }

    /// Whether a certificate says something else than it should. Not known things count as different.
    pub(super) fn differs_from(&self, certificate: &Certificate) -> bool {
        let (Some(algorithm), true, true) = (self.algorithm, self.identity_known, self.profile_known) else {
            return true;
        };
        let authority = self.profile.authority;
        let Ok((usages, _)) = self.profile.usages.fit(algorithm, authority.is_some(), Strictness::Compat)
        else {
            return true;
        };
        let names = |names: &pki_core::SubjectAltNames| {
            names.iter().map(ToString::to_string).collect::<BTreeSet<_>>()
        };
        let carries_key_id = certificate.subject_key_identifier().is_some();
        certificate.public_key().algorithm() != algorithm
            || certificate.subject() != self.identity.subject
            || names(certificate.subject_alt_names()) != names(&self.identity.subject_alt_names)
            || !usages.key.iter().eq(&certificate.key_usages().iter().copied().collect::<BTreeSet<_>>())
            || !usages.extended.iter().eq(&certificate
                .extended_key_usages()
                .iter()
                .copied()
                .collect::<BTreeSet<_>>())
            || certificate.is_authority() != authority.is_some()
            || carries_key_id != (self.profile.subject_key_identifier || authority.is_some())
    }
}

/// Reads usages; each wrong one is told at its own place.
pub(super) fn read_usages(
    names: &Attr<Vec<String>>,
    path: &Path,
    problems: &mut Vec<Diagnostic>,
) -> (Usages, bool) {
    let Some(names) = names.known() else { return (Usages::default(), false) };
    let mut usages = Usages::default();
    let mut good = true;
    for (index, name) in names.iter().enumerate() {
        match Usages::parse([name]) {
            Ok(one) => {
                usages.key.extend(one.key);
                usages.extended.extend(one.extended);
            }
            Err(errors) => {
                good = false;
                let detail = errors.first().map(PkiError::to_string).unwrap_or_default();
                problems.push(Diagnostic::error("Unknown Usage", sentence(&detail)).at(path.index(index)));
            }
        }
    }
    (usages, good)
}

fn concerns_profile(error: &PkiError) -> bool {
    matches!(
        error.place(),
        Some(pki_core::Place::Usages | pki_core::Place::Authority | pki_core::Place::Validity)
    )
}

fn concerns_absence(error: &PkiError) -> bool {
    use pki_core::IssueError;

    matches!(error, PkiError::Issue(IssueError::NoName | IssueError::AuthorityWithoutSubject))
}
