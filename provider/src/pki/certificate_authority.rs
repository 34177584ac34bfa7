//! `groundup_certificate_authority`: an authority, with its key.

mod generations;
mod issued;
mod rotation;
mod trust;

use std::collections::BTreeMap;

use pki_core::Strictness;
use pki_core::cfssl::CsrFile;
use tfplugin::prelude::*;

use super::issuer::IssuerKey;
use super::issuing::{self, Issued as _};
use super::keys::OwnKey;
use super::name_constraints::NameConstraints;
use super::outputs::Outputs;
use super::pem::{IssuerPem, RequestPem};
use super::subject::Subject;
use super::times::Lifetime;
use super::urls::Urls;
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
    #[attr(flatten)]
    lifetime: Lifetime,
    #[attr(flatten)]
    urls: Urls,
    /// The subject.
    #[attr(block, max = 1)]
    subject: Attr<Vec<Subject>>,
    /// The names that certificates below it may have.
    #[attr(block, max = 1)]
    name_constraints: Attr<Vec<NameConstraints>>,
    #[attr(flatten)]
    outputs: Outputs,
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
