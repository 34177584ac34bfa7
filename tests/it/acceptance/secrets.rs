//! Secrets stay where they belong: in state and in files that only their owner can read, and nowhere else.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::support::files;
use crate::support::terraform::Terraform;

pub(super) const LOG: &str = "trace.log";

/// Whatever the longest log says, and whatever Terraform prints, no part of a secret is in it.
#[test]
fn are_not_told() {
    let terraform = logging().with_example("pki-only");
    let applied = terraform.run(&["apply", "-no-color", "-input=false", "-auto-approve"]);
    assert!(applied.status.success(), "{}", String::from_utf8_lossy(&applied.stderr));
    let shown = terraform.succeed(&["show", "-no-color"]);
    let planned = terraform.succeed(&["plan", "-no-color", "-input=false"]);

    let state = terraform.state();
    let secrets = secrets(&state.text);
    // Three authorities, 17 certificates, the key for tokens, six kubeconfigs and an encryption key, of several lines each.
    assert!(secrets.len() >= 50, "{}", secrets.len());
    let log = terraform.read(LOG);
    assert!(log.contains("[TRACE]") && log.contains("groundup"), "the log is one of everything");
    let printed = [applied.stdout, applied.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    for text in [&log, &printed, &shown, &planned] {
        assert_eq!(found(&secrets, text), BTreeSet::new());
    }

    // The search would find them.
    assert_eq!(found(&secrets, &state.text), secrets.iter().collect());
    let known = secrets.iter().next().unwrap();
    let log = format!("{log}\n2026-11-22T12:00:00Z [TRACE] key={known}\n");
    assert_eq!(found(&secrets, &log), BTreeSet::from([known]));
}

/// Neither does a failure tell them.
#[test]
fn are_not_told_by_failures() {
    let terraform = logging();
    let keys = r#"
        resource "groundup_private_key" "these" {
          for_each  = { rsa = "RSA", ecdsa = "ECDSA", ed25519 = "ED25519" }
          algorithm = each.value
        }
        resource "groundup_encryption_config" "this" {
          keys = [{ name = "key1" }]
        }
        resource "groundup_certificate_authority" "this" {
          subject {
            common_name = "Kubernetes"
          }
        }"#;
    terraform.write("keys.tf", keys);
    terraform.apply().succeeded();
    let secrets = secrets(&terraform.state().text);
    for (wrong, count) in [(WRONG_BY_PLAN, 10), (WRONG_BY_APPLY, 1)] {
        terraform.write("wrong.tf", wrong);
        let run = terraform.apply().failed();
        assert!(run.errors().len() >= count, "{}", run.explain());
        let told = format!("{}{:?}{}", run.explain(), run.errors(), terraform.read(LOG));
        assert_eq!(found(&secrets, &told), BTreeSet::new());
    }
}

const WRONG_BY_PLAN: &str = r#"
resource "groundup_certificate" "mismatch" {
  for_each           = groundup_private_key.these
  ca_cert_pem        = groundup_certificate_authority.this.cert_pem
  ca_private_key_pem = each.value.private_key_pem
  role               = "scheduler"
}

resource "groundup_certificate_request" "unended" {
  for_each        = groundup_private_key.these
  private_key_pem = replace(each.value.private_key_pem, "END", "AND")
}

resource "groundup_certificate_request" "cut" {
  for_each        = groundup_private_key.these
  private_key_pem = "-----BEGIN RSA PRIVATE KEY-----\n${split("\n", each.value.private_key_pem)[1]}\n-----END RSA PRIVATE KEY-----\n"
}

resource "groundup_encryption_config" "long" {
  keys = [{
    name   = "key1"
    secret = "${groundup_encryption_config.this.keys[0].secret}AAAA"
  }]
}
"#;

const WRONG_BY_APPLY: &str = r#"
resource "groundup_file" "below_a_file" {
  filename = "keys.tf/key"
  content  = groundup_private_key.these["rsa"].private_key_pem
}
"#;

/// Only public files can be read by others.
#[test]
fn are_written_for_their_owner_alone() {
    let terraform = Terraform::new().with_example("pki-only");
    terraform.apply().succeeded();
    let files = files::below(&terraform.path("kubernetes"));
    assert!(files.len() > 40, "{files:?}");
    for file in files {
        let public = file.extension().is_some_and(|extension| extension == "crt");
        let mode = fs::metadata(&file).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, if public { 0o644 } else { 0o600 }, "{}", file.display());
    }
}

/// A configuration of which everything is logged.
pub(super) fn logging() -> Terraform {
    let terraform = Terraform::new();
    let path = terraform.path(LOG).to_str().unwrap().to_owned();
    terraform.with_environment(vec![
        ("TF_LOG".to_owned(), "TRACE".to_owned()),
        ("TF_LOG_PATH".to_owned(), path),
        ("RUST_BACKTRACE".to_owned(), "full".to_owned()),
    ])
}

/// Everything secret in a state, in pieces that a text would show on one line.
fn secrets(state: &str) -> BTreeSet<String> {
    let mut secrets = BTreeSet::new();
    collect(&serde_json::from_str(state).unwrap(), &mut secrets);
    // The text of an ECDSA key ends with its public key, and may do so in the same lines.
    let public = public_keys(state);
    secrets.retain(|secret| !public.contains(secret.as_str()));
    secrets
}

/// The texts of all public keys, as they stand in the text of a state.
fn public_keys(state: &str) -> String {
    state.lines().filter(|line| line.contains("BEGIN PUBLIC KEY")).collect()
}

fn collect(value: &Value, secrets: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(secret) = fields.get("secret").and_then(Value::as_str) {
                secrets.insert(secret.to_owned());
            }
            fields.values().for_each(|value| collect(value, secrets));
        }
        Value::Array(elements) => elements.iter().for_each(|value| collect(value, secrets)),
        Value::String(text) => secrets.extend(lines_of_secrets(text)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The lines of private keys in PEM, and the data of those in kubeconfigs.
fn lines_of_secrets(text: &str) -> impl Iterator<Item = String> {
    // The first lines of a key in OpenSSH's format say what it is, and are the same for many keys.
    let in_pem = text.contains("PRIVATE KEY-----") && !text.contains("OPENSSH");
    let lines = text.lines().filter_map(move |line| match line.trim().strip_prefix("client-key-data: ") {
        Some(data) => Some(data.to_owned()),
        None => (in_pem && line.len() >= 16 && !line.contains("-----")).then(|| line.to_owned()),
    });
    lines.collect::<Vec<_>>().into_iter()
}

fn found<'a>(secrets: &'a BTreeSet<String>, text: &str) -> BTreeSet<&'a String> {
    secrets.iter().filter(|secret| text.contains(secret.as_str())).collect()
}
