# Of a derived key the state holds the public side.
resource "groundup_private_key" "service_account" {
  derive = {
    label = "prod/sa"
  }
}

# The private side, the same in every run, is in neither state nor plan.
ephemeral "groundup_private_key" "service_account" {
  derive = {
    label = "prod/sa"
  }
  public_key_pem = groundup_private_key.service_account.public_key_pem
}

resource "groundup_file" "service_account" {
  filename   = "pki/sa.key"
  content_wo = ephemeral.groundup_private_key.service_account.private_key_pem
}
