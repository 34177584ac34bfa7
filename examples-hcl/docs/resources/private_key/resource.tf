resource "groundup_private_key" "example" {
  algorithm   = "ECDSA"
  ecdsa_curve = "P384"
}

output "public_key" {
  value = groundup_private_key.example.public_key_pem
}
