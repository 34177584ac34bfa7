resource "groundup_private_key" "example" {
  algorithm = "ECDSA"
}

resource "groundup_self_signed_certificate" "example" {
  private_key_pem       = groundup_private_key.example.private_key_pem
  validity_period_hours = 720
  early_renewal_hours   = 168
  dns_names             = ["localhost"]
  ip_addresses          = ["127.0.0.1"]
  allowed_uses          = ["digital_signature", "server_auth"]

  subject {
    common_name = "localhost"
  }
}
