# Everything that a cluster needs in order to trust itself, under the names of kubeadm, and nothing of AWS: no credentials,
# no region, no network.

terraform {
  required_version = ">= 1.8"

  required_providers {
    groundup = {
      source = "k8s-groundup/groundup"
    }
  }
}

locals {
  # Who asks the API server, who asks etcd and who speaks for others are three questions, so there are three authorities.
  authorities = {
    ca               = "kubernetes-ca"
    "etcd/ca"        = "etcd-ca"
    "front-proxy-ca" = "kubernetes-front-proxy-ca"
  }

  certificates = merge(
    {
      apiserver = {
        authority     = "ca"
        role          = "apiserver"
        service_cidrs = [var.service_cidr]
        dns_names     = concat([var.api_name], keys(var.masters))
        ip_addresses  = values(var.masters)
      }
      apiserver-kubelet-client  = { authority = "ca", role = "apiserver-kubelet-client" }
      apiserver-etcd-client     = { authority = "etcd/ca", role = "apiserver-etcd-client" }
      "etcd/healthcheck-client" = { authority = "etcd/ca", role = "etcd-client" }
      front-proxy-client        = { authority = "front-proxy-ca", role = "front-proxy-client" }
      admin                     = { authority = "ca", role = "admin", validity = "90d" }
      controller-manager        = { authority = "ca", role = "controller-manager" }
      scheduler                 = { authority = "ca", role = "scheduler" }
      kube-proxy                = { authority = "ca", role = "kube-proxy" }
    },
    merge([
      for name, ip in var.masters : {
        for role in ["server", "peer"] : "etcd/${name}-${role}" => {
          authority    = "etcd/ca"
          role         = "etcd-${role}"
          dns_names    = [name]
          ip_addresses = [ip]
        }
      }
    ]...),
    {
      for name, ip in var.workers : "kubelet-${name}" => {
        authority    = "ca"
        role         = "kubelet"
        node         = name
        ip_addresses = [ip]
      }
    },
  )

  kubeconfigs = merge(
    {
      admin              = { user = "kubernetes-admin", server = "https://${var.api_name}:6443" }
      controller-manager = { user = "system:kube-controller-manager", server = "https://127.0.0.1:6443" }
      scheduler          = { user = "system:kube-scheduler", server = "https://127.0.0.1:6443" }
      kube-proxy         = { user = "system:kube-proxy", server = "https://${var.api_name}:6443" }
    },
    {
      for name in keys(var.workers) : "kubelet-${name}" => {
        user   = "system:node:${name}"
        server = "https://${var.api_name}:6443"
      }
    },
  )
}

resource "groundup_certificate_authority" "this" {
  for_each = local.authorities

  validity      = "10y"
  early_renewal = "1y"

  subject {
    common_name = each.value
  }
}

resource "groundup_certificate" "this" {
  for_each = local.certificates

  ca_cert_pem        = groundup_certificate_authority.this[each.value.authority].cert_pem
  ca_private_key_pem = groundup_certificate_authority.this[each.value.authority].private_key_pem
  role               = each.value.role
  node               = try(each.value.node, null)
  service_cidrs      = try(each.value.service_cidrs, null)
  dns_names          = try(each.value.dns_names, null)
  ip_addresses       = try(each.value.ip_addresses, null)
  validity           = try(each.value.validity, "1y")
  early_renewal      = "30d"
}

# Tokens are signed with a key alone: a certificate of it would only be mistaken for somebody.
resource "groundup_private_key" "service_account" {
  algorithm = "ECDSA"
}

resource "groundup_kubeconfig" "this" {
  for_each = local.kubeconfigs

  cluster_name              = var.name
  server                    = each.value.server
  certificate_authority_pem = groundup_certificate_authority.this["ca"].cert_pem
  user                      = each.value.user
  client_certificate_pem    = groundup_certificate.this[each.key].cert_pem
  client_key_pem            = groundup_certificate.this[each.key].private_key_pem
}

resource "groundup_encryption_config" "this" {
  resources = ["secrets", "configmaps"]
  keys      = [{ name = "key1" }]

  # A destroy loses the only copy of the key, and with it everything in etcd and its backups.
  allow_key_loss = true
}

resource "groundup_file" "public" {
  for_each = merge(groundup_certificate_authority.this, groundup_certificate.this)

  filename        = "${var.output_directory}/pki/${each.key}.crt"
  content         = each.value.cert_pem
  file_permission = "0644"
}

resource "groundup_file" "private" {
  for_each = merge(groundup_certificate_authority.this, groundup_certificate.this)

  filename = "${var.output_directory}/pki/${each.key}.key"
  content  = each.value.private_key_pem
}

resource "groundup_file" "service_account" {
  for_each = {
    "sa.key" = groundup_private_key.service_account.private_key_pem
    "sa.pub" = groundup_private_key.service_account.public_key_pem
  }

  filename = "${var.output_directory}/pki/${each.key}"
  content  = each.value
}

resource "groundup_file" "kubeconfig" {
  for_each = groundup_kubeconfig.this

  filename = "${var.output_directory}/${each.key}.conf"
  content  = each.value.content
}

resource "groundup_file" "encryption_config" {
  filename = "${var.output_directory}/encryption-config.yaml"
  content  = groundup_encryption_config.this.content
}
