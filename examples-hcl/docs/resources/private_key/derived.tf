# The public side of a key that is derived from the provider's seed, for instances.
resource "groundup_private_key" "ssh" {
  algorithm = "ED25519"
  derive = {
    label = "prod/ssh"
  }
}

resource "groundup_key_pair" "ssh" {
  key_name   = "prod"
  public_key = groundup_private_key.ssh.public_key_openssh
}
