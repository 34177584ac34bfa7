//! Rehearsals: every TLS handshake of a Kubernetes cluster, in memory, before (or after) anything exists.
//!
//! A [`Rehearsal`] takes the members of a cluster, each with its certificate or with the plan of one, and lets every
//! client call every server that it has business with, by each of the server's names: real mutual TLS 1.3 handshakes
//! of rustls, in which each side verifies the other's certificate as [`Verifier`](crate::Verifier) does. The
//! [`TrustMatrix`] says who gets through, and otherwise whose certificate lacks what.
//!
//! ```
//! use pki_core::kubernetes::{ClusterNames, Role};
//! use pki_core::rehearsal::{Authority, Domain, Member, Rehearsal};
//! use pki_core::{AuthorityConstraint, DistinguishedName, Identity, KeyAlgorithm, SigningProfile};
//! # let mut rng = getrandom::rand_core::UnwrapErr(getrandom::SysRng);
//! # let now = "2026-11-22T12:00:00Z".parse().unwrap();
//!
//! let names = ClusterNames { service_cidrs: vec!["10.32.0.0/24".parse().unwrap()], ..ClusterNames::default() };
//! // The API server's names, without that of the load balancer.
//! let server = Role::ApiServer.identity(&names, ["10.240.0.10"]).unwrap();
//! let admin = Role::Admin.identity(&names, [""; 0]).unwrap();
//! let planned = |role: Role, identity| {
//!     let profile = role.profile(KeyAlgorithm::EcdsaP256);
//!     Member::planned(role, identity, profile, Domain::Cluster)
//! };
//!
//! let matrix = Rehearsal::new(names, now)
//!     .api_server_names(["api.example.com".parse().unwrap(), "10.240.0.10".parse().unwrap()])
//!     .authority(
//!         Domain::Cluster,
//!         Authority::Planned {
//!             identity: Identity { subject: DistinguishedName::common("Kubernetes"), ..Identity::default() },
//!             profile: SigningProfile::authority(AuthorityConstraint::default()),
//!         },
//!     )
//!     .member(planned(Role::ApiServer, server))
//!     .member(planned(Role::Admin, admin))
//!     .run(&mut rng)
//!     .unwrap();
//!
//! assert_eq!(
//!     matrix.to_string(),
//!     "\
//! CLIENT  SERVER     BY THE NAME      RESULT
//! admin   apiserver  api.example.com  REFUSED: admin refuses apiserver: its certificate lacks the name `api.example.com`
//! admin   apiserver  6 names          passes
//! pod     apiserver  5 names          passes
//!
//! 11 of 12 handshakes pass; 1 refused, 0 forbidden.
//! "
//! );
//! ```
//!
//! Key exchange and ciphers are those of aws-lc, which takes its random numbers from the operating system; throw-away
//! keys are made from the random numbers that are given.

mod access;
mod edges;
mod handshake;
mod layout;
mod matrix;
mod member;
mod party;
mod warnings;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use rand_core::CryptoRng;

use crate::error::Error;
use crate::kubernetes::ClusterNames;
use crate::san::SubjectAltName;

use edges::Play;
pub use matrix::{Aspect, Fault, Outcome, Row, TrustMatrix, Warning, WarningKind};
pub use member::{Authority, Domain, Member};
use party::{Authorities, Party};

/// The members of a cluster, about to speak with each other. See the [module](self).
#[derive(Clone, Debug)]
pub struct Rehearsal {
    names: ClusterNames,
    api_server_names: Vec<SubjectAltName>,
    authorities: BTreeMap<Domain, Authority>,
    members: Vec<Member>,
    time: Timestamp,
}

impl Rehearsal {
    /// A cluster without members, at a time. Its names give those that pods call the API server by.
    #[must_use]
    pub fn new(names: ClusterNames, time: Timestamp) -> Self {
        Self { names, api_server_names: Vec::new(), authorities: BTreeMap::new(), members: Vec::new(), time }
    }

    /// The names and addresses that clients call the API servers by: of the load balancer and of the machines. Those
    /// inside of the cluster and 127.0.0.1 need not be given.
    #[must_use]
    pub fn api_server_names(self, names: impl IntoIterator<Item = SubjectAltName>) -> Self {
        Self { api_server_names: names.into_iter().collect(), ..self }
    }

    /// The authority of a domain.
    #[must_use]
    pub fn authority(mut self, domain: Domain, authority: Authority) -> Self {
        self.authorities.insert(domain, authority);
        self
    }

    /// Adds a member.
    #[must_use]
    pub fn member(mut self, member: Member) -> Self {
        self.members.push(member);
        self
    }

    /// Lets everyone call everyone with whom they have business.
    ///
    /// # Errors
    ///
    /// Fails when a planned certificate cannot be issued; everything that stands in the way.
    pub fn run(&self, rng: &mut impl CryptoRng) -> Result<TrustMatrix, Vec<RehearsalError>> {
        let authorities = Authorities::new(&self.authorities, &self.members, self.time, rng)?;
        let (mut parties, mut errors) = (Vec::new(), Vec::new());
        for member in &self.members {
            match Party::new(member, &authorities, self.time, rng) {
                Ok(party) => parties.push(party),
                Err(found) => errors.extend(found),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let play = Play::new(self, &authorities, &parties);
        Ok(TrustMatrix { rows: play.rows(), warnings: warnings::collect(&play) })
    }
}

/// A rehearsal cannot begin.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RehearsalError {
    /// A planned certificate cannot be issued.
    #[error("{member}: {source}")]
    Planned {
        /// The label of the member, or the domain of the authority.
        member: String,
        /// What is wrong with the plan.
        source: Error,
    },
    /// There is no authority to issue a planned certificate.
    #[error("{member}: {domain} has no authority that could issue its certificate")]
    NoAuthority {
        /// The label of the member.
        member: String,
        /// The domain of its issuer.
        domain: Domain,
    },
}

impl RehearsalError {
    fn of(member: &str, errors: Vec<Error>) -> impl Iterator<Item = Self> {
        errors.into_iter().map(move |source| Self::Planned { member: member.to_owned(), source })
    }
}

impl Domain {
    fn label(self) -> &'static str {
        match self {
            Self::Cluster => "the cluster",
            Self::Etcd => "etcd",
            Self::FrontProxy => "the front proxy",
        }
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}
