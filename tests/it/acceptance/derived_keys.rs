//! Keys that follow from the provider's seed: in state only their public side, and the same in every run.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use crate::support::run::Told;
use crate::support::terraform::Terraform;
use crate::support::tool;

const SEED: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const OTHER_SEED: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eff";

/// Computes the same keys by other means: public keys, and the fingerprint of a key of encryption.
const PYTHON: &str = r#"
import base64, hashlib, json, sys
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

seed = base64.b64decode(sys.argv[1])

def derive(name, size, label, generation):
    info = b"\0".join([name.encode(), label.encode(), str(generation).encode()])
    return HKDF(hashes.SHA256(), size, b"groundup pki seed v1", info).derive(seed)

def ecdsa(curve, order, size, name, label, generation):
    number = int.from_bytes(derive(name, size, label, generation), "big")
    return ec.derive_private_key(number % (order - 1) + 1, curve)

def pem(key):
    form = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return key.public_key().public_bytes(*form).decode()

P256 = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
P384 = 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973
fixed = b"groundup encryption key fingerprint v1\0"
print(json.dumps({
    "p256": pem(ecdsa(ec.SECP256R1(), P256, 48, "P-256", "prod/ca", 1)),
    "p384": pem(ecdsa(ec.SECP384R1(), P384, 72, "P-384", "prod/ca", 2)),
    "ed25519": pem(ed25519.Ed25519PrivateKey.from_private_bytes(derive("Ed25519", 32, "höhe/ssh", 3))),
    "secretbox": hashlib.sha256(fixed + derive("secretbox", 32, "prod/encryption", 1)).hexdigest(),
    "aes-256": hashlib.sha256(fixed + derive("aes-256", 32, "prod/encryption", 4)).hexdigest(),
}))
"#;

/// The provider with a seed that comes as seeds should, and the one before.
const PROVIDER: &str = r#"
    variable "pki_seed" {
      type      = string
      sensitive = true
      ephemeral = true
    }
    variable "previous_pki_seed" {
      type      = string
      default   = null
      sensitive = true
      ephemeral = true
    }
    provider "groundup" {
      pki_seed          = var.pki_seed
      previous_pki_seed = var.previous_pki_seed
    }
    "#;

fn environment(seeds: &[(&str, &str)]) -> Vec<(String, String)> {
    seeds.iter().map(|(name, seed)| (format!("TF_VAR_{name}"), (*seed).to_owned())).collect()
}

fn with_seed(main: &str) -> Terraform {
    let terraform = Terraform::new().with_environment(environment(&[("pki_seed", SEED)]));
    terraform.write("provider.tf", PROVIDER);
    terraform.write("main.tf", main);
    terraform
}

fn managed(arguments: &str) -> String {
    format!("resource \"groundup_private_key\" \"this\" {{\n {arguments}\n}}\n")
}

fn derived(label: &str, generation: u32) -> String {
    managed(&format!("derive = {{\n label = {label:?}\n generation = {generation}\n }}"))
}

fn key(terraform: &Terraform) -> Value {
    terraform.state().attributes("groundup_private_key.this")
}

fn only_error(errors: Vec<Told>) -> Told {
    let [error] = errors.try_into().unwrap_or_else(|errors| panic!("one error is expected: {errors:?}"));
    error
}

/// Derived keys where nothing is stored: in a file, and beside it in the state by their public side.
const EVERYWHERE: &str = r#"
    resource "groundup_private_key" "p256" {
      derive = { label = "prod/ca" }
    }
    resource "groundup_private_key" "p384" {
      ecdsa_curve = "P384"
      derive      = { label = "prod/ca", generation = 2 }
    }
    resource "groundup_private_key" "ed25519" {
      algorithm = "ED25519"
      derive    = { label = "höhe/ssh", generation = 3 }
    }
    ephemeral "groundup_private_key" "p256" {
      derive         = { label = "prod/ca" }
      public_key_pem = groundup_private_key.p256.public_key_pem
    }
    resource "groundup_file" "key" {
      filename   = "ca.key"
      content_wo = ephemeral.groundup_private_key.p256.private_key_pem
      lifecycle {
        precondition {
          condition     = ephemeral.groundup_private_key.p256.id == groundup_private_key.p256.id
          error_message = "The managed key is another one."
        }
      }
    }
    ephemeral "groundup_encryption_key" "secretbox" {
      derive = { label = "prod/encryption" }
    }
    ephemeral "groundup_encryption_key" "aes" {
      provider_type = "aesgcm"
      derive        = { label = "prod/encryption", generation = 4 }
    }
    resource "groundup_file" "encryption" {
      filename   = "encryption"
      content_wo = jsonencode({
        secretbox = ephemeral.groundup_encryption_key.secretbox
        aes       = ephemeral.groundup_encryption_key.aes
      })
    }
    "#;

