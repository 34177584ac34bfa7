//! Functions that render files, as a configuration calls them.

use std::process::Command;

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
fn refused(value: &str) -> Told {
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
        let mut kubectl = Command::new(tool::find("kubectl"));
        kubectl.args(["config", "--kubeconfig=node.kubeconfig"]).args(command.split_whitespace());
        tool::succeed(kubectl.current_dir(terraform.folder()).env("HOME", terraform.folder()));
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
