//! `groundup_certificate_authority`: an authority, with its key.

mod generations;
mod issued;
mod rotation;
mod trust;

use std::collections::BTreeMap;

use pki_core::cfssl::CsrFile;
use pki_core::{EarlyRenewal, HttpUrl, Period, Strictness};
use tfplugin::prelude::*;

use super::issuer::IssuerKey;
use super::issuing::{self, Issued as _};
use super::keys::OwnKey;
use super::name_constraints::NameConstraints;
use super::pem::{IssuerPem, RequestPem};
use super::subject::Subject;
use crate::Client;
use crate::common::derive;

/// A certificate authority: a root that vouches for itself, or, below another authority, an intermediate.
///
/// The certificate is issued again, in place and with the same key, when an argument changes or when it is due for
/// renewal. Only another algorithm or generation makes a new key. The certificate is stored in state, and so is a key that
/// the resource makes or is given as `private_key_pem`.
///
/// The derived key of a root is replaced in three steps. After each, let `trust_bundle_pem` and the certificates reach
/// whatever uses them before the next one is applied:
///
/// 1. `trusted_generations = [1, 2]` adds the certificate of a new key to `trust_bundle_pem`. Nothing else changes.
/// 2. `signing_generation = 2` makes it the one that signs: it is `cert_pem` now, and what was issued below is issued again.
///    Certificates of both keys can be verified.
/// 3. `trusted_generations = [2]` takes the old certificate out of the bundle.
///
/// Until the third step, each can be taken back. Anything else, such as two steps at once, is refused by the plan, which
/// names the step that comes next. To replace the seed as well, give the old one as `previous_pki_seed` until the third step
/// is done. A key that somebody else may know is not replaced step by step: after `terraform state rm`, the next apply makes
/// the authority of another generation, and everything below it, at once. An intermediate has no such steps: who verifies
/// trusts its root.
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
    /// The generation of the derived key that signs. The same as `generation` in `key`, and said in its place.
    #[attr(optional, computed, keep, check = derive::generation)]
    signing_generation: Attr<u32>,
    /// The generations of a root's derived key that are to be trusted, among them the one that signs, which is the only one
    /// by default.
    #[attr(optional, computed, keep, check = generations::trusted)]
    trusted_generations: Attr<Vec<u32>>,
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
    /// What to trust, as PEM: of a root itself, and behind it those of its other trusted generations, so that everybody can
    /// trust both while the new one takes over; likewise the certificates of earlier keys that were not derived, until they
    /// end. Of an intermediate the last certificate of `ca_cert_pem`: while its root is being replaced, use the root's own.
    #[attr(computed, keep)]
    trust_bundle_pem: Attr<String>,
    /// The certificates of a root's trusted generations as PEM, by generation.
    #[attr(computed, keep)]
    trusted_cert_pems: Attr<BTreeMap<String, Attr<String>>>,
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
        self.check_rotation(check);
    }

    async fn plan(plan: &mut Plan<Self>, cx: &Cx<Client>) -> Result<()> {
        let Plan { planned, config, prior, told, .. } = plan;
        planned.plan_generations(config, prior.as_ref(), told);
        let key = planned.plan_key(config, prior.as_ref(), cx.client.seeds(), told)?;
        let specification = issuing::plan(plan, &key, cx);
        let Plan { planned, prior, told, .. } = plan;
        planned.plan_trusted(prior.as_ref(), &cx.client, told);
        planned.trust_bundle_pem = planned.trust(prior.as_ref(), cx.client.now());
        if !specification.is_requested_by(&planned.cert_request_pem) {
            told.extend(key.refusal());
            planned.cert_request_pem = Attr::Unknown;
        }
        Ok(())
    }

    async fn create(self, cx: &Cx<Client>, _saved: &Saved<Self>) -> Result<Self> {
        let mut new = issuing::create(self, cx).await?;
        new.settle_trusted(None, &cx.client)?;
        new.trust_bundle_pem = new.trust(None, cx.client.now());
        Ok(new)
    }

    async fn read(self, cx: &Cx<Client>) -> Result<Option<Self>> {
        let mut object = issuing::read(self, cx);
        object.trust_bundle_pem = object.trust(Some(&object), cx.client.now());
        Ok(Some(object))
    }

    async fn update(self, prior: Self, cx: &Cx<Client>, _saved: &Saved<Self>) -> Result<Self> {
        let mut new = issuing::update(self, prior.clone(), cx).await?;
        new.settle_trusted(Some(&prior), &cx.client)?;
        new.trust_bundle_pem = new.trust(Some(&prior), cx.client.now());
        Ok(new)
    }

    async fn delete(self, _cx: &Cx<Client>) -> Result<()> {
        Ok(())
    }
}
