//! Who calls whom.

use std::net::Ipv4Addr;
use std::sync::Arc;

use super::access;
use super::handshake::{Failure, Stage};
use super::party::{Authorities, Party};
use super::{Aspect, Domain, Fault, Outcome, Rehearsal, Row};
use crate::certificate::Certificate;
use crate::kubernetes::{Role, first_service_ip};
use crate::san::SubjectAltName;
use crate::verify::{Refusal, VerifyError};

/// Everyone on stage.
pub(super) struct Play<'a> {
    rehearsal: &'a Rehearsal,
    pub(super) authorities: &'a Authorities,
    pub(super) parties: &'a [Party],
    stage: Stage,
}

impl<'a> Play<'a> {
    pub(super) fn new(rehearsal: &'a Rehearsal, authorities: &'a Authorities, parties: &'a [Party]) -> Self {
        Self { rehearsal, authorities, parties, stage: Stage::new(rehearsal.time) }
    }

    /// Every handshake of the cluster.
    pub(super) fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        let servers = self.with(|role| *role == Role::ApiServer);
        for client in self.with(is_api_client) {
            for server in &servers {
                let names = self.api_server_names(server);
                self.call(&mut rows, Some(client), server, &names, Domain::Cluster);
            }
        }
        for server in &servers {
            self.call(&mut rows, None, server, &self.names_for_pods(), Domain::Cluster);
        }
        for client in self.with(|role| *role == Role::ApiServerKubeletClient) {
            for server in self.with(|role| matches!(role, Role::Kubelet { .. })) {
                self.call(&mut rows, Some(client), server, &server.names, Domain::Cluster);
            }
        }
        let etcd = self.with(|role| *role == Role::EtcdServer);
        for client in self.with(|role| matches!(role, Role::ApiServerEtcdClient | Role::EtcdClient)) {
            for server in &etcd {
                self.call(&mut rows, Some(client), server, &server.names, Domain::Etcd);
            }
        }
        // The gateway of etcd is a client of the same process, with the same certificate.
        for server in etcd {
            self.call(&mut rows, Some(server), server, &server.names, Domain::Etcd);
        }
        let peers = self.with(|role| *role == Role::EtcdPeer);
        for client in &peers {
            // Peers that share a certificate are one member here.
            for server in peers.iter().filter(|server| peers.len() == 1 || server.label != client.label) {
                self.call(&mut rows, Some(client), server, &server.names, Domain::Etcd);
            }
        }
        rows
    }

    /// Those with certain roles: people, then nodes, then programs.
    pub(super) fn with(&self, plays: impl Fn(&Role) -> bool) -> Vec<&'a Party> {
        let mut parties: Vec<_> = self.parties.iter().filter(|party| plays(&party.role)).collect();
        parties.sort_by_key(|party| rank(&party.role));
        parties
    }

    /// Whether a server would let a client in, whatever their business.
    pub(super) fn accepts(&self, server: &Party, client: &Party, domain: Domain) -> bool {
        let name = server.names.first().or_else(|| server.certificate.subject_alt_names().iter().next());
        name.is_some_and(|name| self.shake(Some(client), server, name, domain).is_ok())
    }

    fn call(
        &self,
        rows: &mut Vec<Row>,
        client: Option<&Party>,
        server: &Party,
        names: &[SubjectAltName],
        domain: Domain,
    ) {
        rows.extend(names.iter().map(|name| Row {
            client: label(client).to_owned(),
            server: server.label.clone(),
            name: name.to_string(),
            outcome: self.outcome(client, server, name, domain),
        }));
    }

    fn outcome(
        &self,
        client: Option<&Party>,
        server: &Party,
        name: &SubjectAltName,
        domain: Domain,
    ) -> Outcome {
        let flaw = server.flaw.as_ref().or_else(|| client?.flaw.as_ref());
        if let Some(flaw) = flaw {
            return Outcome::Refused(flaw.clone());
        }
        match self.shake(client, server, name, domain) {
            Ok(()) => client
                .and_then(|client| access::check(client, server))
                .map_or(Outcome::Passed, Outcome::Forbidden),
            Err(Failure::ByClient(refusal)) => {
                Outcome::Refused(fault(label(client), &server.label, &refusal))
            }
            Err(Failure::ByServer(refusal)) => {
                Outcome::Refused(fault(&server.label, label(client), &refusal))
            }
            Err(Failure::Other(message)) => Outcome::Refused(Fault {
                member: server.label.clone(),
                aspect: Aspect::Other,
                message: format!(
                    "{} and {} cannot speak with each other: {message}",
                    label(client),
                    server.label
                ),
            }),
        }
    }

    fn shake(
        &self,
        client: Option<&Party>,
        server: &Party,
        name: &SubjectAltName,
        domain: Domain,
    ) -> Result<(), Failure> {
        let trusts = |party: Option<&Party>| -> Arc<[Certificate]> {
            let own = party.and_then(|party| party.trusts.clone());
            own.unwrap_or_else(|| self.authorities.trusted(domain))
        };
        self.stage.handshake(client, &trusts(client), server, &trusts(Some(server)), name)
    }

    /// The names for an API server: given ones, its own, and those that every API server has.
    fn api_server_names(&self, server: &Party) -> Vec<SubjectAltName> {
        let mut names = self.rehearsal.api_server_names.clone();
        names.extend(server.names.iter().cloned());
        names.push(SubjectAltName::Ip(Ipv4Addr::LOCALHOST.into()));
        names.extend(self.names_in_cluster());
        without_repetition(names)
    }

    fn names_for_pods(&self) -> Vec<SubjectAltName> {
        let services =
            self.rehearsal.names.service_cidrs.iter().filter_map(|range| first_service_ip(*range).ok());
        without_repetition(services.map(SubjectAltName::Ip).chain(self.names_in_cluster()).collect())
    }

    fn names_in_cluster(&self) -> Vec<SubjectAltName> {
        let service = "kubernetes.default.svc";
        let names = ["kubernetes", "kubernetes.default", service].map(str::to_owned);
        let full = format!("{service}.{}", self.rehearsal.names.domain);
        names.iter().chain([&full]).filter_map(|name| SubjectAltName::dns(name).ok()).collect()
    }
}

