//! The `member` block of `groundup_trust_matrix`.

use std::sync::Arc;

use pki_core::kubernetes::{ClusterNames, Role};
use pki_core::rehearsal::{Aspect, Domain as RehearsedDomain, Member as Rehearsed};
use pki_core::{
    Certificate, DistinguishedName, Identity, KeyAlgorithm, PrivateKey, SigningProfile, SubjectAltName,
    SubjectAltNames,
};
use tfplugin::prelude::*;

use super::super::key_text;
use super::super::specification::read_usages;
use super::authority::Domain;

/// A program with a certificate. What its planned certificate says is what `groundup_certificate` tells in its attributes
/// of the same names; without them it is what the role says.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Member {
    /// Part in the cluster: a `role` of `groundup_certificate`.
    #[attr(required)]
    role: Attr<String>,
    /// Name under which the node registers, for the role `kubelet`.
    #[attr(optional)]
    node: Attr<String>,
    /// What it is called in the matrix; its role and node by default.
    #[attr(optional)]
    name: Attr<String>,
    /// Names and addresses by which others call it; those of its certificate by default.
    #[attr(optional)]
    reached_as: Attr<Vec<Parsed<SubjectAltName>>>,
    /// Which authority issues its certificate: the domain of an `authority` block, by default the one that its role
    /// suggests.
    #[attr(optional)]
    authority: Attr<Domain>,
    /// Distinguished name of its planned certificate, in the form of RFC 4514.
    #[attr(optional)]
    subject_dn: Attr<Parsed<DistinguishedName>>,
    /// All names of its planned certificate.
    #[attr(optional)]
    subject_alternative_names: Attr<Vec<Parsed<SubjectAltName>>>,
    /// All usages of its planned certificate.
    #[attr(optional)]
    usages: Attr<Vec<String>>,
    /// Its certificate as PEM, with those of intermediate authorities behind it, in place of a planned one.
    #[attr(optional)]
    cert_pem: Attr<String>,
    /// Private key of that certificate as PEM. Without it, whether the two belong together is not looked at.
    #[attr(optional, check = key_text::plain)]
    private_key_pem: Attr<Secret>,
}

impl Member {
    /// What it is called.
    pub(super) fn label(&self) -> String {
        let role = self.role.or_default();
        match (self.name.as_str(), self.node.as_str()) {
            (Some(name), _) => name.to_owned(),
            (None, Some(node)) => format!("{role} {node}"),
            (None, None) => role,
        }
    }

