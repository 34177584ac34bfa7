//! Files on this machine.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use super::scenario::Scenario;
use crate::support::terraform::Terraform;

fn file(name: &str, arguments: &str) -> String {
    format!("resource \"groundup_file\" \"this\" {{\n filename = {name:?}\n {arguments}\n}}")
}

fn mode(terraform: &Terraform, name: &str) -> u32 {
    fs::metadata(terraform.path(name)).unwrap().permissions().mode() & 0o777
}

fn repaired(terraform: &Terraform, object: &Value) {
    terraform.apply().succeeded();
    terraform.plan().is_empty();
    assert_eq!(&terraform.state().attributes("groundup_file.this"), object);
}

#[test]
fn local_file() {
    Scenario::local("groundup_file.this", "")
        .begin(&file("a/b/secret", "content = \"one\""), &json!({"file_permission": "0600"}))
        .and(|terraform, _| {
            assert_eq!(terraform.read("a/b/secret"), "one");
            assert_eq!((mode(terraform, "a/b/secret"), mode(terraform, "a/b")), (0o600, 0o700));
        })
        .and(|terraform, object| {
            terraform.write("a/b/secret", "somebody else's");
            repaired(terraform, object);
            assert_eq!(terraform.read("a/b/secret"), "one");
        })
        .and(|terraform, object| {
            fs::remove_file(terraform.path("a/b/secret")).unwrap();
            repaired(terraform, object);
            assert_eq!(terraform.read("a/b/secret"), "one");
        })
        .rewrite(&file("a/b/secret", "content_base64 = \"dHdv\"\n file_permission = \"0640\""), &json!({}))
        .and(|terraform, _| {
            assert_eq!(
                (terraform.read("a/b/secret").as_str(), mode(terraform, "a/b/secret")),
                ("two", 0o640)
            );
        })
        .replace(&file("c/other", "content = \"three\""), &json!({}))
        .and(|terraform, _| assert!(!terraform.path("a/b/secret").exists()))
        .import("filename")
        .and(|terraform, _| terraform.write("c/beside", "not ours"))
        .and(|terraform, _| {
            terraform.destroy().succeeded();
            assert!(!terraform.path("c/other").exists() && terraform.path("c/beside").exists());
        })
        .end();
}
