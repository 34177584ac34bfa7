//! Certificates of keys that follow from the provider's seed, and of which state holds the public half alone.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use pki_core::{Certificate, KeyAlgorithm, PrivateKey};
use serde_json::Value;

use crate::support::run::Run;
use crate::support::terraform::Terraform;

const SEED: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const OTHER: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eff";

const ROOT: &str = "groundup_certificate_authority.root";
const LEAF: &str = "groundup_certificate.leaf";

const PEERS: &str = r#"
resource "groundup_certificate_authority" "root" {
  key = { derive = { label = "prod/ca" } }
  subject {
    common_name = "root"
  }
}
"#;

/// A leaf below a root, each with a key of the seed.
fn leaf(generation: u32, arguments: &str) -> String {
    format!(
        r#"{PEERS}
resource "groundup_certificate" "leaf" {{
  ca_cert_pem = groundup_certificate_authority.root.cert_pem
  ca_key      = {{ derive = {{ label = "prod/ca" }} }}
  key         = {{ derive = {{ label = "prod/scheduler", generation = {generation} }} }}
  role        = "scheduler"
  {arguments}
}}
"#
    )
}

/// A provider with seeds.
fn provider(arguments: &str) -> String {
    format!("provider \"groundup\" {{\n{arguments}\n}}\n")
}

fn seeded() -> Terraform {
    let terraform = Terraform::new();
    terraform.write("provider.tf", &provider(&format!("pki_seed = {SEED:?}")));
    terraform
}

/// The public key of a label and a generation.
fn public(algorithm: KeyAlgorithm, label: &str, generation: u32) -> String {
    let generation = NonZeroU32::new(generation).unwrap();
    let key = PrivateKey::derive(algorithm, &SEED.parse().unwrap(), &label.parse().unwrap(), generation);
    key.unwrap().public_key().to_pem()
}

fn certificate(object: &Value) -> Certificate {
    Certificate::from_pem(object["cert_pem"].as_str().unwrap()).unwrap()
}

/// What a run complained of, where and how.
#[track_caller]
fn told(run: &Run) -> BTreeMap<String, (String, usize)> {
    run.errors().into_iter().map(|error| (error.address, (error.summary, error.line))).collect()
}

#[test]
fn state_holds_what_is_public() {
    let terraform = seeded();
    terraform.write("main.tf", &leaf(1, ""));
    terraform.apply().succeeded();
    terraform.plan().is_empty();
    let state = terraform.state();
    assert!(!state.text.contains("PRIVATE KEY"));
    let [root, leaf] = [ROOT, LEAF].map(|address| state.attributes(address));
    for (object, label) in [(&root, "prod/ca"), (&leaf, "prod/scheduler")] {
        assert_eq!(object["private_key_pem"], Value::Null);
        assert_eq!(object["public_key_pem"], public(KeyAlgorithm::EcdsaP256, label, 1));
        assert_eq!(object["public_key_pem"], certificate(object).public_key().to_pem());
    }
    assert!(certificate(&root).is_self_signed());
    assert!(certificate(&leaf).is_signed_by(&certificate(&root)));
}

#[test]
fn another_generation_is_another_key_of_that_certificate_alone() {
    let terraform = seeded();
    terraform.write("main.tf", &leaf(1, ""));
    terraform.apply().succeeded();
    let root = terraform.state().attributes(ROOT);
    terraform.write("main.tf", &leaf(2, ""));
    let planned = terraform.planned();
    let changes = planned["resource_changes"].as_array().unwrap().iter();
    let changes: Vec<_> = changes.filter(|change| change["change"]["actions"][0] != "no-op").collect();
    assert_eq!(changes.len(), 1);
    let second = public(KeyAlgorithm::EcdsaP256, "prod/scheduler", 2);
    assert_eq!(changes[0]["address"], LEAF);
    assert_eq!(changes[0]["change"]["actions"][0], "update");
    assert_eq!(changes[0]["change"]["after"]["public_key_pem"], second);
    assert_eq!(terraform.apply().succeeded().warnings().len(), 0);
    terraform.plan().is_empty();
    let state = terraform.state();
    assert_eq!(certificate(&state.attributes(LEAF)).public_key().to_pem(), second);
    assert_eq!(state.attributes(ROOT), root);

    terraform.write("main.tf", &leaf(1, ""));
    let warnings = terraform.plan().succeeded().warnings();
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0].summary, "Generation Lowered");
    assert_eq!(
        warnings[0].detail,
        "The key `prod/scheduler` goes back from generation 2 to 1, which was replaced before. If that was because \
         somebody else may know it, raise the generation instead.\n\nPlace: `key.derive.generation`"
    );
}

