//! kubectl reads every kubeconfig of the example, and is let in with it.

use serde_json::{Value, json};

use super::pki_only;
use crate::support::files;
use crate::support::kubectl::{ApiServer, json_of, kubectl, view};
use crate::support::terraform::Terraform;
use crate::support::tool;

#[test]
fn kubectl_is_let_in_as_each_user() {
    let terraform = pki_only();
    let folder = terraform.path("kubernetes");
    let server = ApiServer::start(&folder.join("pki"), "apiserver", "ca");
    let users = files::ending_in(&folder, ".conf").into_iter().map(|name| {
        let path = folder.join(format!("{name}.conf"));
        assert_eq!(view(&terraform, &path)["contexts"].as_array().unwrap().len(), 1, "{name}");
        let user = server.user(&terraform, &path);
        let told = tool::fail(&mut server.whoami(&terraform, &path, "stranger.example"));
        assert!(told.contains("not stranger.example"), "{told}");
        (name, user)
    });
    let users: Value = users.collect::<serde_json::Map<_, _>>().into();
    let user = |name: &str, groups: &[&str]| match groups {
        [] => json!({"username": name}),
        groups => json!({"username": name, "groups": groups}),
    };
    let expected = json!({
        "admin": user("kubernetes-admin", &["system:masters"]),
        "controller-manager": user("system:kube-controller-manager", &[]),
        "kube-proxy": user("system:kube-proxy", &["system:node-proxier"]),
        "kubelet-worker-0.k8s.example.com": user("system:node:worker-0.k8s.example.com", &["system:nodes"]),
        "kubelet-worker-1.k8s.example.com": user("system:node:worker-1.k8s.example.com", &["system:nodes"]),
        "scheduler": user("system:kube-scheduler", &[]),
    });
    assert_eq!(users, expected);
    a_stranger_stays_out(&terraform, &server);
}

/// Without a certificate, and with one of another authority.
fn a_stranger_stays_out(terraform: &Terraform, server: &ApiServer) {
    let pki = terraform.path("kubernetes/pki");
    let path = |name: &str| pki.join(name).to_str().unwrap().to_owned();
    let mut arguments = vec![
        format!("--server={}", server.address),
        format!("--certificate-authority={}", path("ca.crt")),
        "--request-timeout=20s".to_owned(),
        "auth".to_owned(),
        "whoami".to_owned(),
    ];
    for _ in 0..2 {
        let words: Vec<_> = arguments.iter().map(String::as_str).collect();
        tool::fail(&mut kubectl(terraform, &words));
        arguments.push(format!("--client-certificate={}", path("front-proxy-client.crt")));
        arguments.push(format!("--client-key={}", path("front-proxy-client.key")));
    }
}

/// Whether this kubectl still writes the line `preferences: {}`.
fn writes_preferences(terraform: &Terraform) -> bool {
    let version = json_of(&mut kubectl(terraform, &["version", "--client", "--output", "json"]));
    let minor = version["clientVersion"]["minor"].as_str().unwrap();
    minor.trim_end_matches(|end: char| !end.is_ascii_digit()).parse::<u32>().unwrap() <= 33
}

/// What kubectl itself writes for the same arguments is the same file.
#[test]
fn kubectl_writes_the_same_bytes() {
    let terraform = Terraform::new().with_example("pki-only");
    let style = if writes_preferences(&terraform) { "1.33" } else { "1.34" };
    let overridden =
        format!("resource \"groundup_kubeconfig\" \"this\" {{\n  kubectl_compat = {style:?}\n}}\n");
    terraform.write("style_override.tf", &overridden);
    terraform.apply().succeeded();

    let name = "kubelet-worker-0.k8s.example.com";
    let (user, context) =
        ("system:node:worker-0.k8s.example.com", "system:node:worker-0.k8s.example.com@k8s");
    let file = |name: &str| terraform.path(name).to_str().unwrap().to_owned();
    let theirs = format!("--kubeconfig={}", file("theirs.conf"));
    let authority = format!("--certificate-authority={}", file("kubernetes/pki/ca.crt"));
    let certificate = format!("--client-certificate={}", file(&format!("kubernetes/pki/{name}.crt")));
    let key = format!("--client-key={}", file(&format!("kubernetes/pki/{name}.key")));
    let server = "--server=https://api.k8s.example.com:6443";
    let steps: [&[&str]; 4] = [
        &["set-cluster", "k8s", "--embed-certs", server, &authority],
        &["set-credentials", user, "--embed-certs", &certificate, &key],
        &["set-context", context, "--cluster=k8s", "--user", user],
        &["use-context", context],
    ];
    for step in steps {
        tool::succeed(&mut kubectl(&terraform, &[&[theirs.as_str(), "config"], step].concat()));
    }
    assert_eq!(terraform.read(&format!("kubernetes/{name}.conf")), terraform.read("theirs.conf"));
}
