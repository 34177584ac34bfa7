//! Functions, as a configuration calls them.

use serde_json::{Value, json};

use crate::support::terraform::Terraform;

#[test]
fn functions() {
    let terraform = Terraform::new();
    terraform.write(
        "main.tf",
        r#"
        output "host" {
          value = provider::groundup::cidr_host_name("172.31.0.20")
        }
        output "domains" {
          value = [for region in ["us-east-1", "us-east-2"] : provider::groundup::private_dns_domain(region)]
        }
        output "sans" {
          value = provider::groundup::apiserver_sans(["10.32.0.0/24"], ["lb.example", "172.31.0.10"], null)
        }"#,
    );
    terraform.apply().succeeded();
    terraform.plan().is_empty();
    let state = terraform.state();
    assert_eq!(state.output("host"), "ip-172-31-0-20");
    assert_eq!(state.output("domains"), &json!(["ec2.internal", "us-east-2.compute.internal"]));
    let sans = state.output("sans").as_array().unwrap();
    for name in ["kubernetes.default.svc.cluster.local", "10.32.0.1", "lb.example", "172.31.0.10"] {
        assert!(sans.contains(&json!(name)), "{sans:?}");
    }
}

#[test]
fn certificates_are_read_and_looked_at() {
    let terraform = Terraform::new();
    terraform.write(
        "main.tf",
        r#"
        resource "groundup_certificate_authority" "root" {
          subject {
            common_name = "root"
            country     = "UK"
          }
        }
        resource "groundup_certificate" "web" {
          ca_cert_pem        = groundup_certificate_authority.root.cert_pem
          ca_private_key_pem = groundup_certificate_authority.root.private_key_pem
          allowed_uses       = ["digital_signature", "server_auth"]
          dns_names          = ["www.example.com"]
          validity           = "90d"
        }
        data "groundup_certificate" "both" {
          content = "${groundup_certificate.web.cert_pem}${groundup_certificate_authority.root.cert_pem}"
        }
        output "parsed" {
          value = provider::groundup::parse_certificate(groundup_certificate.web.cert_pem)
        }
        output "linted" {
          value = [
            provider::groundup::lint_certificate(groundup_certificate.web.cert_pem, groundup_certificate_authority.root.cert_pem),
            provider::groundup::lint_certificate(groundup_certificate_authority.root.cert_pem, null),
          ]
        }
        output "days_left" {
          value = data.groundup_certificate.both.days_left
        }
        output "findings" {
          value = data.groundup_certificate.both.findings
        }"#,
    );
    terraform.apply().succeeded();
    terraform.plan().is_empty();
    let state = terraform.state();
    let parsed = state.output("parsed");
    assert_eq!(parsed["dns_names"], json!(["www.example.com"]));
    assert_eq!((&parsed["issuer"], &parsed["is_ca"]), (&json!("CN=root,C=UK"), &json!(false)));
    assert_eq!(parsed["usages"], json!(["digital signature", "server auth"]));
    assert_eq!(state.output("days_left"), &json!(89));
    let linted = state.output("linted");
    let of = |certificate: usize, code: &str| {
        let findings = linted[certificate].as_array().unwrap();
        findings.iter().find(|finding| finding["code"] == code).cloned()
    };
    let country = of(1, "country-not-iso-3166").unwrap();
    assert!(country["message"].as_str().unwrap().contains("`UK`"), "{country}");
    // The name stands in what it has issued as well.
    assert!(of(0, "country-not-iso-3166").is_some(), "{linted}");
    let errors = linted.as_array().unwrap().iter().flat_map(|findings| findings.as_array().unwrap());
    assert!(errors.clone().all(|finding| finding["severity"] != "error"), "{linted}");
    assert!(state.output("findings").as_array().unwrap().contains(&country), "{}", state.output("findings"));
}

#[test]
fn a_wrong_argument_is_told_at_its_call() {
    let terraform = Terraform::new();
    terraform
        .write("main.tf", "output \"host\" {\n  value = provider::groundup::cidr_host_name(\"::1\")\n}\n");
    let errors = terraform.plan().failed().errors();
    assert_eq!(errors.iter().map(|error| error.line).collect::<Vec<_>>(), [2], "{errors:?}");
}

