//! What comes after TLS: users, groups and addresses.

use super::party::Party;
use super::{Aspect, Fault};
use crate::kubernetes::Role;
use crate::san::SubjectAltName;
use crate::text::quoted_list;

/// Why a server would not let a client do its work although it accepts its certificate.
pub(super) fn check(client: &Party, server: &Party) -> Option<Fault> {
    let message = match server.role {
        Role::ApiServer => user(client),
        Role::EtcdPeer => address(client, server),
        _ => None,
    }?;
    let aspect = if server.role == Role::ApiServer { Aspect::Subject } else { Aspect::Names };
    Some(Fault { member: client.label.clone(), aspect, message })
}

/// The API server takes the common name for the user and organizations for groups. The rights of its own programs are
/// bound to fixed users, and the node authorizer knows nodes by their names.
fn user(client: &Party) -> Option<String> {
    let subject = client.certificate.subject();
    let Some(user) = &subject.common_name else {
        return Some(format!(
            "the certificate of {} has no common name, which Kubernetes takes for the user",
            client.label
        ));
    };
    let (expected, group) = match &client.role {
        Role::Kubelet { node } => (format!("system:node:{node}"), Some("system:nodes")),
        Role::Scheduler | Role::ControllerManager | Role::KubeProxy => {
            (client.role.subject().common_name.unwrap_or_default(), None)
        }
        _ => return None,
    };
    if *user != expected {
        return Some(format!(
            "{} comes as the user `{user}`; only `{expected}` has its rights: make that the common name",
            client.label
        ));
    }
    match group {
        Some(group) if !subject.organization.iter().any(|own| own == group) => Some(format!(
            "{} does not come as one of the group `{group}`: make that an organization of its certificate",
            client.label
        )),
        _ => None,
    }
}

/// A peer's certificate, if it has any names, must have the address that the peer comes from.
fn address(client: &Party, server: &Party) -> Option<String> {
    let own = client.certificate.subject_alt_names();
    let addresses: Vec<_> =
        client.names.iter().filter(|name| matches!(name, SubjectAltName::Ip(_))).collect();
    let has_one = addresses.iter().any(|address| own.iter().any(|name| name == *address));
    // By a DNS name etcd finds addresses, which is not for a rehearsal.
    let has_dns = own.iter().any(|name| matches!(name, SubjectAltName::Dns(_)));
    (!addresses.is_empty() && !own.is_empty() && !has_one && !has_dns).then(|| {
        format!(
            "{} refuses {}: it comes from {}, which its certificate does not name",
            server.label,
            client.label,
            quoted_list(&addresses)
        )
    })
}
