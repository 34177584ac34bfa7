# The key is made with the authority, and kept when the certificate is issued again.
resource "groundup_certificate_authority" "cluster" {
  validity      = "10y"
  early_renewal = "1y"

  subject {
    common_name  = "cluster"
    organization = "Example"
  }
}

# An authority below it, which may issue certificates but no further authorities.
resource "groundup_certificate_authority" "etcd" {
  ca_cert_pem        = groundup_certificate_authority.cluster.cert_pem
  ca_private_key_pem = groundup_certificate_authority.cluster.private_key_pem
  max_path_length    = 0
  validity           = "5y"

  subject {
    common_name = "etcd"
  }
}
