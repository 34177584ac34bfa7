# What this authority signs outside of these names, no verifier accepts, whoever has got hold of its key. That key is
# stored encrypted.
resource "groundup_certificate_authority" "team" {
  ca_cert_pem            = groundup_certificate_authority.cluster.cert_pem
  ca_private_key_pem     = groundup_certificate_authority.cluster.private_key_pem
  private_key_passphrase = var.passphrase
  early_renewal          = "33%"

  subject {
    common_name = "team"
  }

  name_constraints {
    permitted_dns_names = ["team.example.com"]
    permitted_ip_ranges = ["10.1.0.0/16"]
  }
}

variable "passphrase" {
  description = "Passphrase of the team's authority."
  type        = string
  sensitive   = true
  ephemeral   = true
}
