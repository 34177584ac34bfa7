//! Data source `groundup_trust_matrix`: who in a cluster can talk to whom.

mod authority;
mod member;

use std::collections::BTreeMap;

use ipnet::IpNet;
use pki_core::SubjectAltName;
use pki_core::kubernetes::ClusterNames;
use pki_core::rehearsal::{
    Aspect, Outcome, Rehearsal, RehearsalError, Row as Rehearsed, TrustMatrix as Matrix,
};
use tfplugin::diagnostic::Severity;
use tfplugin::prelude::*;

use super::keys;
use crate::Client;
use authority::Authority;
use member::Member;

/// Rehearses every connection of a Kubernetes cluster: each client shakes hands with each server that it will talk to, by
/// every name that it will use, in real mutual TLS within the provider.
///
/// Given what certificates are planned to say, it uses throw-away keys, and a missing name or usage is an error on its
/// line of the configuration before anything exists. Given certificates, it looks at them. The two do not mix: a
/// certificate under an authority that is only planned has nobody to vouch for it.
///
/// Terraform reads a data source with the plan only when it names no resource that is about to change. Pass on what is
/// planned by way of a `local`, as the example does.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct TrustMatrix {
    /// Names and addresses under which clients reach the API servers: the load balancer's and those of the machines.
    /// `127.0.0.1`, `kubernetes` with its suffixes and the first service addresses are tried anyway.
    #[attr(optional)]
    api_server_names: Attr<Vec<Parsed<SubjectAltName>>>,
    /// DNS domain of the cluster; `cluster.local` by default.
    #[attr(optional)]
    cluster_domain: Attr<String>,
    /// Address ranges of services. Pods call the API servers at the first address of each.
    #[attr(optional)]
    service_cidrs: Attr<Vec<Parsed<IpNet>>>,
    /// What becomes of a connection that fails: an `error` (the default) or a `warning`.
    #[attr(optional)]
    on_failure: Attr<OnFailure>,
    /// A certificate authority. Without any there is one, which is planned.
    #[attr(block)]
    authority: Attr<Vec<Authority>>,
    /// A program with a certificate.
    #[attr(block)]
    member: Attr<Vec<Member>>,
    /// Every connection that was tried.
    #[attr(computed)]
    rows: Attr<Vec<Row>>,
    /// What works, and should not, or not like this.
    #[attr(computed)]
    warnings: Attr<Vec<String>>,
    /// All that as a table to read.
    #[attr(computed)]
    table: Attr<String>,
    /// Whether all of them work.
    #[attr(computed)]
    passed: Attr<bool>,
    /// Always `trust_matrix`.
    #[attr(computed)]
    id: Attr<String>,
}

/// A connection that was tried.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Row {
    /// Who calls.
    #[attr(computed)]
    client: Attr<String>,
    /// Who is called.
    #[attr(computed)]
    server: Attr<String>,
    /// The name or address by which it is called.
    #[attr(computed)]
    name: Attr<String>,
    /// `passed`; `refused` when TLS fails; `forbidden` when TLS works, but Kubernetes would not allow what the client is
    /// there for.
    #[attr(computed)]
    outcome: Attr<String>,
    /// Why it does not work; null when it does.
    #[attr(computed)]
    reason: Attr<String>,
}

string_enum! {
    /// What becomes of a connection that fails.
    pub(crate) enum OnFailure {
        /// The plan fails.
        Error = "error",
        /// It is told, and all goes on.
        Warning = "warning",
    }
}

impl From<&Rehearsed> for Row {
    fn from(row: &Rehearsed) -> Self {
        let outcome = match &row.outcome {
            Outcome::Passed => "passed",
            Outcome::Forbidden(_) => "forbidden",
            Outcome::Refused(_) => "refused",
        };
        Self {
            client: row.client.clone().into(),
            server: row.server.clone().into(),
            name: row.name.clone().into(),
            outcome: outcome.into(),
            reason: row.outcome.fault().map(|fault| fault.message.clone()).into(),
        }
    }
}

impl TrustMatrix {
    fn cluster(&self) -> ClusterNames {
        ClusterNames {
            domain: self.cluster_domain.or(ClusterNames::default().domain),
            service_cidrs: self.service_cidrs.or_default().iter().map(|range| *range.get()).collect(),
        }
    }

    fn members(&self) -> &[Member] {
        self.member.known().map_or(&[], Vec::as_slice)
    }

    fn authorities(&self) -> &[Authority] {
        self.authority.known().map_or(&[], Vec::as_slice)
    }