#[test]
fn derived_keys_are_those_of_an_independent_computation_in_every_folder() {
    let mut python = Command::new(tool::python());
    let expected: Value = serde_json::from_str(&tool::succeed(python.args(["-c", PYTHON, SEED]))).unwrap();
    let made = ["one", "other"].map(|_| {
        let terraform = with_seed(EVERYWHERE);
        terraform.apply().succeeded();
        terraform.plan().is_empty();
        for name in ["p256", "p384", "ed25519"] {
            let key = terraform.state().attributes(&format!("groundup_private_key.{name}"));
            assert_eq!(key["public_key_pem"], expected[name], "{name}");
            for private in ["private_key_pem", "private_key_pem_pkcs8", "private_key_openssh"] {
                assert_eq!(key[private], Value::Null, "{name}");
            }
        }
        let encryption: Value = serde_json::from_str(&terraform.read("encryption")).unwrap();
        assert_eq!(encryption["secretbox"]["fingerprint"], expected["secretbox"]);
        assert_eq!(encryption["aes"]["fingerprint"], expected["aes-256"]);
        assert!(!terraform.state().text.contains(encryption["aes"]["secret"].as_str().unwrap()));
        let public = Command::new("openssl")
            .args(["pkey", "-in", "ca.key", "-pubout"])
            .current_dir(terraform.folder())
            .output();
        assert_eq!(String::from_utf8(public.unwrap().stdout).unwrap(), expected["p256"].as_str().unwrap());
        (terraform.read("ca.key"), terraform.read("encryption"))
    });
    assert_eq!(made[0], made[1]);
}

/// The example of the documentation, which says what it takes from where.
#[test]
fn a_key_of_encryption_is_the_one_that_the_state_recognizes() {
    let example = tool::workspace().join("examples-hcl/docs/ephemeral-resources/encryption_key");
    let terraform = with_seed(&fs::read_to_string(example.join("ephemeral-resource.tf")).unwrap());
    terraform.apply().succeeded();
    terraform.plan().is_empty();
    let config = terraform.state().attributes("groundup_encryption_config.example");
    let hash = tool::succeed(Command::new("sha256sum").arg(terraform.path("encryption-config.yaml")));
    let known = config["content_sha256"].as_str().unwrap();
    assert!(hash.starts_with(known), "the file is the one that the resource knows: {hash}, {known}");
    assert_eq!(config["content"], Value::Null);
}

#[test]
fn raising_the_generation_changes_the_key_in_place() {
    let terraform = with_seed(&derived("prod/sa", 1));
    terraform.apply().succeeded();
    let first = key(&terraform);
    terraform.write("main.tf", &derived("prod/sa", 2));
    let planned = terraform.planned();
    let change = &planned["resource_changes"][0]["change"];
    assert_eq!(change["actions"], json!(["update"]));
    let second = change["after"]["public_key_pem"].clone();
    assert!(second.as_str().unwrap().starts_with("-----BEGIN PUBLIC KEY-----\n"), "it is known at plan");
    terraform.apply().succeeded();
    terraform.plan().is_empty();
    assert_eq!(key(&terraform)["public_key_pem"], second);

    terraform.write("main.tf", &derived("prod/sa", 1));
    let warnings = terraform.apply().succeeded().warnings();
    assert_eq!(warnings[0].summary, "Generation Lowered");
    assert_eq!(key(&terraform), first, "the same label and generation are the same key");
}

#[test]
fn a_key_of_another_seed_is_told_and_the_previous_seed_finds_it() {
    let terraform = with_seed(&derived("prod/sa", 1));
    terraform.apply().succeeded();
    let made = key(&terraform);
    let plan = |seeds: &[(&str, &str)]| {
        let host = Terraform::new().with_environment(environment(seeds));
        host.write("provider.tf", PROVIDER);
        host.write("main.tf", &terraform.read("main.tf"));
        fs::copy(terraform.path("terraform.tfstate"), host.path("terraform.tfstate")).unwrap();
        host
    };
    let error = only_error(plan(&[("pki_seed", OTHER_SEED)]).plan().failed().errors());
    assert_eq!(error.summary, "Derived Key Differs");
    assert!(error.detail.contains("`prod/sa` of generation 1"), "{}", error.detail);

    let both = plan(&[("pki_seed", OTHER_SEED), ("previous_pki_seed", SEED)]);
    both.plan().is_empty();
    both.write("main.tf", &derived("prod/sa", 2));
    both.apply().succeeded();
    assert_ne!(key(&both)["public_key_pem"], made["public_key_pem"]);
    // Nothing needs the previous seed any more.
    both.write("provider.tf", &PROVIDER.replace("previous_pki_seed = var.previous_pki_seed", ""));
    both.plan().is_empty();
}

#[test]
fn a_key_begins_and_ends_to_be_derived_in_place() {
    let own = managed("algorithm = \"ECDSA\"");
    let terraform = with_seed(&own);
    terraform.apply().succeeded();
    for (main, is_derived) in [(derived("prod/sa", 1), true), (own, false)] {
        let before = key(&terraform)["public_key_pem"].clone();
        terraform.write("main.tf", &main);
        assert_eq!(terraform.plan().changes()["groundup_private_key.this"], "update");
        terraform.apply().succeeded();
        terraform.plan().is_empty();
        let after = key(&terraform);
        assert_ne!(after["public_key_pem"], before);
        assert_eq!(after["private_key_pem"].is_null(), is_derived);
    }
}

