//! `groundup_certificate`: a certificate issued by an authority.

mod pkcs12;
mod profile;
mod specification;

use ipnet::IpNet;
use pki_core::cfssl::{Config as CfsslConfig, CsrFile};
use pki_core::{Finding, FindingCode, Strictness};
use tfplugin::Presence;
use tfplugin::prelude::*;

use super::issuer::{Issuer, IssuerKey};
use super::issuing::{self, Issue, Issued};
use super::key_text;
use super::keys::{self, Key, KeySource, OwnKey};
use super::name_constraints::NameConstraints;
use super::outputs::Outputs;
use super::pem::{IssuerPem, RequestPem};
use super::specification::Specification;
use super::subject::{DnsName, EmailAddress, IpAddress, Names, Subject, Uri};
use super::times::{Lifetime, Times};
use super::urls::Urls;
use crate::Client;
use profile::Profile;

/// A certificate issued by an authority: for a key of its own, for a given key, or for a certificate request.
///
/// It is issued again, in place and with the same key, when its arguments or its issuer change or when it is due for
/// renewal; another text of the same issuer's certificate is no change. Only another algorithm or generation makes a new
/// key. State holds a key that the resource makes or is given as `private_key_pem`, and of all others the public half alone.
#[derive(Clone, Debug, Default, Model, PartialEq)]
#[expect(clippy::struct_field_names, reason = "the names are those of hashicorp/tls")]
pub(crate) struct Certificate {
    /// Certificate of the issuing authority as PEM. Those of its own issuers may stand beside it.
    #[attr(required)]
    ca_cert_pem: Attr<Parsed<IssuerPem>>,
    #[attr(flatten)]
    issuer_key: IssuerKey,
    /// Certificate request as PEM, whose key, subject and names are certified. Without one the resource makes its own,
    /// and tells it here.
    #[attr(optional, computed, keep)]
    cert_request_pem: Attr<Parsed<RequestPem>>,
    #[attr(flatten)]
    own: OwnKey,
    /// Part in a Kubernetes cluster, which gives subject, usages and the names that follow from them: `apiserver`,
    /// `apiserver-kubelet-client`, `apiserver-etcd-client`, `controller-manager`, `scheduler`, `kube-proxy`, `kubelet`,
    /// `admin`, `etcd-server`, `etcd-peer`, `etcd-client`, `service-account` or `front-proxy-client`. Attributes of a
    /// `subject` block win over the role's.
    #[attr(optional)]
    role: Attr<String>,
    /// Name under which the node registers, for the role `kubelet`.
    #[attr(optional)]
    node: Attr<String>,
    /// DNS domain of the cluster, for the role `apiserver`; `cluster.local` by default.
    #[attr(optional)]
    cluster_domain: Attr<String>,
    /// Address ranges of services, for the role `apiserver`: the first address of each becomes a name.
    #[attr(optional)]
    service_cidrs: Attr<Vec<Parsed<IpNet>>>,
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
    /// What the key may be used for, such as `digital_signature`, `server_auth` or `client_auth`.
    #[attr(optional)]
    allowed_uses: Attr<Vec<String>>,
    #[attr(flatten)]
    lifetime: Lifetime,
    /// Whether it is the certificate of an authority. See also `groundup_certificate_authority`.
    #[attr(optional)]
    is_ca_certificate: Attr<bool>,
    /// How many authorities may stand below an authority before a certificate that is none.
    #[attr(optional)]
    max_path_length: Attr<u8>,
    /// Whether the certificate carries an identifier of its key. It does by default where a role, a profile or a cfssl
    /// file describes it.
    #[attr(optional)]
    set_subject_key_id: Attr<bool>,
    #[attr(flatten)]
    urls: Urls,
    /// Password of the PKCS#12 form, which is made with one. It is never stored.
    #[attr(optional, write_only, check = key_text::passphrase)]
    pkcs12_password: Attr<Secret>,
    /// How the PKCS#12 form is encrypted: `modern` (AES-256, the default) or `legacy` (triple DES and SHA-1, for programs
    /// that read nothing else).
    #[attr(optional)]
    pkcs12_encryption: Attr<pkcs12::Encryption>,
    /// Content of a cfssl `*-csr.json`: subject, names and key algorithm.
    #[attr(optional)]
    csr_json: Attr<Parsed<CsrFile>>,
    /// Content of a cfssl `ca-config.json`: the signing profiles.
    #[attr(optional)]
    profile_json: Attr<Parsed<CfsslConfig>>,
    /// Name of the profile in `profile_json`; its default profile without one.
    #[attr(optional)]
    profile_name: Attr<String>,
    /// The subject.
    #[attr(block, max = 1)]
    subject: Attr<Vec<Subject>>,
    /// The names that certificates below it may have, if it is the certificate of an authority.
    #[attr(block, max = 1)]
    name_constraints: Attr<Vec<NameConstraints>>,
    /// A signing profile, in place of `allowed_uses` and `validity`.
    #[attr(block, max = 1)]
    profile: Attr<Vec<Profile>>,
    #[attr(flatten)]
    outputs: Outputs,
    /// The key, the certificate and those above it without the root as a PKCS#12 file (`.p12`, `.pfx`) in base64, with a
    /// `pkcs12_password`.
    #[attr(computed, keep)]
    pkcs12_base64: Attr<Secret>,
    /// Distinguished name of the subject, in the form of RFC 4514.
    #[attr(computed, keep)]
    subject_dn: Attr<String>,
    /// All names the certificate is valid for.
    #[attr(computed, keep)]
    subject_alternative_names: Attr<Vec<String>>,
    /// All usages, by cfssl's names.
    #[attr(computed, keep)]
    usages: Attr<Vec<String>>,
    /// Algorithm of the key: `RSA`, `ECDSA` or `ED25519`.
    #[attr(computed, keep)]
    key_algorithm: Attr<String>,
    /// Algorithm of the issuer's key: `RSA`, `ECDSA` or `ED25519`.
    #[attr(computed, keep)]
    ca_key_algorithm: Attr<String>,
}

