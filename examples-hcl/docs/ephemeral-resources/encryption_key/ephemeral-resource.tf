# The same key in every run, of the provider's seed.
ephemeral "groundup_encryption_key" "example" {
  derive = {
    label = "prod/encryption"
  }
}