/// Whether a role is a client of the API server.
pub(super) fn is_api_client(role: &Role) -> bool {
    rank(role) < OTHERS
}

const OTHERS: u8 = 5;

fn rank(role: &Role) -> u8 {
    match role {
        Role::Admin => 0,
        Role::Kubelet { .. } => 1,
        Role::Scheduler => 2,
        Role::ControllerManager => 3,
        Role::KubeProxy => 4,
        _ => OTHERS,
    }
}

fn label(client: Option<&Party>) -> &str {
    client.map_or("pod", |client| &client.label)
}

fn without_repetition(names: Vec<SubjectAltName>) -> Vec<SubjectAltName> {
    let mut once = Vec::with_capacity(names.len());
    for name in names {
        if !once.contains(&name) {
            once.push(name);
        }
    }
    once
}

/// What a refusal means for the one who is refused.
fn fault(judge: &str, judged: &str, error: &VerifyError) -> Fault {
    let aspect = match &error.refusal {
        Refusal::WrongName { .. } | Refusal::NameConstraints { .. } => Aspect::Names,
        Refusal::WrongPurpose { .. } | Refusal::WrongKeyUsage { .. } => Aspect::Usages,
        Refusal::Expired { .. } | Refusal::NotYetValid { .. } => Aspect::Validity,
        Refusal::UnknownIssuer { .. }
        | Refusal::UntrustedRoot { .. }
        | Refusal::WrongSignature { .. }
        | Refusal::IssuerEncoding { .. }
        | Refusal::NotAnAuthority
        | Refusal::CannotSign
        | Refusal::PathTooLong { .. } => Aspect::Issuer,
        _ => Aspect::Other,
    };
    let reason = match &error.refusal {
        // The list of the names that it does have would fill the table.
        Refusal::WrongName { name, .. } => format!("its certificate lacks the name `{name}`"),
        _ => error.to_string(),
    };
    Fault { member: judged.to_owned(), aspect, message: format!("{judge} refuses {judged}: {reason}") }
}
