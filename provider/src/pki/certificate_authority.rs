//! `groundup_certificate_authority`: an authority, with its key.

use jiff::Timestamp;
use pki_core::cfssl::CsrFile;
use pki_core::{
    AuthorityConstraint, Certificate as X509, CertificateAuthority as Authority, CertificateRequest,
    Identity, Period, PrivateKey, SigningProfile, Strictness,
};
use tfplugin::Presence;
use tfplugin::prelude::*;

use super::arguments::{CertificatePem, lifetime};
use super::issuing::Specification;
use super::keys::{self, Algorithm};
use super::outputs::{Outputs, is_due};
use super::problems::{Places, SubjectPlace, all, sentence};
use super::subject::{Subject, subject};
use crate::Client;

const DEFAULT_LIFETIME: Period = Period::days(5 * 365);

/// A certificate authority: a root that vouches for itself, or, below another authority, an intermediate.
///
/// The certificate is issued again, in place and with the same key, when an argument changes or when it is due for
/// renewal. Only another algorithm makes a new key. Key and certificate are stored in state.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct CertificateAuthority {
    /// Private key as PEM. Without one the resource makes its own and tells it here.
    #[attr(optional, computed, keep, check = keys::pem)]
    private_key_pem: Attr<Secret>,
    /// Algorithm of the key that the resource makes: `RSA`, `ECDSA` (the default) or `ED25519`.
    #[attr(optional)]
    algorithm: Attr<Algorithm>,
    /// Size of an RSA key in bits: 2048 (the default), 3072 or 4096.
    #[attr(optional, check = keys::rsa_bits)]
    rsa_bits: Attr<u32>,
    /// Curve of an ECDSA key: `P256` (the default) or `P384`.
    #[attr(optional, check = keys::ecdsa_curve)]
    ecdsa_curve: Attr<String>,
    /// Content of a cfssl `ca-csr.json`: subject, key algorithm, lifetime and path length.
    #[attr(optional)]
    csr_json: Attr<Parsed<CsrFile>>,
    /// Certificate of the issuing authority as PEM, for an intermediate.
    #[attr(optional)]
    ca_cert_pem: Attr<Parsed<CertificatePem>>,
    /// Private key of the issuing authority as PEM, for an intermediate.
    #[attr(optional, check = keys::pem)]
    ca_private_key_pem: Attr<Secret>,
    /// How many authorities may stand below this one before a certificate that is none; 0 allows none.
    #[attr(optional)]
    max_path_length: Attr<u8>,
    /// Lifetime, such as `43800h` or `10y`; five years of 365 days by default.
    #[attr(optional)]
    validity: Attr<Parsed<Period>>,
    /// Lifetime in hours.
    #[attr(optional)]
    validity_period_hours: Attr<u64>,
    /// How long before its end it is due for renewal, such as `90d`.
    #[attr(optional)]
    early_renewal: Attr<Parsed<Period>>,
    /// How many hours before its end it is due for renewal.
    #[attr(optional)]
    early_renewal_hours: Attr<u64>,
    /// The subject.
    #[attr(block, max = 1)]
    subject: Attr<Vec<Subject>>,
    /// The certificate as PEM.
    #[attr(computed, keep)]
    cert_pem: Attr<String>,
    /// A certificate request of the same key and subject as PEM, for signing by somebody else.
    #[attr(computed, keep)]
    cert_request_pem: Attr<String>,
    /// Public key as PEM.
    #[attr(computed, keep)]
    public_key_pem: Attr<String>,
    /// Distinguished name of the subject, in the form of RFC 4514.
    #[attr(computed, keep)]
    subject_dn: Attr<String>,
    /// Algorithm of the key: `RSA`, `ECDSA` or `ED25519`.
    #[attr(computed, keep)]
    key_algorithm: Attr<String>,
    /// Whether the certificate is due for renewal.
    #[attr(computed, keep)]
    ready_for_renewal: Attr<bool>,
    /// First second of its validity, by RFC 3339.
    #[attr(computed, keep)]
    validity_start_time: Attr<String>,
    /// Last second of its validity, by RFC 3339.
    #[attr(computed, keep)]
    validity_end_time: Attr<String>,
    /// Serial number, in decimal.
    #[attr(computed, keep)]
    serial_number: Attr<String>,
    /// SHA-256 of the certificate.
    #[attr(computed, keep)]
    fingerprint_sha256: Attr<String>,
    /// Serial number, in decimal.
    #[attr(computed, keep)]
    id: Attr<String>,
}

