# Step 3, continued. The machines.

locals {
  masters = {
    for index, ip in var.master_ips : "${var.name}-master-${index}" => {
      ip        = ip
      host_name = provider::groundup::cidr_host_name(ip)
      facts     = { NAME = "master-${index}" }
    }
  }

  workers = {
    for index, ip in var.worker_ips : "${var.name}-worker-${index}" => {
      ip        = ip
      host_name = provider::groundup::cidr_host_name(ip)
      pod_cidr  = cidrsubnet(var.pod_cidr, 8, index)
      facts     = { NAME = "worker-${index}", POD_CIDR = cidrsubnet(var.pod_cidr, 8, index) }
    }
  }
}

resource "groundup_instance" "node" {
  for_each = merge(local.masters, local.workers)

  ami                         = data.groundup_ami.ubuntu.id
  instance_type               = var.instance_type
  key_name                    = groundup_key_pair.this.key_name
  subnet_id                   = groundup_subnet.this.id
  private_ip                  = each.value.ip
  associate_public_ip_address = true
  vpc_security_group_ids      = [groundup_security_group.this.id]
  tags                        = { Name = each.key }

  # Packets from pod to pod pass through the machines.
  source_dest_check = false

  # The tutorial's `name=worker-0|pod-cidr=…` is nothing that cloud-init knows: this puts the same facts into a file.
  user_data = provider::groundup::cloud_config({
    write_files = [
      { path = "/etc/kubernetes/node.env", content = join("", [for key, fact in each.value.facts : "${key}=${fact}\n"]) },
      { path = "/etc/modules-load.d/kubernetes.conf", content = "overlay\nbr_netfilter\n" },
      { path = "/etc/sysctl.d/90-kubernetes.conf", content = "net.bridge.bridge-nf-call-iptables = 1\nnet.ipv4.ip_forward = 1\n" },
    ]
    runcmd = ["modprobe -a overlay br_netfilter", "sysctl --system"]
  })

  # Without it every program on the machine, and every page it can be made to fetch, can ask for the machine's secrets.
  metadata_options {
    http_tokens = "required"
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

  depends_on = [groundup_route.internet]
}