/// What cfssl's files say reaches the certificate by arguments as it does by the files themselves.
#[test]
fn files_of_cfssl_become_arguments() {
    let terraform = Terraform::new();
    terraform.write(
        "main.tf",
        r#"
        locals {
          ca_json      = jsonencode({ CN = "root", key = { algo = "ecdsa", size = 384 }, ca = { expiry = "87600h", pathlen = 1 } })
          csr_json     = jsonencode({
            CN    = "kubernetes"
            hosts = ["kubernetes.default", "127.0.0.1"]
            key   = { algo = "rsa", size = 2048 }
            names = [{ C = "GB", L = "England", O = "Kubernetes", OU = "OPS", ST = "London" }]
          })
          profile_json = jsonencode({ signing = {
            default  = { expiry = "8760h" }
            profiles = { kubernetes = { usages = ["signing", "key encipherment", "server auth"], expiry = "720h" } }
          } })
          ca      = provider::groundup::cfssl_csr(local.ca_json)
          request = provider::groundup::cfssl_csr(local.csr_json)
          profile = provider::groundup::cfssl_profile(local.profile_json, "kubernetes")
        }
        resource "groundup_certificate_authority" "by_arguments" {
          algorithm               = local.ca.algorithm
          ecdsa_curve             = local.ca.ecdsa_curve
          validity                = local.ca.validity
          max_path_length         = local.ca.max_path_length
          crl_distribution_points = local.ca.crl_distribution_points
          subject {
            common_name = local.ca.subject.common_name
          }
        }
        resource "groundup_certificate_authority" "by_file" {
          csr_json = local.ca_json
        }
        resource "groundup_certificate" "by_arguments" {
          ca_cert_pem             = groundup_certificate_authority.by_arguments.cert_pem
          ca_private_key_pem      = groundup_certificate_authority.by_arguments.private_key_pem
          algorithm               = local.request.algorithm
          rsa_bits                = local.request.rsa_bits
          ecdsa_curve             = local.request.ecdsa_curve
          dns_names               = local.request.dns_names
          ip_addresses            = local.request.ip_addresses
          uris                    = local.request.uris
          email_addresses         = local.request.email_addresses
          allowed_uses            = local.profile.allowed_uses
          validity                = local.profile.validity
          is_ca_certificate       = local.profile.is_ca_certificate
          max_path_length         = local.profile.max_path_length
          crl_distribution_points = local.profile.crl_distribution_points
          ocsp_urls               = local.profile.ocsp_urls
          issuer_urls             = local.profile.issuer_urls
          dynamic "subject" {
            for_each = [local.request.subject]
            content {
              common_name         = subject.value.common_name
              country             = subject.value.country
              locality            = subject.value.locality
              organization        = subject.value.organization
              organizational_unit = subject.value.organizational_unit
              province            = subject.value.province
            }
          }
        }
        resource "groundup_certificate" "by_files" {
          ca_cert_pem        = groundup_certificate_authority.by_file.cert_pem
          ca_private_key_pem = groundup_certificate_authority.by_file.private_key_pem
          csr_json           = local.csr_json
          profile_json       = local.profile_json
          profile_name       = "kubernetes"
        }"#,
    );
    terraform.apply().succeeded();
    terraform.plan().is_empty();
    let state = terraform.state();
    let authority = |name: &str| state.attributes(&format!("groundup_certificate_authority.{name}"));
    for same in ["subject_dn", "key_algorithm"] {
        assert_eq!(authority("by_arguments")[same], authority("by_file")[same], "{same}");
    }
    assert_eq!(days(&authority("by_arguments")), 3650);
    assert_eq!(days(&authority("by_file")), 3650);
    let certificate = |name: &str| state.attributes(&format!("groundup_certificate.{name}"));
    for same in ["subject_dn", "subject_alternative_names", "key_algorithm", "ca_key_algorithm", "usages"] {
        assert_eq!(certificate("by_arguments")[same], certificate("by_files")[same], "{same}");
    }
    assert_eq!((days(&certificate("by_arguments")), days(&certificate("by_files"))), (30, 30));
}

/// Length of a validity, of which both ends count.
fn days(certificate: &Value) -> i64 {
    let time = |name: &str| certificate[name].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    let length = time("validity_end_time").duration_since(time("validity_start_time"));
    (length.as_secs() + 1) / (24 * 3600)
}

#[test]
fn what_cfssl_passes_over_is_told_at_its_argument() {
    let terraform = Terraform::new();
    terraform.write(
        "main.tf",
        r#"locals {
          csr     = provider::groundup::cfssl_csr("{\"CN\": \"a\", \"host\": [\"b\"]}")
          profile = provider::groundup::cfssl_profile("{\"signing\": {\"profiles\": {\"server\": {}}}}", "servre")
        }"#,
    );
    let mut told: Vec<_> = terraform.plan().failed().errors().into_iter().map(|error| error.detail).collect();
    // Terraform evaluates them side by side.
    told.sort();
    assert_eq!(
        told,
        [
            "Invalid value for \"json\" parameter: host: unknown field (did you mean `hosts`?); cfssl silently ignores it.",
            "Invalid value for \"name\" parameter: unknown profile `servre` (did you mean `server`?); known is server; \
             cfssl silently takes the default profile.",
        ]
    );
}
