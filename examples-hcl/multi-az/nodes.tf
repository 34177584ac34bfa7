# A master and a worker in each zone.

data "groundup_ami" "ubuntu" {
  owners      = ["099720109477"]
  most_recent = true

  filter {
    name   = "name"
    values = ["ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*"]
  }
}

resource "groundup_key_pair" "this" {
  key_name   = var.name
  public_key = var.ssh_public_key
  tags       = { Name = var.name }
}

locals {
  masters = { for zone, it in local.zones : "${var.name}-master-${zone}" => { zone = zone, ip = cidrhost(it.cidr, 10) } }
  workers = {
    for zone, it in local.zones : "${var.name}-worker-${zone}" => {
      zone     = zone
      ip       = cidrhost(it.cidr, 20)
      pod_cidr = it.pod_cidr
    }
  }
  nodes = merge(local.masters, local.workers)
}

resource "groundup_instance" "node" {
  for_each = local.nodes

  ami                         = data.groundup_ami.ubuntu.id
  instance_type               = var.instance_type
  key_name                    = groundup_key_pair.this.key_name
  subnet_id                   = groundup_subnet.this[each.value.zone].id
  private_ip                  = each.value.ip
  associate_public_ip_address = true
  vpc_security_group_ids      = [groundup_security_group.node.id]
  tags                        = { Name = each.key }

  # Packets from pod to pod pass through the machines.
  source_dest_check = false

  # IMDSv2 alone: else every program on the machine, and every page it can be made to fetch, can ask for the machine's
  # secrets. The answers do not reach pods, which are one hop farther.
  metadata_options {
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  root_block_device {
    volume_type = "gp3"
    volume_size = 20
    encrypted   = true
  }

  # A newer image is for new clusters.
  lifecycle {
    ignore_changes = [ami]
  }

  depends_on = [groundup_route.internet, groundup_route_table_association.this]
}
