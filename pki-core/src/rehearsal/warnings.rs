//! What works, and should not, or not like this.

use super::edges::{Play, is_api_client};
use super::party::Party;
use super::{Domain, Warning, WarningKind};
use crate::kubernetes::Role;
use crate::text::list;
use crate::usage::ExtendedKeyUsage;

/// Groups whose members may do everything.
const ADMINISTRATORS: [&str; 2] = ["system:masters", "kubeadm:cluster-admins"];

pub(super) fn collect(play: &Play<'_>) -> Vec<Warning> {
    let shared = shared_keys(play);
    let open = etcd_is_open(play);
    let token = token_key_is_identity(play);
    let proxy = front_proxy_is_shared(play);
    let sides = [client_is_server(play), server_is_client(play)];
    let bindings = needs_binding(play);
    let missing = role_is_missing(play);
    shared
        .into_iter()
        .chain(open)
        .chain(token)
        .chain(proxy)
        .chain(sides.into_iter().flatten())
        .chain(bindings)
        .chain(missing)
        .collect()
}

fn warning(kind: WarningKind, members: &[&Party], message: impl FnOnce(&str) -> String) -> Option<Warning> {
    let members: Vec<String> = members.iter().map(|party| party.label.clone()).collect();
    (!members.is_empty()).then(|| Warning { kind, message: message(&list(&members)), members })
}

/// Members with one and the same key: whoever takes it from one of them is all of them.
fn shared_keys(play: &Play<'_>) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let key = |party: &Party| party.certificate.public_key().clone();
    for (index, first) in play.parties.iter().enumerate() {
        let same: Vec<_> = play.parties.iter().filter(|party| key(party) == key(first)).collect();
        let is_first = !play.parties[..index].iter().any(|party| key(party) == key(first));
        if is_first && same.len() > 1 {
            warnings.extend(warning(WarningKind::KeyIsShared, &same, |members| {
                format!("{members} have one key: whoever takes it from one of them is all of them")
            }));
        }
    }
    warnings
}

/// etcd has no users: whoever gets in reads and writes everything, secrets and access rights included.
fn etcd_is_open(play: &Play<'_>) -> Option<Warning> {
    let servers = play.with(|role| *role == Role::EtcdServer);
    let server = servers.first()?;
    let intruders: Vec<_> = play
        .with(|role| is_api_client(role) || matches!(role, Role::ServiceAccount | Role::FrontProxyClient))
        .into_iter()
        .filter(|client| play.accepts(server, client, Domain::Etcd))
        .collect();
    warning(WarningKind::EtcdIsOpen, &intruders, |members| {
        format!(
            "etcd opens to {members}, and with it every secret of the cluster: give etcd an authority of its own"
        )
    })
}

fn token_key_is_identity(play: &Play<'_>) -> Option<Warning> {
    let servers = play.with(|role| *role == Role::ApiServer);
    let server = servers.first()?;
    let clients: Vec<_> = play
        .with(|role| *role == Role::ServiceAccount)
        .into_iter()
        .filter(|client| play.accepts(server, client, Domain::Cluster))
        .collect();
    let user = clients.first()?.certificate.subject().common_name.unwrap_or_default();
    warning(WarningKind::TokenKeyIsIdentity, &clients, |members| {
        format!("the key of {members} signs tokens and is the user `{user}` as well: it needs no certificate")
    })
}

fn front_proxy_is_shared(play: &Play<'_>) -> Option<Warning> {
    let proxies = play.with(|role| *role == Role::FrontProxyClient);
    if play.authorities.are_apart(Domain::FrontProxy) {
        return None;
    }
    warning(WarningKind::FrontProxyIsShared, &proxies, |members| {
        format!(
            "{members} has the authority of ordinary clients, who could speak for others as it does: give it its own"
        )
    })
}

fn client_is_server(play: &Play<'_>) -> Option<Warning> {
    let clients = play.with(|role| {
        is_api_client(role) && !matches!(role, Role::Kubelet { .. })
            || matches!(
                role,
                Role::ApiServerKubeletClient
                    | Role::ApiServerEtcdClient
                    | Role::EtcdClient
                    | Role::FrontProxyClient
            )
    });
    let servers = play.with(|role| matches!(role, Role::ApiServer | Role::EtcdServer | Role::EtcdPeer));
    let both: Vec<_> = clients
        .into_iter()
        .filter(|client| allows(client, ExtendedKeyUsage::ServerAuth))
        .filter(|client| !servers.iter().any(|server| server.certificate == client.certificate))
        .collect();
    warning(WarningKind::ClientIsServer, &both, |members| {
        format!("the certificates of {members} are for servers as well: leave out `server auth`")
    })
}

fn server_is_client(play: &Play<'_>) -> Option<Warning> {
    let clients = play.with(|role| matches!(role, Role::ApiServerKubeletClient | Role::ApiServerEtcdClient));
    let both: Vec<_> = play
        .with(|role| *role == Role::ApiServer)
        .into_iter()
        .filter(|server| allows(server, ExtendedKeyUsage::ClientAuth))
        .filter(|server| !clients.iter().any(|client| client.certificate == server.certificate))
        .collect();
    warning(WarningKind::ServerIsClient, &both, |members| {
        format!("the serving certificate of {members} is for clients as well: leave out `client auth`")
    })
}

/// Users that Kubernetes has no binding for from the start.
fn needs_binding(play: &Play<'_>) -> Vec<Warning> {
    let unbound = |role: Role, wanted: &'static str| {
        play.with(move |own| *own == role).into_iter().filter_map(move |party| {
            let subject = party.certificate.subject();
            // kubeadm:cluster-admins is bound by kubeadm alone; elsewhere its member needs the binding as any other.
            let unlimited = subject.organization.iter().any(|group| ADMINISTRATORS[0] == group);
            let user = subject.common_name.filter(|_| !unlimited)?;
            warning(WarningKind::NeedsBinding, &[party], |member| {
                format!("{member} is the user `{user}`, who has no rights until a ClusterRoleBinding gives it `{wanted}`")
            })
        })
    };
    let kubelet = unbound(Role::ApiServerKubeletClient, "system:kubelet-api-admin");
    unbound(Role::Admin, "cluster-admin").chain(kubelet).collect()
}

fn role_is_missing(play: &Play<'_>) -> Vec<Warning> {
    let is_played = |role: &Role| play.parties.iter().any(|party| party.role == *role);
    let kubelets = play.with(|role| matches!(role, Role::Kubelet { .. }));
    let (etcd, api) = (is_played(&Role::EtcdServer), is_played(&Role::ApiServer));
    [
        (!kubelets.is_empty() && api, Role::ApiServerKubeletClient, "kubelets"),
        (etcd && api, Role::ApiServerEtcdClient, "etcd"),
    ]
    .into_iter()
    .filter(|(has_server, client, _)| *has_server && !is_played(client))
    .map(|(_, client, server)| Warning {
        kind: WarningKind::RoleIsMissing,
        members: Vec::new(),
        message: format!(
            "nobody plays `{client}`: whether the API server reaches {server} was not rehearsed"
        ),
    })
    .collect()
}

fn allows(party: &Party, usage: ExtendedKeyUsage) -> bool {
    let usages = party.certificate.extended_key_usages();
    !party.certificate.has_extended_key_usage()
        || usages.contains(&usage)
        || usages.contains(&ExtendedKeyUsage::Any)
}
