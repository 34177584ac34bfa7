//! Authorities below authorities: chains, what they may certify, and where to ask about a certificate.

use std::process::Command;

use serde_json::{Value, json};

use super::scenario::Scenario;
use crate::support::terraform::Terraform;
use crate::support::tool;

/// A root, and two authorities below it.
const AUTHORITIES: &str = r#"
resource "groundup_certificate_authority" "root" {
  subject {
    common_name = "root"
  }
}
resource "groundup_certificate_authority" "upper" {
  ca_cert_pem        = groundup_certificate_authority.root.cert_pem
  ca_private_key_pem = groundup_certificate_authority.root.private_key_pem
  subject {
    common_name = "upper"
  }
  name_constraints {
    permitted_dns_names = ["example.com"]
    permitted_ip_ranges = ["10.0.0.0/8"]
    excluded_dns_names  = ["secret.example.com"]
  }
}
resource "groundup_certificate_authority" "lower" {
  ca_cert_pem        = groundup_certificate_authority.upper.cert_chain_pem
  ca_private_key_pem = groundup_certificate_authority.upper.private_key_pem
  max_path_length    = 0
  subject {
    common_name = "lower"
  }
}
"#;

fn leaf(arguments: &str) -> String {
    format!(
        r#"
resource "groundup_certificate" "this" {{
  ca_cert_pem        = groundup_certificate_authority.lower.cert_chain_pem
  ca_private_key_pem = groundup_certificate_authority.lower.private_key_pem
  allowed_uses       = ["digital_signature", "server_auth"]
  {arguments}
}}"#
    )
}

