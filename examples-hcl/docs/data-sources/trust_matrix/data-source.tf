resource "groundup_certificate_authority" "cluster" {
  subject {
    common_name = "cluster"
  }
}

resource "groundup_certificate" "these" {
  for_each = {
    apiserver = { dns_names = ["api.example.com"], service_cidrs = ["10.32.0.0/24"] }
    admin     = {}
    scheduler = {}
  }

  ca_cert_pem        = groundup_certificate_authority.cluster.cert_pem
  ca_private_key_pem = groundup_certificate_authority.cluster.private_key_pem
  role               = each.key
  dns_names          = try(each.value.dns_names, null)
  service_cidrs      = try(each.value.service_cidrs, null)
}

# What names a resource itself, Terraform reads when the resource has been applied; what names a local, with the plan.
locals {
  planned = {
    for name, certificate in groundup_certificate.these : name => {
      subject_dn                = certificate.subject_dn
      subject_alternative_names = certificate.subject_alternative_names
      usages                    = certificate.usages
    }
  }
}

# Before any certificate exists: who will be able to talk to whom?
data "groundup_trust_matrix" "planned" {
  api_server_names = ["api.example.com"]
  service_cidrs    = ["10.32.0.0/24"]

  dynamic "member" {
    for_each = local.planned

    content {
      role                      = member.key
      subject_dn                = member.value.subject_dn
      subject_alternative_names = member.value.subject_alternative_names
      usages                    = member.value.usages
    }
  }
}

output "trust_matrix" {
  value = data.groundup_trust_matrix.planned.table
}
