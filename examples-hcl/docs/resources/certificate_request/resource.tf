resource "groundup_private_key" "example" {
  algorithm = "ECDSA"
}

resource "groundup_certificate_request" "example" {
  private_key_pem = groundup_private_key.example.private_key_pem
  dns_names       = ["www.example.com"]

  subject {
    common_name  = "www.example.com"
    organization = "Example"
  }
}
