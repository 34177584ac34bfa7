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
fn a_wrong_argument_is_told_at_its_call() {
    let terraform = Terraform::new();
    terraform
        .write("main.tf", "output \"host\" {\n  value = provider::groundup::cidr_host_name(\"::1\")\n}\n");
    let errors = terraform.plan().failed().errors();
    assert_eq!(errors.iter().map(|error| error.line).collect::<Vec<_>>(), [2], "{errors:?}");
}
