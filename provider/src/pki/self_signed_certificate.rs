//! `groundup_self_signed_certificate`: a certificate that vouches for itself.

use pki_core::{
    AuthorityConstraint, Certificate, DistinguishedName, EarlyRenewal, Identity, Period, SigningProfile,
    Strictness,
};
use tfplugin::prelude::*;

use super::issuer::Issuer;
use super::issuing::{self, Issue, Issued};
use super::keys::{self, GivenKey, Key};
use super::outputs::Outputs;
use super::problems::{INVALID, Places, SubjectPlace};
use super::specification::{Specification, read_usages};
use super::subject::{DnsName, EmailAddress, IpAddress, NameCollector, Names, Subject, Uri, subject};
use super::times::{DEFAULT_BACKDATE, Times};
use crate::Client;

/// A certificate signed with its own key: the root of a tree, or a server that stands alone.
///
/// It is issued again, in place and with the same key, when an argument changes or when it is due for renewal.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct SelfSignedCertificate {
    #[attr(flatten)]
    given: GivenKey,
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
    /// When it is due for renewal: how long before its end (`30d`), which part of its lifetime before its end (`33%`), or
    /// a date by RFC 3339 from which on certificates issued before it are.
    #[attr(optional)]
    early_renewal: Attr<Parsed<EarlyRenewal>>,
    /// How many hours before its end it is due for renewal.
    #[attr(optional, default = 0)]
    early_renewal_hours: Attr<u64>,
    /// The subject.
    #[attr(block, max = 1)]
    subject: Attr<Vec<Subject>>,
    #[attr(flatten)]
    outputs: Outputs,
    /// Algorithm of the key: `RSA`, `ECDSA` or `ED25519`.
    #[attr(computed, keep)]
    key_algorithm: Attr<String>,
}

impl SelfSignedCertificate {
    /// Whether nothing but the usages is yet to be known of the profile.
    fn knows_profile(&self) -> bool {
        let flags = [&self.is_ca_certificate, &self.set_subject_key_id, &self.set_authority_key_id];
        !self.validity_period_hours.is_unknown()
            && !self.max_path_length.is_unknown()
            && !flags.into_iter().any(Attr::is_unknown)
    }
}

impl Issued for SelfSignedCertificate {
    fn specification(&self, key: &Key, strictness: Strictness) -> Specification {
        let mut problems = Vec::new();
        let (subject, subject_known) = subject(&self.subject).unwrap_or((DistinguishedName::default(), true));
        let (names, name_places, names_known) = NameCollector::new()
            .add_arguments(&self.dns_names, &self.ip_addresses, &self.uris, &self.email_addresses)
            .finish();
        let (usages, usages_known) = read_usages(&self.allowed_uses, &"allowed_uses".into(), &mut problems);
        let is_authority = self.is_ca_certificate.or(false);
        let profile = SigningProfile {
            expiry: self.times().validity().or(Period::days(365)),
            authority: is_authority
                .then(|| AuthorityConstraint { path_length: self.max_path_length.known().copied() }),
            subject_key_identifier: self.set_subject_key_id.or(false),
            self_signed_authority_key_identifier: self.set_authority_key_id.or(false),
            strictness,
            ..SigningProfile::new(usages)
        };
        Specification {
            identity: Identity { subject, subject_alt_names: names },
            profile,
            algorithm: key.algorithm(),
            key: key.public().cloned(),
            identity_known: subject_known && names_known,
            profile_known: usages_known && self.knows_profile(),
            places: Places {
                subject: Some(SubjectPlace::Block),
                names: name_places,
                usages: Some("allowed_uses".into()),
                validity: Some(self.times().validity_place()),
                authority: Some("is_ca_certificate".into()),
                issuer: None,
            },
            problems,
        }
    }

