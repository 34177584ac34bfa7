# Step 3. What instances are made from and how to get into them.

# Ubuntu 24.04. The tutorial's 16.04 Pro is billed by the hour, out of support and too old for a kubelet of today.
data "groundup_ami" "ubuntu" {
  owners      = ["099720109477"]
  most_recent = true

  filter {
    name   = "name"
    values = ["ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*"]
  }
  filter {
    name   = "root-device-type"
    values = ["ebs"]
  }
  filter {
    name   = "architecture"
    values = ["x86_64"]
  }
}

# The key is made here and AWS is told its public half. In the tutorial AWS makes it, and running the step again empties
# the file that holds it.
resource "groundup_private_key" "ssh" {
  algorithm = "RSA"
  rsa_bits  = 2048
}

resource "groundup_key_pair" "this" {
  key_name   = var.name
  public_key = groundup_private_key.ssh.public_key_openssh
  tags       = { Name = var.name }
}
