data "groundup_ami" "ubuntu" {
  owners      = ["099720109477"]
  most_recent = true

  filter {
    name   = "name"
    values = ["ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*"]
  }
}

resource "groundup_vpc" "cluster" {
  cidr_block = "172.31.0.0/16"
}

resource "groundup_subnet" "cluster" {
  vpc_id     = groundup_vpc.cluster.id
  cidr_block = "172.31.0.0/24"
}

resource "groundup_instance" "worker" {
  ami           = data.groundup_ami.ubuntu.id
  instance_type = "t3.medium"
  subnet_id     = groundup_subnet.cluster.id
  private_ip    = "172.31.0.20"

  # Packets of pods pass through the machine, with addresses that are not its own.
  source_dest_check = false

  metadata_options {
    http_tokens = "required"
  }

  root_block_device {
    volume_type = "gp3"
    volume_size = 20
    encrypted   = true
  }

  tags = {
    Name = "worker-0"
  }

  # A newer image is for new machines.
  lifecycle {
    ignore_changes = [ami]
  }
}
