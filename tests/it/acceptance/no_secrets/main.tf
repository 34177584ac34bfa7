# Everything that a cluster needs in order to trust itself, with no secret in state: keys follow from the seed, or are
# handed over unseen.

variable "pki_seed" {
  type      = string
  default   = null
  sensitive = true
  ephemeral = true
}

variable "pki_seed_file" {
  type    = string
  default = null
}

variable "previous_pki_seed" {
  type      = string
  default   = null
  sensitive = true
  ephemeral = true
}

# Where the secret files go.
variable "output_directory" {
  type = string
}

variable "generation" {
  type    = number
  default = 1
}

provider "groundup" {
  pki_seed          = var.pki_seed
  pki_seed_file     = var.pki_seed_file
  previous_pki_seed = var.previous_pki_seed
}

variable "passphrase" {
  type      = string
  default   = "not much of a secret, but long enough"
  ephemeral = true
}

locals {
  keys = {
    p256    = { algorithm = "ECDSA", curve = "P256" }
    p384    = { algorithm = "ECDSA", curve = "P384" }
    ed25519 = { algorithm = "ED25519", curve = null }
  }
}

resource "groundup_certificate_authority" "root" {
  ecdsa_curve = "P384"
  key         = { derive = { label = "prod/root" } }

  subject {
    common_name = "root"
  }
}

resource "groundup_certificate_authority" "middle" {
  ca_cert_pem = groundup_certificate_authority.root.cert_pem
  ca_key      = { derive = { label = "prod/root" } }
  key         = { derive = { label = "prod/middle" } }

  subject {
    common_name = "middle"
  }
}

resource "groundup_certificate" "derived" {
  for_each = local.keys

  ca_cert_pem = groundup_certificate_authority.middle.cert_chain_pem
  ca_key      = { derive = { label = "prod/middle" } }
  algorithm   = each.value.algorithm
  ecdsa_curve = each.value.curve
  key         = { derive = { label = "prod/${each.key}", generation = var.generation } }
  role        = "admin"
}

resource "groundup_certificate_request" "derived" {
  key = { derive = { label = "prod/request" } }

  subject {
    common_name = "request"
  }
}

resource "groundup_self_signed_certificate" "derived" {
  key                   = { derive = { label = "prod/self-signed", generation = var.generation } }
  validity_period_hours = 24
  allowed_uses          = ["server_auth"]

  subject {
    common_name = "self-signed.example"
  }
}

resource "groundup_certificate_revocation_list" "derived" {
  ca_cert_pem = groundup_certificate_authority.middle.cert_pem
  ca_key      = { derive = { label = "prod/middle" } }
}

# The same keys, handed over unseen: these have to be those of the certificates.
ephemeral "groundup_private_key" "derived" {
  for_each = local.keys

  algorithm      = each.value.algorithm
  ecdsa_curve    = each.value.curve
  derive         = { label = "prod/${each.key}", generation = var.generation }
  public_key_pem = groundup_certificate.derived[each.key].public_key_pem
}

ephemeral "groundup_private_key" "middle" {
  derive         = { label = "prod/middle" }
  public_key_pem = groundup_certificate_authority.middle.public_key_pem
}

# Another one on every run: versions say which is the one to use.
ephemeral "groundup_private_key" "fresh" {}

resource "groundup_certificate" "unseen" {
  ca_cert_pem           = groundup_certificate_authority.middle.cert_chain_pem
  ca_private_key_pem_wo = ephemeral.groundup_private_key.middle.private_key_pem
  private_key_pem_wo    = ephemeral.groundup_private_key.derived["p384"].private_key_pem_pkcs8
  role                  = "scheduler"
}

resource "groundup_certificate" "fresh" {
  ca_cert_pem                = groundup_certificate_authority.middle.cert_chain_pem
  ca_key                     = { derive = { label = "prod/middle" } }
  private_key_pem_wo         = ephemeral.groundup_private_key.fresh.private_key_pem
  private_key_pem_wo_version = var.generation
  role                       = "kube-proxy"
}

# State holds this key, but no one can read it there.
resource "groundup_certificate" "locked" {
  ca_cert_pem            = groundup_certificate_authority.middle.cert_chain_pem
  ca_key                 = { derive = { label = "prod/middle" } }
  private_key_passphrase = var.passphrase
  role                   = "controller-manager"
}

resource "groundup_file" "key" {
  for_each = local.keys

  filename   = "${var.output_directory}/${each.key}.pem"
  content_wo = ephemeral.groundup_private_key.derived[each.key].private_key_pem
}

resource "groundup_file" "openssh" {
  for_each = local.keys

  filename   = "${var.output_directory}/${each.key}.openssh"
  content_wo = ephemeral.groundup_private_key.derived[each.key].private_key_openssh
}

resource "groundup_file" "fresh" {
  filename           = "${var.output_directory}/fresh.pem"
  content_wo         = ephemeral.groundup_private_key.fresh.private_key_pem
  content_wo_version = var.generation
}

resource "groundup_file" "kubeconfig" {
  filename = "${var.output_directory}/admin.conf"
  content_wo = provider::groundup::kubeconfig({
    cluster_name              = "prod"
    server                    = "https://api.example:6443"
    certificate_authority_pem = groundup_certificate_authority.root.cert_pem
    client_authority_pem      = groundup_certificate_authority.middle.cert_pem
    user                      = "admin"
    client_certificate_pem    = groundup_certificate.derived["p256"].cert_pem
    client_key_pem            = ephemeral.groundup_private_key.derived["p256"].private_key_pem
  })
}

ephemeral "groundup_encryption_key" "derived" {
  for_each = toset(["secretbox", "aesgcm"])

  provider_type = each.key
  derive        = { label = "prod/encryption", generation = var.generation }
}

resource "groundup_file" "encryption_key" {
  for_each = toset(["secretbox", "aesgcm"])

  filename   = "${var.output_directory}/${each.key}.key"
  content_wo = ephemeral.groundup_encryption_key.derived[each.key].secret
}

# Their public sides are in state, as far as there are any.
resource "groundup_private_key" "service_account" {
  algorithm = "ECDSA"
  derive    = { label = "prod/sa" }
}

resource "groundup_encryption_config" "derived" {
  label = "prod/encryption"
  keys  = [{ name = "key1" }]
}

ephemeral "groundup_encryption_key" "configured" {
  derive      = { label = "prod/encryption" }
  fingerprint = groundup_encryption_config.derived.keys[0].fingerprint
}

resource "groundup_file" "encryption_config" {
  filename = "${var.output_directory}/encryption-config.yaml"
  content_wo = provider::groundup::encryption_config({
    keys = [{ name = "key1", secret = ephemeral.groundup_encryption_key.configured.secret }]
  })
}