#[test]
fn the_algorithm_is_chosen() {
    let terraform = seeded();
    for (arguments, algorithm) in [
        ("ecdsa_curve = \"P384\"", KeyAlgorithm::EcdsaP384),
        ("algorithm = \"ED25519\"", KeyAlgorithm::Ed25519),
        ("", KeyAlgorithm::EcdsaP256),
    ] {
        terraform.write("main.tf", &leaf(1, arguments));
        terraform.apply().succeeded();
        terraform.plan().is_empty();
        let object = terraform.state().attributes(LEAF);
        assert_eq!(object["public_key_pem"], public(algorithm, "prod/scheduler", 1));
    }
}

#[test]
fn another_seed_makes_no_other_keys_unawares() {
    let terraform = seeded();
    terraform.write("main.tf", &leaf(1, ""));
    terraform.apply().succeeded();
    let before = terraform.state().text;
    terraform.write("provider.tf", &provider(&format!("pki_seed = {OTHER:?}")));
    let run = terraform.plan().failed();
    let detail = "The key `prod/ca` of generation 1 that follows from the provider's seed is not the one that is in use: \
                  the seed is another one now. Give the provider the seed that the key was made with. If the seed was \
                  changed on purpose, give the old one as `previous_pki_seed`, and raise generations until nothing needs \
                  it any more.";
    assert_eq!(run.errors()[0].summary, "Derived Key Differs");
    assert_eq!(run.errors()[0].detail, detail);
    assert_eq!(told(&run)[ROOT], ("Derived Key Differs".to_owned(), 3));
    assert_eq!(terraform.state().text, before);

    let both = provider(&format!("pki_seed = {OTHER:?}\nprevious_pki_seed = {SEED:?}"));
    terraform.write("provider.tf", &both);
    terraform.plan().is_empty();
    terraform.write("main.tf", &leaf(2, ""));
    terraform.apply().succeeded();
    terraform.plan().is_empty();
    let object = terraform.state().attributes(LEAF);
    let key = PrivateKey::derive(
        KeyAlgorithm::EcdsaP256,
        &OTHER.parse().unwrap(),
        &"prod/scheduler".parse().unwrap(),
        NonZeroU32::new(2).unwrap(),
    );
    assert_eq!(object["public_key_pem"], key.unwrap().public_key().to_pem(), "of the new seed");
    let root = terraform.state().attributes(ROOT);
    assert!(certificate(&object).is_signed_by(&certificate(&root)), "issued with the old one");
}

#[test]
fn without_a_seed_it_says_how_to_give_one() {
    let terraform = seeded();
    terraform.write("main.tf", &leaf(1, ""));
    terraform.apply().succeeded();
    terraform.write("provider.tf", "");
    let run = terraform.plan().failed();
    assert_eq!(told(&run)[ROOT], ("Missing Seed".to_owned(), 3));
    let destroyed = terraform.run(&["destroy", "-auto-approve", "-refresh=false", "-no-color"]);
    assert!(destroyed.status.success(), "what cannot be made again can still be given up");
}

/// The seed may come from something that is not there yet, and then nothing else is expected to change.
#[test]
fn a_seed_that_is_not_known_changes_nothing() {
    let terraform = Terraform::new();
    let keeper = |note: &str| {
        format!(
            r#"
            resource "terraform_data" "seed" {{
              input = {{ seed = {SEED:?}, note = {note:?} }}
            }}
            {}"#,
            provider("pki_seed = terraform_data.seed.output.seed")
        )
    };
    terraform.write("provider.tf", &keeper("one"));
    terraform.write("main.tf", &leaf(1, ""));
    terraform.apply().succeeded();
    terraform.plan().is_empty();
    let before = [ROOT, LEAF].map(|address| terraform.state().attributes(address));
    assert_eq!(before[1]["public_key_pem"], public(KeyAlgorithm::EcdsaP256, "prod/scheduler", 1));
    terraform.write("provider.tf", &keeper("two"));
    let run = terraform.apply().succeeded();
    assert_eq!(run.changes(), BTreeMap::from([("terraform_data.seed".to_owned(), "update".to_owned())]));
    assert_eq!([ROOT, LEAF].map(|address| terraform.state().attributes(address)), before);
}

#[test]
fn the_issuing_key_is_that_of_the_authority() {
    let terraform = seeded();
    terraform.write("main.tf", &leaf(1, ""));
    terraform.apply().succeeded();
    let wrong = leaf(1, "").replace(
        "ca_key      = { derive = { label = \"prod/ca\"",
        "ca_key      = { derive = { label = \"prod/cb\"",
    );
    terraform.write("main.tf", &wrong);
    let run = terraform.plan().failed();
    assert_eq!(
        told(&run),
        BTreeMap::from([(LEAF.to_owned(), ("Unusable Certificate Authority".to_owned(), 11))])
    );
    assert_eq!(
        run.errors()[0].detail,
        "The certificate of CN=root is not one of the key `prod/cb` of generation 1. Label and generation have to be those \
         of the authority's own key, and the provider's seed the one that it was made with; while the seed is being \
         replaced, give the old one as `previous_pki_seed`."
    );
}

