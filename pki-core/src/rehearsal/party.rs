//! Members as they stand on the stage: everyone has a certificate, and a key to sign with.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use rand_core::CryptoRng;
use rustls::crypto::aws_lc_rs::sign::any_supported_type;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, SubjectPublicKeyInfoDer};
use rustls::sign::CertifiedKey;

use super::member::{Authority, Credential, Domain, Member};
use super::{Aspect, Fault, RehearsalError};
use crate::authority::CertificateAuthority;
use crate::certificate::Certificate;
use crate::error::Error;
use crate::key::{KeyAlgorithm, KeyError, PrivateKey};
use crate::kubernetes::Role;
use crate::pem::{self, Surroundings};
use crate::profile::{Identity, SigningProfile};
use crate::san::SubjectAltName;
use crate::strictness::Strictness;

/// What the members of each domain trust, and who issues what is planned.
pub(super) struct Authorities {
    trusted: BTreeMap<Domain, Arc<[Certificate]>>,
    issuers: BTreeMap<Domain, CertificateAuthority>,
}

impl Authorities {
    /// Makes those that are planned. For one that exists a twin of the same name issues what is planned below it, and is
    /// trusted where it is.
    pub(super) fn new(
        authorities: &BTreeMap<Domain, Authority>,
        members: &[Member],
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, Vec<RehearsalError>> {
        let mut made = Self { trusted: BTreeMap::new(), issuers: BTreeMap::new() };
        let mut errors = Vec::new();
        for (domain, authority) in authorities {
            let is_meant = |wanted: Domain| {
                wanted == *domain || *domain == Domain::Cluster && !authorities.contains_key(&wanted)
            };
            let has_plans = members.iter().any(|member| {
                matches!(&member.credential, Credential::Planned { issuer, .. } if is_meant(*issuer))
            });
            let (mut trusted, plan) = match authority {
                Authority::Planned { identity, profile } => {
                    (Vec::new(), Some((identity.clone(), profile.clone())))
                }
                Authority::Certificates(list) => (list.clone(), list.first().filter(|_| has_plans).map(twin)),
            };
            match plan.map(|(identity, profile)| throw_away_authority(&identity, profile, now, rng)) {
                Some(Ok(throw_away)) => {
                    trusted.push(throw_away.certificate().clone());
                    made.issuers.insert(*domain, throw_away);
                }
                Some(Err(found)) => errors.extend(RehearsalError::of(domain.label(), found)),
                None => {}
            }
            made.trusted.insert(*domain, trusted.into());
        }
        if errors.is_empty() { Ok(made) } else { Err(errors) }
    }

    /// What is trusted in a domain: without an authority of its own, what is trusted in the cluster.
    pub(super) fn trusted(&self, domain: Domain) -> Arc<[Certificate]> {
        let own = self.trusted.get(&domain).or_else(|| self.trusted.get(&Domain::Cluster));
        own.cloned().unwrap_or_default()
    }

    /// Whether a domain has an authority of its own.
    pub(super) fn are_apart(&self, domain: Domain) -> bool {
        self.trusted.get(&domain).is_some_and(|own| self.trusted.get(&Domain::Cluster) != Some(own))
    }

    fn issuer(&self, domain: Domain) -> Option<&CertificateAuthority> {
        self.issuers.get(&domain).or_else(|| self.issuers.get(&Domain::Cluster))
    }
}

/// A member with a certificate and something to sign with.
pub(super) struct Party {
    pub(super) role: Role,
    pub(super) label: String,
    pub(super) certificate: Certificate,
    pub(super) names: Vec<SubjectAltName>,
    pub(super) trusts: Option<Arc<[Certificate]>>,
    pub(super) credential: Arc<CertifiedKey>,
    /// The public half of the key that stands in for the certificate's.
    pub(super) stand_in: Option<SubjectPublicKeyInfoDer<'static>>,
    /// The key is another one than the certificate's.
    pub(super) flaw: Option<Fault>,
}

impl Party {
    pub(super) fn new(
        member: &Member,
        authorities: &Authorities,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, Vec<RehearsalError>> {
        let failed = |errors: Vec<Error>| RehearsalError::of(&member.label, errors).collect::<Vec<_>>();
        let throw_away =
            PrivateKey::generate(KeyAlgorithm::EcdsaP256, rng).map_err(|error| failed(vec![error.into()]))?;
        let mut stand_in = None;
        let mut flaw = None;
        let (chain, key) = match &member.credential {
            Credential::Planned { identity, profile, issuer } => {
                let issuer = authorities.issuer(*issuer).ok_or_else(|| {
                    vec![RehearsalError::NoAuthority { member: member.label.clone(), domain: *issuer }]
                })?;
                let profile = SigningProfile { strictness: Strictness::Compat, ..profile.clone() };
                let (certificate, _) =
                    issuer.issue(identity, throw_away.public_key(), &profile, now, rng).map_err(failed)?;
                (vec![certificate], &throw_away)
            }
            Credential::Issued { chain, key: Some(key) } => {
                flaw = (!chain[0].matches_key(key)).then(|| Fault {
                    member: member.label.clone(),
                    aspect: Aspect::Key,
                    message: format!("the private key of {} is not that of its certificate", member.label),
                });
                (chain.clone(), &**key)
            }
            Credential::Issued { chain, key: None } => {
                stand_in = Some(SubjectPublicKeyInfoDer::from(throw_away.public_key().as_spki().to_vec()));
                (chain.clone(), &throw_away)
            }
        };
        let der = chain.iter().map(|c| CertificateDer::from(c.as_der().to_vec())).collect();
        let key = signing_key(key).map_err(|error| failed(vec![error.into()]))?;
        let certificate = chain.into_iter().next().ok_or_else(Vec::new)?;
        Ok(Self {
            role: member.role.clone(),
            label: member.label.clone(),
            names: names(member, &certificate),
            certificate,
            trusts: member.trusts.clone().map(Arc::from),
            credential: Arc::new(CertifiedKey::new(der, key)),
            stand_in,
            flaw,
        })
    }
}

/// How others call a member.
fn names(member: &Member, certificate: &Certificate) -> Vec<SubjectAltName> {
    let mut names: Vec<SubjectAltName> = match &member.role {
        Role::Kubelet { node } => SubjectAltName::dns(node).into_iter().collect(),
        _ => Vec::new(),
    };
    let others: &mut dyn Iterator<Item = &SubjectAltName> = match (&member.role, member.reached_as.as_slice())
    {
        (Role::ApiServer, given) => &mut given.iter(),
        (_, []) => &mut certificate.subject_alt_names().iter(),
        (_, given) => &mut given.iter(),
    };
    for name in others {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

fn twin(certificate: &Certificate) -> (Identity, SigningProfile) {
    let profile = SigningProfile::authority(certificate.constraint().unwrap_or_default());
    (Identity { subject: certificate.subject(), ..Identity::default() }, profile)
}

fn throw_away_authority(
    identity: &Identity,
    profile: SigningProfile,
    now: Timestamp,
    rng: &mut impl CryptoRng,
) -> Result<CertificateAuthority, Vec<Error>> {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256, rng).map_err(|error| vec![error.into()])?;
    let profile = SigningProfile { strictness: Strictness::Compat, ..profile };
    CertificateAuthority::self_signed(key, identity, &profile, now, rng).map(|(authority, _)| authority)
}

fn signing_key(key: &PrivateKey) -> Result<Arc<dyn rustls::sign::SigningKey>, KeyError> {
    let der = pem::single(&key.to_pkcs8_pem(), "PRIVATE KEY", Surroundings::Refused)?;
    any_supported_type(&PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(der.as_slice())))
        .map_err(|_| KeyError::Backend { what: "taking a key to a TLS handshake" })
}