impl Certificate {
    /// Where the key comes from, if not with a request.
    fn key_source(&self) -> KeySource<'_> {
        self.own.source(&self.csr_json)
    }

    /// The key of the request that is given.
    fn requested_key(&self) -> Key {
        match self.cert_request_pem.known() {
            Some(request) => Key::Public(request.0.public_key().clone()),
            None => Key::Awaited(None),
        }
    }

    /// Whether key, subject and names come from a request that is given.
    fn is_for_request(&self) -> bool {
        self.own.presence() == Presence::Absent && self.cert_request_pem.is_set()
    }
}

impl Issued for Certificate {
    fn specification(&self, key: &Key, strictness: Strictness) -> Specification {
        self.specify(key, strictness)
    }

    fn issuer(&self) -> Issuer<'_> {
        Issuer::new(&self.ca_cert_pem, &self.issuer_key)
    }

    fn times(&self) -> Times<'_> {
        self.lifetime.times(self.backdate())
    }

    fn outputs(&self) -> &Outputs {
        &self.outputs
    }

    fn outputs_mut(&mut self) -> &mut Outputs {
        &mut self.outputs
    }

    fn is_remarkable(&self, finding: &Finding) -> bool {
        // In a cluster, the names of services and of nodes have a single label.
        finding.code() != FindingCode::SingleLabelName || self.role.is_null()
    }

    fn describe(&mut self, specification: &Specification) {
        self.subject_dn = specification.subject_dn();
        self.subject_alternative_names = specification.subject_alternative_names();
        self.usages = specification.usages();
        self.key_algorithm = specification.key_algorithm();
        self.ca_key_algorithm = match self.issuer().certificate() {
            Some(issuer) => issuer.public_key().algorithm().family().into(),
            None => Attr::Unknown,
        };
    }

    fn describe_key(&mut self, key: &Key) {
        self.own.describe(key);
    }

    async fn settle(&mut self, prior: Option<&Self>, client: &Client) -> Result<Key> {
        if self.is_for_request() {
            let key = self.requested_key();
            self.own.describe(&key);
            return Ok(key);
        }
        let key = self.own.settle(prior.map(|prior| &prior.own), &self.csr_json, client.seeds()).await?;
        let before = prior.map(|prior| &prior.cert_request_pem);
        let specification = self.specification(&key, client.strictness());
        specification.settle_request(&key, &mut self.cert_request_pem, before)?;
        Ok(key)
    }

    fn issue(&self, key: &Key, specification: &Specification, client: &Client) -> Result<Issue> {
        let authority = self.issuer().authority(client.seeds())?;
        let Specification { identity, profile, .. } = specification;
        let (now, mut rng) = (client.now(), keys::rng());
        Ok(match key.public() {
            Some(key) if !self.is_for_request() => authority.issue(identity, key, profile, now, &mut rng),
            _ => authority.issue_from_request(&self.cert_request_pem.value()?.0, profile, now, &mut rng),
        })
    }
}

impl Resource for Certificate {
    const TYPE: &'static str = "certificate";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        self.check_arguments(check);
        let key = if self.is_for_request() { self.requested_key() } else { self.key_source().configured() };
        check.extend(self.specification(&key, Strictness::Compat).check().0);
        self.issuer().check(check);
    }

    async fn plan(plan: &mut Plan<Self>, cx: &Cx<Client>) -> Result<()> {
        let Plan { planned, config, prior, told, .. } = plan;
        let given_request = config.cert_request_pem.presence();
        let own_request = match given_request {
            Presence::Absent => std::mem::take(&mut planned.cert_request_pem),
            _ => Attr::Null,
        };
        let for_request = config.own.presence() == Presence::Absent && given_request != Presence::Absent;
        let key = if for_request {
            planned.own.private_key_pem = Attr::Null;
            let key = planned.requested_key();
            planned.own.describe(&key);
            key
        } else {
            let prior = prior.as_ref().map(|prior| &prior.own);
            planned.own.plan(&config.own, prior, &planned.csr_json, cx.client.seeds(), told)?
        };
        let specification = issuing::plan(plan, &key, cx);
        plan.planned.plan_pkcs12(plan.prior.as_ref());
        match given_request {
            Presence::Absent => {
                let stays = specification.is_requested_by(&own_request);
                if !stays {
                    plan.told.extend(key.refusal());
                }
                plan.planned.cert_request_pem = if stays { own_request } else { Attr::Unknown };
            }
            // There may yet turn out to be none.
            Presence::Undecided if for_request => plan.planned.own.private_key_pem = Attr::Unknown,
            Presence::Undecided | Presence::Present => {}
        }
        Ok(())
    }

    async fn create(self, cx: &Cx<Client>, _saved: &Saved<Self>) -> Result<Self> {
        let mut new = issuing::create(self, cx).await?;
        new.settle_pkcs12(None)?;
        Ok(new)
    }

    async fn read(self, cx: &Cx<Client>) -> Result<Option<Self>> {
        Ok(Some(issuing::read(self, cx)))
    }

    async fn update(self, prior: Self, cx: &Cx<Client>, _saved: &Saved<Self>) -> Result<Self> {
        let mut new = issuing::update(self, prior.clone(), cx).await?;
        new.settle_pkcs12(Some(&prior))?;
        Ok(new)
    }

    async fn delete(self, _cx: &Cx<Client>) -> Result<()> {
        Ok(())
    }
}
