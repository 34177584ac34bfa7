//! `groundup_certificate_request`: a certificate request (CSR) for a given key.

use pki_core::{Identity, Strictness};
use sha1::{Digest as _, Sha1};
use tfplugin::prelude::*;

use super::keys::{GivenKey, Key};
use super::problems;
use super::problems::{Places, SubjectPlace, all};
use super::subject::{DnsName, EmailAddress, IpAddress, NameCollector, Names, Subject, Uri, subject};
use crate::Client;

/// A certificate request (PKCS#10): a key's wish to be certified under a name.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct CertificateRequest {
    #[attr(flatten)]
    given: GivenKey,
    /// DNS names.
    #[attr(optional, replace)]
    dns_names: Attr<Names<DnsName>>,
    /// IP addresses.
    #[attr(optional, replace)]
    ip_addresses: Attr<Names<IpAddress>>,
    /// URIs.
    #[attr(optional, replace)]
    uris: Attr<Names<Uri>>,
    /// E-mail addresses.
    #[attr(optional, replace)]
    email_addresses: Attr<Names<EmailAddress>>,
    /// The subject.
    #[attr(block, max = 1)]
    subject: Attr<Vec<Subject>>,
    /// The request as PEM.
    #[attr(computed, keep)]
    cert_request_pem: Attr<String>,
    /// Algorithm of the key: `RSA`, `ECDSA` or `ED25519`.
    #[attr(computed, keep)]
    key_algorithm: Attr<String>,
    /// SHA-1 of the request, in hexadecimal digits.
    #[attr(computed, keep)]
    id: Attr<String>,
}

impl CertificateRequest {
    /// Subject and names as far as they are known, with their places.
    fn identity(&self) -> (Identity, Places) {
        let (name, _) = subject(&self.subject).unwrap_or_default();
        let (names, places, _) = NameCollector::new()
            .add_arguments(&self.dns_names, &self.ip_addresses, &self.uris, &self.email_addresses)
            .finish();
        let places = Places { subject: Some(SubjectPlace::Block), names: places, ..Places::default() };
        (Identity { subject: name, subject_alt_names: names }, places)
    }
}

impl Resource for CertificateRequest {
    const TYPE: &'static str = "certificate_request";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        self.given.check(check);
        let (identity, places) = self.identity();
        match identity.subject.check(Strictness::Compat) {
            Ok(_) => {}
            Err(errors) => check.extend(errors.iter().map(|error| places.error(error))),
        }
    }

    async fn plan(plan: &mut Plan<Self>, cx: &Cx<Client>) -> Result<()> {
        let Plan { planned, prior, told, .. } = plan;
        let before = prior.as_ref().map(|prior| &prior.given);
        let key = planned.given.plan(before, cx.client.seeds(), told)?;
        let is_other_key = before.is_some_and(|before| !before.is_same(&planned.given));
        planned.key_algorithm = key.algorithm().map_or(Attr::Unknown, |algorithm| algorithm.family().into());
        if plan.prior.as_ref().is_some_and(|prior| prior.subject != plan.planned.subject) {
            plan.require_replace("subject");
        }
        if is_other_key {
            plan.require_replace("public_key_pem");
        }
        if !plan.replace.is_empty() {
            plan.told.extend(key.refusal());
        }
        let (identity, places) = plan.planned.identity();
        match identity.subject.check(cx.client.strictness()) {
            Ok(findings) if plan.is_create() => {
                plan.told.extend(findings.iter().map(|finding| places.warning(finding)));
            }
            Ok(_) => {}
            Err(errors) => plan.told.extend(errors.iter().map(|error| places.error(error))),
        }
        Ok(())
    }

    async fn create(mut self, cx: &Cx<Client>, _saved: &Saved<Self>) -> Result<Self> {
        let key = self.given.settle(cx.client.seeds())?;
        let key = key.signing()?;
        let (identity, places) = self.identity();
        let request = pki_core::CertificateRequest::create(key, &identity)
            .map_err(|error| all(&[error], &places))
            .during(problems::INVALID)?;
        self.id = hex::encode(Sha1::digest(request.as_der())).into();
        self.cert_request_pem = request.to_pem().into();
        self.key_algorithm = key.algorithm().family().into();
        Ok(self)
    }

    async fn read(mut self, _cx: &Cx<Client>) -> Result<Option<Self>> {
        let pem = self.cert_request_pem.as_str();
        if let Some(Ok(request)) = pem.map(pki_core::CertificateRequest::from_pem) {
            self.given.describe(&Key::Public(request.public_key().clone()));
        }
        Ok(Some(self))
    }

    async fn delete(self, _cx: &Cx<Client>) -> Result<()> {
        Ok(())
    }
}
