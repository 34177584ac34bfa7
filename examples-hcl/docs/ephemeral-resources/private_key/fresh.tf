# Without a seed: another key on every run, which is written when the version changes.
ephemeral "groundup_private_key" "fresh" {
  algorithm = "ED25519"
}

resource "groundup_file" "fresh" {
  filename           = "id_ed25519"
  content_wo         = ephemeral.groundup_private_key.fresh.private_key_openssh
  content_wo_version = 1
}
