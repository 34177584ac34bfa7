resource "groundup_certificate_authority" "cluster" {
  validity = "10y"

  subject {
    common_name = "cluster"
  }
}

resource "groundup_certificate" "admin" {
  ca_cert_pem        = groundup_certificate_authority.cluster.cert_pem
  ca_private_key_pem = groundup_certificate_authority.cluster.private_key_pem
  role               = "admin"
  validity           = "90d"
}

locals {
  kubeconfig = provider::groundup::kubeconfig({
    cluster_name              = "example"
    server                    = "https://api.example.com:6443"
    certificate_authority_pem = groundup_certificate_authority.cluster.cert_pem
    user                      = "admin"
    client_certificate_pem    = groundup_certificate.admin.cert_pem
    client_key_pem            = groundup_certificate.admin.private_key_pem
  })
}
