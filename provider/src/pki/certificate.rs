//! `groundup_certificate`: a certificate issued by an authority.

mod specification;

use ipnet::IpNet;
use jiff::Timestamp;
use pki_core::cfssl::{Config as CfsslConfig, CsrFile};
use pki_core::{Certificate as X509, CertificateAuthority, CertificateRequest, Period, PrivateKey};
use tfplugin::Presence;
use tfplugin::prelude::*;

use super::arguments::{CertificatePem, RequestPem, lifetime};
use super::issuing::Specification;
use super::keys::{self, Algorithm};
use super::outputs::{Outputs, is_due};
use super::problems::all;
use super::subject::{DnsName, EmailAddress, IpAddress, Names, Subject, Uri};
use crate::Client;

/// A certificate issued by an authority: for a key of its own, for a given key, or for a certificate request.
///
/// It is issued again, in place and with the same key, when its arguments or its issuer change or when it is due for
/// renewal; another text of the same issuer's certificate is no change. Only another algorithm makes a new key.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Certificate {
    /// Certificate of the issuing authority, as PEM.
    #[attr(required)]
    ca_cert_pem: Attr<Parsed<CertificatePem>>,
    /// Private key of the issuing authority, as PEM.
    #[attr(required, check = keys::pem)]
    ca_private_key_pem: Attr<Secret>,
    /// Certificate request as PEM, whose key, subject and names are certified. Without one the resource makes its own,
    /// and tells it here.
    #[attr(optional, computed, keep)]
    cert_request_pem: Attr<Parsed<RequestPem>>,
    /// Private key as PEM. Without one, and without a request, the resource makes its own and tells it here.
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
    /// Lifetime, such as `8760h`, `90d` or `1y`; a year of 365 days by default.
    #[attr(optional)]
    validity: Attr<Parsed<Period>>,
    /// Lifetime in hours.
    #[attr(optional)]
    validity_period_hours: Attr<u64>,
    /// How long before its end it is due for renewal, such as `30d`.
    #[attr(optional)]
    early_renewal: Attr<Parsed<Period>>,
    /// How many hours before its end it is due for renewal.
    #[attr(optional)]
    early_renewal_hours: Attr<u64>,
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
    /// A signing profile, in place of `allowed_uses` and `validity`.
    #[attr(block, max = 1)]
    profile: Attr<Vec<Profile>>,
    /// The certificate as PEM.
    #[attr(computed, keep)]
    cert_pem: Attr<String>,
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

/// A signing profile.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Profile {
    /// What the key may be used for, such as `signing`, `server auth` or `client_auth`.
    #[attr(required)]
    usages: Attr<Vec<String>>,
    /// Lifetime, such as `8760h`, `90d` or `1y`; a year of 365 days by default.
    #[attr(optional)]
    expiry: Attr<Parsed<Period>>,
    /// How long before now the validity begins, for clocks that are late; five minutes by default.
    #[attr(optional)]
    backdate: Attr<Parsed<Period>>,
    /// Whether it makes certificates of authorities.
    #[attr(optional)]
    is_ca: Attr<bool>,
    /// How many authorities may stand below such an authority before a certificate that is none.
    #[attr(optional)]
    max_path_length: Attr<u8>,
}

impl Certificate {
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

    fn own_key(&self) -> Option<PrivateKey> {
        self.private_key_pem.known().and_then(|text| keys::read(text, "private_key_pem").ok())
    }

    /// Whether the certificate that is there has to give way.
    fn must_issue(&self, prior: &Self, specification: &Specification, now: Timestamp) -> bool {
        let Some(certificate) = prior.cert_pem.as_str().and_then(|pem| X509::from_pem(pem).ok()) else {
            return true;
        };
        let same_issuer = self.ca_cert_pem.known().is_some_and(|issuer| certificate.is_signed_by(&issuer.0));
        let same_key = match (self.private_key_pem.known(), self.cert_request_pem.known()) {
            (Some(_), _) => self.own_key().is_some_and(|key| certificate.matches_key(&key)),
            (None, Some(request)) if self.private_key_pem.is_null() => {
                request.0.public_key() == certificate.public_key()
            }
            _ => false,
        };
        !same_issuer
            || !same_key
            || specification.differs_from(&certificate)
            || self.lifetime() != prior.lifetime()
            || self.max_path_length != prior.max_path_length
            || self.profile != prior.profile
            || is_due(&prior.validity_end_time, self.early(), now)
    }

    /// Whether the request that is there is of this key and identity.
    fn requests(&self, specification: &Specification) -> bool {
        let (Some(request), Some(key)) = (self.cert_request_pem.known(), self.own_key()) else {
            return false;
        };
        specification.identity_known
            && request.0.public_key() == key.public_key()
            && request.0.identity() == specification.identity
    }

