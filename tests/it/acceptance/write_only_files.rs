//! Files on this machine whose content is write-only: it is in the file and nowhere else.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use md5::{Digest as _, Md5};
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use super::scenario::Scenario;
use super::secrets::{LOG, logging};
use crate::support::leaks::Leaks;
use crate::support::terraform::Terraform;

const FILE: &str = "groundup_file.this";

fn file(arguments: &str) -> String {
    format!("resource \"groundup_file\" \"this\" {{\n filename = \"a/secret\"\n {arguments}\n}}")
}

/// What state says of write-only content.
fn hidden() -> Value {
    json!({
        "id": "a/secret",
        "content": null,
        "content_wo": null,
        "content_md5": null,
        "content_sha1": null,
        "content_sha256": null,
        "content_base64sha256": null,
        "content_sha512": null,
        "content_base64sha512": null,
    })
}

/// A file with the content of an ephemeral variable.
fn with_variable(terraform: Terraform, arguments: &str, content: &str) -> Terraform {
    terraform.write("variable.tf", "variable \"secret\" {\n type = string\n ephemeral = true\n}\n");
    terraform.write("resource.tf", &file(&format!("content_wo = var.secret\n {arguments}")));
    give(&terraform, content);
    terraform
}

fn give(terraform: &Terraform, content: &str) {
    terraform.write("terraform.tfvars", &format!("secret = {}\n", json!(content)));
}

fn attributes(terraform: &Terraform) -> Value {
    terraform.state().attributes(FILE)
}

fn mode(terraform: &Terraform) -> u32 {
    fs::metadata(terraform.path("a/secret")).unwrap().permissions().mode() & 0o777
}

/// Applies one change, after which nothing is left to do; gives what the file holds then, and the warnings.
#[track_caller]
fn applied(terraform: &Terraform, action: &str) -> (String, BTreeSet<String>) {
    let run = terraform.apply().succeeded();
    assert_eq!(run.changes().get(FILE).map(String::as_str), Some(action), "{}", run.explain());
    terraform.plan().is_empty();
    (terraform.read("a/secret"), run.warnings().into_iter().map(|told| told.summary).collect())
}

/// The change that a plan makes to the file.
#[track_caller]
fn planned(terraform: &Terraform) -> Value {
    terraform.succeed(&["plan", "-input=false", "-out=planned"]);
    let plan: Value = serde_json::from_str(&terraform.succeed(&["show", "-json", "planned"])).unwrap();
    let changes = plan["resource_changes"].as_array().unwrap();
    changes.iter().find(|change| change["address"] == FILE).unwrap()["change"].clone()
}

#[test]
fn write_only_file() {
    Scenario::local(FILE, "")
        .begin(&file("content_wo = \"one\""), &hidden())
        .and(|terraform, _| {
            assert_eq!((terraform.read("a/secret").as_str(), mode(terraform)), ("one", 0o600));
        })
        .and(|terraform, object| {
            terraform.write("a/secret", "somebody else's");
            let change = planned(terraform);
            assert_ne!(change["before"]["content_wo_hash"], object["content_wo_hash"]);
            assert_eq!(&change["after"], object);
            assert_eq!(applied(terraform, "update").0, "one");
            assert_eq!(&attributes(terraform), object);
        })
        .change(&file("content_wo = \"two\""), &hidden())
        .and(|terraform, _| {
            fs::remove_file(terraform.path("a/secret")).unwrap();
            assert_eq!(applied(terraform, "create").0, "two");
        })
        .rewrite(&file("content = \"three\""), &json!({"content": "three", "content_wo_hash": null}))
        .and(|terraform, object| assert_eq!(object["id"], object["content_sha1"], "{terraform:?}"))
        .rewrite(&file("content_wo = \"four\"\n file_permission = \"0640\""), &hidden())
        .and(|terraform, _| {
            assert_eq!((terraform.read("a/secret").as_str(), mode(terraform)), ("four", 0o640));
        })
        .and(|terraform, _| {
            terraform.write("a/beside", "not ours");
            terraform.destroy().succeeded();
            assert!(!terraform.path("a/secret").exists() && terraform.path("a/beside").exists());
        })
        .end();
}

