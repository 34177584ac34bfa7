# The newest Ubuntu 24.04 of its maker.
data "groundup_ami" "ubuntu" {
  owners      = ["099720109477"]
  most_recent = true

  filter {
    name   = "name"
    values = ["ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*"]
  }

  filter {
    name   = "architecture"
    values = ["x86_64"]
  }
}

output "image" {
  value = "${data.groundup_ami.ubuntu.id} of ${data.groundup_ami.ubuntu.creation_date}"
}
