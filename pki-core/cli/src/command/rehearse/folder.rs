//! The certificates of a cluster in a folder, and the parts they play.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use pki_core::kubernetes::{ClusterNames, Node, Role};
use pki_core::rehearsal::{Authority, Domain, Member, Rehearsal};
use pki_core::{Certificate, PrivateKey, SubjectAltName, SubjectAltNames};

use crate::command::bundle::options::ClusterOptions;
use crate::console;
use crate::error::Failure;
use crate::input::{Input, InputError};
use crate::material;
use crate::signing;

/// No cluster's folder is deeper: kubeadm's is two below that of a machine.
const MAX_DEPTH: usize = 4;

/// A rehearsal of the cluster in a folder.
pub(super) fn rehearsal(
    folder: &Path,
    options: &ClusterOptions,
    now: Timestamp,
) -> Result<Rehearsal, Failure> {
    let mut files = BTreeMap::new();
    find(folder, "", MAX_DEPTH, &mut files)?;
    let names = ClusterNames {
        domain: options.cluster_domain.clone().unwrap_or(ClusterNames::default().domain),
        service_cidrs: options.service_cidr.clone(),
    };
    if names.service_cidrs.is_empty() {
        console::warning(
            &"without --service-cidr nobody calls the API server by its service address, as pods do",
        );
    }
    let load_balancers = parse(options.api_name.iter().cloned())?;
    let mut cast = Cast {
        rehearsal: Rehearsal::new(names, now).api_server_names(load_balancers),
        control_plane: options.control_plane_nodes(),
        workers: options.worker_nodes(),
        members: 0,
    };
    for (name, path) in &files {
        cast.add(name, path)?;
    }
    if cast.members == 0 {
        return Err(Failure::NoCluster { folder: folder.to_owned() });
    }
    Ok(cast.rehearsal)
}

/// The certificates below a folder, each by its relative path without the ending.
fn find(
    folder: &Path,
    prefix: &str,
    depth: usize,
    files: &mut BTreeMap<String, PathBuf>,
) -> Result<(), Failure> {
    let failed = |source| InputError::Read { input: Input::File(folder.to_owned()), source };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let (path, name) = (entry.path(), entry.file_name());
        let Some(name) = name.to_str() else { continue };
        if entry.file_type().map_err(failed)?.is_dir() {
            if depth > 0 {
                find(&path, &format!("{prefix}{name}/"), depth - 1, files)?;
            }
            continue;
        }
        let stem = name.strip_suffix(".crt").or_else(|| name.strip_suffix(".pem"));
        if let Some(stem) = stem.filter(|stem| !stem.ends_with("-key")) {
            files.insert(format!("{prefix}{stem}"), path);
        }
    }
    Ok(())
}

/// Who takes part so far.
struct Cast {
    rehearsal: Rehearsal,
    control_plane: Vec<Node>,
    workers: Vec<Node>,
    members: usize,
}

impl Cast {
    /// Adds the parts that a certificate plays by its name, if it plays one.
    fn add(&mut self, name: &str, path: &Path) -> Result<(), Failure> {
        let input = Input::File(path.to_owned());
        let domain = match name {
            "ca" => Some(Domain::Cluster),
            "etcd/ca" => Some(Domain::Etcd),
            "front-proxy-ca" => Some(Domain::FrontProxy),
            _ => None,
        };
        if let Some(domain) = domain {
            let authority = Authority::Certificates(material::certificates(&input)?);
            self.rehearsal = self.rehearsal.clone().authority(domain, authority);
            return Ok(());
        }
        // Among the tutorial's names a certificate and a bare public key look the same.
        let mut chain = match material::certificates(&input) {
            Err(Failure::NotACertificate { .. }) => return Ok(()),
            certificates => certificates?,
        };
        let certificate = chain.remove(0);
        let (machine, roles) = roles(name, &certificate);
        let key = if roles.is_empty() { None } else { key_of(path)? };
        for role in roles {
            let mut member = Member::certificate(role.clone(), certificate.clone(), chain.clone())
                .reached_as(self.reached_as(&role, machine)?);
            if let Some(machine) = machine {
                member = member.called(format!("{role} {machine}"));
            }
            if let Some(key) = &key {
                member = member.key(Arc::clone(key));
            }
            self.members += 1;
            self.rehearsal = self.rehearsal.clone().member(member);
        }
        Ok(())
    }

