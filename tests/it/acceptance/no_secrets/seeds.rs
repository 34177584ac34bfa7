//! Where the seed comes from, and what happens without it.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::num::NonZeroU32;
use std::os::unix::fs::PermissionsExt as _;

use pki_core::{KeyAlgorithm, PrivateKey};
use serde_json::{Value, json};

use super::{SEED, configuration, variables, without_seed};
use crate::support::run::Run;
use crate::support::terraform::Terraform;

/// The same seed in its other form.
const IN_HEX: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F";
const OTHER: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eff";

/// One object of each kind with a derived key, none of which waits for another.
fn each_kind() -> Terraform {
    let terraform = Terraform::new();
    terraform.write("main.tf", include_str!("each_kind.tf"));
    let terraform = with_seed(terraform, SEED);
    terraform.apply().succeeded();
    let authority = terraform.state().attributes("groundup_certificate_authority.this");
    terraform.write("ca.pem", authority["cert_pem"].as_str().unwrap());
    terraform.write("authority.auto.tfvars", "authority = \"ca.pem\"\n");
    terraform.apply().succeeded();
    terraform.plan().is_empty();
    terraform
}

fn with_seed(terraform: Terraform, seed: &str) -> Terraform {
    terraform.with_environment(vec![("GROUNDUP_PKI_SEED".to_owned(), seed.to_owned())])
}

/// The objects that were refused, with the reasons.
fn refused(run: &Run) -> BTreeMap<String, String> {
    run.errors().into_iter().map(|error| (error.address, error.summary)).collect()
}

/// The objects of a state, without what Terraform notes about them in any order.
fn objects(terraform: &Terraform) -> Vec<Value> {
    let state: Value = serde_json::from_str(&terraform.state().text).unwrap();
    let resources = state["resources"].as_array().unwrap().iter();
    let instances = resources.flat_map(|resource| resource["instances"].as_array().unwrap());
    instances.map(|one| json!([one["status"], one["attributes"], one["private"]])).collect()
}

#[track_caller]
fn detail(run: &Run, address: &str) -> String {
    let error = run.errors().into_iter().find(|error| error.address == address);
    error.unwrap_or_else(|| panic!("nothing about {address}: {}", run.explain())).detail
}

/// All objects, for one reason.
fn all(summary: &str) -> BTreeMap<String, String> {
    let addresses = [
        "groundup_certificate.this[0]",
        "groundup_certificate_authority.this",
        "groundup_certificate_request.this",
        "groundup_certificate_revocation_list.this[0]",
        "groundup_encryption_config.this",
        "groundup_private_key.this",
        "groundup_self_signed_certificate.this",
    ];
    addresses.map(|address| (address.to_owned(), summary.to_owned())).into()
}

/// All objects as another seed finds them: what has only the issuer's key cannot know what is wrong with it.
fn all_different() -> BTreeMap<String, String> {
    let issuer = "Unusable Certificate Authority".to_owned();
    let mut all = all("Derived Key Differs");
    all.insert("groundup_certificate_revocation_list.this[0]".to_owned(), issuer);
    all
}

/// State and seed are all that it takes: another machine and another way to give the seed make no difference.
#[test]
fn the_next_plan_is_empty_elsewhere() {
    let output = tempfile::tempdir().unwrap();
    let here = configuration(output.path());
    here.apply().succeeded();
    here.plan().is_empty();
    let state = here.state().text;

    let file = output.path().join("seed");
    fs::write(&file, SEED).unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o400)).unwrap();
    for seed in [
        variables(&[("pki_seed", IN_HEX)]),
        variables(&[("pki_seed_file", file.to_str().unwrap())]),
        vec![("GROUNDUP_PKI_SEED".to_owned(), SEED.to_owned())],
    ] {
        let elsewhere = without_seed(output.path()).with_environment(seed);
        elsewhere.write("terraform.tfstate", &state);
        elsewhere.plan().is_empty();
    }
}

#[test]
fn another_seed_changes_nothing() {
    let terraform = with_seed(each_kind(), OTHER);
    let before = objects(&terraform);
    for run in [terraform.plan(), terraform.apply(), terraform.destroy()] {
        assert_eq!(refused(&run.failed()), all_different());
    }
    assert_eq!(
        detail(&terraform.plan(), "groundup_certificate_authority.this"),
        "The key `prod/ca` of generation 1 that follows from the provider's seed is not the one that is in use: the seed \
         is another one now. Give the provider the seed that the key was made with. If the seed was changed on purpose, \
         give the old one as `previous_pki_seed`, and raise generations until nothing needs it any more."
    );
    assert_eq!(objects(&terraform), before);
}

/// Replacing a seed: the old one is there as long as keys of it are, and what is new is of the new one.
#[test]
fn a_seed_is_replaced_in_steps() {
    let terraform = with_seed(each_kind(), OTHER);
    terraform.write("previous.auto.tfvars", &format!("previous_pki_seed = {SEED:?}\n"));
    terraform.plan().is_empty();
    terraform.write("generation.auto.tfvars", "generation = 2\n");
    terraform.apply().succeeded();
    terraform.plan().is_empty();
    let (seed, label) = (OTHER.parse().unwrap(), "prod/leaf".parse().unwrap());
    let key =
        PrivateKey::derive(KeyAlgorithm::EcdsaP256, &seed, &label, NonZeroU32::new(2).unwrap()).unwrap();
    let certificate = terraform.state().attributes("groundup_certificate.this[0]");
    assert_eq!(certificate["public_key_pem"], json!(key.public_key().to_pem()));

    // What still needs a key of the old seed says so.
    fs::remove_file(terraform.path("previous.auto.tfvars")).unwrap();
    let mut old = all_different();
    old.insert("groundup_certificate.this[0]".to_owned(), "Unusable Certificate Authority".to_owned());
    assert_eq!(refused(&terraform.plan().failed()), old, "its issuer's key is of the old seed");
}

