//! `groundup_certificate_authority`: an authority, with its key.

use jiff::Timestamp;
use pki_core::cfssl::CsrFile;
use pki_core::{
    AuthorityConstraint, Certificate as X509, DistinguishedName, EarlyRenewal, HttpUrl, Identity, Period,
    SigningProfile, Strictness,
};
use tfplugin::prelude::*;

use super::issuer::{Issuer, IssuerKey};
use super::issuing::{self, Issue, Issued};
use super::keys::{self, Key, OwnKey};
use super::name_constraints::{NameConstraints, name_constraints};
use super::outputs::Outputs;
use super::pem::{IssuerPem, RequestPem};
use super::problems::{Places, SubjectPlace};
use super::specification::Specification;
use super::subject::{Subject, subject};
use super::times::{DEFAULT_BACKDATE, Times};
use super::urls::Urls;
use crate::Client;

const DEFAULT_LIFETIME: Period = Period::days(5 * 365);

/// A certificate authority: a root that vouches for itself, or, below another authority, an intermediate.
///
/// The certificate is issued again, in place and with the same key, when an argument changes or when it is due for
/// renewal. Only another algorithm or generation makes a new key. The certificate is stored in state, and so is a key that the
/// resource makes or is given as `private_key_pem`.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct CertificateAuthority {
    #[attr(flatten)]
    own: OwnKey,
    /// Content of a cfssl `ca-csr.json`: subject, key algorithm, lifetime and path length.
    #[attr(optional)]
    csr_json: Attr<Parsed<CsrFile>>,
    /// Certificate of the issuing authority as PEM, for an intermediate. Those of its own issuers may stand beside it.
    #[attr(optional)]
    ca_cert_pem: Attr<Parsed<IssuerPem>>,
    #[attr(flatten)]
    issuer_key: IssuerKey,
    /// How many authorities may stand below this one before a certificate that is none; 0 allows none.
    #[attr(optional)]
    max_path_length: Attr<u8>,
    /// Lifetime, such as `43800h` or `10y`; five years of 365 days by default.
    #[attr(optional)]
    validity: Attr<Parsed<Period>>,
    /// Lifetime in hours.
    #[attr(optional)]
    validity_period_hours: Attr<u64>,
    /// When it is due for renewal: how long before its end (`30d`), which part of its lifetime before its end (`33%`), or
    /// a date by RFC 3339 from which on a certificate issued before it is.
    #[attr(optional)]
    early_renewal: Attr<Parsed<EarlyRenewal>>,
    /// How many hours before its end it is due for renewal.
    #[attr(optional)]
    early_renewal_hours: Attr<u64>,
    /// URLs of the issuer's revocation list: where to find whether this certificate has been revoked. Plain `http`, because
    /// `https` would have to be verified first.
    #[attr(optional)]
    crl_distribution_points: Attr<Vec<Parsed<HttpUrl>>>,
    /// URLs of the issuer's OCSP responders.
    #[attr(optional)]
    ocsp_urls: Attr<Vec<Parsed<HttpUrl>>>,
    /// URLs of the issuer's certificate.
    #[attr(optional)]
    issuer_urls: Attr<Vec<Parsed<HttpUrl>>>,
    /// The subject.
    #[attr(block, max = 1)]
    subject: Attr<Vec<Subject>>,
    /// The names that certificates below it may have.
    #[attr(block, max = 1)]
    name_constraints: Attr<Vec<NameConstraints>>,
    /// The certificate as PEM.
    #[attr(computed, keep)]
    cert_pem: Attr<String>,
    /// The certificate and, as far as `ca_cert_pem` has them, those of the authorities above it without the root: the
    /// `ca_cert_pem` of what stands below.
    #[attr(computed, keep)]
    cert_chain_pem: Attr<String>,
    /// What to trust, as PEM: of a root itself, and behind it the certificates of its earlier keys until they end, so that
    /// everybody can trust both while the new one takes over; of an intermediate the last certificate of `ca_cert_pem`.
    #[attr(computed, keep)]
    trust_bundle_pem: Attr<String>,
    /// A certificate request of the same key and subject as PEM, for signing by somebody else.
    #[attr(computed, keep)]
    cert_request_pem: Attr<Parsed<RequestPem>>,
    /// Distinguished name of the subject, in the form of RFC 4514.
    #[attr(computed, keep)]
    subject_dn: Attr<String>,
    /// Algorithm of the key: `RSA`, `ECDSA` or `ED25519`.
    #[attr(computed, keep)]
    key_algorithm: Attr<String>,
    /// When it is due for renewal, by RFC 3339.
    #[attr(computed, keep)]
    renew_at: Attr<String>,
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
    fn revocation(&self) -> Urls<'_> {
        Urls {
            crl_distribution_points: &self.crl_distribution_points,
            ocsp_urls: &self.ocsp_urls,
            issuer_urls: &self.issuer_urls,
        }
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
            name_constraints: name_constraints(&self.name_constraints).0,
            ..self.revocation().add_to(base)
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

