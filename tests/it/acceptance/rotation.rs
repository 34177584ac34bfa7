//! A root gives way to another one while everything below it stays verifiable.

mod neighbours;
mod seeds;

use std::process::Command;

use serde_json::{Value, json};

use crate::support::terraform::Terraform;
use crate::support::tool;

const ROOT: &str = "groundup_certificate_authority.root";
const LEAF: &str = "groundup_certificate.leaf";
const SEED: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

const LEAF_BELOW: &str = r#"
resource "groundup_certificate" "leaf" {
  ca_cert_pem = groundup_certificate_authority.root.cert_pem
  ca_key = {
    derive = {
      label      = "prod/ca"
      generation = groundup_certificate_authority.root.signing_generation
    }
  }
  key       = { derive = { label = "prod/server" } }
  role      = "etcd-server"
  dns_names = ["etcd.example"]
}
"#;

/// A root with a derived key, and something below it.
struct Cluster(Terraform);

impl Cluster {
    fn new() -> Self {
        let cluster = Self(Terraform::new());
        cluster.seed(&format!("pki_seed = {SEED:?}"));
        cluster
    }

    fn seed(&self, arguments: &str) {
        self.0.write("provider.tf", &format!("provider \"groundup\" {{\n{arguments}\n}}\n"));
    }

    /// Writes a configuration, the root's arguments beginning in line 2.
    fn write(&self, root: &str) {
        let subject = "subject {\n common_name = \"root\"\n}";
        self.0.write(
            "main.tf",
            &format!(
                "resource \"groundup_certificate_authority\" \"root\" {{\n{root}\n{subject}\n}}\n{LEAF_BELOW}"
            ),
        );
    }

    #[track_caller]
    fn apply(&self, root: &str) -> Seen {
        self.write(root);
        self.0.apply().succeeded();
        self.seen()
    }

    /// The objects, after a second plan that is empty.
    #[track_caller]
    fn seen(&self) -> Seen {
        self.0.plan().is_empty();
        let state = self.0.state();
        Seen { root: state.attributes(ROOT), leaf: state.attributes(LEAF) }
    }

    /// The plan of a configuration.
    #[track_caller]
    fn planned(&self, root: &str) -> Planned {
        self.write(root);
        Planned(self.0.planned())
    }

    /// What is told of a configuration that is refused: lines and details.
    #[track_caller]
    fn refused(&self, root: &str) -> Vec<(usize, String)> {
        self.write(root);
        let errors = self.0.plan().failed().errors();
        assert!(errors.iter().all(|error| error.summary == "Illegal Rotation"), "{errors:?}");
        errors.into_iter().map(|error| (error.line, error.detail)).collect()
    }

    /// Whether openssl accepts a leaf with that bundle and nothing else.
    fn accepts(&self, bundle: &Value, leaf: &Value) -> bool {
        self.0.write("bundle.pem", bundle.as_str().unwrap());
        self.0.write("leaf.pem", leaf.as_str().unwrap());
        let arguments = "verify -x509_strict -purpose sslserver -verify_hostname etcd.example -CAfile bundle.pem leaf.pem";
        let mut openssl = Command::new(tool::find("openssl"));
        openssl
            .args(arguments.split_whitespace())
            .current_dir(self.0.folder())
            .output()
            .unwrap()
            .status
            .success()
    }
}

/// What there is.
struct Seen {
    root: Value,
    leaf: Value,
}

impl Seen {
    fn bundle(&self) -> &Value {
        &self.root["trust_bundle_pem"]
    }

    /// The bundle that those generations should make.
    fn bundle_of(&self, generations: &[&str]) -> String {
        generations.iter().map(|generation| self.of(generation).as_str().unwrap()).collect()
    }

    fn of(&self, generation: &str) -> &Value {
        &self.root["trusted_cert_pems"][generation]
    }

    fn leaf(&self) -> &Value {
        &self.leaf["cert_pem"]
    }
}

struct Planned(Value);

impl Planned {
    fn change(&self, address: &str) -> &Value {
        let mut changes = self.0["resource_changes"].as_array().unwrap().iter();
        &changes.find(|change| change["address"] == address).unwrap()["change"]
    }

    fn unknown(&self, address: &str) -> Vec<&str> {
        let unknown = self.change(address)["after_unknown"].as_object().unwrap();
        unknown.iter().filter(|(_, unknown)| **unknown == true).map(|(name, _)| name.as_str()).collect()
    }
}

fn root(trusted: &str, signing: u32) -> String {
    format!(
        "key = {{ derive = {{ label = \"prod/ca\" }} }}\ntrusted_generations = {trusted}\nsigning_generation = {signing}"
    )
}

const ALONE: &str = "key = { derive = { label = \"prod/ca\" } }";

