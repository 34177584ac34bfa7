//! Revocation lists.

use std::process::Command;

use serde_json::{Value, json};

use super::scenario::Scenario;
use crate::support::terraform::Terraform;
use crate::support::tool;

const GIVEN: &str = r#"
resource "groundup_certificate_authority" "root" {
  subject {
    common_name = "root"
  }
}
resource "groundup_certificate_authority" "other" {
  subject {
    common_name = "other"
  }
}
resource "groundup_certificate" "leaf" {
  ca_cert_pem        = groundup_certificate_authority.root.cert_pem
  ca_private_key_pem = groundup_certificate_authority.root.private_key_pem
  role               = "scheduler"
}
"#;

fn list(arguments: &str) -> String {
    format!(
        r#"
        resource "groundup_certificate_revocation_list" "this" {{
          ca_cert_pem        = groundup_certificate_authority.root.cert_pem
          ca_private_key_pem = groundup_certificate_authority.root.private_key_pem
          {arguments}
        }}"#
    )
}

const LEAF: &str =
    "revoked {\n certificate_pem = groundup_certificate.leaf.cert_pem\n reason = \"keyCompromise\"\n}\n";
const BY_NUMBER: &str =
    "revoked {\n serial_number = \"0x1f\"\n revocation_time = \"2026-11-01T09:30:00Z\"\n}\n";

#[test]
fn certificate_revocation_list() {
    let number = |object: &Value| object["number"].as_str().unwrap().parse::<u128>().unwrap();
    let mut last = 0;
    let mut is_higher = |object: &Value| {
        let newer = number(object);
        assert!(newer > last, "{newer} comes after {last}");
        last = newer;
    };
    let seen = std::cell::RefCell::new(&mut is_higher);
    let higher = |_: &Terraform, object: &Value| (seen.borrow_mut())(object);
    Scenario::local("groundup_certificate_revocation_list.this", GIVEN)
        .begin(&list(""), &json!({"ready_for_renewal": false, "validity": "30d"}))
        .and(higher)
        .and(|terraform, object| {
            assert_eq!(verdict(terraform, object), Verdict::Good);
            assert!(!text(terraform, object).contains("Serial Number:"), "the list is empty");
        })
        .change(&list(LEAF), &json!({}))
        .and(higher)
        .and(|terraform, object| assert_eq!(verdict(terraform, object), Verdict::Revoked))
        .change(&list(&format!("{BY_NUMBER}{LEAF}")), &json!({}))
        .and(higher)
        .and(|terraform, object| {
            let text = text(terraform, object);
            for said in ["Serial Number: 1F", "Revocation Date: Nov  1 09:30:00 2026 GMT", "Key Compromise"] {
                assert!(text.contains(said), "{said}: {text}");
            }
        })
        // In another order it is the same list.
        .keep("crl_pem", |life| life.change(&list(&format!("{LEAF}{BY_NUMBER}")), &json!({})))
        .change(&list(&format!("{BY_NUMBER}validity = \"7d\"")), &json!({}))
        .and(higher)
        .and(|terraform, object| assert_eq!(verdict(terraform, object), Verdict::Good))
        .end();
}

/// A list that is due is issued again under a higher number, and what it says of the past stays.
#[test]
fn a_list_that_is_due_is_issued_again() {
    let terraform = Terraform::new();
    let due_after_a_second = "validity = \"1h\"\n early_renewal = \"3599s\"\n";
    terraform.write("main.tf", &format!("{GIVEN}{}", list(&format!("{LEAF}{due_after_a_second}"))));
    terraform.apply().succeeded();
    let address = "groundup_certificate_revocation_list.this";
    let before = terraform.state().attributes(address);
    std::thread::sleep(std::time::Duration::from_millis(2100));
    let changes = terraform.apply().succeeded().changes();
    assert_eq!(changes.get(address).map(String::as_str), Some("update"), "{changes:?}");
    let after = terraform.state().attributes(address);
    assert_ne!(after["number"], before["number"]);
    let revoked_at = |object: &Value| {
        let text = text(&terraform, object);
        text.lines().find(|line| line.contains("Revocation Date:")).unwrap().to_owned()
    };
    assert_eq!(revoked_at(&after), revoked_at(&before));
}

