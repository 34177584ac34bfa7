locals {
  request = provider::groundup::cfssl_csr(jsonencode({
    CN    = "kubernetes"
    hosts = ["127.0.0.1", "kubernetes.default.svc"]
    key   = { algo = "rsa", size = 2048 }
    names = [{ O = "Kubernetes", L = "London", C = "GB" }]
  }))
}

resource "groundup_certificate_authority" "cluster" {
  subject {
    common_name = "cluster"
  }
}

# Names and subject are those of the file. The key is another one: keys of the file's algorithm, RSA, are never derived.
resource "groundup_certificate" "example" {
  ca_cert_pem        = groundup_certificate_authority.cluster.cert_pem
  ca_private_key_pem = groundup_certificate_authority.cluster.private_key_pem
  dns_names          = local.request.dns_names
  ip_addresses       = local.request.ip_addresses
  allowed_uses       = ["digital_signature", "server_auth"]
  validity           = "90d"

  key = {
    derive = {
      label = "prod/apiserver"
    }
  }

  subject {
    common_name  = local.request.subject.common_name
    organization = local.request.subject.organization
  }
}