/// Everything else that takes keys: a request, a certificate that vouches for itself, a list.
#[test]
fn everything_takes_derived_keys() {
    let others = |generation: u32| {
        format!(
            r#"{PEERS}
resource "groundup_certificate_request" "request" {{
  key       = {{ derive = {{ label = "prod/request", generation = {generation} }} }}
  algorithm = "ED25519"
  subject {{
    common_name = "somebody"
  }}
}}
resource "groundup_self_signed_certificate" "server" {{
  key                   = {{ derive = {{ label = "prod/server", generation = {generation} }} }}
  allowed_uses          = ["server_auth"]
  validity_period_hours = 24
  subject {{
    common_name = "server"
  }}
}}
resource "groundup_certificate_revocation_list" "list" {{
  ca_cert_pem = groundup_certificate_authority.root.cert_pem
  ca_key      = {{ derive = {{ label = "prod/ca" }} }}
}}
"#
        )
    };
    let terraform = seeded();
    terraform.write("main.tf", &others(1));
    terraform.apply().succeeded();
    terraform.plan().is_empty();
    assert!(!terraform.state().text.contains("PRIVATE KEY"));
    terraform.write("main.tf", &others(2));
    let run = terraform.apply().succeeded();
    let expected = [
        ("groundup_certificate_request.request", "replace"),
        ("groundup_self_signed_certificate.server", "update"),
    ];
    let expected = expected.map(|(address, action)| (address.to_owned(), action.to_owned()));
    assert_eq!(run.changes(), BTreeMap::from(expected));
    terraform.plan().is_empty();
    let state = terraform.state();
    let server = state.attributes("groundup_self_signed_certificate.server");
    assert_eq!(server["public_key_pem"], public(KeyAlgorithm::EcdsaP256, "prod/server", 2));
    assert_eq!(certificate(&server).public_key().to_pem(), server["public_key_pem"].as_str().unwrap());
    let request = state.attributes("groundup_certificate_request.request");
    assert_eq!(request["public_key_pem"], public(KeyAlgorithm::Ed25519, "prod/request", 2));
}

/// What an earlier version did not know of is read from the certificate, and nothing is to be done.
#[test]
fn earlier_state_is_completed() {
    let terraform = seeded();
    let server = r#"
resource "groundup_self_signed_certificate" "server" {
  key                   = { derive = { label = "prod/server" } }
  allowed_uses          = ["server_auth"]
  validity_period_hours = 24
  subject {
    common_name = "server"
  }
}
"#;
    terraform.write("main.tf", &format!("{}{server}", leaf(1, "")));
    terraform.apply().succeeded();
    let new = ["public_key_pem", "cert_chain_pem", "serial_number", "fingerprint_sha256"];
    for address in [ROOT, LEAF, "groundup_self_signed_certificate.server"] {
        let before = terraform.state().attributes(address);
        terraform.edit_state(address, |object| {
            for name in new {
                object.as_object_mut().unwrap().remove(name);
            }
        });
        terraform.plan().is_empty();
        terraform.succeed(&["apply", "-refresh-only", "-auto-approve", "-input=false"]);
        assert_eq!(terraform.state().attributes(address), before);
    }
}

#[test]
fn what_does_not_go_together_is_told_at_its_argument() {
    let terraform = seeded();
    let errors = |arguments: &str| {
        terraform.write("main.tf", &leaf(1, arguments));
        let errors = terraform.plan().failed().errors().into_iter();
        errors.map(|error| (error.line, error.detail)).collect::<Vec<_>>()
    };
    for (arguments, detail) in [
        ("private_key_passphrase = \"x\"", "`private_key_passphrase` cannot be set together with `key`."),
        (
            "algorithm = \"RSA\"",
            "RSA-2048 keys are never derived from a seed; derive ECDSA-P256, ECDSA-P384 or Ed25519, or generate the key.",
        ),
        (
            "ecdsa_curve = \"P521\"",
            "ECDSA-P521 keys are never derived from a seed; derive ECDSA-P256, ECDSA-P384 or Ed25519, or generate the \
             key.",
        ),
        (
            "private_key_pem_wo_version = 1",
            "`private_key_pem_wo_version` has no effect without `private_key_pem_wo`.",
        ),
        (
            "pkcs12_password = \"x\"",
            "The PKCS#12 form holds the private key and is kept in state, which `key` is to keep it out of. Leave \
             `pkcs12_password` out, or give the key as `private_key_pem`.",
        ),
        (
            "ca_private_key_passphrase = \"x\"",
            "`ca_private_key_passphrase` cannot be set together with `ca_key`.",
        ),
    ] {
        assert_eq!(errors(arguments), [(14, detail.to_owned())], "{arguments}");
    }
}
