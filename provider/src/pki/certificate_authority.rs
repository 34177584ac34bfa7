//! `groundup_certificate_authority`: an authority, with its key.

use jiff::Timestamp;
use pki_core::cfssl::CsrFile;
use pki_core::{
    AuthorityConstraint, Certificate as X509, DistinguishedName, Identity, Period, PrivateKey,
    SigningProfile, Strictness,
};
use tfplugin::Presence;
use tfplugin::prelude::*;

use super::issuer::Issuer;
use super::issuing::{self, Issue, Issued};
use super::keys::{self, Algorithm, KeySource};
use super::outputs::Outputs;
use super::pem::{CertificatePem, RequestPem};
use super::problems::{Places, SubjectPlace};
use super::specification::Specification;
use super::subject::{Subject, subject};
use super::times::Times;
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
    cert_request_pem: Attr<Parsed<RequestPem>>,
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
    fn key_source(&self) -> KeySource<'_> {
        KeySource {
            private_key_pem: &self.private_key_pem,
            csr_json: &self.csr_json,
            algorithm: &self.algorithm,
            rsa_bits: &self.rsa_bits,
            ecdsa_curve: &self.ecdsa_curve,
        }
    }

    fn key(&self) -> Option<PrivateKey> {
        self.key_source().key()
    }

    /// Subject and whether it is known completely.
    fn subject(&self) -> (DistinguishedName, bool) {
        match &self.csr_json {
            Attr::Unknown => (DistinguishedName::default(), false),
            Attr::Known(file) => (file.identity.subject.clone(), true),
            Attr::Null => subject(&self.subject).unwrap_or((DistinguishedName::default(), true)),
        }
    }

    fn profile(&self) -> SigningProfile {
        let base = match self.csr_json.known() {
            Some(file) => file.root_profile(),
            None => SigningProfile {
                expiry: DEFAULT_LIFETIME,
                ..SigningProfile::authority(AuthorityConstraint::default())
            },
        };
        let path_length = base.authority.and_then(|constraint| constraint.path_length);
        let path_length = self.max_path_length.known().copied().or(path_length);
        SigningProfile {
            expiry: self.times().validity().into_known().unwrap_or(base.expiry),
            authority: Some(AuthorityConstraint { path_length }),
            ..base
        }
    }

    fn places(&self) -> Places {
        let file = self.csr_json.is_set();
        let authority = if self.max_path_length.is_set() { "max_path_length" } else { "ca_cert_pem" };
        Places {
            subject: Some(if file { SubjectPlace::Argument("csr_json") } else { SubjectPlace::Block }),
            usages: None,
            validity: Some(self.times().validity_place()),
            authority: Some(authority.into()),
            issuer: Some("ca_cert_pem".into()),
            names: Vec::new(),
        }
    }
}

impl Issued for CertificateAuthority {
    fn specification(&self, strictness: Strictness) -> Specification {
        let mut problems = Vec::new();
        let (name, identity_known) = self.subject();
        let key = self.key().map(|key| key.public_key().clone());
        Specification {
            identity: Identity { subject: name, ..Identity::default() },
            profile: SigningProfile { strictness, ..self.profile() },
            algorithm: match &key {
                Some(key) => Some(key.algorithm()),
                None => self.key_source().wanted(&mut problems),
            },
            key,
            identity_known,
            profile_known: !self.times().validity().is_unknown()
                && !self.max_path_length.is_unknown()
                && !self.csr_json.is_unknown(),
            places: self.places(),
            problems,
        }
    }

