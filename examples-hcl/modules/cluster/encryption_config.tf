# Encryption at rest in etcd. State knows which keys there are, which of them writes and since when: enough to refuse a
# step that would make something unreadable.

locals {
  encryption_label = "${var.name}/encryption"
}

resource "groundup_encryption_config" "this" {
  resources            = var.encrypted_resources
  label                = local.encryption_label
  keys                 = var.encryption_keys
  rewritten_through    = var.rewritten_through
  allow_plaintext_read = var.allow_plaintext_read
}

ephemeral "groundup_encryption_key" "this" {
  for_each = { for index, key in var.encryption_keys : key.name => merge(key, { index = index }) }

  fingerprint = groundup_encryption_config.this.keys[each.value.index].fingerprint
  derive = {
    label      = local.encryption_label
    generation = each.value.generation
  }
}

# Every API server has to have the same file.
resource "groundup_file" "encryption_config" {
  for_each = local.masters

  filename = "${local.output_directory}/nodes/${each.key}/encryption-config.yaml"
  content_wo = provider::groundup::encryption_config({
    resources            = var.encrypted_resources
    allow_plaintext_read = var.allow_plaintext_read
    keys = [
      for key in var.encryption_keys : {
        name   = key.name
        secret = ephemeral.groundup_encryption_key.this[key.name].secret
      }
    ]
  })
}
