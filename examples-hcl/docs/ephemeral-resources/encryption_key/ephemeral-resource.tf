# The same key in every run, in neither state nor plan.
ephemeral "groundup_encryption_key" "example" {
  derive = {
    label = "prod/encryption"
  }
}

resource "groundup_file" "example" {
  filename   = "encryption.key"
  content_wo = ephemeral.groundup_encryption_key.example.secret
}
