locals {
  keys = [{ name = "key1", generation = 1 }]
}

ephemeral "groundup_encryption_key" "this" {
  for_each = { for key in local.keys : key.name => key.generation }

  derive = {
    label      = "prod/encryption"
    generation = each.value
  }
}

# Knows what was stored before, and refuses to make it unreadable.
resource "groundup_encryption_config" "this" {
  label = "prod/encryption"
  keys  = local.keys
}

# The keys are in the file alone: neither plan nor state holds them.
resource "groundup_file" "encryption_config" {
  depends_on = [groundup_encryption_config.this]

  filename = "encryption-config.yaml"
  content_wo = provider::groundup::encryption_config({
    keys = [
      for key in local.keys : { name = key.name, secret = ephemeral.groundup_encryption_key.this[key.name].secret }
    ]
  })
}