#[test]
fn a_lost_seed_file_is_told_and_holds_up_no_destruction() {
    let terraform = each_kind();
    let path = terraform.path("seed");
    let shown = path.display();
    fs::write(&path, SEED).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
    let terraform =
        with_seed(terraform, "").with_environment(variables(&[("pki_seed_file", path.to_str().unwrap())]));
    let run = terraform.plan().failed();
    assert_eq!(refused(&run), all("Unusable Seed"));
    assert_eq!(
        detail(&run, "groundup_certificate_authority.this"),
        format!(
            "The seed file `{shown}` can be read by others (mode 0640): `chmod 600 {shown}`. If anybody may have read \
             it, every key of it has to be replaced."
        )
    );
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    terraform.plan().is_empty();

    fs::remove_file(&path).unwrap();
    let run = terraform.plan().failed();
    assert_eq!(refused(&run), all("Unusable Seed"));
    assert_eq!(
        detail(&run, "groundup_certificate_authority.this"),
        format!(
            "The seed file `{shown}` does not exist. If it is lost, the keys that were derived from it cannot be made \
             again; what exists can still be destroyed, with `terraform destroy -refresh=false`. For a new cluster, \
             make one with `(umask 077; openssl rand -base64 32 > {shown})` or `groundup-pki seed --out {shown}`, and \
             keep a copy of it where it is safe."
        )
    );
    // Terraform plans before it destroys, and asks for the keys there.
    assert_eq!(refused(&terraform.destroy().failed()), all("Unusable Seed"));
    terraform.succeed(&["destroy", "-refresh=false", "-input=false", "-auto-approve"]);
    assert_eq!(terraform.state().count(), 0);
}

#[test]
fn what_is_no_seed_is_told_and_not_repeated() {
    let terraform = with_seed(each_kind(), "swordfish");
    let run = terraform.plan().failed();
    assert_eq!(refused(&run), all("Unusable Seed"));
    assert_eq!(
        detail(&run, "groundup_certificate_request.this"),
        "The variable `GROUNDUP_PKI_SEED` is no seed: a seed is 32 bytes, given as base64 (44 characters, `openssl rand \
         -base64 32`) or as 64 hexadecimal digits; this text has 9 bytes."
    );
    let run = with_seed(terraform, "").plan().failed();
    assert_eq!(refused(&run), all("Missing Seed"));
    assert_eq!(
        detail(&run, "groundup_certificate_request.this"),
        "The key `prod/request` of generation 1 is derived from a seed, and the provider has none. Give it one by the \
         variable `GROUNDUP_PKI_SEED`, or by `pki_seed` or `pki_seed_file` in the provider block; for a new cluster, \
         make one with `openssl rand -base64 32` or `groundup-pki seed`, and keep it where it is safe."
    );

    let output = tempfile::tempdir().unwrap();
    let terraform = configuration(output.path()).with_environment(variables(&[("pki_seed", "swordfish")]));
    let errors = terraform.plan().failed().errors();
    let [error] = errors.as_slice() else { panic!("{errors:#?}") };
    assert_eq!(error.summary, "Invalid Attribute Value");
    assert!(!terraform.read(super::LOG).contains("swordfish"));
}

/// A plan is saved without the seed, which applying it takes again, and the same one.
#[test]
fn a_saved_plan_needs_the_seed_again() {
    let mut terraform = each_kind();
    terraform.write("generation.auto.tfvars", "generation = 2\n");
    let before = objects(&terraform);
    let signed = ["groundup_certificate.this[0]", "groundup_certificate_revocation_list.this[0]"];
    // With another seed the issuer's key is missed first, and nothing is signed.
    for (seed, reason) in [("", "Missing Seed"), (OTHER, "Unusable Certificate Authority")] {
        terraform.succeed(&["plan", "-input=false", "-out=planned"]);
        terraform = with_seed(terraform, seed);
        let expected = signed.map(|address| (address.to_owned(), reason.to_owned()));
        assert_eq!(refused(&apply_planned(&terraform).failed()), expected.into());
        assert_eq!(objects(&terraform), before);
        terraform = with_seed(terraform, SEED);
    }
    terraform.succeed(&["plan", "-input=false", "-out=planned"]);
    apply_planned(&terraform).succeeded();
    terraform.plan().is_empty();
}

fn apply_planned(terraform: &Terraform) -> Run {
    Run::new(&terraform.run(&["apply", "-json", "-input=false", "planned"]))
}

/// Terraform itself asks again for a seed that is an ephemeral variable.
#[test]
fn a_saved_plan_needs_the_variable_again() {
    let output = tempfile::tempdir().unwrap();
    let terraform = configuration(output.path());
    terraform.succeed(&["plan", "-input=false", "-out=planned"]);
    // In a new folder, because the variable of the environment cannot be taken away again.
    let without = without_seed(output.path());
    fs::copy(terraform.path("planned"), without.path("planned")).unwrap();
    let run = apply_planned(&without).failed();
    let errors = run.errors();
    let [error] = errors.as_slice() else { panic!("{errors:#?}") };
    assert_eq!(error.summary, "No value for required variable");
    assert_eq!(
        error.detail,
        "The ephemeral input variable \"pki_seed\" was set during the plan phase, and so must also be set during the \
         apply phase."
    );
}
