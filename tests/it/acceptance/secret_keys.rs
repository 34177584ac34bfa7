//! Keys that state holds only encrypted, keys from elsewhere, and PKCS#12.

use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::scenario::Scenario;
use crate::support::terraform::Terraform;
use crate::support::tool;

const PASSPHRASE: &str = "correct horse battery staple";

/// An authority whose key nobody reads from state, and something that it has signed.
fn locked(passphrase: &str, arguments: &str) -> String {
    format!(
        r#"
        resource "groundup_certificate_authority" "root" {{
          private_key_passphrase = {passphrase:?}
          {arguments}
          subject {{
            common_name = "root"
          }}
        }}
        resource "groundup_certificate" "leaf" {{
          ca_cert_pem               = groundup_certificate_authority.root.cert_pem
          ca_private_key_pem        = groundup_certificate_authority.root.private_key_pem
          ca_private_key_passphrase = {passphrase:?}
          private_key_passphrase    = {passphrase:?}
          role                      = "scheduler"
        }}"#
    )
}

#[test]
fn state_holds_no_key_in_the_clear() {
    let terraform = Terraform::new();
    let log = terraform.path("trace.log").to_str().unwrap().to_owned();
    let environment = [("TF_LOG", "TRACE".to_owned()), ("TF_LOG_PATH", log)];
    let terraform =
        terraform.with_environment(environment.map(|(name, value)| (name.to_owned(), value)).to_vec());
    terraform.write("main.tf", &locked(PASSPHRASE, ""));
    terraform.apply().succeeded();
    terraform.plan().is_empty();
    let state = terraform.state();
    assert!(!state.text.contains(PASSPHRASE));
    for address in ["groundup_certificate_authority.root", "groundup_certificate.leaf"] {
        let object = state.attributes(address);
        let key = object["private_key_pem"].as_str().unwrap();
        assert!(key.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"), "{address}");
        assert_eq!(object["private_key_passphrase"], Value::Null);
        terraform.write("key.pem", key);
        let public =
            openssl(terraform.folder(), &["pkey", "-in", "key.pem", "-passin", &pass(PASSPHRASE), "-pubout"]);
        terraform.write("cert.pem", object["cert_pem"].as_str().unwrap());
        assert_eq!(
            openssl(terraform.folder(), &["x509", "-in", "cert.pem", "-noout", "-pubkey"]),
            public,
            "{address}"
        );
    }
    let log = terraform.read("trace.log");
    assert!(
        log.contains("groundup_certificate.leaf") && !log.contains(PASSPHRASE),
        "the log tells no passphrase"
    );
    // Renewed, the key stays what it is, down to its text.
    let before = state.attributes("groundup_certificate_authority.root");
    terraform.write("main.tf", &locked(PASSPHRASE, "validity = \"10y\""));
    terraform.apply().succeeded();
    terraform.plan().is_empty();
    let after = terraform.state().attributes("groundup_certificate_authority.root");
    assert_ne!(after["cert_pem"], before["cert_pem"]);
    assert_eq!(after["private_key_pem"], before["private_key_pem"]);
}

#[test]
fn another_passphrase_loses_no_key() {
    let terraform = Terraform::new();
    terraform.write("main.tf", &locked(PASSPHRASE, ""));
    terraform.apply().succeeded();
    let before = terraform.state().text;
    terraform.write("main.tf", &locked("wrong", ""));
    for run in [terraform.plan().failed(), terraform.apply().failed()] {
        let errors = run.errors();
        assert!(!errors.is_empty());
        for error in errors {
            assert_eq!(error.summary, "Invalid Private Key");
            assert!(!error.detail.contains(PASSPHRASE), "{}", error.detail);
        }
    }
    assert_eq!(terraform.state().text, before);
}

#[test]
fn a_key_in_the_clear_is_encrypted_later() {
    let authority = |name: &str, arguments: &str| {
        format!(
            "resource \"groundup_certificate_authority\" {name:?} {{\n{arguments}\n subject {{\n common_name = \"root\"\n}}\n}}"
        )
    };
    let certificate = |arguments: &str| {
        format!(
            r#"resource "groundup_certificate" "this" {{
                 ca_cert_pem        = groundup_certificate_authority.root.cert_pem
                 ca_private_key_pem = groundup_certificate_authority.root.private_key_pem
                 role               = "scheduler"
                 {arguments}
               }}"#
        )
    };
    let locked = format!("private_key_passphrase = {PASSPHRASE:?}");
    let is_encrypted = |_: &Terraform, object: &Value| {
        let key = object["private_key_pem"].as_str().unwrap();
        assert!(key.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"), "encrypted now");
    };
    Scenario::local("groundup_certificate_authority.this", "")
        .begin(&authority("this", ""), &json!({}))
        .keep("cert_pem", |life| {
            life.change(&authority("this", &locked), &json!({"private_key_passphrase": null}))
        })
        .and(is_encrypted)
        .end();
    Scenario::local("groundup_certificate.this", &authority("root", ""))
        .begin(&certificate(""), &json!({}))
        .keep("cert_pem", |life| {
            life.keep("cert_request_pem", |life| life.change(&certificate(&locked), &json!({})))
        })
        .and(is_encrypted)
        .end();
}

