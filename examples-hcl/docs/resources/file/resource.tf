# Readable by its owner alone, as everything is unless you say otherwise.
resource "groundup_file" "key" {
  filename = "out/app.key"
  content  = groundup_private_key.app.private_key_pem
}

resource "groundup_file" "readme" {
  filename        = "out/README"
  content         = "Made by Terraform.\n"
  file_permission = "0644"
}

resource "groundup_private_key" "app" {
  algorithm = "ECDSA"
}
