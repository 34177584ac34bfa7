//! Keys, requests, certificates and authorities, without any AWS.

use serde_json::{Value, json};

use super::scenario::Scenario;

const KEYS: &str = r#"
resource "groundup_private_key" "these" {
  for_each  = { a = "ECDSA", b = "ED25519" }
  algorithm = each.value
}
"#;

const AUTHORITIES: &str = r#"
resource "groundup_certificate_authority" "these" {
  for_each  = toset(["a", "b"])
  algorithm = "ECDSA"

  subject {
    common_name = each.key
  }
}
"#;

fn block(kind: &str, arguments: &str) -> String {
    format!("resource \"groundup_{kind}\" \"this\" {{\n{arguments}\n}}")
}

fn subject(name: &str) -> String {
    format!("subject {{\n common_name = {name:?}\n}}\n")
}

#[test]
fn private_key() {
    let key = |arguments: &str| block("private_key", arguments);
    Scenario::local("groundup_private_key.this", "")
        .begin(&key("algorithm = \"ECDSA\""), &json!({"ecdsa_curve": "P256"}))
        .replace(&key("algorithm = \"ECDSA\"\n ecdsa_curve = \"P384\""), &json!({"ecdsa_curve": "P384"}))
        .replace(&key("algorithm = \"ED25519\""), &json!({"algorithm": "ED25519"}))
        .replace(&key("algorithm = \"RSA\""), &json!({"rsa_bits": 2048}))
        .end();
}

#[test]
fn certificate_request() {
    let request = |key: &str, name: &str| {
        let arguments = format!(
            "private_key_pem = groundup_private_key.these[{key:?}].private_key_pem\n dns_names = [{name:?}]\n{}",
            subject(name)
        );
        block("certificate_request", &arguments)
    };
    Scenario::local("groundup_certificate_request.this", KEYS)
        .begin(&request("a", "one.example"), &json!({"key_algorithm": "ECDSA"}))
        .replace_by("cert_request_pem", &request("a", "two.example"), &json!({"key_algorithm": "ECDSA"}))
        .replace(&request("b", "two.example"), &json!({"key_algorithm": "ED25519"}))
        .end();
}