impl CertificateAuthority {
    fn outputs(&mut self) -> Outputs<'_> {
        Outputs {
            cert_pem: &mut self.cert_pem,
            serial_number: Some(&mut self.serial_number),
            fingerprint_sha256: Some(&mut self.fingerprint_sha256),
            validity_start_time: &mut self.validity_start_time,
            validity_end_time: &mut self.validity_end_time,
            ready_for_renewal: &mut self.ready_for_renewal,
            id: &mut self.id,
        }
    }

    fn early(&self) -> Option<Period> {
        let early = lifetime(
            ("early_renewal", &self.early_renewal),
            ("early_renewal_hours", &self.early_renewal_hours),
        );
        early.into_known().map(|(_, period)| period)
    }

    fn lifetime(&self) -> Attr<Period> {
        let given = ("validity", &self.validity);
        lifetime(given, ("validity_period_hours", &self.validity_period_hours)).map(|(_, period)| period)
    }

    fn own_key(&self) -> Option<PrivateKey> {
        self.private_key_pem.known().and_then(|text| keys::read(text, "private_key_pem").ok())
    }

    fn specification(&self, strictness: Strictness) -> Specification {
        let mut problems = Vec::new();
        let file = self.csr_json.known();
        let mut places = Places {
            subject: Some(SubjectPlace::Block),
            usages: None,
            validity: Some("validity".into()),
            authority: Some("max_path_length".into()),
            issuer: Some("ca_cert_pem".into()),
            names: Vec::new(),
        };
        let (mut name, mut identity_known) =
            subject(&self.subject).unwrap_or_else(|| (pki_core::DistinguishedName::default(), true));
        if let Some(file) = file {
            name = file.identity.subject.clone();
            places.subject = Some(SubjectPlace::Argument("csr_json"));
        }
        identity_known &= !self.csr_json.is_unknown();
        let base = file.map_or_else(
            || SigningProfile {
                expiry: DEFAULT_LIFETIME,
                ..SigningProfile::authority(AuthorityConstraint::default())
            },
            |file| file.root_profile(),
        );
        let expiry = self.lifetime().into_known().unwrap_or(base.expiry);
        let path_length = self.max_path_length.known().copied();
        let path_length = path_length.or(base.authority.and_then(|constraint| constraint.path_length));
        Specification {
            identity: Identity { subject: name, ..Identity::default() },
            profile: SigningProfile {
                expiry,
                authority: Some(AuthorityConstraint { path_length }),
                strictness,
                ..base
            },
            algorithm: self.key_algorithm(&mut problems),
            identity_known,
            profile_known: !self.lifetime().is_unknown()
                && !self.max_path_length.is_unknown()
                && !self.csr_json.is_unknown(),
            places,
            problems,
        }
    }

    fn key_algorithm(&self, problems: &mut Vec<Diagnostic>) -> Option<pki_core::KeyAlgorithm> {
        if self.csr_json.is_unknown() {
            return None;
        }
        if let Some(file) = self.csr_json.known() {
            return Some(file.key);
        }
        let arguments = self.algorithm.is_set() || self.rsa_bits.is_set() || self.ecdsa_curve.is_set();
        if let Some(key) = self.own_key().filter(|_| !arguments) {
            return Some(key.algorithm());
        }
        match keys::algorithm(&self.algorithm, &self.rsa_bits, &self.ecdsa_curve)? {
            Ok(algorithm) => Some(algorithm),
            Err(error) => {
                problems.push(Diagnostic::error("Invalid Key", sentence(&error.to_string())).at("algorithm"));
                None
            }
        }
    }

    fn must_issue(&self, prior: &Self, specification: &Specification, now: Timestamp) -> bool {
        let Some(certificate) = prior.cert_pem.as_str().and_then(|pem| X509::from_pem(pem).ok()) else {
            return true;
        };
        let same_key = self.own_key().is_some_and(|key| certificate.matches_key(&key));
        let same_issuer = match &self.ca_cert_pem {
            Attr::Null => certificate.is_self_signed(),
            Attr::Unknown => false,
            Attr::Known(issuer) => certificate.is_signed_by(&issuer.0),
        };
        !same_key
            || !same_issuer
            || specification.differs_from(&certificate)
            || self.lifetime() != prior.lifetime()
            || self.max_path_length != prior.max_path_length
            || is_due(&prior.validity_end_time, self.early(), now)
    }

    async fn issue(&mut self, cx: &Cx<Client>) -> Result<()> {
        let specification = self.specification(cx.client.strictness());
        let Specification { identity, profile, algorithm, places, .. } = &specification;
        let key = match self.own_key() {
            Some(key) => key,
            None => keys::generate(algorithm.unwrap_or_default()).await.during("Unable to Generate Key")?,
        };
        if self.private_key_pem.known().is_none() {
            self.private_key_pem = Secret::new(key.to_pem().as_str()).into();
        }
        let request = CertificateRequest::create(&key, identity).map_err(|error| all(&[error], places))?;
        let (now, mut rng) = (cx.client.now(), keys::rng());
        let issued = match (self.ca_cert_pem.known(), self.ca_private_key_pem.known()) {
            (Some(issuer), Some(issuer_key)) => {
                let issuer_key = keys::read(issuer_key, "ca_private_key_pem")?;
                let parent = Authority::new(issuer.0.clone(), issuer_key)
                    .during("Unusable Certificate Authority")
                    .at("ca_private_key_pem")?;
                parent.intermediate(key, identity, profile, now, &mut rng)
            }
            _ => Authority::self_signed(key, identity, profile, now, &mut rng),
        };
        let (authority, _) = issued.map_err(|errors| all(&errors, places))?;
        self.cert_request_pem = request.to_pem().into();
        self.public_key_pem = authority.key().public_key().to_pem().into();
        self.subject_dn = specification.subject_dn();
        self.key_algorithm = authority.key().algorithm().family().into();
        self.outputs().record(authority.certificate());
        Ok(())
    }
}