    /// The rehearsal of these arguments.
    fn rehearsal(&self, cx: &Cx<Client>) -> Result<Rehearsal> {
        let cluster = self.cluster();
        let names = self.api_server_names.or_default().into_iter().map(Parsed::into_inner);
        let mut rehearsal = Rehearsal::new(cluster.clone(), cx.client.now()).api_server_names(names);
        let mut domains = Vec::new();
        for (index, authority) in self.authorities().iter().enumerate() {
            let (domain, authority) = authority.rehearsed().at(Path::from("authority").index(index))?;
            domains.push(domain);
            rehearsal = rehearsal.authority(domain, authority);
        }
        if domains.is_empty() {
            let (domain, authority) = Authority::default().rehearsed()?;
            domains.push(domain);
            rehearsal = rehearsal.authority(domain, authority);
        }
        for (index, member) in self.members().iter().enumerate() {
            let path = Path::from("member").index(index);
            rehearsal = rehearsal.member(member.rehearsed(&cluster, &domains).at(path)?);
        }
        Ok(rehearsal)
    }

    /// What does not work, once for each attribute that is at fault.
    fn complaints(&self, matrix: &Matrix) -> Vec<Diagnostic> {
        let mut by_place: Vec<(Option<Path>, Vec<&str>)> = Vec::new();
        for fault in matrix.faults() {
            let place = self.place(&fault.member, |member| member.place(fault.aspect));
            match by_place.iter_mut().find(|(known, _)| *known == place) {
                Some((_, messages)) => messages.push(&fault.message),
                None => by_place.push((place, vec![&fault.message])),
            }
        }
        let complaints = by_place.into_iter().map(|(place, messages)| {
            let told = match self.on_failure.known() {
                Some(OnFailure::Warning) => Diagnostic::warning(FAILS, list(&messages)),
                Some(OnFailure::Error) | None => Diagnostic::error(FAILS, list(&messages)),
            };
            match place {
                Some(place) => told.at(place),
                None => told,
            }
        });
        complaints.collect()
    }

    /// The place in the member of a label.
    fn place(&self, label: &str, inside: impl Fn(&Member) -> Path) -> Option<Path> {
        let index = self.members().iter().position(|member| member.label() == label)?;
        Some(inside(&self.members()[index]).below(&Path::from("member").index(index)))
    }

    /// Why the rehearsal cannot begin, as far as possible at the member whose plan is wrong.
    fn unable(&self, error: &RehearsalError) -> Diagnostic {
        let told = Diagnostic::error("Unable to Rehearse", format!("{error}."));
        let (RehearsalError::Planned { member: label, .. }
        | RehearsalError::NoAuthority { member: label, .. }) = error
        else {
            return told;
        };
        match self.place(label, |member| member.place(Aspect::Other)) {
            Some(place) => told.at(place),
            None => told,
        }
    }
}

const FAILS: &str = "Connection Fails";

/// Some messages, each on its line.
fn list(messages: &[&str]) -> String {
    const SHOWN: usize = 8;
    let mut lines: Vec<String> = messages.iter().take(SHOWN).map(|message| format!("{message}.")).collect();
    if messages.len() > SHOWN {
        lines.push(format!("And {} more of this kind.", messages.len() - SHOWN));
    }
    lines.join("\n")
}

impl DataSource for TrustMatrix {
    const TYPE: &'static str = "trust_matrix";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        let mut labels = BTreeMap::new();
        for (index, member) in self.members().iter().enumerate() {
            let path = Path::from("member").index(index);
            member.check(&path, check);
            if member.is_named() && labels.insert(member.label(), index).is_some() {
                let detail =
                    format!("There is another member `{}`: tell them apart by `name`.", member.label());
                check.error(path.attr(member.name_place()), "Ambiguous Member", detail);
            }
        }
        for (index, authority) in self.authorities().iter().enumerate() {
            authority.check(&Path::from("authority").index(index), check);
        }
    }

    async fn read(mut self, cx: &Cx<Client>) -> Result<Self> {
        let rehearsal = self.rehearsal(cx)?;
        let run = tokio::task::spawn_blocking(move || rehearsal.run(&mut keys::rng()));
        let matrix =
            run.await?.map_err(|errors| Error::many(errors.iter().map(|error| self.unable(error))))?;
        let mut errors = Vec::new();
        for told in self.complaints(&matrix) {
            if told.severity == Severity::Error {
                errors.push(told);
            } else {
                cx.warn_at(told.path.unwrap_or_default(), told.summary, told.detail);
            }
        }
        if !errors.is_empty() {
            return Err(Error::many(errors));
        }
        self.rows = Attr::Known(matrix.rows.iter().map(Row::from).collect());
        self.warnings =
            Attr::Known(matrix.warnings.iter().map(|warning| sentence(&warning.message)).collect());
        self.table = matrix.to_string().into();
        self.passed = matrix.passes().into();
        self.id = Self::TYPE.into();
        Ok(self)
    }
}