#[test]
fn a_root_gives_way_in_three_steps() {
    let cluster = Cluster::new();
    let before = cluster.apply(ALONE);
    assert_eq!(before.root["signing_generation"], 1);
    assert_eq!(before.root["trusted_generations"], json!([1]));
    assert_eq!(before.root["private_key_pem"], Value::Null);
    assert_eq!(before.of("1"), &before.root["cert_pem"]);
    assert_eq!(before.bundle(), &before.root["cert_pem"]);
    assert!(cluster.accepts(before.bundle(), before.leaf()));

    // Added: whoever trusts the bundle will know what comes, and nothing below changes.
    let plan = cluster.planned(&root("[1, 2]", 1));
    assert_eq!(plan.change(LEAF)["actions"], json!(["no-op"]));
    assert_eq!(plan.unknown(ROOT), ["trust_bundle_pem"]);
    assert_eq!(plan.change(ROOT)["after_unknown"]["trusted_cert_pems"], json!({"2": true}));
    let added = cluster.apply(&root("[1, 2]", 1));
    assert_eq!(added.root["cert_pem"], before.root["cert_pem"]);
    assert_eq!(added.leaf(), before.leaf());
    assert_eq!(*added.bundle(), added.bundle_of(&["1", "2"]));

    // Switched: everything about the authority is known before.
    let plan = cluster.planned(&root("[1, 2]", 2));
    assert_eq!(plan.unknown(ROOT), ["cert_request_pem"]);
    let after = &plan.change(ROOT)["after"];
    assert_eq!(after["cert_pem"], *added.of("2"));
    assert_eq!(after["trust_bundle_pem"], added.bundle_of(&["2", "1"]));
    assert_eq!(after["trusted_cert_pems"], added.root["trusted_cert_pems"]);
    assert_eq!(plan.change(LEAF)["actions"], json!(["update"]));
    assert_eq!(plan.change(LEAF)["after"]["public_key_pem"], before.leaf["public_key_pem"]);
    let switched = cluster.apply(&root("[1, 2]", 2));
    assert_eq!(switched.root["cert_pem"], *added.of("2"));
    assert_ne!(switched.root["public_key_pem"], before.root["public_key_pem"]);
    assert_ne!(switched.leaf(), before.leaf());
    for leaf in [before.leaf(), switched.leaf()] {
        for bundle in [added.bundle(), switched.bundle()] {
            assert!(
                cluster.accepts(bundle, leaf),
                "old and new are accepted wherever the first step has come"
            );
        }
    }
    assert!(!cluster.accepts(before.bundle(), switched.leaf()));

    // Dropped: the new one is alone, and certificates of the old one are nothing any more.
    let plan = cluster.planned(&root("[2]", 2));
    assert_eq!(plan.unknown(ROOT), [""; 0]);
    assert_eq!(plan.change(LEAF)["actions"], json!(["no-op"]));
    let dropped = cluster.apply(&root("[2]", 2));
    assert_eq!(dropped.bundle(), added.of("2"));
    assert_eq!(dropped.root["trusted_cert_pems"], json!({"2": added.of("2")}));
    assert!(cluster.accepts(dropped.bundle(), switched.leaf()));
    assert!(!cluster.accepts(dropped.bundle(), before.leaf()));

    // The generation may as well be said of the key.
    cluster.write("key = { derive = { label = \"prod/ca\", generation = 2 } }");
    cluster.0.plan().is_empty();
}

#[test]
fn a_step_is_taken_back() {
    let cluster = Cluster::new();
    let before = cluster.apply(ALONE);
    let added = cluster.apply(&root("[1, 2]", 1));
    cluster.apply(&root("[1, 2]", 2));
    let back = cluster.apply(&root("[1, 2]", 1));
    assert_eq!(back.root["cert_pem"], before.root["cert_pem"]);
    assert_eq!(back.bundle(), added.bundle());
    assert!(cluster.accepts(before.bundle(), back.leaf()));
    // In another order it is the same set.
    let turned = cluster.apply(&root("[2, 1]", 1));
    assert_eq!(turned.bundle(), added.bundle());
    assert_eq!(turned.leaf(), back.leaf());
    let alone = cluster.apply(ALONE);
    assert_eq!(alone.bundle(), before.bundle());
}