    fn issuer(&self) -> Issuer<'_> {
        Issuer { cert_pem: &self.ca_cert_pem, private_key_pem: &self.ca_private_key_pem }
    }

    fn times(&self) -> Times<'_> {
        Times {
            validity: &self.validity,
            validity_period_hours: &self.validity_period_hours,
            early_renewal: &self.early_renewal,
            early_renewal_hours: &self.early_renewal_hours,
        }
    }

    fn cert_pem(&self) -> &Attr<String> {
        &self.cert_pem
    }

    fn describe(&mut self, specification: &Specification) {
        self.subject_dn = specification.subject_dn();
        self.key_algorithm = specification.key_algorithm();
        self.public_key_pem = specification.key.as_ref().map_or(Attr::Unknown, |key| key.to_pem().into());
    }

    fn record(&mut self, outputs: Outputs, ready_for_renewal: bool) {
        self.cert_pem = outputs.cert_pem;
        self.id.clone_from(&outputs.serial_number);
        self.serial_number = outputs.serial_number;
        self.fingerprint_sha256 = outputs.fingerprint_sha256;
        self.validity_start_time = outputs.validity_start_time;
        self.validity_end_time = outputs.validity_end_time;
        self.ready_for_renewal = ready_for_renewal.into();
    }

    async fn settle(&mut self, prior: Option<&Self>, strictness: Strictness) -> Result<()> {
        let key = self.key_source().settle(prior.map(|prior| &prior.private_key_pem)).await?;
        self.private_key_pem = key.into();
        if let (None, Some(key)) = (self.cert_request_pem.known(), self.key()) {
            let before = prior.map(|prior| &prior.cert_request_pem);
            self.cert_request_pem = self.specification(strictness).request(&key, before)?.into();
        }
        Ok(())
    }

    fn issue(&self, specification: &Specification, now: Timestamp) -> Result<Issue> {
        let key = keys::read(self.private_key_pem.value()?, "private_key_pem")?;
        let Specification { identity, profile, .. } = specification;
        let mut rng = keys::rng();
        Ok(if self.ca_cert_pem.is_set() {
            self.issuer().authority()?.issue(identity, key.public_key(), profile, now, &mut rng)
        } else {
            X509::self_signed(&key, identity, profile, now, &mut rng)
        })
    }
}

impl Resource for CertificateAuthority {
    const TYPE: &'static str = "certificate_authority";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        check.at_most_one(&[("csr_json", self.csr_json.presence()), ("subject", self.subject.any())]);
        self.key_source().check(check);
        self.times().check(check);
        let incomplete = match (self.ca_cert_pem.presence(), self.ca_private_key_pem.presence()) {
            (Presence::Present, Presence::Absent) => Some(("ca_cert_pem", "ca_private_key_pem")),
            (Presence::Absent, Presence::Present) => Some(("ca_private_key_pem", "ca_cert_pem")),
            _ => None,
        };
        if let Some((given, missing)) = incomplete {
            check.error(given, "Missing Argument", format!("`{missing}` is required with `{given}`."));
        }
        check.extend(self.specification(Strictness::Compat).check().0);
        self.issuer().check(check);
    }

    async fn plan(plan: &mut Plan<Self>, cx: &Cx<Client>) -> Result<()> {
        let makes_key = plan.config.private_key_pem.is_null();
        if makes_key && !plan.planned.key_source().keeps_key() {
            plan.planned.private_key_pem = Attr::Null;
        }
        let specification = issuing::plan(plan, cx);
        if makes_key && plan.planned.private_key_pem.is_null() {
            plan.planned.private_key_pem = Attr::Unknown;
        }
        if !specification.is_requested_by(&plan.planned.cert_request_pem) {
            plan.planned.cert_request_pem = Attr::Unknown;
        }
        Ok(())
    }

    async fn create(self, cx: &Cx<Client>, _saved: &Saved<Self>) -> Result<Self> {
        issuing::create(self, cx).await
    }

    async fn read(self, cx: &Cx<Client>) -> Result<Option<Self>> {
        Ok(Some(issuing::read(self, cx)))
    }

    async fn update(self, prior: Self, cx: &Cx<Client>, _saved: &Saved<Self>) -> Result<Self> {
        issuing::update(self, prior, cx).await
    }

    async fn delete(self, _cx: &Cx<Client>) -> Result<()> {
        Ok(())
    }
}
