//! Functions that render files, as a configuration calls them.

use std::process::Command;

use crate::support::kubectl::kubectl;
use crate::support::run::Told;
use crate::support::terraform::Terraform;
use crate::support::tool;

const CREDENTIALS: &str = r#"
resource "groundup_certificate_authority" "root" {
  subject {
    common_name = "root"
  }
}

resource "groundup_certificate" "node" {
  ca_cert_pem        = groundup_certificate_authority.root.cert_pem
  ca_private_key_pem = groundup_certificate_authority.root.private_key_pem
  role               = "kubelet"
  node               = "ip-172-31-0-20"
}

locals {
  kubeconfig = {
    cluster_name              = "k8s-cluster-from-ground-up"
    server                    = "https://lb.example:6443"
    certificate_authority_pem = groundup_certificate_authority.root.cert_pem
    user                      = "system:node:ip-172-31-0-20"
    client_certificate_pem    = groundup_certificate.node.cert_pem
    client_key_pem            = groundup_certificate.node.private_key_pem
    context_name              = "default"
  }
}
"#;

/// The error of an output with this value, as Terraform words it.
#[track_caller]
pub(super) fn refused(value: &str) -> Told {
    let terraform = Terraform::new();
    terraform.write("main.tf", &format!("output \"refused\" {{\n  value = {value}\n}}\n"));
    let errors = terraform.plan().failed().errors();
    let [error] = errors.as_slice() else { panic!("one error is expected: {errors:?}") };
    assert_eq!((error.summary.as_str(), error.line), ("Invalid function argument", 2));
    error.clone()
}

/// What kubectl writes by the commands of the classic guide.
fn written_by_kubectl(terraform: &Terraform) -> String {
    let user = "system:node:ip-172-31-0-20";
    for command in [
        "set-cluster k8s-cluster-from-ground-up --certificate-authority=ca.pem --embed-certs=true \
         --server=https://lb.example:6443",
        &format!(
            "set-credentials {user} --client-certificate=node.pem --client-key=node-key.pem --embed-certs=true"
        ),
        &format!("set-context default --cluster=k8s-cluster-from-ground-up --user={user}"),
        "use-context default",
    ] {
        let mut kubectl = kubectl(terraform, &["config", "--kubeconfig=node.kubeconfig"]);
        tool::succeed(kubectl.args(command.split_whitespace()).current_dir(terraform.folder()));
    }
    terraform.read("node.kubeconfig")
}

#[test]
fn a_kubeconfig_has_the_bytes_of_the_resource_and_of_kubectl() {
    let terraform = Terraform::new();
    let outputs = r#"
    resource "groundup_kubeconfig" "node" {
      cluster_name              = local.kubeconfig.cluster_name
      server                    = local.kubeconfig.server
      certificate_authority_pem = local.kubeconfig.certificate_authority_pem
      user                      = local.kubeconfig.user
      client_certificate_pem    = local.kubeconfig.client_certificate_pem
      client_key_pem            = local.kubeconfig.client_key_pem
      context_name              = local.kubeconfig.context_name
    }
    resource "groundup_file" "these" {
      for_each = {
        "ca.pem"       = local.kubeconfig.certificate_authority_pem
        "node.pem"     = local.kubeconfig.client_certificate_pem
        "node-key.pem" = nonsensitive(local.kubeconfig.client_key_pem)
      }
      filename = each.key
      content  = each.value
    }
    output "function" {
      value     = provider::groundup::kubeconfig(local.kubeconfig)
      sensitive = true
    }"#;
    terraform.write("main.tf", &format!("{CREDENTIALS}{outputs}"));
    terraform.apply().succeeded();
    terraform.plan().is_empty();
    let state = terraform.state();
    let rendered = state.output("function");
    assert_eq!(rendered, &state.attributes("groundup_kubeconfig.node")["content"]);
    assert_eq!(rendered, &written_by_kubectl(&terraform));
}

/// A seed, and a key that is derived of it.
fn with_seed() -> Terraform {
    let seed = ("GROUNDUP_PKI_SEED".to_owned(), "0f".repeat(32));
    Terraform::new().with_environment(vec![seed])
}

