//! When a certificate is issued again, with which key, and when it is not.

use std::process::Command;

use serde_json::Value;

use crate::support::run::Run;
use crate::support::terraform::Terraform;
use crate::support::tool;

/// A configuration of one file.
struct Configuration(Terraform);

impl Configuration {
    #[track_caller]
    fn apply(&self, hcl: &str) -> Run {
        self.0.write("main.tf", hcl);
        self.0.apply().succeeded()
    }

    /// Serial number and private key of an object.
    #[track_caller]
    fn serial_and_key(&self, address: &str) -> (Value, Value) {
        let mut attributes = self.0.state().attributes(address);
        (attributes["id"].take(), attributes["private_key_pem"].take())
    }

    #[track_caller]
    fn is_settled(&self) {
        self.0.plan().is_empty();
    }
}

const LEAF: &str = "groundup_certificate.leaf";

fn root(arguments: &str) -> String {
    format!(
        r#"
        resource "groundup_certificate_authority" "root" {{
          {arguments}
        }}"#
    )
}

fn named(name: &str) -> String {
    format!("subject {{\n common_name = {name:?}\n}}\n")
}

/// A leaf below the root, with the root's certificate given by an expression.
fn leaf(issuer: &str, arguments: &str) -> String {
    format!(
        r#"
        resource "groundup_certificate" "leaf" {{
          ca_cert_pem        = {issuer}
          ca_private_key_pem = groundup_certificate_authority.root.private_key_pem
          {arguments}
        }}"#
    )
}

const ROOT_PEM: &str = "groundup_certificate_authority.root.cert_pem";
const SCHEDULER: &str = "role = \"scheduler\"\n";

#[test]
fn another_text_of_the_same_issuer_is_no_change() {
    let configuration = Configuration(Terraform::new());
    let root = root(&named("root"));
    configuration.apply(&format!("{root}{}", leaf(ROOT_PEM, SCHEDULER)));
    for text in [
        format!("\"# The root of everything\\n${{{ROOT_PEM}}}\\n\\n\""),
        format!("replace({ROOT_PEM}, \"\\n\", \"\\r\\n\")"),
        format!("\"\\n  \\n${{trimspace({ROOT_PEM})}}\""),
    ] {
        configuration.0.write("main.tf", &format!("{root}{}", leaf(&text, SCHEDULER)));
        configuration.is_settled();
    }
}

#[test]
fn a_leaf_follows_key_and_name_of_its_issuer() {
    let configuration = Configuration(Terraform::new());
    let leaf = leaf(ROOT_PEM, SCHEDULER);
    configuration.apply(&format!("{}{leaf}", root(&named("root"))));
    let (serial, key) = configuration.serial_and_key(LEAF);

    // The issuer's new certificate is of the same key and name: the leaf's chain is as good as before.
    let renewed = root(&format!("{}validity = \"10y\"\n", named("root")));
    configuration.apply(&format!("{renewed}{leaf}"));
    configuration.is_settled();
    assert_eq!(configuration.serial_and_key(LEAF), (serial.clone(), key.clone()));

    configuration.apply(&format!("{}{leaf}", root(&named("another"))));
    configuration.is_settled();
    let (renamed, same_key) = configuration.serial_and_key(LEAF);
    assert_ne!(renamed, serial);
    assert_eq!(same_key, key);

    configuration
        .apply(&format!("{}{leaf}", root(&format!("{}algorithm = \"ED25519\"\n", named("another")))));
    configuration.is_settled();
    let (rekeyed, same_key) = configuration.serial_and_key(LEAF);
    assert_ne!(rekeyed, renamed);
    assert_eq!(same_key, key);
}

