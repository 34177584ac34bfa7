# Every connection of the cluster, tried out with its certificates and with what is trusted at the moment: also between two
# steps of a rotation everybody can talk to whom they have to.

data "groundup_trust_matrix" "this" {
  service_cidrs    = [var.service_cidr]
  api_server_names = concat(local.api_server_dns_names, values(local.masters)[*].ip)

  dynamic "authority" {
    for_each = local.authorities

    content {
      # `kubernetes` answers for the cluster.
      domain   = authority.key == "kubernetes" ? "cluster" : authority.key
      cert_pem = groundup_certificate_authority.this[authority.key].trust_bundle_pem
    }
  }

  dynamic "member" {
    for_each = local.certificates

    content {
      name     = member.key
      role     = member.value.role
      node     = try(member.value.node, null)
      cert_pem = groundup_certificate.this[member.key].cert_pem
    }
  }
}
