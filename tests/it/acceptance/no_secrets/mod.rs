//! The promise: no secret in state, plan and logs, and the same keys on every run.

mod example;
mod failures;
mod golden;
mod leaks;
mod seeds;

use std::fs;
use std::path::Path;

use pki_core::PrivateKey;

use super::secrets::{LOG, logging};
use crate::support::files;
use crate::support::leaks::{Kind, Leaks};
use crate::support::terraform::Terraform;

/// That of the golden vectors of the library: bytes 0 to 31.
const SEED: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const PASSPHRASE: &str = "correct horse \"battery\" staple";

/// A configuration in which every kind of key is used, and logged all about. Its secret files go below `output`.
fn configuration(output: &Path) -> Terraform {
    without_seed(output).with_environment(variables(&[("pki_seed", SEED)]))
}

/// The same, and no seed.
fn without_seed(output: &Path) -> Terraform {
    let terraform = logging();
    terraform.write("main.tf", include_str!("main.tf"));
    let output = output.to_str().unwrap();
    terraform.with_environment(variables(&[("output_directory", output), ("passphrase", PASSPHRASE)]))
}

/// Values of the configuration's variables.
fn variables(values: &[(&str, &str)]) -> Vec<(String, String)> {
    values.iter().map(|(name, value)| (format!("TF_VAR_{name}"), (*value).to_owned())).collect()
}

/// The secrets of that configuration: its seed, its derived keys, the one that it reads from a file and the passphrase.
fn secrets(terraform: &Terraform, output: &Path) -> Leaks {
    let keys = [
        (Kind::P384, "prod/root"),
        (Kind::P256, "prod/middle"),
        (Kind::P256, "prod/request"),
        (Kind::P256, "prod/self-signed"),
        (Kind::P256, "prod/p256"),
        (Kind::P384, "prod/p384"),
        (Kind::Ed25519, "prod/ed25519"),
        (Kind::P256, "prod/sa"),
        (Kind::SecretBox, "prod/encryption"),
        (Kind::Aes256, "prod/encryption"),
    ];
    let keys = keys.iter().flat_map(|(kind, label)| [(*kind, *label, 1), (*kind, *label, 2)]);
    let mut secrets = Leaks::of_seed(SEED).derived(SEED, &keys.collect::<Vec<_>>());
    secrets.text("passphrase", PASSPHRASE);
    secrets.key_of_pem("fresh key", &fs::read_to_string(output.join("fresh.pem")).unwrap());
    let locked = terraform.state().attributes("groundup_certificate.locked")["private_key_pem"].clone();
    secrets.key("locked key", &PrivateKey::from_encrypted_pem(locked.as_str().unwrap(), PASSPHRASE).unwrap());
    secrets
}

/// Everything that is left behind in Terraform's folder, by the names of the files: state, backup, plan files, the log, what
/// the provider keeps.
fn left_behind(terraform: &Terraform) -> Vec<(String, Vec<u8>)> {
    let paths = files::below(terraform.folder()).into_iter().filter(|path| !path.is_symlink());
    paths.map(|path| (path.display().to_string(), fs::read(&path).unwrap())).collect()
}
