//! No failure tells a secret, not even one that prints all it has.

use super::{LOG, configuration, left_behind, secrets};
use crate::support::terraform::Terraform;

/// A fault on demand, with the command that meets it: `panic` ends an operation, `abort` the process.
type Fault = (&'static str, &'static str);

const OF_CREATION: [Fault; 6] = [
    ("error:open:encryption_key", "plan"),
    ("panic:open:encryption_key", "apply"),
    ("error:plan:certificate_authority", "plan"),
    ("panic:create:certificate_authority", "apply"),
    ("abort:create:certificate_authority", "apply"),
    ("error:create:certificate_authority", "apply"),
];
const OF_READING: [Fault; 3] =
    [("error:read:certificate", "plan"), ("panic:read:certificate", "plan"), ("abort:read:file", "plan")];
const OF_CHANGE: [Fault; 6] = [
    ("panic:plan:certificate", "plan"),
    ("error:plan:certificate", "plan"),
    ("abort:open:private_key", "apply"),
    ("panic:update:certificate", "apply"),
    ("error:update:certificate", "apply"),
    ("abort:update:file", "apply"),
];
const OF_DESTRUCTION: [Fault; 2] =
    [("error:plan_destroy:certificate", "destroy"), ("panic:delete:file", "destroy")];

#[test]
fn a_fault_tells_no_secret() {
    let output = tempfile::tempdir().unwrap();
    let mut terraform = configuration(output.path());
    let mut printed = Vec::new();
    let mut meet = |mut terraform: Terraform, faults: &[Fault]| {
        for (fault, command) in faults {
            terraform = with_fault(terraform, fault);
            printed.push((format!("{command} with {fault}"), failed(&terraform, fault, command)));
        }
        with_fault(terraform, "")
    };
    terraform = meet(terraform, &OF_CREATION);
    terraform.apply().succeeded();
    terraform = meet(terraform, &OF_READING);
    terraform.write("terraform.tfvars", "generation = 2\n");
    terraform = meet(terraform, &OF_CHANGE);
    terraform.apply().succeeded();
    let secrets = secrets(&terraform, output.path());
    terraform = meet(terraform, &OF_DESTRUCTION);

    for (name, text) in left_behind(&terraform).into_iter().chain(printed) {
        secrets.assert_clean(&name, text);
    }
}

fn with_fault(terraform: Terraform, fault: &str) -> Terraform {
    terraform.with_environment(vec![("GROUNDUP_TEST_FAULT".to_owned(), fault.to_owned())])
}

/// Runs a command that has to fail by a fault; gives what it printed.
#[track_caller]
fn failed(terraform: &Terraform, fault: &str, command: &str) -> Vec<u8> {
    let arguments: &[&str] = if command == "plan" { &["plan"] } else { &[command, "-auto-approve"] };
    let finished = terraform.run(&[arguments, &["-no-color", "-input=false"]].concat());
    let text = [finished.stdout, finished.stderr].concat();
    let shown = String::from_utf8_lossy(&text);
    assert!(!finished.status.success(), "{fault}:\n{shown}");
    let (kind, place) = fault.split_once(':').unwrap();
    let expected = match kind {
        "error" => "Error: Fault on Demand",
        "panic" => "The operation ended in a panic.",
        // As hosts show it.
        _ => "Stack trace from the terraform-provider-groundup plugin:",
    };
    assert!(shown.contains(expected), "{fault}:\n{shown}");
    // Whatever there was, was told, only nothing secret.
    let told = format!("at {place}: ");
    assert!(shown.contains(&told) || terraform.read(LOG).contains(&told), "{fault}:\n{shown}");
    text
}