    /// What others call a server by, as far as its machines were named; without them, it is called by its own names.
    fn reached_as(&self, role: &Role, machine: Option<&str>) -> Result<Vec<SubjectAltName>, Failure> {
        let (nodes, name) = match role {
            Role::Kubelet { node } => (&self.workers, Some(node.as_str())),
            Role::ApiServer | Role::EtcdServer | Role::EtcdPeer => (&self.control_plane, machine),
            _ => return Ok(Vec::new()),
        };
        let here = nodes.iter().filter(|node| name.is_none_or(|name| node.name == name));
        parse(here.flat_map(|node| std::iter::once(node.name.clone()).chain(node.names.clone())))
    }
}

/// The machine and the roles of a certificate: by the names of its file, as kubeadm and the tutorial have them, and a
/// kubelet by its user name.
fn roles<'a>(name: &'a str, certificate: &Certificate) -> (Option<&'a str>, Vec<Role>) {
    let user = certificate.subject().common_name.unwrap_or_default();
    if let Some(node) = user.strip_prefix("system:node:") {
        return (None, vec![Role::Kubelet { node: node.to_owned() }]);
    }
    let of_machine = |file: &str| {
        let machine = name.strip_suffix(file)?.strip_suffix('/')?;
        (machine != "etcd" && !machine.ends_with("/etcd")).then_some(machine)
    };
    for (file, role) in
        [("etcd/server", Role::EtcdServer), ("etcd/peer", Role::EtcdPeer), ("apiserver", Role::ApiServer)]
    {
        if name == file {
            return (None, vec![role]);
        }
        if let Some(machine) = of_machine(file) {
            return (Some(machine), vec![role]);
        }
    }
    let roles = match name {
        "master-kubernetes" => vec![
            Role::ApiServer,
            Role::ApiServerKubeletClient,
            Role::ApiServerEtcdClient,
            Role::EtcdServer,
            Role::EtcdPeer,
            Role::EtcdClient,
        ],
        "apiserver-kubelet-client" => vec![Role::ApiServerKubeletClient],
        "apiserver-etcd-client" => vec![Role::ApiServerEtcdClient],
        "etcd/healthcheck-client" => vec![Role::EtcdClient],
        "front-proxy-client" => vec![Role::FrontProxyClient],
        "controller-manager" | "kube-controller-manager" => vec![Role::ControllerManager],
        "scheduler" | "kube-scheduler" => vec![Role::Scheduler],
        "kube-proxy" => vec![Role::KubeProxy],
        "admin" => vec![Role::Admin],
        "service-account" | "sa" => vec![Role::ServiceAccount],
        _ => Vec::new(),
    };
    (None, roles)
}

/// The key beside a certificate, if it is there: those of authorities, for one, may be elsewhere.
fn key_of(certificate: &Path) -> Result<Option<Arc<PrivateKey>>, Failure> {
    let kubeadm = certificate.with_extension("key");
    let mut cfssl = certificate.with_extension("").into_os_string();
    cfssl.push("-key.pem");
    let is_crt = certificate.extension().is_some_and(|ending| ending == "crt");
    let path = if is_crt { kubeadm } else { PathBuf::from(cfssl) };
    if !path.is_file() {
        return Ok(None);
    }
    signing::read_key(&Input::File(path), None).map(|key| Some(Arc::new(key)))
}

fn parse(names: impl IntoIterator<Item = String>) -> Result<Vec<SubjectAltName>, Failure> {
    SubjectAltNames::parse(names)
        .map(|names| names.iter().cloned().collect())
        .map_err(|errors| Failure::Problems { about: "names".to_owned(), errors })
}
