# The private half stays here; AWS is told the public one.
resource "groundup_private_key" "ssh" {
  algorithm = "ED25519"
}

resource "groundup_key_pair" "cluster" {
  key_name   = "cluster"
  public_key = groundup_private_key.ssh.public_key_openssh
}
