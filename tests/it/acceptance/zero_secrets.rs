//! The module `cluster`, by way of the example that uses it: a cluster of which no secret is in state.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::support::files;
use crate::support::kubectl::{ApiServer, view};
use crate::support::leaks::Leaks;
use crate::support::moto::Moto;
use crate::support::terraform::Terraform;
use crate::support::tool;

const SEED: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const SSH_KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINViP+JHHvPL8kwhWbErRg2BFu9WIW0P99VDRgmU+qkq";
const SMALL: &str = "master_count = 1\n worker_count = 1";
/// Two keys of the encryption at rest.
const OLD: &str = r#"{ name = "key1", generation = 1 }"#;
const NEW: &str = r#"{ name = "key2", generation = 2 }"#;
const AUTHORITIES: [&str; 3] = ["ca", "etcd/ca", "front-proxy-ca"];

fn cluster(moto: &Moto) -> Terraform {
    let variables = [
        ("TF_VAR_pki_seed", SEED.to_owned()),
        ("TF_VAR_ssh_public_key", SSH_KEY.to_owned()),
        ("TF_VAR_admin_cidrs", json!(["203.0.113.7/32"]).to_string()),
    ];
    Terraform::new()
        .with_environment(moto.environment())
        .with_environment(variables.map(|(name, value)| (name.to_owned(), value)).into())
        .with_example("zero-secrets")
}

/// Sets inputs of the module, as a user edits them.
fn set(terraform: &Terraform, inputs: &str) {
    terraform.write("inputs_override.tf", &format!("module \"cluster\" {{\n {inputs}\n}}\n"));
}

/// Applies without a warning; the next plan is empty.
#[track_caller]
fn applied(terraform: &Terraform) {
    let run = terraform.apply().succeeded();
    assert!(run.warnings().is_empty(), "{:?}", run.warnings());
    terraform.plan().is_empty();
}

#[track_caller]
fn refused(terraform: &Terraform, inputs: &str) -> Vec<String> {
    set(terraform, inputs);
    terraform.plan().failed().errors().into_iter().map(|error| error.summary).collect()
}

fn folder(terraform: &Terraform) -> PathBuf {
    terraform.path("zero-secrets")
}

#[test]
fn a_cluster_lives_without_secrets() {
    let moto = Moto::start();
    let before = moto.inventory();
    let terraform = cluster(&moto);
    applied(&terraform);

    files_are_where_they_belong(&folder(&terraform));
    state_holds_none_of_them(&terraform);
    for node in nodes() {
        openssl_accepts(&folder(&terraform).join("nodes").join(node).join("pki"));
    }
    kubectl_is_let_in(&terraform);

    terraform.destroy().succeeded();
    assert_eq!(moto.inventory(), before);
    assert_eq!(files::below(&folder(&terraform)), Vec::<PathBuf>::new());
}

fn nodes() -> impl Iterator<Item = String> {
    let roles = ["master", "worker"].into_iter();
    roles.flat_map(|role| (0..3).map(move |index| format!("zero-secrets-{role}-{index}")))
}

/// Every node has what it needs and nothing else, and nobody but its owner can read a secret.
fn files_are_where_they_belong(folder: &Path) {
    const PAIRS_OF_MASTERS: [&str; 7] = [
        "apiserver",
        "apiserver-etcd-client",
        "apiserver-kubelet-client",
        "etcd/healthcheck-client",
        "etcd/peer",
        "etcd/server",
        "front-proxy-client",
    ];
    let mut expected = BTreeSet::from(["admin.conf".to_owned()]);
    for node in nodes() {
        let (pairs, others): (&[&str], &[&str]) = if node.contains("master") {
            (
                &PAIRS_OF_MASTERS,
                &[
                    "controller-manager.conf",
                    "encryption-config.yaml",
                    "pki/ca.crt",
                    "pki/etcd/ca.crt",
                    "pki/front-proxy-ca.crt",
                    "pki/sa.key",
                    "pki/sa.pub",
                    "scheduler.conf",
                ],
            )
        } else {
            (&["kubelet"], &["kube-proxy.conf", "kubelet.conf", "pki/ca.crt"])
        };
        let pairs = pairs.iter().flat_map(|pair| ["crt", "key"].map(|ending| format!("pki/{pair}.{ending}")));
        let names = pairs.chain(others.iter().map(|name| (*name).to_owned()));
        expected.extend(names.map(|name| format!("nodes/{node}/{name}")));
    }
    let names: BTreeSet<_> = files::ending_in(folder, "").into_iter().collect();
    assert_eq!(names, expected);
    for name in names {
        let path = folder.join(&name);
        let public = path.extension().is_some_and(|ending| ending == "crt" || ending == "pub");
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, if public { 0o644 } else { 0o600 }, "{name}");
    }
}