#[test]
fn wrong_entries_are_told_at_their_lines() {
    let terraform = Terraform::new();
    terraform.write("given.tf", GIVEN);
    terraform.apply().succeeded();
    let wrong = r#"resource "groundup_certificate_revocation_list" "wrong" {
  ca_cert_pem        = groundup_certificate_authority.other.cert_pem
  ca_private_key_pem = groundup_certificate_authority.other.private_key_pem
  revoked {
    serial_number = "xyz"
  }
  revoked {
  }
  revoked {
    serial_number = "31"
  }
  revoked {
    serial_number = "0x1f"
    reason        = "keyCompromised"
  }
}
"#;
    assert_eq!(
        told(&terraform, wrong),
        [
            (5, "The serial number `xyz` is not a number; write it in decimal, as `0x1f2e` or as `1f:2e`.".to_owned()),
            (7, "One of `serial_number`, `certificate_pem` is required.".to_owned()),
            (13, "The certificate with the serial number 31 stands on the list already.".to_owned()),
            (
                14,
                "Unknown reason `keyCompromised` (did you mean `keyCompromise`?); known are keyCompromise, cACompromise, \
                 affiliationChanged, superseded, cessationOfOperation, certificateHold, privilegeWithdrawn and \
                 aACompromise."
                    .to_owned()
            ),
        ]
    );
    let foreign = r#"resource "groundup_certificate_revocation_list" "wrong" {
  ca_cert_pem        = groundup_certificate_authority.other.cert_pem
  ca_private_key_pem = groundup_certificate_authority.other.private_key_pem
  revoked {
    certificate_pem = groundup_certificate.leaf.cert_pem
  }
}
"#;
    let detail = "The certificate of CN=system:kube-scheduler was not issued by CN=other, so that this one cannot revoke it.";
    assert_eq!(told(&terraform, foreign), [(5, detail.to_owned())]);
}

fn told(terraform: &Terraform, wrong: &str) -> Vec<(usize, String)> {
    terraform.write("wrong.tf", wrong);
    let errors = terraform.plan().failed().errors();
    let mut told: Vec<_> = errors.into_iter().map(|error| (error.line, error.detail)).collect();
    told.sort();
    told
}

#[derive(Debug, PartialEq)]
enum Verdict {
    Good,
    Revoked,
}

/// What OpenSSL says about the leaf, given the list.
fn verdict(terraform: &Terraform, list: &Value) -> Verdict {
    let state = terraform.state();
    for (file, address) in
        [("root.pem", "groundup_certificate_authority.root"), ("leaf.pem", "groundup_certificate.leaf")]
    {
        terraform.write(file, state.attributes(address)["cert_pem"].as_str().unwrap());
    }
    terraform.write("list.crl", list["crl_pem"].as_str().unwrap());
    let mut openssl = Command::new(tool::find("openssl"));
    openssl.args([
        "verify",
        "-x509_strict",
        "-crl_check",
        "-CRLfile",
        "list.crl",
        "-CAfile",
        "root.pem",
        "leaf.pem",
    ]);
    let output = openssl.current_dir(terraform.folder()).output().unwrap();
    let told = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    match (output.status.success(), told.contains("certificate revoked")) {
        (true, false) => Verdict::Good,
        (false, true) => Verdict::Revoked,
        _ => panic!("{told}"),
    }
}

fn text(terraform: &Terraform, list: &Value) -> String {
    terraform.write("list.crl", list["crl_pem"].as_str().unwrap());
    let mut openssl = Command::new(tool::find("openssl"));
    tool::succeed(openssl.args(["crl", "-in", "list.crl", "-noout", "-text"]).current_dir(terraform.folder()))
}