#[test]
fn a_server_presents_everything_below_the_root() {
    Scenario::local("groundup_certificate.this", AUTHORITIES)
        .begin(&leaf("dns_names = [\"www.example.com\"]"), &json!({}))
        .and(|terraform, object| {
            let state = terraform.state();
            let of = |name: &str| {
                state.attributes(&format!("groundup_certificate_authority.{name}"))["cert_pem"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            };
            let chain = [object["cert_pem"].as_str().unwrap(), &of("lower"), &of("upper")].concat();
            assert_eq!(object["cert_chain_pem"], chain);
            let bundle = |name: &str| {
                state.attributes(&format!("groundup_certificate_authority.{name}"))["trust_bundle_pem"]
                    .clone()
            };
            assert_eq!(bundle("root"), of("root"));
            assert_eq!(bundle("upper"), of("root"));
            assert_eq!(verify(terraform, &of("root"), object), "leaf.pem: OK\n");
        })
        // The chain follows a new certificate of an authority above; the certificate itself stays.
        .keep("cert_pem", |life| {
            life.and(|terraform, _| {
                let longer = AUTHORITIES
                    .replace("max_path_length    = 0", "max_path_length    = 0\n  validity = \"4y\"");
                terraform.write("given.tf", &longer);
                terraform.apply().succeeded();
                terraform.plan().is_empty();
                let state = terraform.state();
                let lower = state.attributes("groundup_certificate_authority.lower")["cert_pem"].clone();
                let chain = state.attributes("groundup_certificate.this")["cert_chain_pem"].clone();
                assert!(chain.as_str().unwrap().contains(lower.as_str().unwrap()));
            })
        })
        .end();
}

/// A new root takes over while the old one is still trusted.
#[test]
fn a_new_key_of_a_root_leaves_the_old_one_trusted() {
    let root = |arguments: &str| {
        format!(
            "resource \"groundup_certificate_authority\" \"this\" {{\n{arguments}\n subject {{\n common_name = \"root\"\n}}\n}}"
        )
    };
    let mut first = Value::Null;
    let life = Scenario::local("groundup_certificate_authority.this", "")
        .begin(&root(""), &json!({}))
        .and(|_, object| first = object["cert_pem"].clone())
        .rewrite(&root("algorithm = \"ED25519\""), &json!({"key_algorithm": "ED25519"}));
    let mut second = Value::Null;
    let life = life
        .and(|_, object| {
            second = object["cert_pem"].clone();
            let both = [second.as_str().unwrap(), first.as_str().unwrap()].concat();
            assert_eq!(object["trust_bundle_pem"], both);
        })
        // The same key again: the new certificate stands for the one before.
        .rewrite(&root("algorithm = \"ED25519\"\n validity = \"10y\""), &json!({}));
    life.and(|_, object| {
        let both = [object["cert_pem"].as_str().unwrap(), first.as_str().unwrap()].concat();
        assert_eq!(object["trust_bundle_pem"], both);
        assert_ne!(object["cert_pem"], second);
    })
    .end();
}

#[test]
fn constraints_hold_for_all_below() {
    let terraform = Terraform::new();
    terraform.write("given.tf", AUTHORITIES);
    terraform.apply().succeeded();
    terraform.plan().is_empty();
    let wrong = leaf(
        "dns_names = [
    \"www.example.com\",
    \"www.example.org\",
    \"a.secret.example.com\",
  ]
  ip_addresses = [\"192.168.0.1\"]",
    );
    terraform.write("wrong.tf", &wrong);
    let errors = terraform.plan().failed().errors();
    let told: Vec<(usize, &str)> = errors.iter().map(|error| (error.line, error.detail.as_str())).collect();
    let refused = "The name constraints of the issuer CN=upper do not allow it:";
    assert_eq!(
        told.iter().map(|(line, detail)| (*line, detail.replace(refused, "…"))).collect::<Vec<_>>(),
        [
            (8, "… `www.example.org` is not within the permitted DNS:example.com.".to_owned()),
            (9, "… `a.secret.example.com` is within the excluded DNS:secret.example.com.".to_owned()),
            (11, "… `192.168.0.1` is not within the permitted IP:10.0.0.0/8.".to_owned()),
        ]
    );
}

#[test]
fn urls_are_in_the_certificate() {
    let urls = "dns_names = [\"www.example.com\"]
        crl_distribution_points = [\"http://pki.example.com/lower.crl\"]
        ocsp_urls               = [\"http://ocsp.example.com\"]
        issuer_urls             = [\"http://pki.example.com/lower.crt\"]";
    Scenario::local("groundup_certificate.this", AUTHORITIES)
        .begin(&leaf("dns_names = [\"www.example.com\"]"), &json!({}))
        .rewrite(&leaf(urls), &json!({}))
        .and(|terraform, object| {
            terraform.write("leaf.pem", object["cert_pem"].as_str().unwrap());
            let mut openssl = Command::new(tool::find("openssl"));
            openssl.args([
                "x509",
                "-in",
                "leaf.pem",
                "-noout",
                "-ext",
                "crlDistributionPoints,authorityInfoAccess",
            ]);
            let said = tool::succeed(openssl.current_dir(terraform.folder()));
            for url in [
                "URI:http://pki.example.com/lower.crl",
                "OCSP - URI:http://ocsp.example.com",
                "CA Issuers - URI:http://pki.example.com/lower.crt",
            ] {
                assert!(said.contains(url), "{url}: {said}");
            }
        })
        .end();
}

/// The old root certifies the key of the new one, and who trusts the old one accepts what the new one has issued.
#[test]
fn a_root_is_certified_by_another() {
    let terraform = Terraform::new();
    let roots = r#"
        resource "groundup_certificate_authority" "old" {
          subject {
            common_name = "old"
          }
        }
        resource "groundup_certificate_authority" "new" {
          subject {
            common_name = "new"
          }
        }
        resource "groundup_certificate" "cross" {
          ca_cert_pem        = groundup_certificate_authority.old.cert_pem
          ca_private_key_pem = groundup_certificate_authority.old.private_key_pem
          cert_request_pem   = groundup_certificate_authority.new.cert_request_pem
          is_ca_certificate  = true
          allowed_uses       = ["cert_signing", "crl_signing"]
        }
        resource "groundup_certificate" "leaf" {
          ca_cert_pem        = groundup_certificate.cross.cert_pem
          ca_private_key_pem = groundup_certificate_authority.new.private_key_pem
          allowed_uses       = ["digital_signature", "server_auth"]
          dns_names          = ["www.example.com"]
        }"#;
    terraform.write("main.tf", roots);
    terraform.apply().succeeded();
    terraform.plan().is_empty();
    let state = terraform.state();
    let leaf = state.attributes("groundup_certificate.leaf");
    for root in ["old", "new"] {
        let root = state.attributes(&format!("groundup_certificate_authority.{root}"));
        assert_eq!(verify(&terraform, root["cert_pem"].as_str().unwrap(), &leaf), "leaf.pem: OK\n");
    }
}

/// What OpenSSL says to a client that trusts the root and is presented the chain.
fn verify(terraform: &Terraform, root: &str, object: &Value) -> String {
    terraform.write("root.pem", root);
    terraform.write("leaf.pem", object["cert_pem"].as_str().unwrap());
    terraform.write("chain.pem", object["cert_chain_pem"].as_str().unwrap());
    let mut openssl = Command::new(tool::find("openssl"));
    openssl.args(["verify", "-x509_strict", "-verify_hostname", "www.example.com"]);
    openssl.args(["-CAfile", "root.pem", "-untrusted", "chain.pem", "leaf.pem"]);
    tool::succeed(openssl.current_dir(terraform.folder()))
}