#[test]
fn a_kubeconfig_with_an_ephemeral_key_leaves_through_a_file_alone() {
    let terraform = with_seed();
    terraform.write(
        "main.tf",
        r#"
        ephemeral "groundup_private_key" "admin" {
          derive = {
            label = "prod/admin"
          }
        }
        locals {
          kubeconfig = provider::groundup::kubeconfig({
            cluster_name            = "prod"
            server                  = "https://lb.example:6443"
            user                    = "admin"
            client_certificate_path = "/etc/kubernetes/admin.pem"
            client_key_pem          = ephemeral.groundup_private_key.admin.private_key_pem
          })
        }
        resource "groundup_file" "admin" {
          filename   = "admin.kubeconfig"
          content_wo = local.kubeconfig
        }"#,
    );
    terraform.apply().succeeded();
    terraform.plan().is_empty();
    let path = terraform.path("admin.kubeconfig");
    let mut kubectl = Command::new(tool::find("kubectl"));
    kubectl.args([
        "config",
        "view",
        "--raw",
        "--minify",
        "--output=jsonpath={.users[0].user.client-key-data}",
    ]);
    let key = tool::succeed(kubectl.env("KUBECONFIG", path).env("HOME", terraform.folder()));
    assert!(key.starts_with("LS0tLS1CRUdJTi"), "no key in PEM");
    assert!(!terraform.read("terraform.tfstate").contains(&key));

    terraform.write("output.tf", "output \"shown\" {\n  value = local.kubeconfig\n}\n");
    let errors = terraform.plan().failed().errors();
    assert_eq!(errors[0].summary, "Ephemeral value not allowed");
}

#[test]
fn a_kubeconfig_is_as_sensitive_as_its_key() {
    let terraform = Terraform::new();
    let output = "output \"shown\" {\n  value = provider::groundup::kubeconfig(local.kubeconfig)\n}\n";
    terraform.write("main.tf", &format!("{CREDENTIALS}{output}"));
    let errors = terraform.plan().failed().errors();
    assert_eq!(errors[0].summary, "Output refers to sensitive values");
}

#[test]
fn what_is_wrong_with_a_kubeconfig_is_told_by_its_place_in_the_argument() {
    let told = refused(
        r#"provider::groundup::kubeconfig({ cluster_name = "k8s", server = "lb.example", token = "t", usr = "u" })"#,
    );
    assert_eq!(
        told.detail,
        "Invalid value for \"config\" parameter: 3 problems:\n\
         - usr: There is no argument of this name. Did you mean `user`?\n\
         - user: The argument `user` is required, but no value was given.\n\
         - server: Must start with https://."
    );
    let told = refused(
        r#"provider::groundup::kubeconfig({ cluster_name = "k8s", server = "https://lb.example", user = "u" })"#,
    );
    assert_eq!(
        told.detail,
        "Invalid value for \"config\" parameter: user: Without a credential kubectl asks for a user name. Set a client \
         certificate and its key, `token` or `exec`."
    );
}

#[test]
fn an_encryption_config_with_derived_keys_is_the_one_that_the_resource_watches() {
    let configuration = |keys: &str| {
        format!(
            r#"
            locals {{
              keys = [{keys}]
            }}
            ephemeral "groundup_encryption_key" "this" {{
              for_each = {{ for key in local.keys : key.name => key.generation }}
              derive = {{
                label      = "prod/encryption"
                generation = each.value
              }}
            }}
            resource "groundup_encryption_config" "this" {{
              label = "prod/encryption"
              keys  = local.keys
            }}
            resource "groundup_file" "this" {{
              filename   = "encryption-config.yaml"
              content_wo = provider::groundup::encryption_config({{
                keys = [
                  for key in local.keys : merge(key, {{ secret = ephemeral.groundup_encryption_key.this[key.name].secret }})
                ]
              }})
            }}
            output "written" {{
              value = try(filesha256("encryption-config.yaml"), "")
            }}
            output "watched" {{
              value = groundup_encryption_config.this.content_sha256
            }}"#
        )
    };
    let terraform = with_seed();
    for keys in [
        r#"{ name = "key1", generation = 1 }"#,
        r#"{ name = "key1", generation = 1 }, { name = "key2", generation = 2 }"#,
    ] {
        terraform.write("main.tf", &configuration(keys));
        terraform.apply().succeeded();
        // The output is of the file as it was before.
        terraform.apply().succeeded();
        terraform.plan().is_empty();
        let state = terraform.state();
        assert_eq!(state.output("written"), state.output("watched"));
        let file = terraform.read("encryption-config.yaml");
        let secrets: Vec<_> = file.lines().filter_map(|line| line.trim().strip_prefix("secret: ")).collect();
        assert_eq!(secrets.len(), keys.matches("name").count(), "{file}");
        let state = terraform.read("terraform.tfstate");
        assert!(secrets.iter().all(|secret| secret.len() == 44 && !state.contains(secret)));
    }
}

#[test]
fn an_encryption_config_needs_every_secret() {
    let told = refused(
        r#"provider::groundup::encryption_config({ keys = [{ name = "key1" }, { name = "key2", generation = 2 }] })"#,
    );
    assert_eq!(
        told.detail,
        "Invalid value for \"config\" parameter: 2 problems:\n\
         - keys[0].secret: The secret of the key is required.\n\
         - keys[1].secret: The secret of the key is required."
    );
}
