# Readable by its owner alone, as everything is unless you say otherwise. Neither state nor plan holds the key, which
# follows from the provider's seed and is the same in every run.
resource "groundup_file" "service_account" {
  filename   = "out/sa.key"
  content_wo = ephemeral.groundup_private_key.service_account.private_key_pem
}

ephemeral "groundup_private_key" "service_account" {
  derive = {
    label = "prod/sa"
  }
}

# A key that is new in every run needs a number that says when to write it.
resource "groundup_file" "token" {
  filename           = "out/token.key"
  content_wo         = ephemeral.groundup_private_key.token.private_key_pem
  content_wo_version = 1
}

ephemeral "groundup_private_key" "token" {
  algorithm = "ED25519"
}

resource "groundup_file" "readme" {
  filename        = "out/README"
  content         = "Made by Terraform.\n"
  file_permission = "0644"
}
