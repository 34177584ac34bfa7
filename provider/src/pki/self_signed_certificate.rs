//! `groundup_self_signed_certificate`: a certificate that vouches for itself.

use jiff::Timestamp;
use pki_core::{
    AuthorityConstraint, Certificate, Identity, Period, SigningProfile, Strictness, Usages,
};
use tfplugin::prelude::*;

use super::arguments::lifetime;
use super::issuing::Specification;
use super::outputs::{Outputs, is_due};
use super::problems::{Places, SubjectPlace, all};
use super::subject::{DnsName, EmailAddress, IpAddress, NameCollector, Names, Subject, Uri, subject};
use super::keys;
use crate::Client;

/// A certificate signed with its own key: the root of a tree, or a server that stands alone.
///
/// It is issued again, in place and with the same key, when an argument changes or when it is due for renewal.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct SelfSignedCertificate {
    /// Private key as PEM: PKCS#1, SEC1 or PKCS#8.
    #[attr(required, check = keys::pem)]
    private_key_pem: Attr<Secret>,
    /// Lifetime in hours.
    #[attr(required)]
    validity_period_hours: Attr<u64>,
    /// What the key may be used for, such as `digital_signature`, `server_auth` or `cert_signing`.
    #[attr(required)]
    allowed_uses: Attr<Vec<String>>,
    /// DNS names.
    #[attr(optional)]
    dns_names: Attr<Names<DnsName>>,
    /// IP addresses.
    #[attr(optional)]
    ip_addresses: Attr<Names<IpAddress>>,
    /// URIs.
    #[attr(optional)]
    uris: Attr<Names<Uri>>,
    /// E-mail addresses.
    #[attr(optional)]
    email_addresses: Attr<Names<EmailAddress>>,
    /// Whether it is the certificate of an authority.
    #[attr(optional, default = false)]
    is_ca_certificate: Attr<bool>,
    /// How many authorities may stand below an authority before a certificate that is none.
    #[attr(optional)]
    max_path_length: Attr<u8>,
    /// Whether the certificate carries an identifier of its key. Authorities always do.
    #[attr(optional, default = false)]
    set_subject_key_id: Attr<bool>,
    /// Whether the certificate repeats that identifier as its issuer's.
    #[attr(optional, default = false)]
    set_authority_key_id: Attr<bool>,
    /// How many hours before its end it is due for renewal.
    #[attr(optional, default = 0)]
    early_renewal_hours: Attr<u64>,
    /// The subject.
    #[attr(block, max = 1)]
    subject: Attr<Vec<Subject>>,
    /// The certificate as PEM.
    #[attr(computed, keep)]
    cert_pem: Attr<String>,
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
    id: Attr<String>,
}

