# Below an intermediate authority: what a server presents is in `cert_chain_pem`, and for programs that want everything in
# one file there is PKCS#12.
resource "groundup_certificate_authority" "web" {
  ca_cert_pem        = groundup_certificate_authority.cluster.cert_pem
  ca_private_key_pem = groundup_certificate_authority.cluster.private_key_pem
  max_path_length    = 0

  subject {
    common_name = "web"
  }
}

resource "groundup_certificate" "shop" {
  ca_cert_pem        = groundup_certificate_authority.web.cert_chain_pem
  ca_private_key_pem = groundup_certificate_authority.web.private_key_pem

  dns_names               = ["shop.example.com"]
  allowed_uses            = ["digital_signature", "server_auth"]
  validity                = "90d"
  early_renewal           = "33%"
  crl_distribution_points = ["http://pki.example.com/web.crl"]
  pkcs12_password         = var.pkcs12_password
}

resource "groundup_file" "shop" {
  for_each = {
    "shop.pem" = groundup_certificate.shop.cert_chain_pem
    "shop.key" = groundup_certificate.shop.private_key_pem
  }

  filename = "${path.module}/${each.key}"
  content  = each.value
}

variable "pkcs12_password" {
  description = "Password of the PKCS#12 file."
  type        = string
  sensitive   = true
  ephemeral   = true
}