impl CertificateAuthority {
    /// What to trust, given what was to be trusted before.
    fn trust(&self, before: &Attr<String>, now: Timestamp) -> Attr<String> {
        match (&self.ca_cert_pem, self.cert_pem.as_str()) {
            (Attr::Known(issuers), _) => issuers.get().chain().last().map(X509::to_pem).into(),
            (Attr::Null, Some(pem)) => {
                trust_bundle(pem, before.as_str(), now).map_or(Attr::Unknown, Attr::Known)
            }
            _ => Attr::Unknown,
        }
    }
}

/// A root, and those before it that are still of use: of other keys or names, and valid.
fn trust_bundle(pem: &str, before: Option<&str>, now: Timestamp) -> Option<String> {
    let root = X509::from_pem(pem).ok()?;
    let before = before.and_then(|before| X509::bundle_from_pem(before).ok()).unwrap_or_default();
    if before.first() == Some(&root) {
        // Nothing has changed, and no plan changes by the mere passing of time.
        return Some(before.iter().map(X509::to_pem).collect());
    }
    let stays = |earlier: &&X509| {
        let replaced = earlier.public_key() == root.public_key() && earlier.subject() == root.subject();
        !replaced && earlier.is_valid_at(now)
    };
    Some(std::iter::once(&root).chain(before.iter().filter(stays)).map(X509::to_pem).collect())
}

impl Issued for CertificateAuthority {
    fn specification(&self, key: &Key, strictness: Strictness) -> Specification {
        let (name, identity_known) = self.subject();
        Specification {
            identity: Identity { subject: name, ..Identity::default() },
            profile: SigningProfile { strictness, ..self.profile() },
            key: key.public().cloned(),
            algorithm: key.algorithm(),
            identity_known,
            profile_known: !self.times().validity().is_unknown()
                && !self.max_path_length.is_unknown()
                && !self.csr_json.is_unknown()
                && name_constraints(&self.name_constraints).1
                && self.revocation().are_known(),
            places: self.places(),
            problems: Vec::new(),
        }
    }

