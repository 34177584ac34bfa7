//! What the classic guides get wrong about the certificates of Kubernetes.
//!
//! No rule of X.509 is broken, and every certificate is issued: a guide that is followed word by word works as far as it
//! ever did. But its faults are named.

use std::net::IpAddr;

use pki_core::{Certificate, ExtendedKeyUsage, SubjectAltName};

use crate::console;

/// The users that are programs and no servers.
const CLIENTS: [&str; 3] = ["system:kube-controller-manager", "system:kube-proxy", "system:kube-scheduler"];
const MASTERS: &str = "system:masters";
const SERVICE: &str = "kubernetes.default.svc";

/// Prints what there is to say about a certificate.
pub(crate) fn give(certificate: &Certificate) {
    for advice in about(certificate) {
        console::warning(&format_args!("{advice} [kubernetes]"));
    }
}

fn about(certificate: &Certificate) -> Vec<String> {
    let subject = certificate.subject();
    let user = subject.common_name.unwrap_or_default();
    let is_master = subject.organization.iter().any(|group| group == MASTERS);
    let usages = certificate.extended_key_usages();
    let is_server = usages.contains(&ExtendedKeyUsage::ServerAuth);
    let mut advice = Vec::new();
    if is_server && (is_master || CLIENTS.contains(&user.as_str())) {
        advice.push(format!(
            "`{user}` is a client, and this certificate makes it a server too: leave out `server auth`"
        ));
    }
    if is_master {
        advice.push(format!(
            "the group `{MASTERS}` has every right, and no access rule can take one away before the certificate ends"
        ));
    }
    if user == "service-accounts" && !usages.is_empty() {
        advice.push(
            "a key that signs service account tokens needs no certificate, and with this one it is a user as well"
                .to_owned(),
        );
    }
    advice.extend(about_names(certificate));
    advice
}

/// About the names of an API server.
fn about_names(certificate: &Certificate) -> Vec<String> {
    let names = certificate.subject_alt_names();
    let has = |wanted: &str| names.iter().any(|name| name.to_string() == wanted);
    let mut advice = Vec::new();
    if !has(SERVICE) {
        return advice;
    }
    if has(&format!("{SERVICE}.cluster")) && has(&format!("{SERVICE}.cluster.local")) {
        advice.push(format!(
            "nobody uses the name `{SERVICE}.cluster` where the cluster's domain is `cluster.local`"
        ));
    }
    let may_be_service = |name: &SubjectAltName| match name {
        SubjectAltName::Ip(IpAddr::V4(ip)) => !ip.is_loopback() && ip.octets()[3] & 0xf == 1,
        SubjectAltName::Ip(IpAddr::V6(ip)) => !ip.is_loopback() && ip.octets()[15] & 0xf == 1,
        _ => false,
    };
    if !names.iter().any(may_be_service) {
        advice.push(
            "no address looks like the first one of a service range, such as 10.32.0.1, by which pods call the API \
             server: add it to `hosts`"
                .to_owned(),
        );
    }
    advice
}