#[test]
fn what_others_wrote_is_not_destroyed() {
    let terraform = with_variable(Terraform::new(), "", "ours");
    applied(&terraform, "create");
    terraform.write("a/secret", "theirs");
    let run = terraform.destroy().succeeded();
    assert_eq!(run.warnings()[0].summary, "File Left in Place");
    assert_eq!(terraform.read("a/secret"), "theirs");
}

/// The plan says which file changes and why, and nothing else.
#[test]
fn a_changed_content_is_planned_by_its_hash() {
    let terraform = with_variable(Terraform::new(), "", "one");
    applied(&terraform, "create");
    let before = attributes(&terraform);

    give(&terraform, "two");
    let change = planned(&terraform);
    assert_eq!(change["actions"], json!(["update"]));
    let mut expected = before.clone();
    expected["content_wo_hash"] = change["after"]["content_wo_hash"].clone();
    assert_eq!(change["after"], expected);
    assert_ne!(expected, before);
    let shown = terraform.succeed(&["plan", "-no-color", "-input=false"]);
    let lines: Vec<_> = shown.lines().map(str::trim).collect();
    assert!(lines.contains(&"id                   = \"a/secret\""), "{shown}");
    assert_eq!(lines.iter().filter(|line| line.starts_with("~ content_wo_hash")).count(), 1, "{shown}");

    assert_eq!(applied(&terraform, "update").0, "two");
    assert_eq!(attributes(&terraform), expected, "what was planned is what there is");
}

#[test]
fn content_that_is_not_known_yet_is_planned_without_a_hash() {
    let terraform = Terraform::new();
    let hcl = |algorithm: &str| {
        let key = format!("resource \"groundup_private_key\" \"this\" {{\n algorithm = {algorithm:?}\n}}\n");
        key + &file("content_wo = groundup_private_key.this.public_key_pem")
    };
    terraform.write("resource.tf", &hcl("ECDSA"));
    applied(&terraform, "create");
    terraform.write("resource.tf", &hcl("ED25519"));
    let change = planned(&terraform);
    assert_eq!(change["actions"], json!(["update"]));
    assert_eq!(change["after_unknown"]["content_wo_hash"], json!(true));
    assert!(applied(&terraform, "update").0.contains("PUBLIC KEY"));
}

/// With a version, content may be another one on every run.
#[test]
fn a_version_says_when_to_write() {
    let terraform = with_variable(Terraform::new(), "content_wo_version = 1", "one");
    assert_eq!(applied(&terraform, "create").0, "one");
    give(&terraform, "two");
    terraform.plan().is_empty();

    // What is there stays, also when something else about the file changes.
    let arguments = "content_wo = var.secret\n content_wo_version = 1\n file_permission = \"0400\"";
    terraform.write("resource.tf", &file(arguments));
    assert_eq!(applied(&terraform, "update"), ("one".to_owned(), [].into()));
    assert_eq!(mode(&terraform), 0o400);

    terraform.write("resource.tf", &file("content_wo = var.secret\n content_wo_version = 2"));
    assert_eq!(planned(&terraform)["after_unknown"]["content_wo_hash"], json!(true));
    assert_eq!(applied(&terraform, "update"), ("two".to_owned(), [].into()));

    give(&terraform, "three");
    terraform.write("a/secret", "somebody else's");
    let (content, warnings) = applied(&terraform, "update");
    assert_eq!(content, "three", "the old content is nowhere");
    assert_eq!(warnings, ["File Changed Outside of Terraform".to_owned()].into());

    // From now on the content is said to be the same on every run.
    give(&terraform, "four");
    terraform.write("resource.tf", &file("content_wo = var.secret"));
    assert_eq!(applied(&terraform, "update").0, "four");
}