/// The seed itself may come from something that is created by the same run.
#[test]
fn an_unknown_seed_is_waited_for_and_what_was_known_stays() {
    let provider = |trigger: &str| {
        format!(
            "resource \"terraform_data\" \"seed\" {{\n input = {SEED:?}\n triggers_replace = {trigger:?}\n}}\n\
             provider \"groundup\" {{\n pki_seed = terraform_data.seed.output\n}}\n"
        )
    };
    let terraform = Terraform::new();
    terraform.write("main.tf", &derived("prod/sa", 1));
    terraform.write("provider.tf", &provider("first"));
    terraform.apply().succeeded();
    terraform.write("provider.tf", &provider("second"));
    let changes = terraform.plan().changes();
    assert_eq!(changes.keys().collect::<Vec<_>>(), ["terraform_data.seed"], "the key stays what it is");
    terraform.apply().succeeded();

    terraform.write("provider.tf", &provider("third"));
    terraform.write(
        "ephemeral.tf",
        "ephemeral \"groundup_private_key\" \"this\" {\n derive = { label = \"x\" }\n}\n",
    );
    let error = only_error(terraform.plan().failed().errors());
    assert_eq!(error.summary, "Unknown Seed");
}

#[test]
fn what_cannot_be_derived_is_refused_on_its_argument() {
    let refused = |kind: &str, arguments: &str| {
        let terraform = with_seed(&format!("{kind} \"groundup_private_key\" \"this\" {{\n{arguments}\n}}\n"));
        let error = only_error(terraform.plan().failed().errors());
        (error.line, error.detail)
    };
    let never = |algorithm| {
        format!(
            "{algorithm} keys are never derived from a seed; derive ECDSA-P256, ECDSA-P384 or Ed25519, or generate the key."
        )
    };
    let derive = "derive = { label = \"prod/sa\" }";
    for kind in ["resource", "ephemeral"] {
        let rsa = refused(kind, &format!("{derive}\nalgorithm = \"RSA\""));
        assert_eq!(rsa, (3, never("RSA-2048")), "{kind}");
        let p521 = refused(kind, &format!("{derive}\necdsa_curve = \"P521\""));
        assert_eq!(p521, (3, never("ECDSA-P521")), "{kind}");
    }
    let passphrase = refused("resource", &format!("{derive}\nprivate_key_passphrase = \"correct horse\""));
    assert_eq!(passphrase.1, "`private_key_passphrase` cannot be set together with `derive`.");
    let missing = refused("resource", "").1;
    assert_eq!(missing, "One of `algorithm`, `derive`, `private_key_pem` is required.");
    let fresh = refused("ephemeral", &format!("public_key_pem = {PUBLIC_KEY:?}")).1;
    assert_eq!(fresh, "A new key is not one that is known before: `derive` is required.");
    let other = refused("ephemeral", &format!("{derive}\npublic_key_pem = {PUBLIC_KEY:?}"));
    assert_eq!(other.1, "It is a key of Ed25519, and the arguments ask for one of ECDSA-P256.");
    let differs =
        refused("ephemeral", &format!("{derive}\npublic_key_pem = {PUBLIC_KEY:?}\nalgorithm = \"ED25519\""));
    assert!(differs.1.starts_with("The key `prod/sa` of generation 1 that follows"), "{}", differs.1);
}

const PUBLIC_KEY: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA6kpsY+KcUgq+9VB7Ey7F+ZVHdq6+vnuSQh7qaRRG0iw=\n\
                          -----END PUBLIC KEY-----\n";

/// Whether the plan of a configuration holds the seed.
fn plan_holds_seed(terraform: &Terraform) -> bool {
    terraform.succeed(&["plan", "-out=plan"]);
    let parts = terraform.path("parts");
    let mut unzip = Command::new(tool::python());
    tool::succeed(unzip.args(["-m", "zipfile", "-e"]).arg(terraform.path("plan")).arg(&parts));
    let found = ["tfplan", "tfstate", "tfstate-prev", "tfconfig/m-/main.tf"].map(|name| {
        let bytes = fs::read(parts.join(name)).unwrap();
        bytes.windows(SEED.len()).any(|window| window == SEED.as_bytes())
    });
    found.contains(&true)
}

/// The documentation of `pki_seed` says so.
#[test]
fn a_seed_that_is_only_sensitive_is_in_the_plan_and_an_ephemeral_one_wanted_again() {
    let terraform = with_seed(EVERYWHERE);
    terraform.write("provider.tf", &PROVIDER.replace("ephemeral = true", ""));
    assert!(plan_holds_seed(&terraform));
    terraform.write("provider.tf", PROVIDER);
    assert!(!plan_holds_seed(&terraform));

    let without = Terraform::new();
    for name in ["main.tf", "provider.tf", "plan"] {
        fs::copy(terraform.path(name), without.path(name)).unwrap();
    }
    let output = without.run(&["apply", "-no-color", "plan"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !output.status.success() && told.contains("\"pki_seed\" was set during the plan phase"),
        "{told}"
    );
    terraform.succeed(&["apply", "plan"]);
}
