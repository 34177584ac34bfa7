# The machines, spread over the subnets in turn.

locals {
  # Masters have the tenth address of their subnet and those after it, workers the twentieth and those after it.
  masters = {
    for index in range(var.master_count) : "${var.name}-master-${index}" => {
      subnet        = tostring(index % length(var.subnet_cidrs))
      ip            = cidrhost(var.subnet_cidrs[index % length(var.subnet_cidrs)], 10 + floor(index / length(var.subnet_cidrs)))
      instance_type = var.master_instance_type
      facts         = { NAME = "master-${index}" }
    }
  }

  workers = {
    for index in range(var.worker_count) : "${var.name}-worker-${index}" => {
      subnet        = tostring(index % length(var.subnet_cidrs))
      ip            = cidrhost(var.subnet_cidrs[index % length(var.subnet_cidrs)], 20 + floor(index / length(var.subnet_cidrs)))
      instance_type = var.worker_instance_type
      pod_cidr      = local.pod_cidrs[index]
      facts         = { NAME = "worker-${index}", POD_CIDR = local.pod_cidrs[index] }
    }
  }

  pod_cidrs = [for index in range(var.worker_count) : cidrsubnet(var.pod_cidr, 24 - split("/", var.pod_cidr)[1], index)]

  # Under these names the machines know themselves, and register.
  host_names = { for name, node in merge(local.masters, local.workers) : name => provider::groundup::cidr_host_name(node.ip) }
}

data "groundup_ami" "ubuntu" {
  count = var.ami_id == null ? 1 : 0

  owners      = ["099720109477"]
  most_recent = true

  filter {
    name   = "name"
    values = ["ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*"]
  }
}

# Of the key, this is the half that opens nothing: the other one stays where it was made.
resource "groundup_key_pair" "this" {
  key_name   = var.name
  public_key = var.ssh_public_key
  tags       = local.tags
}

resource "groundup_instance" "node" {
  for_each = merge(local.masters, local.workers)

  ami                         = coalesce(var.ami_id, one(data.groundup_ami.ubuntu[*].id))
  instance_type               = each.value.instance_type
  key_name                    = groundup_key_pair.this.key_name
  subnet_id                   = groundup_subnet.this[each.value.subnet].id
  private_ip                  = each.value.ip
  associate_public_ip_address = true
  vpc_security_group_ids      = [groundup_security_group.node.id]
  tags                        = merge(local.tags, { Name = each.key })

  # Packets from pod to pod pass through the machines.
  source_dest_check = false

  # Everybody on the machine can read it, so there is nothing secret in it.
  user_data = provider::groundup::cloud_config({
    write_files = [
      { path = "/etc/kubernetes/node.env", content = join("", [for key, fact in each.value.facts : "${key}=${fact}\n"]) },
      { path = "/etc/modules-load.d/kubernetes.conf", content = "overlay\nbr_netfilter\n" },
      { path = "/etc/sysctl.d/90-kubernetes.conf", content = "net.bridge.bridge-nf-call-iptables = 1\nnet.ipv4.ip_forward = 1\n" },
    ]
    runcmd = ["modprobe -a overlay br_netfilter", "sysctl --system"]
  })

  # IMDSv2 alone: else every program on the machine, and every page it can be made to fetch, can ask for the machine's
  # secrets. The answers do not reach pods, which are one hop farther.
  metadata_options {
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  root_block_device {
    volume_type = "gp3"
    volume_size = var.root_volume_size
    encrypted   = true
    kms_key_id  = var.root_volume_kms_key_id
  }

  # A newer image is for new nodes.
  lifecycle {
    ignore_changes = [ami]
  }

  depends_on = [groundup_route.internet, groundup_route_table_association.this]
}
