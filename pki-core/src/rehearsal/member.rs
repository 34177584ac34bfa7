//! Who takes part in a rehearsal.

use std::sync::Arc;

use crate::certificate::Certificate;
use crate::key::PrivateKey;
use crate::kubernetes::Role;
use crate::profile::{Identity, SigningProfile};
use crate::san::SubjectAltName;

/// The three questions of trust in a cluster. In a cluster with one authority, that of [`Cluster`](Self::Cluster) answers
/// all of them.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Domain {
    /// Who speaks with the API server and with kubelets.
    Cluster,
    /// Who speaks with etcd.
    Etcd,
    /// Who speaks to extension API servers for others.
    FrontProxy,
}

/// The authority of a [`Domain`].
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "a cluster has three of them")]
pub enum Authority {
    /// What members of the domain trust, as their files hold it; several during a rotation.
    Certificates(Vec<Certificate>),
    /// One that does not exist yet.
    Planned {
        /// Its name.
        identity: Identity,
        /// What its certificate will be like.
        profile: SigningProfile,
    },
}

/// Someone who takes part: one role with one certificate. A certificate that plays several roles, as in the classic
/// guides, is given once for each.
#[derive(Clone, Debug)]
pub struct Member {
    pub(super) role: Role,
    pub(super) label: String,
    pub(super) credential: Credential,
    pub(super) reached_as: Vec<SubjectAltName>,
    pub(super) trusts: Option<Vec<Certificate>>,
}

#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "a cluster has a few dozen of them")]
pub(super) enum Credential {
    Planned { identity: Identity, profile: SigningProfile, issuer: Domain },
    Issued { chain: Vec<Certificate>, key: Option<Arc<PrivateKey>> },
}

impl Member {
    /// A member whose certificate does not exist yet. For the rehearsal it gets one for a throw-away key.
    #[must_use]
    pub fn planned(role: Role, identity: Identity, profile: SigningProfile, issuer: Domain) -> Self {
        Self::new(role, Credential::Planned { identity, profile, issuer })
    }

    /// A member with its certificate, and the intermediates that it sends along. While its key is not
    /// [given](Self::key), a throw-away key stands in for it: everything but the possession of the key is real.
    #[must_use]
    pub fn certificate(role: Role, certificate: Certificate, intermediates: Vec<Certificate>) -> Self {
        let chain = std::iter::once(certificate).chain(intermediates).collect();
        Self::new(role, Credential::Issued { chain, key: None })
    }

    /// Gives the key of the certificate.
    #[must_use]
    pub fn key(mut self, own: Arc<PrivateKey>) -> Self {
        if let Credential::Issued { key, .. } = &mut self.credential {
            *key = Some(own);
        }
        self
    }

    /// Calls the member by another label than its role (and, for a kubelet, its node).
    #[must_use]
    pub fn called(self, label: impl Into<String>) -> Self {
        Self { label: label.into(), ..self }
    }

    /// The names and addresses that others call this member by. Without any, a server is called by each alternative name
    /// of its certificate, which finds no missing one. A kubelet is called by the name of its node in any case, and an
    /// API server by the names of [`Rehearsal::api_server_names`](super::Rehearsal::api_server_names).
    #[must_use]
    pub fn reached_as(self, names: impl IntoIterator<Item = SubjectAltName>) -> Self {
        Self { reached_as: names.into_iter().collect(), ..self }
    }

    /// The authorities that this member trusts, where they are not those of the domain: what its own file holds.
    #[must_use]
    pub fn trusting(self, authorities: Vec<Certificate>) -> Self {
        Self { trusts: Some(authorities), ..self }
    }

    fn new(role: Role, credential: Credential) -> Self {
        let label = match &role {
            Role::Kubelet { node } => format!("{} {node}", role.name()),
            role => role.name().to_owned(),
        };
        Self { role, label, credential, reached_as: Vec::new(), trusts: None }
    }
}
