locals {
  request = provider::groundup::cfssl_csr(jsonencode({
    CN    = "kubernetes"
    hosts = ["127.0.0.1", "kubernetes.default.svc"]
    key   = { algo = "ecdsa", size = 256 }
    names = [{ O = "Kubernetes", L = "London", C = "GB" }]
  }))
}

resource "groundup_certificate_authority" "cluster" {
  subject {
    common_name = "cluster"
  }
}

# A name is added, which the argument csr_json does not allow.
resource "groundup_certificate" "example" {
  ca_cert_pem        = groundup_certificate_authority.cluster.cert_pem
  ca_private_key_pem = groundup_certificate_authority.cluster.private_key_pem
  dns_names          = concat(local.request.dns_names, ["api.example.com"])
  ip_addresses       = local.request.ip_addresses
  algorithm          = local.request.algorithm
  allowed_uses       = ["digital_signature", "server_auth"]
  validity           = "90d"

  subject {
    common_name  = local.request.subject.common_name
    organization = local.request.subject.organization
  }
}
