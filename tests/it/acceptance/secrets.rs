//! Secrets stay where they belong: in state and in files that only their owner can read, and nowhere else.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pki_core::PrivateKey;
use serde_json::Value;

use crate::support::files;
use crate::support::leaks::Leaks;
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
    // Three authorities, 17 certificates, the key for tokens and an encryption key.
    assert_eq!(secrets.secrets().count(), 22);
    let log = terraform.read(LOG);
    assert!(log.contains("[TRACE]") && log.contains("groundup"), "the log is one of everything");
    let printed = [applied.stdout, applied.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    for (name, text) in [("log", &log), ("apply", &printed), ("show", &shown), ("plan", &planned)] {
        secrets.assert_clean(name, text);
    }
    assert_eq!(secrets.found(&state.text).len(), 22, "state holds them all");
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
        assert_eq!(secrets.found(&told), BTreeSet::new());
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

/// The keys in a state, those of certificates and those of encryption.
fn secrets(state: &str) -> Leaks {
    let mut secrets = Leaks::default();
    collect(&serde_json::from_str(state).unwrap(), "state", &mut secrets);
    secrets
}

fn collect(value: &Value, place: &str, secrets: &mut Leaks) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                collect(value, &format!("{place}.{name}"), secrets);
            }
        }
        Value::Array(elements) => {
            for (index, value) in elements.iter().enumerate() {
                collect(value, &format!("{place}[{index}]"), secrets);
            }
        }
        Value::String(text) if place.ends_with(".secret") => {
            secrets.bytes(place, &STANDARD.decode(text).unwrap());
        }
        Value::String(text) if text.contains("PRIVATE KEY-----") => {
            // What is encrypted, or only holds a key among others, is not one.
            if let Ok(key) = PrivateKey::from_pem(text) {
                secrets.key(place, &key);
            }
        }
        _ => {}
    }
}
