# Every connection of the cluster, tried out: first with what the certificates are planned to say, before any of them
# exists, and then with the certificates themselves. A name or a usage that is missing is an error of the plan.

locals {
  # The question of trust that each authority answers.
  domains = {
    cluster     = "ca"
    etcd        = "etcd/ca"
    front-proxy = "front-proxy-ca"
  }

  # What the certificates are planned to say. By way of this local Terraform looks at it with the plan; whatever names a
  # resource directly waits until that is applied.
  planned = {
    subjects = { for name, authority in groundup_certificate_authority.this : name => authority.subject_dn }
    members = {
      for name, certificate in groundup_certificate.this : name => {
        subject_dn                = certificate.subject_dn
        subject_alternative_names = certificate.subject_alternative_names
        usages                    = certificate.usages
      }
    }
  }

  api_server_names = concat([var.api_name], keys(var.masters), values(var.masters))
}

data "groundup_trust_matrix" "planned" {
  api_server_names = local.api_server_names
  service_cidrs    = [var.service_cidr]

  dynamic "authority" {
    for_each = local.domains

    content {
      domain     = authority.key
      subject_dn = local.planned.subjects[authority.value]
    }
  }

  dynamic "member" {
    for_each = local.certificates

    content {
      name                      = member.key
      role                      = member.value.role
      node                      = try(member.value.node, null)
      subject_dn                = local.planned.members[member.key].subject_dn
      subject_alternative_names = local.planned.members[member.key].subject_alternative_names
      usages                    = local.planned.members[member.key].usages
    }
  }
}

data "groundup_trust_matrix" "issued" {
  api_server_names = local.api_server_names
  service_cidrs    = [var.service_cidr]

  dynamic "authority" {
    for_each = local.domains

    content {
      domain   = authority.key
      cert_pem = groundup_certificate_authority.this[authority.value].trust_bundle_pem
    }
  }

  dynamic "member" {
    for_each = local.certificates

    content {
      name            = member.key
      role            = member.value.role
      node            = try(member.value.node, null)
      cert_pem        = groundup_certificate.this[member.key].cert_chain_pem
      private_key_pem = groundup_certificate.this[member.key].private_key_pem
    }
  }
}