/// What is secret in the files, in whatever form.
fn state_holds_none_of_them(terraform: &Terraform) {
    let mut leaks = Leaks::of_seed(SEED);
    let folder = folder(terraform);
    let names = files::ending_in(&folder, ".key").into_iter();
    let texts = names.map(|name| (fs::read_to_string(folder.join(format!("{name}.key"))).unwrap(), name));
    // Masters have the same keys, but for those of etcd.
    for (text, name) in texts.collect::<BTreeMap<_, _>>() {
        leaks.key_of_pem(&name, &text);
    }
    let (name, key) = &encryption_keys(terraform)[0];
    leaks.bytes(name, &STANDARD.decode(key).unwrap());
    leaks.assert_clean("the state", &terraform.state().text);
}

/// OpenSSL accepts each certificate of a folder below the authority that it is for, and its key.
fn openssl_accepts(pki: &Path) {
    let openssl = |words: &str| {
        let mut command = Command::new(tool::find("openssl"));
        tool::succeed(command.args(words.split_whitespace()).current_dir(pki))
    };
    for name in files::ending_in(pki, ".crt") {
        if AUTHORITIES.contains(&name.as_str()) {
            continue;
        }
        let authority = match name.as_str() {
            "front-proxy-client" => "front-proxy-ca",
            name if name.contains("etcd") => "etcd/ca",
            _ => "ca",
        };
        openssl(&format!("verify -x509_strict -CAfile {authority}.crt {name}.crt"));
        let of_key = openssl(&format!("pkey -pubout -in {name}.key"));
        assert_eq!(openssl(&format!("x509 -noout -pubkey -in {name}.crt")), of_key, "{name}");
    }
    if pki.join("sa.key").exists() {
        assert_eq!(openssl("pkey -pubout -in sa.key"), fs::read_to_string(pki.join("sa.pub")).unwrap());
    }
}

/// An API server with the certificate of a master knows every user.
fn kubectl_is_let_in(terraform: &Terraform) {
    let folder = folder(terraform);
    let master = folder.join("nodes/zero-secrets-master-0/pki");
    let server = ApiServer::start(&master, "apiserver", "ca");
    let groups = |file: &str| server.user(terraform, &folder.join(file))["groups"].clone();
    assert_eq!(groups("admin.conf"), json!(["system:masters"]));
    assert_eq!(groups("nodes/zero-secrets-master-2/controller-manager.conf"), Value::Null);
    assert_eq!(groups("nodes/zero-secrets-master-2/scheduler.conf"), Value::Null);
    assert_eq!(groups("nodes/zero-secrets-worker-1/kube-proxy.conf"), json!(["system:node-proxier"]));
    assert_eq!(groups("nodes/zero-secrets-worker-1/kubelet.conf"), json!(["system:nodes"]));
    let worker = view(terraform, &folder.join("nodes/zero-secrets-worker-1/kubelet.conf"));
    assert_eq!(worker["users"][0]["name"], "system:node:ip-172-31-0-21");
}

/// Name and text of each key, in their order.
fn encryption_keys(terraform: &Terraform) -> Vec<(String, String)> {
    let text = terraform.read("zero-secrets/nodes/zero-secrets-master-0/encryption-config.yaml");
    let value = |line: &str, name: &str| line.trim().strip_prefix(name).map(str::to_owned);
    let names = text.lines().filter_map(|line| value(line, "- name: "));
    names.zip(text.lines().filter_map(|line| value(line, "secret: "))).collect()
}

#[test]
fn an_authority_is_replaced_in_stages() {
    const MASTER: &str = "zero-secrets/nodes/zero-secrets-master-0/pki";
    let moto = Moto::start();
    let terraform = cluster(&moto);
    let generations = |signing: u32, trusted: &str| {
        format!(
            "{SMALL}\n authorities = {{ kubernetes = {{ signing_generation = {signing}, \
             trusted_generations = {trusted} }} }}"
        )
    };
    let trusted = || terraform.read(&format!("{MASTER}/ca.crt")).matches("BEGIN CERTIFICATE").count();
    let apiserver = || terraform.read(&format!("{MASTER}/apiserver.crt"));
    let key = || terraform.read(&format!("{MASTER}/apiserver.key"));

    set(&terraform, SMALL);
    applied(&terraform);
    let (first, first_key) = (apiserver(), key());
    assert_eq!(refused(&terraform, &generations(2, "[1, 2]")), ["Illegal Rotation"]);

    set(&terraform, &generations(1, "[1, 2]"));
    applied(&terraform);
    assert_eq!((trusted(), apiserver() == first), (2, true));

    set(&terraform, &generations(2, "[1, 2]"));
    applied(&terraform);
    assert_eq!(trusted(), 2);
    assert_ne!(apiserver(), first, "it is of the new key now");
    openssl_accepts(&terraform.path(MASTER));

    set(&terraform, &generations(2, "[2]"));
    applied(&terraform);
    assert_eq!(trusted(), 1);
    openssl_accepts(&terraform.path(MASTER));
    assert_eq!(key(), first_key, "the API server's own key stays");

    set(&terraform, &format!("{}\n certificate_generations = {{ apiserver = 2 }}", generations(2, "[2]")));
    let changes = terraform.plan().succeeded().changes();
    let issued: Vec<_> = changes.keys().filter(|address| address.contains("groundup_certificate")).collect();
    assert_eq!(issued, ["module.cluster.groundup_certificate.this[\"apiserver\"]"]);
    applied(&terraform);
    assert_ne!(key(), first_key);
    openssl_accepts(&terraform.path(MASTER));
}