#[test]
fn a_certificate_that_is_always_due_is_warned_about() {
    let configuration = Configuration(Terraform::new());
    let hcl = r#"
        resource "groundup_private_key" "key" {
          algorithm = "ECDSA"
        }
        resource "groundup_self_signed_certificate" "always" {
          private_key_pem       = groundup_private_key.key.private_key_pem
          allowed_uses          = ["server_auth"]
          dns_names             = ["a.example"]
          validity_period_hours = 24
          early_renewal_hours   = 25
          subject {
            common_name = "a.example"
          }
        }"#;
    let run = configuration.apply(hcl);
    let told: Vec<_> = run.warnings().into_iter().map(|told| (told.line, told.summary)).collect();
    assert_eq!(told[0], (10, "Renewed by Every Apply".to_owned()), "{told:?}");
    let (serial, _) = configuration.serial_and_key("groundup_self_signed_certificate.always");
    configuration.apply(hcl);
    assert_ne!(configuration.serial_and_key("groundup_self_signed_certificate.always").0, serial);
}

#[test]
fn a_profile_in_a_file_counts_for_what_it_says() {
    let configuration = Configuration(Terraform::new());
    let with_profile = |json: &str| {
        let arguments =
            "csr_json = jsonencode({ CN = \"someone\" })\n profile_json = file(\"config.json\")\n";
        configuration.0.write("config.json", json);
        configuration.apply(&format!("{}{}", root(&named("root")), leaf(ROOT_PEM, arguments)));
        configuration.is_settled();
        configuration.serial_and_key(LEAF)
    };
    let (first, key) =
        with_profile(r#"{"signing": {"default": {"usages": ["client auth"], "expiry": "24h"}}}"#);
    let respaced =
        with_profile(r#"{ "signing" : { "default" : { "expiry" : "24h", "usages" : ["client auth"] } } }"#);
    assert_eq!(respaced, (first.clone(), key.clone()));
    let longer = with_profile(r#"{"signing": {"default": {"usages": ["client auth"], "expiry": "48h"}}}"#);
    assert_ne!(longer.0, first);
    let server = with_profile(r#"{"signing": {"default": {"usages": ["server auth"], "expiry": "48h"}}}"#);
    assert_ne!(server.0, longer.0);
    assert_eq!(server.1, key);
}

#[test]
fn a_given_key_is_the_key() {
    let configuration = Configuration(Terraform::new());
    let keys = r#"
        resource "groundup_private_key" "these" {
          for_each  = { one = "RSA", two = "ED25519" }
          algorithm = each.value
        }"#;
    let root = root(&named("root"));
    let with_key = |name: &str| {
        let arguments =
            format!("{SCHEDULER}private_key_pem = groundup_private_key.these[{name:?}].private_key_pem");
        configuration.apply(&format!("{root}{keys}{}", leaf(ROOT_PEM, &arguments)));
        configuration.is_settled();
        let state = configuration.0.state();
        let given = state.attributes(&format!("groundup_private_key.these[{name:?}]"));
        let attributes = state.attributes(LEAF);
        assert_eq!(attributes["private_key_pem"], given["private_key_pem"]);
        (attributes["key_algorithm"].clone(), attributes["usages"].clone(), attributes["id"].clone())
    };
    let (algorithm, usages, serial) = with_key("one");
    assert_eq!(algorithm, "RSA");
    assert_eq!(usages, serde_json::json!(["digital signature", "key encipherment", "client auth"]));
    let (algorithm, usages, other_serial) = with_key("two");
    assert_eq!(algorithm, "ED25519");
    assert_eq!(usages, serde_json::json!(["digital signature", "client auth"]));
    assert_ne!(other_serial, serial);
}

/// What a provider has written that knew no derived keys.
#[test]
fn a_state_from_before_keys_were_derived_is_no_change() {
    let configuration = Configuration(Terraform::new());
    let others = r#"
        resource "groundup_private_key" "key" {
          algorithm = "ECDSA"
        }
        resource "groundup_self_signed_certificate" "server" {
          private_key_pem       = groundup_private_key.key.private_key_pem
          allowed_uses          = ["server_auth"]
          validity_period_hours = 24
          subject {
            common_name = "a.example"
          }
        }
        resource "groundup_certificate_request" "request" {
          private_key_pem = groundup_private_key.key.private_key_pem
          dns_names       = ["a.example"]
        }
        resource "groundup_certificate_revocation_list" "list" {
          ca_cert_pem        = groundup_certificate_authority.intermediate.cert_pem
          ca_private_key_pem = groundup_certificate_authority.intermediate.private_key_pem
        }"#;
    configuration.apply(&format!("{CHAIN}{others}"));
    let authorities = ["groundup_certificate_authority.root", "groundup_certificate_authority.intermediate"];
    let without_public_key = [
        LEAF,
        "groundup_self_signed_certificate.server",
        "groundup_certificate_request.request",
        "groundup_certificate_revocation_list.list",
    ];
    for address in authorities.into_iter().chain(without_public_key) {
        configuration.0.edit_state(address, |object| {
            let attributes = object.as_object_mut().unwrap();
            attributes.retain(|_, value| !value.is_null());
            if without_public_key.contains(&address) {
                attributes.remove("public_key_pem");
            }
        });
    }
    configuration.is_settled();
    let run = configuration.0.apply().succeeded();
    assert!(run.changes().is_empty(), "{:?}", run.changes());
    configuration.is_settled();
}

const CHAIN: &str = r#"
resource "groundup_certificate_authority" "root" {
  subject {
    common_name = "root"
  }
}

resource "groundup_certificate_authority" "intermediate" {
  ca_cert_pem        = groundup_certificate_authority.root.cert_pem
  ca_private_key_pem = groundup_certificate_authority.root.private_key_pem
  max_path_length    = 0

  subject {
    common_name = "intermediate"
  }
}

resource "groundup_certificate" "leaf" {
  ca_cert_pem        = groundup_certificate_authority.intermediate.cert_pem
  ca_private_key_pem = groundup_certificate_authority.intermediate.private_key_pem
  allowed_uses       = ["server_auth"]
  dns_names          = ["leaf.example"]
}

resource "groundup_file" "these" {
  for_each = {
    root         = groundup_certificate_authority.root.cert_pem
    intermediate = groundup_certificate_authority.intermediate.cert_pem
    leaf         = groundup_certificate.leaf.cert_pem
  }

  filename = "${each.key}.pem"
  content  = each.value
}
"#;

const BELOW_THE_LOWEST: &str = r#"
resource "groundup_certificate_authority" "below" {
  ca_cert_pem        = groundup_certificate_authority.intermediate.cert_pem
  ca_private_key_pem = groundup_certificate_authority.intermediate.private_key_pem

  subject {
    common_name = "below"
  }
}

resource "groundup_certificate" "below" {
  ca_cert_pem        = groundup_certificate_authority.intermediate.cert_pem
  ca_private_key_pem = groundup_certificate_authority.intermediate.private_key_pem
  allowed_uses       = ["cert_signing"]
  is_ca_certificate  = true

  subject {
    common_name = "below"
  }
}
"#;

#[test]
fn the_lowest_authority_issues_leaves_alone() {
    let configuration = Configuration(Terraform::new());
    configuration.apply(CHAIN);
    configuration.is_settled();
    let verify = "verify -x509_strict -purpose sslserver -verify_hostname leaf.example -CAfile root.pem \
                  -untrusted intermediate.pem leaf.pem";
    let mut openssl = Command::new(tool::find("openssl"));
    tool::succeed(openssl.args(verify.split_whitespace()).current_dir(configuration.0.folder()));

    configuration.0.write("below.tf", BELOW_THE_LOWEST);
    let errors = configuration.0.plan().failed().errors();
    let mut told: Vec<_> = errors.iter().map(|error| (error.line, error.detail.as_str())).collect();
    told.sort_unstable();
    let detail =
        "The issuer CN=intermediate has the path length 0 and cannot issue another certificate authority.";
    assert_eq!(told, [(3, detail), (15, detail)]);
}