#[test]
fn private_key_with_a_passphrase() {
    let key = |arguments: &str| format!("resource \"groundup_private_key\" \"this\" {{\n{arguments}\n}}");
    let locked = key(&format!(
        "algorithm = \"ECDSA\"\n ecdsa_curve = \"P521\"\n private_key_passphrase = {PASSPHRASE:?}"
    ));
    Scenario::local("groundup_private_key.this", "")
        .begin(&key("algorithm = \"ECDSA\"\n ecdsa_curve = \"P521\""), &json!({"ecdsa_curve": "P521"}))
        .keep("public_key_pem", |life| life.change(&locked, &json!({})))
        .and(|terraform, object| {
            for form in ["private_key_pem", "private_key_pem_pkcs8"] {
                terraform.write("key.pem", object[form].as_str().unwrap());
                let public = openssl(
                    terraform.folder(),
                    &["pkey", "-in", "key.pem", "-passin", &pass(PASSPHRASE), "-pubout"],
                );
                assert_eq!(public, object["public_key_pem"], "{form}");
            }
            let openssh = object["private_key_openssh"].as_str().unwrap();
            assert!(openssh.starts_with("-----BEGIN OPENSSH PRIVATE KEY-----\n"));
            let inside =
                STANDARD.decode(openssh.lines().filter(|line| !line.contains("-----")).collect::<String>());
            assert!(inside.unwrap().windows(6).any(|name| name == b"bcrypt"), "encrypted");
        })
        .end();
}

#[test]
fn private_key_from_elsewhere() {
    let terraform = Terraform::new();
    let passphrase = pass(PASSPHRASE);
    let folder = terraform.folder();
    openssl(
        folder,
        &["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072", "-out", "plain.pem"],
    );
    openssl(folder, &["pkcs8", "-topk8", "-in", "plain.pem", "-out", "locked.pem", "-passout", &passphrase]);
    let given = |arguments: &str| format!("resource \"groundup_private_key\" \"given\" {{\n{arguments}\n}}");
    let expected = openssl(folder, &["pkey", "-in", "plain.pem", "-pubout"]);
    for arguments in [
        "private_key_pem = file(\"plain.pem\")".to_owned(),
        format!("private_key_pem = file(\"locked.pem\")\n private_key_passphrase = {PASSPHRASE:?}"),
    ] {
        terraform.write("main.tf", &given(&arguments));
        terraform.apply().succeeded();
        terraform.plan().is_empty();
        let object = terraform.state().attributes("groundup_private_key.given");
        assert_eq!(object["public_key_pem"], expected);
        assert_eq!((&object["algorithm"], &object["rsa_bits"]), (&json!("RSA"), &json!(3072)));
    }
    terraform.write("main.tf", &given("private_key_pem = file(\"locked.pem\")"));
    let errors = terraform.plan().failed().errors();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(
        (errors[0].line, errors[0].detail.as_str()),
        (2, "The private key is encrypted: `private_key_passphrase` is required.")
    );
}

#[test]
fn pkcs12() {
    let given = r#"
        resource "groundup_certificate_authority" "root" {
          subject {
            common_name = "root"
          }
        }
        resource "groundup_certificate_authority" "middle" {
          ca_cert_pem        = groundup_certificate_authority.root.cert_pem
          ca_private_key_pem = groundup_certificate_authority.root.private_key_pem
          subject {
            common_name = "middle"
          }
        }"#;
    let leaf = |arguments: &str| {
        format!(
            r#"
            resource "groundup_certificate" "this" {{
              ca_cert_pem        = groundup_certificate_authority.middle.cert_chain_pem
              ca_private_key_pem = groundup_certificate_authority.middle.private_key_pem
              role               = "admin"
              {arguments}
            }}"#
        )
    };
    Scenario::local("groundup_certificate.this", given)
        .begin(&leaf(""), &json!({"pkcs12_base64": null}))
        .keep("cert_pem", |life| {
            life.change(&leaf("pkcs12_password = \"one\""), &json!({"pkcs12_password": null}))
                .and(|terraform, object| holds_two_certificates_and_the_key(terraform, object, "one", &[]))
                .change(&leaf("pkcs12_password = \"two\""), &json!({}))
                .and(|terraform, object| holds_two_certificates_and_the_key(terraform, object, "two", &[]))
                .change(&leaf("pkcs12_password = \"two\"\n pkcs12_encryption = \"legacy\""), &json!({}))
                .and(|terraform, object| {
                    holds_two_certificates_and_the_key(terraform, object, "two", &["-legacy"]);
                })
        })
        .rewrite(&leaf("pkcs12_password = \"two\"\n validity = \"30d\""), &json!({}))
        .and(|terraform, object| holds_two_certificates_and_the_key(terraform, object, "two", &[]))
        .change(&leaf("validity = \"30d\""), &json!({"pkcs12_base64": null}))
        .end();
}

#[track_caller]
fn holds_two_certificates_and_the_key(
    terraform: &Terraform,
    object: &Value,
    password: &str,
    options: &[&str],
) {
    let file = STANDARD.decode(object["pkcs12_base64"].as_str().unwrap()).unwrap();
    std::fs::write(terraform.path("this.p12"), file).unwrap();
    let password = pass(password);
    let show = ["pkcs12", "-in", "this.p12", "-passin", &password, "-nodes"];
    let shown = openssl(terraform.folder(), &[&show, options].concat());
    assert_eq!(shown.matches("-----BEGIN CERTIFICATE-----").count(), 2, "the leaf and its issuer");
    assert!(shown.contains(object["cert_pem"].as_str().unwrap().trim_end()));
    terraform.write("from-p12.pem", &shown);
    terraform.write("own-key.pem", object["private_key_pem"].as_str().unwrap());
    let public = |file: &str| openssl(terraform.folder(), &["pkey", "-in", file, "-pubout"]);
    assert_eq!(public("from-p12.pem"), public("own-key.pem"));
}

fn pass(passphrase: &str) -> String {
    format!("pass:{passphrase}")
}

#[track_caller]
fn openssl(folder: &Path, arguments: &[&str]) -> String {
    tool::succeed(Command::new(tool::find("openssl")).args(arguments).current_dir(folder))
}