    /// The argument that says what it is called.
    pub(super) const fn name_place(&self) -> &'static str {
        if self.name.is_null() { "role" } else { "name" }
    }

    /// Whether what it is called is known.
    pub(super) fn is_named(&self) -> bool {
        !(self.role.is_unknown() || self.name.is_unknown() || self.node.is_unknown())
    }

    pub(super) fn check(&self, path: &Path, check: &mut Check) {
        let planned = [
            ("subject_dn", self.subject_dn.is_set()),
            ("subject_alternative_names", self.subject_alternative_names.is_set()),
            ("usages", self.usages.is_set()),
        ];
        for (other, _) in planned.into_iter().filter(|(_, given)| *given && self.cert_pem.known().is_some()) {
            let detail = format!("`{other}` cannot be set together with `cert_pem`, which says it.");
            check.error(path.attr(other), "Conflicting Arguments", detail);
        }
        if self.private_key_pem.is_set() && self.cert_pem.is_null() {
            let detail = "`private_key_pem` has no effect without `cert_pem`.";
            check.error(path.attr("private_key_pem"), "Conflicting Arguments", detail);
        }
        if self.is_named() {
            check.result(self.role().map(drop).at(path.clone()));
        }
        let mut problems = Vec::new();
        read_usages(&self.usages, &path.attr("usages"), &mut problems);
        check.extend(problems);
        if self.cert_pem.known().is_some() {
            check.result(self.chain().map(drop).at(path.clone()));
        }
    }

    /// The member as the rehearsal takes it, where there are authorities for these domains.
    pub(super) fn rehearsed(&self, cluster: &ClusterNames, domains: &[RehearsedDomain]) -> Result<Rehearsed> {
        let role = self.role()?;
        let mut member = if self.cert_pem.is_set() {
            let (certificate, intermediates) = self.chain()?;
            Rehearsed::certificate(role, certificate, intermediates)
        } else {
            let (identity, profile) = self.planned(&role, cluster)?;
            let domain = self.domain(&role, domains);
            Rehearsed::planned(role, identity, profile, domain)
        };
        if let Some(text) = self.private_key_pem.known() {
            let key =
                PrivateKey::from_pem(text.expose()).during("Invalid Private Key").at("private_key_pem")?;
            member = member.key(Arc::new(key));
        }
        if let Some(names) = self.reached_as.known() {
            member = member.reached_as(names.iter().map(|name| name.get().clone()));
        }
        Ok(member.called(self.label()))
    }

    /// The attribute that sets an aspect of the certificate.
    pub(super) fn place(&self, aspect: Aspect) -> Path {
        let attribute = match (self.cert_pem.is_set(), aspect) {
            (true, Aspect::Key) if self.private_key_pem.is_set() => "private_key_pem",
            (true, _) => "cert_pem",
            (false, Aspect::Names) if self.subject_alternative_names.is_set() => "subject_alternative_names",
            (false, Aspect::Usages) if self.usages.is_set() => "usages",
            (false, Aspect::Subject) if self.subject_dn.is_set() => "subject_dn",
            (false, Aspect::Issuer) if self.authority.is_set() => "authority",
            (false, _) => "role",
        };
        attribute.into()
    }

    fn role(&self) -> Result<Role> {
        let name = self.role.value()?;
        Role::parse(name, self.node.as_str()).map_err(|error| {
            let place =
                if Role::NAMES.contains(&name.as_str()) && self.node.is_set() { "node" } else { "role" };
            Error::at(place, "Invalid Role", sentence(&error.to_string()))
        })
    }

    /// The certificate and those behind it.
    fn chain(&self) -> Result<(Certificate, Vec<Certificate>)> {
        let mut all = Certificate::bundle_from_pem(self.cert_pem.value()?)
            .during("Invalid Certificate")
            .at("cert_pem")?;
        Ok((all.remove(0), all))
    }

    fn planned(&self, role: &Role, cluster: &ClusterNames) -> Result<(Identity, SigningProfile)> {
        let of_role = || role.subject_alt_names(cluster, std::iter::empty::<&str>());
        let names = match self.subject_alternative_names.known() {
            Some(names) => names.iter().map(|name| name.get().clone()).collect::<SubjectAltNames>(),
            None => of_role().during("Invalid Role").at("role")?,
        };
        let subject = self.subject_dn.known().map_or_else(|| role.subject(), |name| name.get().clone());
        let profile = if self.usages.is_set() {
            SigningProfile::new(read_usages(&self.usages, &"usages".into(), &mut Vec::new()).0)
        } else {
            role.profile(KeyAlgorithm::EcdsaP256)
        };
        Ok((Identity { subject, subject_alt_names: names }, profile))
    }

    fn domain(&self, role: &Role, domains: &[RehearsedDomain]) -> RehearsedDomain {
        if let Some(domain) = self.authority.known() {
            return (*domain).into();
        }
        let suggested = match role {
            Role::ApiServerEtcdClient | Role::EtcdServer | Role::EtcdPeer | Role::EtcdClient => {
                RehearsedDomain::Etcd
            }
            Role::FrontProxyClient => RehearsedDomain::FrontProxy,
            _ => RehearsedDomain::Cluster,
        };
        if domains.contains(&suggested) { suggested } else { RehearsedDomain::Cluster }
    }
}