    /// The arguments that set the lifetime; `None` where it comes from elsewhere.
    fn lifetime(&self) -> Attr<Period> {
        let given = ("validity", &self.validity);
        lifetime(given, ("validity_period_hours", &self.validity_period_hours)).map(|(_, period)| period)
    }

    async fn issue(&mut self, cx: &Cx<Client>) -> Result<()> {
        let issuer_key = keys::read(self.ca_private_key_pem.value()?, "ca_private_key_pem")?;
        let authority = CertificateAuthority::new(self.ca_cert_pem.value()?.0.clone(), issuer_key)
            .during("Unusable Certificate Authority")
            .at("ca_private_key_pem")?;
        let specification = self.specification(cx.client.strictness());
        let Specification { identity, profile, algorithm, places, .. } = &specification;
        let (now, mut rng) = (cx.client.now(), keys::rng());
        let issued = if self.private_key_pem.is_null() {
            authority.issue_from_request(&self.cert_request_pem.value()?.0, profile, now, &mut rng)
        } else {
            let key = match self.own_key() {
                Some(key) => key,
                None => {
                    keys::generate(algorithm.unwrap_or_default()).await.during("Unable to Generate Key")?
                }
            };
            if self.private_key_pem.is_unknown() {
                self.private_key_pem = Secret::new(key.to_pem().as_str()).into();
            }
            if self.cert_request_pem.known().is_none() {
                let request =
                    CertificateRequest::create(&key, identity).map_err(|error| all(&[error], places))?;
                self.cert_request_pem = Parsed::of(RequestPem(request)).into();
            }
            authority.issue(identity, key.public_key(), profile, now, &mut rng)
        };
        let (certificate, findings) = issued.map_err(|errors| all(&errors, places))?;
        for finding in findings.iter().filter(|finding| finding.place() == pki_core::Place::Validity) {
            cx.warn_at("ca_cert_pem", super::problems::FINDING, super::problems::sentence(finding.message()));
        }
        self.describe(&specification);
        self.key_algorithm = certificate.public_key().algorithm().family().into();
        self.ca_key_algorithm = authority.key().algorithm().family().into();
        self.outputs().record(&certificate);
        Ok(())
    }

    /// Tells what the certificate says, as far as it is known.
    fn describe(&mut self, specification: &Specification) {
        self.subject_dn = specification.subject_dn();
        self.subject_alternative_names = specification.subject_alternative_names();
        self.usages = specification.usages();
        self.key_algorithm =
            specification.algorithm.map_or(Attr::Unknown, |algorithm| algorithm.family().into());
        self.ca_key_algorithm = match &self.ca_cert_pem {
            Attr::Known(issuer) => issuer.0.public_key().algorithm().family().into(),
            _ => Attr::Unknown,
        };
    }
}

impl Resource for Certificate {
    const TYPE: &'static str = "certificate";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        self.check_arguments(check);
        check.extend(self.specification(pki_core::Strictness::Compat).check().0);
        self.check_issuer(check);
    }

    async fn plan(plan: &mut Plan<Self>, cx: &Cx<Client>) -> Result<()> {
        let by_request = plan.config.cert_request_pem.presence();
        if plan.config.private_key_pem.is_null() {
            match by_request {
                Presence::Present => plan.planned.private_key_pem = Attr::Null,
                Presence::Absent if plan.planned.private_key_pem.is_set() => {}
                _ => plan.planned.private_key_pem = Attr::Unknown,
            }
        }
        let specification = plan.planned.specification(cx.client.strictness());
        // Only another algorithm makes another key.
        if let (Some(algorithm), Some(key), false) =
            (specification.algorithm, plan.planned.own_key(), plan.config.private_key_pem.is_set())
            && key.algorithm() != algorithm
        {
            plan.planned.private_key_pem = Attr::Unknown;
        }
        if by_request == Presence::Absent && !plan.planned.requests(&specification) {
            plan.planned.cert_request_pem = Attr::Unknown;
        }
        let now = cx.client.now();
        let issue =
            plan.prior.as_ref().is_none_or(|prior| plan.planned.must_issue(prior, &specification, now));
        let (problems, findings) = specification.check();
        plan.told.extend(problems);
        plan.planned.describe(&specification);
        if issue {
            plan.told.extend(findings.iter().map(|finding| specification.places.warning(finding)));
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
                // What was not known at plan time turned out to be what it was.
                self.describe(&specification);
                if self.cert_request_pem.is_unknown() {
                    self.cert_request_pem.clone_from(&prior.cert_request_pem);
                }
                self.outputs().keep(prior.outputs());
            }
        }
        Ok(self)
    }

    async fn delete(self, _cx: &Cx<Client>) -> Result<()> {
        Ok(())
    }
}