/// Terraform itself refuses it, at the attribute whose description says what to do.
#[test]
fn content_that_is_new_in_every_run_needs_a_version() {
    let terraform = Terraform::new();
    terraform.write("key.tf", "ephemeral \"groundup_private_key\" \"this\" {\n algorithm = \"ED25519\"\n}\n");
    let fresh = "content_wo = ephemeral.groundup_private_key.this.private_key_pem";
    terraform.write("resource.tf", &file(fresh));
    terraform.apply().succeeded();
    let before = terraform.read("a/secret");
    let errors = terraform.apply().failed().errors();
    assert!(errors[0].detail.contains(".content_wo_hash: was cty.StringVal"), "{errors:?}");
    assert_eq!(terraform.read("a/secret"), before);

    terraform.write("resource.tf", &file(&format!("{fresh}\n content_wo_version = 1")));
    assert_ne!(applied(&terraform, "update").0, before);
}

/// State and private state are all that the next run needs.
#[test]
fn another_folder_comes_to_the_same_plan() {
    let first = Terraform::new();
    let path = first.path("out/secret");
    let hcl = format!(
        "resource \"groundup_file\" \"this\" {{\n filename = \"{}\"\n content_wo = \"one\"\n}}",
        path.display()
    );
    first.write("resource.tf", &hcl);
    first.apply().succeeded();

    let second = Terraform::new();
    second.write("resource.tf", &hcl);
    second.write("terraform.tfstate", &first.state().text);
    second.plan().is_empty();
    second.write("resource.tf", &hcl.replace("one", "two"));
    assert!(planned(&second)["after"]["content_wo_hash"].is_string());
}

#[test]
fn an_import_takes_over_nothing_but_the_hash() {
    let terraform = with_variable(Terraform::new(), "", "precious content");
    applied(&terraform, "create");
    terraform.import_again(FILE, "content_wo:a/secret");
    terraform.plan().is_empty();
    assert!(!terraform.state().text.contains("precious content"));

    // Imported like any other file, it is told from its content by the next apply.
    terraform.import_again(FILE, "a/secret");
    assert_eq!(attributes(&terraform)["content"], "precious content");
    assert_eq!(applied(&terraform, "update").0, "precious content");
    assert!(!terraform.state().text.contains("precious content"));
}

#[test]
fn the_content_is_nowhere_else() {
    let (one, two) = ("1st: a \"secret\" / text + more\n", "2nd: another \"secret\" / text + more\n");
    let mut leaks = Leaks::default();
    for content in [one, two] {
        leaks.text(content, content);
        leaks.bytes("MD5", &Md5::digest(content));
        leaks.bytes("SHA-1", &Sha1::digest(content));
        leaks.bytes("SHA-256", &Sha256::digest(content));
        leaks.bytes("SHA-512", &Sha512::digest(content));
    }

    let terraform = with_variable(logging(), "", one);
    applied(&terraform, "create");
    give(&terraform, two);
    let shown = terraform.succeed(&["plan", "-no-color", "-input=false"]);
    leaks.assert_clean("the plan on the terminal", shown);
    leaks.assert_clean("the plan as JSON", planned(&terraform).to_string());
    leaks.assert_clean("the plan file", terraform.members_of("planned"));
    applied(&terraform, "update");
    terraform.write("resource.tf", &file("content_wo = var.secret").replace("a/secret", "variable.tf/below"));
    let failed = terraform.apply().failed();
    leaks.assert_clean("a failure", format!("{}{:?}", failed.explain(), failed.errors()));

    for name in ["terraform.tfstate", "terraform.tfstate.backup", LOG] {
        leaks.assert_clean(name, terraform.read(name));
    }
    assert!(terraform.read(LOG).contains("[TRACE]"), "the log is one of everything");
}
