resource "groundup_certificate_authority" "cluster" {
  validity = "10y"

  subject {
    common_name = "cluster"
  }
}

# The role gives subject, usages and the names that programs in the cluster use.
resource "groundup_certificate" "apiserver" {
  ca_cert_pem        = groundup_certificate_authority.cluster.cert_pem
  ca_private_key_pem = groundup_certificate_authority.cluster.private_key_pem

  role          = "apiserver"
  service_cidrs = ["10.32.0.0/24"]
  dns_names     = ["api.example.com"]
  ip_addresses  = ["172.31.0.10", "172.31.0.11", "172.31.0.12"]

  validity      = "1y"
  early_renewal = "30d"
}

# Without a role everything is said here.
resource "groundup_certificate" "web" {
  ca_cert_pem        = groundup_certificate_authority.cluster.cert_pem
  ca_private_key_pem = groundup_certificate_authority.cluster.private_key_pem

  dns_names    = ["www.example.com"]
  allowed_uses = ["digital_signature", "server_auth"]
  validity     = "90d"

  subject {
    common_name = "www.example.com"
  }
}