impl Resource for CertificateAuthority {
    const TYPE: &'static str = "certificate_authority";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        let subject = self.subject.any();
        check.at_most_one(&[("csr_json", self.csr_json.presence()), ("subject", subject)]);
        check
            .at_most_one(&[("csr_json", self.csr_json.presence()), ("algorithm", self.algorithm.presence())]);
        check.at_most_one(&[
            ("private_key_pem", self.private_key_pem.presence()),
            ("algorithm", self.algorithm.presence()),
        ]);
        check.at_most_one(&[
            ("validity", self.validity.presence()),
            ("validity_period_hours", self.validity_period_hours.presence()),
        ]);
        check.at_most_one(&[
            ("early_renewal", self.early_renewal.presence()),
            ("early_renewal_hours", self.early_renewal_hours.presence()),
        ]);
        let issuer = (self.ca_cert_pem.presence(), self.ca_private_key_pem.presence());
        let incomplete = match issuer {
            (Presence::Present, Presence::Absent) => Some(("ca_cert_pem", "ca_private_key_pem")),
            (Presence::Absent, Presence::Present) => Some(("ca_private_key_pem", "ca_cert_pem")),
            _ => None,
        };
        if let Some((given, missing)) = incomplete {
            check.error(given, "Missing Argument", format!("`{missing}` is required with `{given}`."));
        }
        check.extend(self.specification(Strictness::Compat).check().0);
    }

    async fn plan(plan: &mut Plan<Self>, cx: &Cx<Client>) -> Result<()> {
        let specification = plan.planned.specification(cx.client.strictness());
        // Only another algorithm makes another key.
        if let (Some(algorithm), Some(key), false) =
            (specification.algorithm, plan.planned.own_key(), plan.config.private_key_pem.is_set())
            && key.algorithm() != algorithm
        {
            plan.planned.private_key_pem = Attr::Unknown;
            plan.planned.public_key_pem = Attr::Unknown;
        }
        let now = cx.client.now();
        let issue =
            plan.prior.as_ref().is_none_or(|prior| plan.planned.must_issue(prior, &specification, now));
        let (problems, findings) = specification.check();
        plan.told.extend(problems);
        plan.planned.subject_dn = specification.subject_dn();
        plan.planned.key_algorithm =
            specification.algorithm.map_or(Attr::Unknown, |algorithm| algorithm.family().into());
        if issue {
            plan.told.extend(findings.iter().map(|finding| specification.places.warning(finding)));
            plan.planned.cert_request_pem = Attr::Unknown;
            if plan.config.private_key_pem.is_set() {
                plan.planned.public_key_pem = Attr::Unknown;
            }
            plan.planned.outputs().announce();
        }
        Ok(())
    }

    async fn create(mut self, cx: &Cx<Client>, _saved: &Saved<Self>) -> Result<Self> {
        self.issue(cx).await?;
        Ok(self)
    }

    async fn read(mut self, cx: &Cx<Client>) -> Result<Option<Self>> {
        self.ready_for_renewal = is_due(&self.validity_end_time, self.early(), cx.client.now()).into();
        Ok(Some(self))
    }

    async fn update(mut self, mut prior: Self, cx: &Cx<Client>, _saved: &Saved<Self>) -> Result<Self> {
        if self.cert_pem.is_unknown() {
            let specification = self.specification(cx.client.strictness());
            if self.must_issue(&prior, &specification, cx.client.now()) {
                self.issue(cx).await?;
            } else {
                self.subject_dn = specification.subject_dn();
                self.cert_request_pem.clone_from(&prior.cert_request_pem);
                self.public_key_pem.clone_from(&prior.public_key_pem);
                self.outputs().keep(prior.outputs());
            }
        }
        Ok(self)
    }

    async fn delete(self, _cx: &Cx<Client>) -> Result<()> {
        Ok(())
    }
}
