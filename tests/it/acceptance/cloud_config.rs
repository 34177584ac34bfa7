//! Cloud-configs, read by the YAML reader that cloud-init has.

use std::collections::BTreeSet;
use std::process::Command;

use fastrand::Rng;
use serde_json::Value;

use super::rendering::refused;
use crate::support::terraform::Terraform;
use crate::support::tool;

/// Pieces that mean something to a YAML reader, alone or joined.
#[rustfmt::skip]
const PIECES: &[&str] = &[
    "y", "no", "on", "true", "null", "~", ".inf", "-.INF", ".nan", "0x", "0b", "0o", "0", "1", "7", "12", "59", "2024",
    "-01", "02", "T", "t", "Z", "e5", "e+999", ":", ": ", "#", " #", " ", "-", "- ", "_", ".", ",", "? ", "!", "&", "*",
    "[", "{", "|", ">", "'", "\"", "%", "@", "`", "\\", "=", "<<", "+", "---", "...", "E", "F", "é", "漢", "🚢", "\u{a0}",
    "\u{85}", "\u{2028}", "\u{feff}", "\t", "\n", "\r", "\u{1}", "\u{7f}", "a", "/etc/kubernetes",
];

/// What `PyYAML` reads in a text.
fn read(terraform: &Terraform, text: &str) -> Value {
    assert!(text.starts_with("#cloud-config\n"), "{text}");
    terraform.write("user-data", text);
    let mut python = Command::new(tool::python());
    python.args([
        "-c",
        "import json, sys, yaml; json.dump(yaml.safe_load(open(sys.argv[1], newline='')), sys.stdout)",
    ]);
    serde_json::from_str(&tool::succeed(python.arg(terraform.path("user-data")))).unwrap()
}

#[test]
fn a_cloud_config_is_yaml_with_what_was_said() {
    let terraform = Terraform::new();
    terraform.write(
        "main.tf",
        r#"
        locals {
          config = {
            package_update = true
            packages       = ["conntrack", "socat=1.7"]
            hostname       = "yes"
            fqdn           = null
            write_files = [
              { path = "/etc/a", permissions = "0644", content = "a: b\n\n  # c\n" },
              { path = "/etc/b", owner = "root:root", content = "12:30" },
            ]
            bootcmd   = [["echo", "ü 🚢 \t"], "sysctl --system", "0644", ""]
            growpart  = { mode = "auto", devices = ["/"], ignore_growroot_disabled = false }
            disk_size = 0.5
          }
        }
        output "text" {
          value = provider::groundup::cloud_config(local.config)
        }
        output "config" {
          value = { for name, value in local.config : name => value if value != null }
        }"#,
    );
    terraform.apply().succeeded();
    terraform.plan().is_empty();
    let state = terraform.state();
    let text = state.output("text").as_str().unwrap();
    assert!(text.starts_with("#cloud-config\nbootcmd:\n"), "{text}");
    assert_eq!(read(&terraform, text), *state.output("config"));
}

/// Whatever is said in it, nothing becomes another string, a number or an error.
#[test]
fn every_string_is_read_as_itself() {
    let mut random = Rng::with_seed(7);
    let mut string = || (0..random.usize(1..6)).map(|_| *random.choice(PIECES).unwrap()).collect::<String>();
    let strings: BTreeSet<String> =
        PIECES.iter().map(|piece| (*piece).to_owned()).chain((0..3000).map(|_| string())).collect();
    let parts: Vec<_> = strings.into_iter().collect::<Vec<_>>().chunks(100).map(<[_]>::to_vec).collect();
    let terraform = Terraform::new();
    terraform.write("parts.json", &serde_json::to_string(&parts).unwrap());
    terraform.write(
        "main.tf",
        r#"
        locals {
          configs = [for part in jsondecode(file("parts.json")) : { list = part, map = { for text in part : text => text } }]
        }
        output "configs" {
          value = local.configs
        }
        output "texts" {
          value = [for config in local.configs : provider::groundup::cloud_config(config)]
        }"#,
    );
    terraform.apply().succeeded();
    let state = terraform.state();
    let (configs, texts) = (state.output("configs"), state.output("texts"));
    assert_eq!(configs.as_array().unwrap().len(), parts.len());
    for (config, text) in configs.as_array().unwrap().iter().zip(texts.as_array().unwrap()) {
        assert_eq!(read(&terraform, text.as_str().unwrap()), *config);
    }
}

#[test]
fn a_private_key_does_not_become_user_data() {
    let told = refused(
        r#"provider::groundup::cloud_config({
          write_files = [{ path = "/k", content = "-----BEGIN PRIVATE KEY-----\nMC4CAQ==\n-----END PRIVATE KEY-----\n" }]
        })"#,
    );
    assert_eq!(
        told.detail,
        "Invalid value for \"config\" parameter: write_files[0].content: It holds a private key, and user data can be \
         read by everything that runs on the instance, and by everybody who may describe it. Deliver the key in another \
         way."
    );
}
