//! Certificate authorities.

use std::fmt;

use jiff::Timestamp;
use rand_core::CryptoRng;

use crate::certificate::Certificate;
use crate::csr::CertificateRequest;
use crate::error::Error;
use crate::finding::Finding;
use crate::issue::{self, IssueError, Issuer, RequestOverrides, Requested};
use crate::key::{PrivateKey, PublicKey};
use crate::profile::{AuthorityConstraint, Identity, SigningProfile};

/// A certificate that may issue others, together with its key.
///
/// ```
/// use pki_core::{
///     AuthorityConstraint, CertificateAuthority, DistinguishedName, Identity, KeyAlgorithm, PrivateKey,
///     SigningProfile, SubjectAltNames,
/// };
/// # let mut rng = getrandom::rand_core::UnwrapErr(getrandom::SysRng);
/// # let now = "2026-11-22T12:00:00Z".parse().unwrap();
///
/// let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256, &mut rng).unwrap();
/// let identity = Identity { subject: DistinguishedName::common("Kubernetes"), ..Identity::default() };
/// let profile = SigningProfile::authority(AuthorityConstraint { path_length: Some(0) });
/// let (root, _) = CertificateAuthority::self_signed(key, &identity, &profile, now, &mut rng).unwrap();
///
/// let server_key = PrivateKey::generate(KeyAlgorithm::EcdsaP256, &mut rng).unwrap();
/// let server = Identity {
///     subject: DistinguishedName::common("kube-apiserver"),
///     subject_alt_names: SubjectAltNames::parse(["kubernetes.default", "10.32.0.1"]).unwrap(),
/// };
/// let profile = SigningProfile::server(server_key.algorithm());
/// let (certificate, findings) =
///     root.issue(&server, server_key.public_key(), &profile, now, &mut rng).unwrap();
/// assert!(certificate.is_signed_by(root.certificate()));
/// assert!(findings.is_empty());
/// ```
pub struct CertificateAuthority {
    certificate: Certificate,
    key: PrivateKey,
    chain: Vec<Certificate>,
}

impl CertificateAuthority {
    /// Joins a certificate and its key.
    ///
    /// # Errors
    ///
    /// Fails when the certificate is not one of an authority, must not sign certificates, or belongs to another key.
    pub fn new(certificate: Certificate, key: PrivateKey) -> Result<Self, IssueError> {
        issue::check_rights(&certificate)?;
        if !certificate.matches_key(&key) {
            return Err(IssueError::KeyMismatch { issuer: certificate.subject_text() });
        }
        Ok(Self { certificate, key, chain: Vec::new() })
    }

    /// Adds the certificates above this one, nearest first, as far as they are known. Their constraints, path lengths and
    /// lifetimes then hold for everything that is issued.
    ///
    /// # Errors
    ///
    /// Fails when a certificate is not signed by the next, or the next may not sign it.
    pub fn with_chain(mut self, chain: Vec<Certificate>) -> Result<Self, IssueError> {
        let issuers: Vec<&Certificate> = std::iter::once(&self.certificate).chain(&chain).collect();
        issue::check_chain(&issuers)?;
        self.chain = chain;
        Ok(self)
    }

    /// Makes a root: an authority that vouches for itself. A profile without a constraint gets one without a limit.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the identity or the profile.
    pub fn self_signed(
        key: PrivateKey,
        identity: &Identity,
        profile: &SigningProfile,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(Self, Vec<Finding>), Vec<Error>> {
        let profile = as_authority(profile);
        let (certificate, findings) = Certificate::self_signed(&key, identity, &profile, now, rng)?;
        Ok((Self { certificate, key, chain: Vec::new() }, findings))
    }

    /// Makes an authority below this one. Where this one has a path length and the profile none, the new one gets the
    /// longest that is allowed.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the identity or the profile, or that this authority may not do.
    pub fn intermediate(
        &self,
        key: PrivateKey,
        identity: &Identity,
        profile: &SigningProfile,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(Self, Vec<Finding>), Vec<Error>> {
        let profile = as_authority(profile);
        let (certificate, findings) = self.issue(identity, key.public_key(), &profile, now, rng)?;
        let chain = std::iter::once(&self.certificate).chain(&self.chain).cloned().collect();
        Ok((Self { certificate, key, chain }, findings))
    }

    /// Issues a certificate for a key.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the identity or the profile, or that this authority may not do.
    pub fn issue(
        &self,
        identity: &Identity,
        public_key: &PublicKey,
        profile: &SigningProfile,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(Certificate, Vec<Finding>), Vec<Error>> {
        issue::under(self.as_issuer(), None, identity, public_key, profile, now, rng)
    }

    /// Issues a certificate for a request: with its key, its subject as it stands, and its alternative names, as far as
    /// the profile takes them over. The profile decides about everything else; findings tell what else was asked for.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the names or the profile, or that this authority may not do; also when the request
    /// asks for an authority and the profile does not make it one, or for a critical extension that is unknown.
    pub fn issue_from_request(
        &self,
        request: &CertificateRequest,
        profile: &SigningProfile,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(Certificate, Vec<Finding>), Vec<Error>> {
        self.issue_from_request_as(request, &RequestOverrides::default(), profile, now, rng)
    }

    /// As [`issue_from_request`](Self::issue_from_request), with other names than the request asks for.
    ///
    /// # Errors
    ///
    /// As for [`issue_from_request`](Self::issue_from_request).
    pub fn issue_from_request_as(
        &self,
        request: &CertificateRequest,
        overrides: &RequestOverrides,
        profile: &SigningProfile,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(Certificate, Vec<Finding>), Vec<Error>> {
        let requested = Requested::new(request, overrides, profile)?;
        let (subject, identity) = (requested.subject.as_ref(), &requested.identity);
        let (certificate, more) =
            issue::under(self.as_issuer(), subject, identity, request.public_key(), profile, now, rng)?;
        let mut findings = requested.findings;
        // The linter sees in the certificate what was said about the request.
        let said: Vec<_> = findings.iter().map(Finding::code).collect();
        findings.extend(more.into_iter().filter(|finding| !said.contains(&finding.code())));
        Ok((certificate, findings))
    }

    /// The certificate.
    #[must_use]
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The certificates above it that are known, nearest first.
    #[must_use]
    pub fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &PrivateKey {
        &self.key
    }

    /// Takes the two apart.
    #[must_use]
    pub fn into_parts(self) -> (Certificate, PrivateKey) {
        (self.certificate, self.key)
    }

    fn as_issuer(&self) -> Issuer<'_> {
        Issuer { certificate: &self.certificate, key: &self.key, chain: &self.chain }
    }
}

impl fmt::Debug for CertificateAuthority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateAuthority").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

fn as_authority(profile: &SigningProfile) -> SigningProfile {
    let authority = Some(profile.authority.unwrap_or(AuthorityConstraint { path_length: None }));
    SigningProfile { authority, ..profile.clone() }
}
