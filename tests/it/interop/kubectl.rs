//! kubectl reads every kubeconfig of the example, and is let in with it.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use super::{files, pki_only};
use crate::support::terraform::Terraform;
use crate::support::tool;

/// An API server in miniature: it demands a client certificate, and tells its owner what it says.
struct ApiServer {
    child: Child,
    address: String,
}

impl ApiServer {
    /// Serves with a certificate `NAME.crt`, and takes those of an authority for clients.
    fn start(pki: &Path, name: &str, authority: &str) -> Self {
        let serve = "import sys; from api_server import ApiServer\n\
                     with ApiServer(*sys.argv[1:]) as server: print(server.url, flush=True); sys.stdin.read()";
        let files = [format!("{name}.crt"), format!("{name}.key"), format!("{authority}.crt")];
        let mut child = Command::new(tool::find("python3"))
            .args(["-c", serve])
            .args(files.map(|file| pki.join(file)))
            .env("PYTHONPATH", tool::workspace().join("demo"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { child, address: address.trim().to_owned() }
    }
}

impl Drop for ApiServer {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn kubectl(terraform: &Terraform, arguments: &[&str]) -> Command {
    let mut command = Command::new(tool::find("kubectl"));
    // It keeps caches at home.
    command.args(arguments).env("HOME", terraform.folder()).env("KUBECONFIG", "/dev/null");
    command
}

fn json_of(command: &mut Command) -> Value {
    serde_json::from_str(&tool::succeed(command)).unwrap()
}

#[test]
fn kubectl_is_let_in_as_each_user() {
    let terraform = pki_only();
    let folder = terraform.path("kubernetes");
    let server = ApiServer::start(&folder.join("pki"), "apiserver", "ca");
    let users = files(&folder, ".conf").into_iter().map(|name| {
        let path = folder.join(format!("{name}.conf"));
        let file = ["--kubeconfig", path.to_str().unwrap()];
        let view = [file.as_slice(), &["config", "view", "--minify", "--raw", "--output", "json"]].concat();
        let config = json_of(&mut kubectl(&terraform, &view));
        assert_eq!(config["contexts"].as_array().unwrap().len(), 1, "{name}");

        let host = config["clusters"][0]["cluster"]["server"].as_str().unwrap().strip_prefix("https://");
        let host = host.unwrap().strip_suffix(":6443").unwrap();
        // The server stands elsewhere, but it has to be the one that the kubeconfig names.
        let there = ["--server", &server.address, "--tls-server-name", host, "--request-timeout", "20s"];
        let who = [file.as_slice(), &there, &["auth", "whoami", "--output", "json"]].concat();
        let review = json_of(&mut kubectl(&terraform, &who));
        assert_eq!(review["status"]["userInfo"]["username"], config["users"][0]["name"], "{name}");

        let elsewhere = who.iter().map(|word| if *word == host { "stranger.example" } else { word });
        let told = tool::fail(&mut kubectl(&terraform, &elsewhere.collect::<Vec<_>>()));
        assert!(told.contains("not stranger.example"), "{told}");
        (name, review["status"]["userInfo"].clone())
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