#[test]
fn every_other_step_is_refused_with_the_one_that_comes_next() {
    let cluster = Cluster::new();
    cluster.apply(ALONE);
    let too_early = "Generation 2 cannot sign before an apply has made it trusted: what verifies certificates would not know \
                     it. Apply this next: `trusted_generations = [1, 2]` and `signing_generation = 1`.";
    assert_eq!(cluster.refused(&root("[1, 2]", 2)), [(4, too_early.to_owned())]);
    assert_eq!(cluster.refused(&root("[1]", 2)), [(4, too_early.to_owned())]);
    let generation = "key = {\nderive = {\nlabel = \"prod/ca\"\ngeneration = 2\n}\n}";
    assert_eq!(cluster.refused(generation), [(2, too_early.to_owned())]);
    let label = "With the label `prod/root` in place of `prod/ca` every trusted generation would be another key at once. Keep \
                 the label, and add a generation; or, if another authority is wanted at once, forget this one by `terraform \
                 state rm`. Apply this next: `trusted_generations = [1, 2]` and `signing_generation = 1`.";
    let renamed = "key = {\nderive = {\nlabel = \"prod/root\"\n}\n}";
    assert_eq!(cluster.refused(renamed), [(2, label.to_owned())]);
    let algorithm = "Generation 1 is ECDSA-P256 and remains so: only a new one can be Ed25519. Apply this next: \
                     `trusted_generations = [1, 2]` and `signing_generation = 1`.";
    assert_eq!(cluster.refused(&format!("{ALONE}\nalgorithm = \"ED25519\"")), [(3, algorithm.to_owned())]);

    cluster.apply(&root("[1, 2]", 1));
    let in_use = "Generation 1 cannot be dropped by the apply that lets 2 sign in place of 1: certificates from before are in \
                  use until it is done. Apply this next: `trusted_generations = [1, 2]` and `signing_generation = 2`.";
    assert_eq!(cluster.refused(&root("[2]", 2)), [(3, in_use.to_owned())]);
    let mixed = "Generation 3 cannot be added while another generation is dropped or begins to sign: each step is an apply of \
                 its own. Apply this next: `trusted_generations = [1, 2, 3]` and `signing_generation = 1`.";
    assert_eq!(cluster.refused(&root("[1, 3]", 1)), [(3, mixed.to_owned())]);
    let untrusted = "Generation 2 signs, and is not trusted. Apply this next: `trusted_generations = [1, 2]` and \
                     `signing_generation = 2`.";
    assert_eq!(cluster.refused(&root("[1]", 2)), [(3, untrusted.to_owned())]);

    cluster.apply(&root("[1, 2]", 2));
    cluster.apply(&root("[2]", 2));
    let old = "Generation 1 is below 2, which is trusted already: only newer ones are added, and what has been dropped does \
               not come back. Apply this next: `trusted_generations = [2, 3]` and `signing_generation = 2`.";
    assert_eq!(cluster.refused(&root("[1, 2]", 2)), [(3, old.to_owned())]);
}

/// Arguments count for all generations, the algorithm only for new ones.
#[test]
fn what_is_trusted_says_what_the_arguments_say() {
    let cluster = Cluster::new();
    let p256 = cluster.apply(ALONE);
    let with = |more: &str| format!("{}\n{more}", root("[1, 2]", 1));
    let both = cluster.apply(&with("algorithm = \"ED25519\""));
    assert_eq!(both.of("1"), p256.of("1"));
    assert_eq!(both.root["key_algorithm"], "ECDSA");

    let plan = cluster.planned(&with("algorithm = \"ED25519\"\nmax_path_length = 0"));
    assert_eq!(plan.change(ROOT)["after_unknown"]["trusted_cert_pems"], json!({"1": true, "2": true}));
    let shorter = cluster.apply(&with("algorithm = \"ED25519\"\nmax_path_length = 0"));
    assert!(["1", "2"].iter().all(|generation| shorter.of(generation) != both.of(generation)));
    assert_eq!(*shorter.bundle(), shorter.bundle_of(&["1", "2"]));
    // Of the same key and name, and so no concern of what is below.
    assert_eq!(shorter.leaf(), p256.leaf());

    let switched =
        cluster.apply(&format!("{}\nalgorithm = \"ED25519\"\nmax_path_length = 0", root("[1, 2]", 2)));
    assert_eq!(switched.root["key_algorithm"], "ED25519");
    assert!(cluster.accepts(switched.bundle(), switched.leaf()));
}

#[test]
fn generations_are_said_once_and_of_roots_with_derived_keys() {
    let terraform = Terraform::new();
    terraform.write(
        "main.tf",
        r#"resource "groundup_certificate_authority" "kept" {
  signing_generation  = 1
  trusted_generations = [1]
  subject {
    common_name = "kept"
  }
}
resource "groundup_certificate_authority" "twice" {
  key                 = { derive = { label = "ca", generation = 1 } }
  signing_generation  = 2
  trusted_generations = [1, 2, 1]
  subject {
    common_name = "twice"
  }
}
resource "groundup_certificate_authority" "below" {
  key                 = { derive = { label = "below" } }
  ca_cert_pem         = groundup_certificate_authority.kept.cert_pem
  ca_private_key_pem  = groundup_certificate_authority.kept.private_key_pem
  trusted_generations = [1]
  subject {
    common_name = "below"
  }
}
"#,
    );
    let errors = terraform.run(&["validate", "-json"]);
    let report: Value = serde_json::from_slice(&errors.stdout).unwrap();
    let mut told: Vec<_> = report["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|told| told["severity"] == "error")
        .map(|told| (told["range"]["start"]["line"].as_u64().unwrap(), told["detail"].as_str().unwrap()))
        .collect();
    told.sort_unstable();
    assert_eq!(
        told,
        [
            (2, "`signing_generation` has no effect without `key`."),
            (3, "`trusted_generations` has no effect without `key`."),
            (
                10,
                "`signing_generation` is 2, and the generation of `key` is 1: say one of them, or both alike."
            ),
            (11, "Generation 1 is named twice."),
        ]
    );
}