/// What is wrong with a secret is told without it.
#[test]
fn a_wrong_argument_is_not_repeated() {
    let output = tempfile::tempdir().unwrap();
    let terraform = configuration(output.path());
    terraform.apply().succeeded();
    let secrets = secrets(&terraform, output.path());
    terraform.write("wrong.tf", WRONG);
    let mut printed = Vec::new();
    let errors = terraform.plan().failed().errors();
    assert_eq!(errors.len(), 10, "{errors:#?}");
    for command in ["plan", "validate"] {
        let finished = terraform.run(&[command, "-no-color"]);
        printed.push((command.to_owned(), [finished.stdout, finished.stderr].concat()));
    }
    printed.push(("errors".to_owned(), format!("{errors:?}").into_bytes()));
    for (name, text) in left_behind(&terraform).into_iter().chain(printed) {
        secrets.assert_clean(&name, text);
    }
}

const WRONG: &str = r#"
locals {
  certificate = groundup_certificate.derived["p256"]

  kubeconfig = {
    cluster_name              = "prod"
    server                    = "https://api.example:6443"
    certificate_authority_pem = groundup_certificate_authority.middle.cert_pem
    user                      = "admin"
    client_certificate_pem    = local.certificate.cert_pem
  }
}

# Another certificate's key.
resource "groundup_file" "mismatch" {
  filename = "${var.output_directory}/mismatch"
  content_wo = provider::groundup::kubeconfig(merge(local.kubeconfig, {
    client_key_pem = ephemeral.groundup_private_key.derived["ed25519"].private_key_pem
  }))
}

# A key without its end.
resource "groundup_file" "cut" {
  filename = "${var.output_directory}/cut"
  content_wo = provider::groundup::kubeconfig(merge(local.kubeconfig, {
    client_key_pem = replace(ephemeral.groundup_private_key.derived["p256"].private_key_pem, "END", "AND")
  }))
}

# What belongs into another argument.
resource "groundup_file" "misplaced" {
  filename = "${var.output_directory}/misplaced"
  content_wo = provider::groundup::kubeconfig({
    cluster_name              = "prod"
    server                    = ephemeral.groundup_private_key.derived["p256"].private_key_pem
    certificate_authority_pem = ephemeral.groundup_private_key.derived["p384"].private_key_pem
    user                      = ephemeral.groundup_encryption_key.derived["aesgcm"].secret
  })
}

resource "groundup_certificate" "cut" {
  ca_cert_pem        = groundup_certificate_authority.middle.cert_chain_pem
  ca_key             = { derive = { label = "prod/middle" } }
  private_key_pem_wo = replace(ephemeral.groundup_private_key.derived["p256"].private_key_pem, "END", "AND")
  role               = "scheduler"
}

resource "groundup_certificate" "unlocked" {
  ca_cert_pem            = groundup_certificate_authority.middle.cert_chain_pem
  ca_key                 = { derive = { label = "prod/middle" } }
  private_key_pem_wo     = split("\n", ephemeral.groundup_private_key.derived["p256"].private_key_pem)[1]
  private_key_passphrase = var.passphrase
  role                   = "scheduler"
}

# The key of another authority.
resource "groundup_certificate" "foreign" {
  ca_cert_pem           = groundup_certificate_authority.root.cert_pem
  ca_private_key_pem_wo = ephemeral.groundup_private_key.middle.private_key_pem
  role                  = "scheduler"
}

resource "groundup_certificate_request" "cut" {
  private_key_pem_wo = substr(ephemeral.groundup_private_key.derived["p384"].private_key_openssh, 0, 200)
}

resource "groundup_self_signed_certificate" "cut" {
  private_key_pem_wo    = base64encode(ephemeral.groundup_private_key.derived["p384"].private_key_pem)
  validity_period_hours = 24
  allowed_uses          = ["server_auth"]

  subject {
    common_name = "cut"
  }
}

ephemeral "groundup_private_key" "other" {
  derive         = { label = "prod/other" }
  public_key_pem = local.certificate.public_key_pem
}

resource "groundup_file" "other" {
  filename   = "${var.output_directory}/other"
  content_wo = ephemeral.groundup_private_key.other.private_key_pem
}
"#;
