# Each kind of object that has a derived key, and none that needs another of them.

variable "pki_seed_file" {
  type    = string
  default = null
}

variable "previous_pki_seed" {
  type      = string
  default   = null
  ephemeral = true
}

variable "generation" {
  type    = number
  default = 1
}

# The certificate of the authority, as a file: nobody waits for the authority.
variable "authority" {
  type    = string
  default = null
}

provider "groundup" {
  pki_seed_file     = var.pki_seed_file
  previous_pki_seed = var.previous_pki_seed
}

resource "groundup_certificate_authority" "this" {
  key = { derive = { label = "prod/ca" } }

  subject {
    common_name = "authority"
  }
}

resource "groundup_certificate" "this" {
  count = var.authority == null ? 0 : 1

  ca_cert_pem = file(var.authority)
  ca_key      = { derive = { label = "prod/ca" } }
  key         = { derive = { label = "prod/leaf", generation = var.generation } }
  role        = "scheduler"
}

resource "groundup_certificate_revocation_list" "this" {
  count = var.authority == null ? 0 : 1

  ca_cert_pem = file(var.authority)
  ca_key      = { derive = { label = "prod/ca" } }

  dynamic "revoked" {
    for_each = range(1, var.generation)

    content {
      serial_number = revoked.value
    }
  }
}

resource "groundup_certificate_request" "this" {
  key = { derive = { label = "prod/request" } }

  subject {
    common_name = "request"
  }
}

resource "groundup_self_signed_certificate" "this" {
  key                   = { derive = { label = "prod/self-signed" } }
  validity_period_hours = 24
  allowed_uses          = ["server_auth"]

  subject {
    common_name = "self-signed.example"
  }
}

resource "groundup_private_key" "this" {
  algorithm = "ED25519"
  derive    = { label = "prod/sa" }
}

resource "groundup_encryption_config" "this" {
  label = "prod/encryption"
  keys  = [{ name = "key1" }]
}
