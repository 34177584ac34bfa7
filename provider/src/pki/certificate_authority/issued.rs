//! What the certificate of an authority says, and how it is issued.

use pki_core::{
    AuthorityConstraint, Certificate as X509, DistinguishedName, Identity, Period, SigningProfile, Strictness,
};
use tfplugin::prelude::*;

use super::super::issuer::Issuer;
use super::super::issuing::{self, Issue, Issued};
use super::super::keys::{self, Key};
use super::super::name_constraints::name_constraints;
use super::super::outputs::Outputs;
use super::super::problems::{Places, SubjectPlace};
use super::super::specification::Specification;
use super::super::subject::subject;
use super::super::times::{DEFAULT_BACKDATE, Times};
use super::CertificateAuthority;
use crate::Client;

const DEFAULT_LIFETIME: Period = Period::days(5 * 365);

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
                && self.urls.are_known(),
            places: self.places(),
            problems: Vec::new(),
        }
    }

    fn issuer(&self) -> Issuer<'_> {
        Issuer::new(&self.ca_cert_pem, &self.issuer_key)
    }

    fn times(&self) -> Times<'_> {
        self.lifetime.times(DEFAULT_BACKDATE)
    }

    fn outputs(&self) -> &Outputs {
        &self.outputs
    }

    fn outputs_mut(&mut self) -> &mut Outputs {
        &mut self.outputs
    }

    fn standing(&self, prior: &Self) -> Option<X509> {
        self.standing_of_signing(prior).or_else(|| issuing::certificate(prior))
    }

    fn describe(&mut self, specification: &Specification) {
        self.subject_dn = specification.subject_dn();
        self.key_algorithm = specification.key_algorithm();
    }

    fn describe_key(&mut self, key: &Key) {
        self.own.describe(key);
    }

    async fn settle(&mut self, prior: Option<&Self>, client: &Client) -> Result<Key> {
        let key = self.own.settle(prior.map(|prior| &prior.own), &self.csr_json, client.seeds()).await?;
        let before = prior.map(|prior| &prior.cert_request_pem);
        let specification = self.specification(&key, client.strictness());
        specification.settle_request(&key, &mut self.cert_request_pem, before)?;
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

impl CertificateAuthority {
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
            ..self.urls.add_to(base)
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
