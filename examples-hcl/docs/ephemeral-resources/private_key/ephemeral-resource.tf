# The same key in every run, of the provider's seed.
ephemeral "groundup_private_key" "service_account" {
  derive = {
    label = "prod/sa"
  }
}