#[test]
fn self_signed_certificate() {
    let certificate = |name: &str, hours: u32| {
        let arguments = format!(
            "private_key_pem = groundup_private_key.these[\"a\"].private_key_pem\n validity_period_hours = {hours}
             allowed_uses = [\"server_auth\"]\n dns_names = [{name:?}]\n{}",
            subject(name)
        );
        block("self_signed_certificate", &arguments)
    };
    Scenario::local("groundup_self_signed_certificate.this", KEYS)
        .begin(&certificate("one.example", 24), &json!({"ready_for_renewal": false}))
        .rewrite(&certificate("two.example", 24), &json!({"ready_for_renewal": false}))
        .rewrite(&certificate("two.example", 48), &json!({"ready_for_renewal": false}))
        .end();
}

#[test]
fn certificate_authority() {
    let authority = |arguments: &str, name: &str| {
        block("certificate_authority", &format!("{arguments}\n{}", subject(name)))
    };
    let intermediate = "algorithm = \"ECDSA\"\n max_path_length = 0
        ca_cert_pem = groundup_certificate_authority.these[\"a\"].cert_pem
        ca_private_key_pem = groundup_certificate_authority.these[\"a\"].private_key_pem";
    Scenario::local("groundup_certificate_authority.this", AUTHORITIES)
        .begin(
            &authority("algorithm = \"ECDSA\"", "root"),
            &json!({"subject_dn": "CN=root", "key_algorithm": "ECDSA"}),
        )
        .keep("private_key_pem", |life| {
            life.rewrite(&authority("algorithm = \"ECDSA\"\n validity = \"10y\"", "root"), &json!({}))
                .rewrite(&authority(intermediate, "intermediate"), &json!({"subject_dn": "CN=intermediate"}))
        })
        .rewrite(&authority("algorithm = \"ED25519\"", "root"), &json!({"key_algorithm": "ED25519"}))
        .end();
}

#[test]
fn certificate() {
    let certificate = |issuer: &str, arguments: &str| {
        let arguments = format!(
            "ca_cert_pem = groundup_certificate_authority.these[{issuer:?}].cert_pem
             ca_private_key_pem = groundup_certificate_authority.these[{issuer:?}].private_key_pem\n{arguments}"
        );
        block("certificate", &arguments)
    };
    let scheduler = "role = \"scheduler\"\n algorithm = \"ECDSA\"";
    Scenario::local("groundup_certificate.this", AUTHORITIES)
        .begin(
            &certificate("a", scheduler),
            &json!({"subject_dn": "CN=system:kube-scheduler", "usages": ["digital signature", "client auth"]}),
        )
        .keep("private_key_pem", |life| {
            life.rewrite(&certificate("b", scheduler), &json!({"ca_key_algorithm": "ECDSA"}))
                .rewrite(&certificate("b", &format!("{scheduler}\n validity = \"30d\"")), &json!({}))
                .rewrite(
                    &certificate("b", "role = \"admin\"\n algorithm = \"ECDSA\""),
                    &json!({"subject_dn": "CN=kubernetes-admin,O=system:masters"}),
                )
        })
        .rewrite(&certificate("b", "role = \"admin\"\n algorithm = \"ED25519\""), &json!({"key_algorithm": "ED25519"}))
        .end();
}

/// A certificate that lives shorter than its early renewal would be issued by every apply.
#[test]
fn certificate_renewed_in_time() {
    let certificate = |early: &str| {
        block(
            "certificate",
            &format!(
                "ca_cert_pem = groundup_certificate_authority.these[\"a\"].cert_pem
                 ca_private_key_pem = groundup_certificate_authority.these[\"a\"].private_key_pem
                 role = \"scheduler\"\n algorithm = \"ECDSA\"\n validity = \"2h\"\n early_renewal = {early:?}"
            ),
        )
    };
    Scenario::local("groundup_certificate.this", AUTHORITIES)
        .begin(&certificate("1h"), &json!({"ready_for_renewal": false}))
        .and(|terraform, before| {
            terraform.write("resource.tf", &certificate("119m"));
            std::thread::sleep(std::time::Duration::from_millis(10));
            let run = terraform.apply().succeeded();
            let after = terraform.state().attributes("groundup_certificate.this");
            assert_eq!(run.changes().len(), 1);
            assert_eq!(after["private_key_pem"], before["private_key_pem"]);
        })
        .end();
}

#[test]
fn certificate_from_files_of_cfssl() {
    let files = r#"
        locals {
          config = jsonencode({ signing = { profiles = { kubernetes = {
            usages = ["signing", "key encipherment", "server auth", "client auth"], expiry = "8760h"
          } } } })
          csr = jsonencode({
            CN = "system:kube-scheduler", key = { algo = "rsa", size = 2048 }, names = [{ C = "GB", O = "system:kube-scheduler" }]
          })
        }"#;
    let certificate = block(
        "certificate",
        "ca_cert_pem = groundup_certificate_authority.these[\"a\"].cert_pem
         ca_private_key_pem = groundup_certificate_authority.these[\"a\"].private_key_pem
         csr_json = local.csr\n profile_json = local.config\n profile_name = \"kubernetes\"",
    );
    Scenario::local("groundup_certificate.this", &format!("{AUTHORITIES}{files}"))
        .begin(
            &certificate,
            &json!({
                "key_algorithm": "RSA",
                "usages": ["digital signature", "key encipherment", "server auth", "client auth"],
            }),
        )
        .end();
}

#[test]
fn certificate_for_a_request() {
    let given = format!(
        "{AUTHORITIES}{KEYS}{}",
        block(
            "certificate_request",
            &format!(
                "private_key_pem = groundup_private_key.these[\"a\"].private_key_pem\n{}",
                subject("requested")
            )
        )
    );
    let certificate = |arguments: &str| {
        block(
            "certificate",
            &format!(
                "ca_cert_pem = groundup_certificate_authority.these[\"a\"].cert_pem
                 ca_private_key_pem = groundup_certificate_authority.these[\"a\"].private_key_pem
                 cert_request_pem = groundup_certificate_request.this.cert_request_pem
                 allowed_uses = [\"client_auth\"]\n{arguments}"
            ),
        )
    };
    Scenario::local("groundup_certificate.this", &given)
        .begin(&certificate(""), &json!({"private_key_pem": null, "subject_dn": "CN=requested"}))
        .rewrite(&certificate("validity = \"24h\""), &json!({"private_key_pem": null}))
        .end();
}

#[test]
fn certificate_is_read() {
    let data = r#"
        data "groundup_certificate" "this" {
          content = join("", values(groundup_certificate_authority.these)[*].cert_pem)
        }
        output "read" {
          value = data.groundup_certificate.this.certificates
        }"#;
    Scenario::local("groundup_private_key.this", &format!("{AUTHORITIES}{data}"))
        .begin(&block("private_key", "algorithm = \"ED25519\""), &json!({}))
        .and(|terraform, _| {
            let state = terraform.state();
            let subjects: Vec<&Value> =
                state.output("read").as_array().unwrap().iter().map(|read| &read["subject"]).collect();
            assert_eq!(subjects, ["CN=a", "CN=b"]);
            assert_eq!(state.output("read")[0]["is_ca"], true);
        })
        .end();
}
