# What the state holds of a derived key is its fingerprint.
resource "groundup_encryption_config" "example" {
  label = "prod/encryption"
  keys  = [{ name = "key1" }]
}

# The same key in every run, in neither state nor plan.
ephemeral "groundup_encryption_key" "example" {
  derive = {
    label      = "prod/encryption"
    generation = groundup_encryption_config.example.keys[0].generation
  }
  fingerprint = groundup_encryption_config.example.keys[0].fingerprint
}

resource "groundup_file" "example" {
  filename = "encryption-config.yaml"
  content_wo = provider::groundup::encryption_config({
    keys = [{ name = "key1", secret = ephemeral.groundup_encryption_key.example.secret }]
  })
}