    fn issuer(&self) -> Issuer<'_> {
        Issuer::NONE
    }

    fn times(&self) -> Times<'_> {
        Times {
            validity: &Attr::Null,
            validity_period_hours: &self.validity_period_hours,
            early_renewal: &self.early_renewal,
            early_renewal_hours: &self.early_renewal_hours,
            backdate: DEFAULT_BACKDATE,
        }
    }

    fn outputs(&self) -> &Outputs {
        &self.outputs
    }

    fn outputs_mut(&mut self) -> &mut Outputs {
        &mut self.outputs
    }

    fn describe(&mut self, specification: &Specification) {
        self.key_algorithm = specification.key_algorithm();
    }

    fn describe_key(&mut self, key: &Key) {
        self.given.describe(key);
    }

    async fn settle(&mut self, _prior: Option<&Self>, client: &Client) -> Result<Key> {
        self.given.settle(client.seeds())
    }

    fn issue(&self, key: &Key, specification: &Specification, client: &Client) -> Result<Issue> {
        let Specification { identity, profile, .. } = specification;
        Ok(Certificate::self_signed(key.signing()?, identity, profile, client.now(), &mut keys::rng()))
    }
}

impl Resource for SelfSignedCertificate {
    const TYPE: &'static str = "self_signed_certificate";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        let is_authority = self.is_ca_certificate.is_unknown() || self.is_ca_certificate.or(false);
        if self.max_path_length.known().is_some() && !is_authority {
            let detail =
                "Only the certificate of an authority has a path length: set `is_ca_certificate = true`.";
            check.error("max_path_length", "Conflicting Arguments", detail);
        }
        self.given.check(check);
        self.times().check(check);
        let specification = self.specification(&self.given.configured(), Strictness::Compat);
        check.extend(specification.check().0);
        if specification.identity_known && specification.identity.subject == DistinguishedName::default() {
            let detail = "A certificate that vouches for itself is its own issuer, and an issuer has a name: add a \
                          `subject` block.";
            check.extend([Diagnostic::error(INVALID, detail)]);
        }
    }

    async fn plan(plan: &mut Plan<Self>, cx: &Cx<Client>) -> Result<()> {
        let Plan { planned, prior, told, .. } = plan;
        let before = prior.as_ref().map(|prior| &prior.given);
        let key = planned.given.plan(before, cx.client.seeds(), told)?;
        issuing::plan(plan, &key, cx);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(certificate: &SelfSignedCertificate) -> Vec<String> {
        let mut check = Check::default();
        certificate.validate(&mut check);
        check.iter().map(|told| told.path.as_ref().map(ToString::to_string).unwrap_or_default()).collect()
    }

    fn server() -> SelfSignedCertificate {
        SelfSignedCertificate {
            given: GivenKey { private_key_pem: Attr::Unknown, ..GivenKey::default() },
            validity_period_hours: 24.into(),
            allowed_uses: vec!["server_auth".to_owned()].into(),
            dns_names: vec![Attr::parse("a.example").unwrap()].into(),
            subject: Attr::Unknown,
            ..SelfSignedCertificate::default()
        }
    }

    #[test]
    fn a_path_length_is_for_authorities() {
        let with = |is_ca_certificate| SelfSignedCertificate {
            max_path_length: 0.into(),
            is_ca_certificate,
            ..server()
        };
        assert_eq!(complaints(&with(Attr::Null)), ["max_path_length"]);
        assert_eq!(complaints(&with(false.into())), ["max_path_length"]);
        assert_eq!(complaints(&with(Attr::Unknown)), [""; 0]);
    }

    #[test]
    fn an_issuer_has_a_name() {
        let nameless = |subject| complaints(&SelfSignedCertificate { subject, ..server() });
        assert_eq!(nameless(Attr::Null), [""]);
        assert_eq!(nameless(vec![Subject::default()].into()), [""]);
        let named = Subject { common_name: "a.example".into(), ..Subject::default() };
        assert_eq!(nameless(vec![named].into()), [""; 0]);
        assert_eq!(nameless(Attr::Unknown), [""; 0]);
    }

    #[test]
    fn every_wrong_usage_is_told_at_its_place() {
        let uses = ["server_auth", "serve", "clients"].map(str::to_owned).to_vec();
        let certificate = SelfSignedCertificate { allowed_uses: uses.into(), ..server() };
        assert_eq!(complaints(&certificate), ["allowed_uses[1]", "allowed_uses[2]"]);
    }
}
