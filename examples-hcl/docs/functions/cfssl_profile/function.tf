locals {
  profile = provider::groundup::cfssl_profile(jsonencode({
    signing = {
      default = { expiry = "8760h" }
      profiles = {
        kubernetes = { usages = ["signing", "key encipherment", "server auth", "client auth"], expiry = "8760h" }
      }
    }
  }), "kubernetes")
}

resource "groundup_certificate_authority" "cluster" {
  subject {
    common_name = "cluster"
  }
}

resource "groundup_certificate" "example" {
  ca_cert_pem        = groundup_certificate_authority.cluster.cert_pem
  ca_private_key_pem = groundup_certificate_authority.cluster.private_key_pem
  dns_names          = ["api.example.com"]
  allowed_uses       = local.profile.allowed_uses
  validity           = local.profile.validity
}
