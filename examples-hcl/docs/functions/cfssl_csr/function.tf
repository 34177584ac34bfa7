locals {
  request = provider::groundup::cfssl_csr(jsonencode({
    CN    = "kubernetes"
    hosts = ["127.0.0.1", "kubernetes.default.svc"]
    key   = { algo = "ecdsa", size = 256 }
    names = [{ O = "Kubernetes", L = "London", C = "GB" }]
  }))
}

# Names of another file can be added, which the argument csr_json does not allow.
resource "groundup_self_signed_certificate" "example" {
  dns_names             = concat(local.request.dns_names, ["api.example.com"])
  ip_addresses          = local.request.ip_addresses
  algorithm             = local.request.algorithm
  allowed_uses          = ["digital_signature", "server_auth"]
  validity_period_hours = 2160

  subject {
    common_name  = local.request.subject.common_name
    organization = local.request.subject.organization
  }
}
