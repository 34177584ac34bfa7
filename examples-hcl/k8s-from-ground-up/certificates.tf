# Step 4. The certificate authority, and the certificates that it signs. As the tutorial keeps their keys in a folder, this
# keeps them in state too, and whoever can read it has the cluster: ../zero-secrets makes the same cluster without that.

locals {
  # By the names of their files. What a role does not say about a certificate is said here.
  certificates = merge(
    {
      # As in the tutorial one certificate for API servers and etcd, whose members are also clients of each other. The
      # tutorial forgot the first service address, which pods call, and `localhost`: the role knows them.
      master-kubernetes = {
        role          = "apiserver"
        common_name   = "kubernetes"
        organization  = "Kubernetes"
        service_cidrs = [var.service_cidr]
        allowed_uses  = ["signing", "key encipherment", "server auth", "client auth"]
        ip_addresses  = var.master_ips
        dns_names = concat(
          values(local.masters)[*].host_name,
          [for master in local.masters : "${master.host_name}.${local.domain_name}"],
          [groundup_nlb.this.dns_name],
        )
      }
      kube-scheduler          = { role = "scheduler", organization = "system:kube-scheduler" }
      kube-controller-manager = { role = "controller-manager", organization = "system:kube-controller-manager" }
      kube-proxy              = { role = "kube-proxy" }
      # Nothing can take its rights away before it expires, so it lives for three months and not for a year.
      admin = { role = "admin", common_name = "admin", validity = "2160h" }
      # Signs tokens and is nobody: the tutorial's is also a client that API servers let in.
      service-account = { role = "service-account", organization = "Kubernetes" }
    },
    {
      # Without the public address, which is another one after each stop and start.
      for name, worker in local.workers : name => {
        role         = "kubelet"
        node         = worker.host_name
        dns_names    = ["${worker.host_name}.${local.domain_name}"]
        ip_addresses = [worker.ip]
      }
    },
  )
}

# Five years, which cfssl gives without telling whatever `ca-config.json` says.
resource "groundup_certificate_authority" "this" {
  algorithm = "RSA"
  rsa_bits  = 2048
  validity  = "43800h"

  # London is a city in England, and the code of its country GB; the tutorial says otherwise.
  subject {
    common_name         = "Kubernetes"
    organization        = "Kubernetes"
    organizational_unit = "DAREY.IO DEVOPS"
    locality            = "London"
    province            = "England"
    country             = "GB"
  }
}

resource "groundup_certificate" "this" {
  for_each = local.certificates

  ca_cert_pem        = groundup_certificate_authority.this.cert_pem
  ca_private_key_pem = groundup_certificate_authority.this.private_key_pem
  algorithm          = "RSA"
  rsa_bits           = 2048

  role          = each.value.role
  node          = try(each.value.node, null)
  service_cidrs = try(each.value.service_cidrs, null)
  allowed_uses  = try(each.value.allowed_uses, null)
  dns_names     = try(each.value.dns_names, null)
  ip_addresses  = try(each.value.ip_addresses, null)

  # In its last month an apply issues a certificate again, for the same key. In the tutorial the cluster ends with them.
  validity      = try(each.value.validity, "8760h")
  early_renewal = "720h"

  subject {
    common_name         = try(each.value.common_name, null)
    organization        = try(each.value.organization, null)
    organizational_unit = "DAREY.IO DEVOPS"
    locality            = "London"
    province            = "England"
    country             = "GB"
  }
}
