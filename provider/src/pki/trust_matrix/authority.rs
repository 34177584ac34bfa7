//! The `authority` block of `groundup_trust_matrix`.

use pki_core::rehearsal::{Authority as Rehearsed, Domain as RehearsedDomain};
use pki_core::{AuthorityConstraint, Certificate, DistinguishedName, Identity, SigningProfile};
use tfplugin::Presence;
use tfplugin::prelude::*;

use super::super::name_constraints::{NameConstraints, name_constraints};

/// A certificate authority: planned, or as it is.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Authority {
    /// What it is for: `cluster` (the default), `etcd` or `front-proxy`. What has no authority of its own belongs to the
    /// cluster's.
    #[attr(optional)]
    domain: Attr<Domain>,
    /// Certificates of the authority as PEM: what everybody trusts. Without them it is planned.
    #[attr(optional)]
    cert_pem: Attr<String>,
    /// Distinguished name of a planned authority, in the form of RFC 4514.
    #[attr(optional)]
    subject_dn: Attr<Parsed<DistinguishedName>>,
    /// The names that certificates below a planned authority may have.
    #[attr(block, max = 1)]
    name_constraints: Attr<Vec<NameConstraints>>,
}

string_enum! {
    /// A question of trust of its own.
    pub(crate) enum Domain {
        /// Who calls API servers and kubelets.
        Cluster = "cluster",
        /// Who calls etcd.
        Etcd = "etcd",
        /// Who speaks for others to the API servers behind the API server.
        FrontProxy = "front-proxy",
    }
}

impl From<Domain> for RehearsedDomain {
    fn from(domain: Domain) -> Self {
        match domain {
            Domain::Cluster => Self::Cluster,
            Domain::Etcd => Self::Etcd,
            Domain::FrontProxy => Self::FrontProxy,
        }
    }
}

impl Authority {
    pub(super) fn check(&self, path: &Path, check: &mut Check) {
        let planned =
            [("subject_dn", self.subject_dn.presence()), ("name_constraints", self.name_constraints.any())];
        for (other, given) in planned.into_iter().filter(|_| self.cert_pem.is_set()) {
            if given == Presence::Present {
                let detail = format!("`{other}` cannot be set together with `cert_pem`, which says it.");
                check.error(path.attr(other), "Conflicting Arguments", detail);
            }
        }
        if let Some(pem) = self.cert_pem.as_str() {
            check.result(
                Certificate::bundle_from_pem(pem)
                    .map(drop)
                    .during("Invalid Certificate")
                    .at(path.attr("cert_pem")),
            );
        }
    }

    /// The authority as the rehearsal takes it.
    pub(super) fn rehearsed(&self) -> Result<(RehearsedDomain, Rehearsed)> {
        let domain = self.domain.or(Domain::Cluster);
        if let Some(pem) = self.cert_pem.as_str() {
            let certificates =
                Certificate::bundle_from_pem(pem).during("Invalid Certificate").at("cert_pem")?;
            return Ok((domain.into(), Rehearsed::Certificates(certificates)));
        }
        let default = DistinguishedName::common(format!("planned {domain} authority"));
        let subject = self.subject_dn.known().map_or(default, |name| name.get().clone());
        let profile = SigningProfile {
            name_constraints: name_constraints(&self.name_constraints).0,
            ..SigningProfile::authority(AuthorityConstraint::default())
        };
        let identity = Identity { subject, ..Identity::default() };
        Ok((domain.into(), Rehearsed::Planned { identity, profile }))
    }
}