#[test]
fn a_key_of_the_encryption_at_rest_is_replaced_in_stages() {
    let moto = Moto::start();
    let terraform = cluster(&moto);
    let keys =
        |keys: &[&str], more: &str| format!("{SMALL}\n encryption_keys = [{}]\n {more}", keys.join(", "));
    let names = || encryption_keys(&terraform).into_iter().map(|(name, _)| name).collect::<Vec<_>>();

    set(&terraform, SMALL);
    applied(&terraform);
    let old = encryption_keys(&terraform);
    for (early, told) in [
        (keys(&[NEW, OLD], ""), "New Key Would Write at Once"),
        (keys(&[NEW], ""), "Stored Objects Would Become Unreadable"),
    ] {
        assert_eq!(refused(&terraform, &early)[0], told);
    }
    for (inputs, expected) in [
        (keys(&[OLD, NEW], ""), ["key1", "key2"].as_slice()),
        (keys(&[NEW, OLD], ""), &["key2", "key1"]),
        (keys(&[NEW, OLD], "rewritten_through = 2"), &["key2", "key1"]),
        (keys(&[NEW], "rewritten_through = 2\n allow_plaintext_read = false"), &["key2"]),
    ] {
        set(&terraform, &inputs);
        applied(&terraform);
        assert_eq!(names(), expected);
        let kept = encryption_keys(&terraform);
        assert!(expected.len() == 1 || kept.contains(&old[0]), "the old key is what it was");
    }
    assert_ne!(encryption_keys(&terraform)[0].1, old[0].1);
}

/// All keys at once, step by step, until nothing is of the old seed any more.
#[test]
fn the_seed_is_replaced_in_stages() {
    const OTHER_SEED: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eff";
    const ROLES: &str = r#""apiserver", "apiserver-kubelet-client", "apiserver-etcd-client", "etcd-server",
        "etcd-peer", "etcd-client", "front-proxy-client", "controller-manager", "scheduler", "kube-proxy", "kubelet",
        "admin""#;
    let moto = Moto::start();
    let terraform = cluster(&moto);
    let seeds = |previous: &str| {
        terraform.write("seeds.auto.tfvars", &format!("pki_seed = {OTHER_SEED:?}\n{previous}"));
    };
    let inputs = |signing: u32, trusted: &str, keys: &[&str], more: &str| {
        let authority = format!("{{ signing_generation = {signing}, trusted_generations = {trusted} }}");
        format!(
            "{SMALL}\n service_account = {authority}\n encryption_keys = [{}]\n {more}\n authorities = {{ for name in \
             [\"kubernetes\", \"etcd\", \"front-proxy\"] : name => {authority} }}\n certificate_generations = {{ for \
             role in [{ROLES}] : role => 2 }}",
            keys.join(", ")
        )
    };
    set(&terraform, SMALL);
    applied(&terraform);

    seeds(&format!("previous_pki_seed = {SEED:?}\n"));
    terraform.plan().is_empty();
    for inputs in [
        inputs(1, "[1, 2]", &[OLD, NEW], ""),
        inputs(2, "[1, 2]", &[NEW, OLD], ""),
        inputs(2, "[2]", &[NEW, OLD], "rewritten_through = 2"),
        inputs(2, "[2]", &[NEW], "rewritten_through = 2"),
    ] {
        set(&terraform, &inputs);
        applied(&terraform);
    }
    seeds("");
    terraform.plan().is_empty();
}

/// The module's own tests, in the hands of a user: its inputs, and a cluster that is made and removed.
#[test]
fn the_modules_own_tests_pass() {
    let moto = Moto::start();
    let before = moto.inventory();
    let terraform = Terraform::new().with_environment(moto.environment()).with_example("modules/cluster");
    terraform.succeed(&["validate"]);
    let tests = tool::workspace().join("examples-hcl/modules/cluster/tests");
    fs::create_dir(terraform.path("tests")).unwrap();
    for test in files::below(&tests) {
        fs::copy(&test, terraform.path("tests").join(test.file_name().unwrap())).unwrap();
    }
    let told = terraform.succeed(&["test", "-no-color"]);
    assert!(told.contains("run \"a_cluster\"... pass") && told.contains(" passed, 0 failed."), "{told}");
    assert_eq!(moto.inventory(), before);
}
