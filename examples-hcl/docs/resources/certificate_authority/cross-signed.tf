# A new root that those who trust the old one accept as well: the old one certifies its key.
resource "groundup_certificate_authority" "new" {
  subject {
    common_name = "cluster 2"
  }
}

resource "groundup_certificate" "cross" {
  ca_cert_pem        = groundup_certificate_authority.cluster.cert_pem
  ca_private_key_pem = groundup_certificate_authority.cluster.private_key_pem
  cert_request_pem   = groundup_certificate_authority.new.cert_request_pem

  is_ca_certificate = true
  allowed_uses      = ["cert_signing", "crl_signing"]
  validity          = "1y"
}