impl SelfSignedCertificate {
    fn outputs(&mut self) -> Outputs<'_> {
        Outputs {
            cert_pem: &mut self.cert_pem,
            serial_number: None,
            fingerprint_sha256: None,
            validity_start_time: &mut self.validity_start_time,
            validity_end_time: &mut self.validity_end_time,
            ready_for_renewal: &mut self.ready_for_renewal,
            id: &mut self.id,
        }
    }

    fn specification(&self, strictness: Strictness) -> Specification {
        let (name, name_known) = subject(&self.subject).unwrap_or((pki_core::DistinguishedName::default(), true));
        let (names, name_places, names_known) = NameCollector::new()
            .add("dns_names", &self.dns_names)
            .add("ip_addresses", &self.ip_addresses)
            .add("uris", &self.uris)
            .add("email_addresses", &self.email_addresses)
            .finish();
        let places = Places {
            subject: Some(SubjectPlace::Block),
            names: name_places,
            usages: Some("allowed_uses".into()),
            validity: Some("validity_period_hours".into()),
            authority: Some("is_ca_certificate".into()),
            issuer: None,
        };
        let mut problems = Vec::new();
        let usages = Usages::parse(self.allowed_uses.or_default()).unwrap_or_else(|errors| {
            problems.extend(errors.iter().map(|error| places.error(error)));
            Usages::default()
        });
        let expiry = lifetime(("", &Attr::Null), ("validity_period_hours", &self.validity_period_hours));
        let is_authority = self.is_ca_certificate.or(false);
        if self.max_path_length.known().is_some() && !is_authority {
            let detail = "Only the certificate of an authority has a path length: set `is_ca_certificate = true`.";
            problems.push(Diagnostic::error("Conflicting Arguments", detail).at("max_path_length"));
        }
        let profile_known = problems.is_empty()
            && self.allowed_uses.known().is_some()
            && self.validity_period_hours.known().is_some()
            && !self.max_path_length.is_unknown();
        let key = self.private_key_pem.known().and_then(|text| keys::read(text, "private_key_pem").ok());
        Specification {
            identity: Identity { subject: name, subject_alt_names: names },
            profile: SigningProfile {
                expiry: expiry.known().map_or(Period::days(365), |(_, period)| *period),
                authority: is_authority
                    .then(|| AuthorityConstraint { path_length: self.max_path_length.known().copied() }),
                subject_key_identifier: self.set_subject_key_id.or(false),
                self_signed_authority_key_identifier: self.set_authority_key_id.or(false),
                strictness,
                ..SigningProfile::new(usages)
            },
            algorithm: key.map(|key| key.algorithm()),
            identity_known: name_known && names_known,
            profile_known,
            places,
            problems,
        }
    }

    fn early(&self) -> Option<Period> {
        lifetime(("", &Attr::Null), ("early_renewal_hours", &self.early_renewal_hours))
            .into_known()
            .map(|(_, period)| period)
    }

    /// Whether the certificate that is there has to give way.
    fn must_issue(&self, prior: &Self, specification: &Specification, now: Timestamp) -> bool {
        let certificate = prior.cert_pem.as_str().and_then(|pem| Certificate::from_pem(pem).ok());
        let same_key = match (&certificate, self.private_key_pem.known()) {
            (Some(certificate), Some(key)) => {
                keys::read(key, "private_key_pem").is_ok_and(|key| certificate.matches_key(&key))
            }
            _ => false,
        };
        !same_key
            || certificate.is_none_or(|certificate| specification.differs_from(&certificate))
            || self.validity_period_hours != prior.validity_period_hours
            || self.max_path_length != prior.max_path_length
            || self.set_authority_key_id != prior.set_authority_key_id
            || is_due(&prior.validity_end_time, self.early(), now)
    }

    fn issue(&mut self, cx: &Cx<Client>) -> Result<()> {
        let key = keys::read(self.private_key_pem.value()?, "private_key_pem")?;
        let specification = self.specification(cx.client.strictness());
        let Specification { identity, profile, places, .. } = &specification;
        let (certificate, _) = Certificate::self_signed(&key, identity, profile, cx.client.now(), &mut keys::rng())
            .map_err(|errors| all(&errors, places))?;
        self.key_algorithm = key.algorithm().family().into();
        self.outputs().record(&certificate);
        Ok(())
    }
}

impl Resource for SelfSignedCertificate {
    const TYPE: &'static str = "self_signed_certificate";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        check.extend(self.specification(Strictness::Compat).check().0);
    }

    async fn plan(plan: &mut Plan<Self>, cx: &Cx<Client>) -> Result<()> {
        let specification = plan.planned.specification(cx.client.strictness());
        let issue = plan
            .prior
            .as_ref()
            .is_none_or(|prior| plan.planned.must_issue(prior, &specification, cx.client.now()));
        let (problems, findings) = specification.check();
        plan.told.extend(problems);
        if issue {
            plan.told.extend(findings.iter().map(|finding| specification.places.warning(finding)));
            plan.planned.outputs().announce();
        }
        plan.planned.key_algorithm =
            specification.algorithm.map_or(Attr::Unknown, |algorithm| algorithm.family().into());
        Ok(())
    }

    async fn create(mut self, cx: &Cx<Client>, _saved: &Saved<Self>) -> Result<Self> {
        self.issue(cx)?;
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
                self.issue(cx)?;
            } else {
                self.outputs().keep(prior.outputs());
            }
        }
        Ok(self)
    }

    async fn delete(self, _cx: &Cx<Client>) -> Result<()> {
        Ok(())
    }
}
