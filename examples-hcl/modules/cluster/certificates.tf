# A certificate for each part in the cluster, under the names of kubeadm. State holds them and their public keys.

locals {
  certificates = merge(
    {
      apiserver = {
        authority     = "kubernetes"
        role          = "apiserver"
        service_cidrs = [var.service_cidr]
        dns_names     = local.api_server_dns_names
        ip_addresses  = values(local.masters)[*].ip
      }
      apiserver-kubelet-client  = { authority = "kubernetes", role = "apiserver-kubelet-client" }
      apiserver-etcd-client     = { authority = "etcd", role = "apiserver-etcd-client" }
      "etcd/healthcheck-client" = { authority = "etcd", role = "etcd-client" }
      front-proxy-client        = { authority = "front-proxy", role = "front-proxy-client" }
      controller-manager        = { authority = "kubernetes", role = "controller-manager" }
      scheduler                 = { authority = "kubernetes", role = "scheduler" }
      kube-proxy                = { authority = "kubernetes", role = "kube-proxy" }
      # Nothing can take its rights away before it expires, so it does not live long.
      admin = { authority = "kubernetes", role = "admin", validity = var.admin_validity }
    },
    merge([
      for name, master in local.masters : {
        for role in ["etcd-server", "etcd-peer"] : "${name}/${role}" => {
          authority    = "etcd"
          role         = role
          dns_names    = [local.host_names[name]]
          ip_addresses = [master.ip]
        }
      }
    ]...),
    {
      # Without the public address, which is another one after each stop and start.
      for name, worker in local.workers : "${name}/kubelet" => {
        authority    = "kubernetes"
        role         = "kubelet"
        node         = local.host_names[name]
        dns_names    = ["${local.host_names[name]}.${local.domain_name}"]
        ip_addresses = [worker.ip]
      }
    },
  )

  # What the role does not know by itself.
  api_server_dns_names = concat(
    [groundup_nlb.this.dns_name],
    var.api_names,
    flatten([for name in keys(local.masters) : [local.host_names[name], "${local.host_names[name]}.${local.domain_name}"]]),
  )

  # By certificate, the key that it is of.
  keys = {
    for name, certificate in local.certificates : name => {
      label      = "${var.name}/${name}"
      generation = lookup(var.certificate_generations, certificate.role, 1)
    }
  }
}

resource "groundup_certificate" "this" {
  for_each = local.certificates

  ca_cert_pem = groundup_certificate_authority.this[each.value.authority].cert_pem
  ca_key = {
    derive = {
      label      = local.authorities[each.value.authority].label
      generation = local.authorities[each.value.authority].signing_generation
    }
  }
  key = {
    derive = local.keys[each.key]
  }

  role          = each.value.role
  node          = try(each.value.node, null)
  service_cidrs = try(each.value.service_cidrs, null)
  dns_names     = try(each.value.dns_names, null)
  ip_addresses  = try(each.value.ip_addresses, null)
  validity      = try(each.value.validity, var.certificate_validity)
  early_renewal = var.certificate_early_renewal
}

# The same keys once more, to be written into files and nowhere else. By its public half each is known to be the
# certificate's: with another seed than the one that made it this is an error.
ephemeral "groundup_private_key" "certificate" {
  for_each = local.keys

  algorithm      = "ECDSA"
  derive         = each.value
  public_key_pem = groundup_certificate.this[each.key].public_key_pem
}
