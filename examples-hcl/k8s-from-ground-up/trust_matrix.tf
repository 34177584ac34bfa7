# Every connection of the cluster, tried out with its certificates. The tutorial's one certificate of the masters plays many
# parts: it is the API servers', etcd's, and the client's of both etcd and kubelets.

data "groundup_trust_matrix" "this" {
  service_cidrs = [var.service_cidr]
  api_server_names = concat(
    [groundup_nlb.this.dns_name],
    var.master_ips,
    values(local.masters)[*].host_name,
  )

  authority {
    cert_pem = groundup_certificate_authority.this.cert_pem
  }

  dynamic "member" {
    for_each = toset(["apiserver", "apiserver-etcd-client", "apiserver-kubelet-client", "etcd-server", "etcd-peer"])

    content {
      role            = member.key
      cert_pem        = groundup_certificate.this["master-kubernetes"].cert_pem
      private_key_pem = groundup_certificate.this["master-kubernetes"].private_key_pem
    }
  }

  dynamic "member" {
    for_each = { for name, certificate in local.certificates : name => certificate if name != "master-kubernetes" && name != "service-account" }

    content {
      name            = member.key
      role            = member.value.role
      node            = try(member.value.node, null)
      cert_pem        = groundup_certificate.this[member.key].cert_pem
      private_key_pem = groundup_certificate.this[member.key].private_key_pem
    }
  }
}