    fn issuer(&self) -> Issuer<'_> {
        Issuer::new(&self.ca_cert_pem, &self.issuer_key)
    }

    fn times(&self) -> Times<'_> {
        Times {
            validity: &self.validity,
            validity_period_hours: &self.validity_period_hours,
            early_renewal: &self.early_renewal,
            early_renewal_hours: &self.early_renewal_hours,
            backdate: DEFAULT_BACKDATE,
        }
    }

    fn cert_pem(&self) -> &Attr<String> {
        &self.cert_pem
    }

    fn describe(&mut self, specification: &Specification) {
        self.subject_dn = specification.subject_dn();
        self.key_algorithm = specification.key_algorithm();
    }

    fn record(&mut self, outputs: Outputs) {
        self.cert_pem = outputs.cert_pem;
        self.cert_chain_pem = outputs.cert_chain_pem;
        self.id.clone_from(&outputs.serial_number);
        self.serial_number = outputs.serial_number;
        self.fingerprint_sha256 = outputs.fingerprint_sha256;
        self.validity_start_time = outputs.validity_start_time;
        self.validity_end_time = outputs.validity_end_time;
        self.renew_at = outputs.renew_at;
        self.ready_for_renewal = outputs.ready_for_renewal;
    }

    fn describe_key(&mut self, key: &Key) {
        self.own.describe(key);
    }

    async fn settle(&mut self, prior: Option<&Self>, client: &Client) -> Result<Key> {
        let key = self.own.settle(prior.map(|prior| &prior.own), &self.csr_json, client.seeds()).await?;
        if self.cert_request_pem.known().is_none() {
            let before = prior.map(|prior| &prior.cert_request_pem);
            self.cert_request_pem =
                self.specification(&key, client.strictness()).request(&key, before)?.into();
        }
        Ok(key)
    }

    fn issue(&self, key: &Key, specification: &Specification, client: &Client) -> Result<Issue> {
        let Specification { identity, profile, .. } = specification;
        let (now, mut rng) = (client.now(), keys::rng());
        match key.public() {
            Some(key) if !self.issuer().is_itself() => {
                let authority = self.issuer().authority(client.seeds())?;
                Ok(authority.issue(identity, key, profile, now, &mut rng))
            }
            _ => Ok(X509::self_signed(key.signing()?, identity, profile, now, &mut rng)),
        }
    }
}

impl Resource for CertificateAuthority {
    const TYPE: &'static str = "certificate_authority";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        check.at_most_one(&[("csr_json", self.csr_json.presence()), ("subject", self.subject.any())]);
        let source = self.own.source(&self.csr_json);
        source.check(check);
        self.times().check(check);
        check.extend(self.specification(&source.configured(), Strictness::Compat).check().0);
        self.issuer().check(check);
    }

    async fn plan(plan: &mut Plan<Self>, cx: &Cx<Client>) -> Result<()> {
        let Plan { planned, config, prior, told, .. } = plan;
        let before = prior.as_ref().map(|prior| &prior.own);
        let key = planned.own.plan(&config.own, before, &planned.csr_json, cx.client.seeds(), told)?;
        let specification = issuing::plan(plan, &key, cx);
        let before = plan.prior.as_ref().map_or(&Attr::Null, |prior| &prior.trust_bundle_pem);
        plan.planned.trust_bundle_pem = plan.planned.trust(before, cx.client.now());
        if !specification.is_requested_by(&plan.planned.cert_request_pem) {
            plan.told.extend(key.refusal());
            plan.planned.cert_request_pem = Attr::Unknown;
        }
        Ok(())
    }

    async fn create(self, cx: &Cx<Client>, _saved: &Saved<Self>) -> Result<Self> {
        let mut new = issuing::create(self, cx).await?;
        new.trust_bundle_pem = new.trust(&Attr::Null, cx.client.now());
        Ok(new)
    }

    async fn read(self, cx: &Cx<Client>) -> Result<Option<Self>> {
        let mut object = issuing::read(self, cx);
        object.trust_bundle_pem = object.trust(&object.trust_bundle_pem, cx.client.now());
        Ok(Some(object))
    }

    async fn update(self, prior: Self, cx: &Cx<Client>, _saved: &Saved<Self>) -> Result<Self> {
        let before = prior.trust_bundle_pem.clone();
        let mut new = issuing::update(self, prior, cx).await?;
        new.trust_bundle_pem = new.trust(&before, cx.client.now());
        Ok(new)
    }

    async fn delete(self, _cx: &Cx<Client>) -> Result<()> {
        Ok(())
    }
}
