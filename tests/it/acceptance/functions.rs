//! Functions, as a configuration calls them.

use serde_json::json;

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
