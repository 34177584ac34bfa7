resource "groundup_certificate_authority" "cluster" {
  subject {
    common_name = "cluster"
  }
}

# Any apply in the last third of its thirty days issues the list again.
resource "groundup_certificate_revocation_list" "cluster" {
  ca_cert_pem        = groundup_certificate_authority.cluster.cert_pem
  ca_private_key_pem = groundup_certificate_authority.cluster.private_key_pem
  validity           = "30d"
  early_renewal      = "33%"

  revoked {
    serial_number   = "0x5a3b9c17e0"
    revocation_time = "2026-11-01T09:30:00Z"
    reason          = "keyCompromise"
  }
}

resource "groundup_file" "crl" {
  filename        = "${path.module}/cluster.crl"
  content         = groundup_certificate_revocation_list.cluster.crl_pem
  file_permission = "0644"
}
