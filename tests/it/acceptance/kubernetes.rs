//! Kubeconfigs.

use serde_json::json;

use super::scenario::Scenario;

const ADMIN: &str = r#"
resource "groundup_certificate_authority" "this" {
  algorithm = "ECDSA"

  subject {
    common_name = "Kubernetes"
  }
}

resource "groundup_certificate" "admin" {
  ca_cert_pem        = groundup_certificate_authority.this.cert_pem
  ca_private_key_pem = groundup_certificate_authority.this.private_key_pem
  algorithm          = "ECDSA"
  role               = "admin"
}
"#;

#[test]
fn kubeconfig() {
    let kubeconfig = |server: &str, arguments: &str| {
        format!(
            r#"resource "groundup_kubeconfig" "this" {{
              cluster_name              = "k8s"
              server                    = "{server}"
              certificate_authority_pem = groundup_certificate_authority.this.cert_pem
              user                      = "admin"
              client_certificate_pem    = groundup_certificate.admin.cert_pem
              client_key_pem            = groundup_certificate.admin.private_key_pem
              {arguments}
            }}"#
        )
    };
    Scenario::local("groundup_kubeconfig.this", ADMIN)
        .begin(&kubeconfig("https://one.example:6443", ""), &json!({"context_name": "admin@k8s"}))
        .rewrite(
            &kubeconfig(
                "https://two.example:6443",
                "context_name = \"default\"\n namespace = \"kube-system\"",
            ),
            &json!({"context_name": "default"}),
        )
        .rewrite(&kubeconfig("https://two.example:6443", ""), &json!({"context_name": "admin@k8s"}))
        .end();
}
