# Who asks the API server, who asks etcd and who speaks for others are three questions, so there are three authorities.
# Their keys follow from the seed whenever something is to be signed, and are never on a node.

locals {
  authorities = {
    for name, authority in {
      kubernetes  = { path = "ca", common_name = "kubernetes-ca" }
      etcd        = { path = "etcd/ca", common_name = "etcd-ca" }
      front-proxy = { path = "front-proxy-ca", common_name = "kubernetes-front-proxy-ca" }
      } : name => merge(authority, lookup(var.authorities, name, { signing_generation = 1, trusted_generations = [1] }), {
        label = "${var.name}/${authority.path}"
    })
  }

  # Each generation of the key for tokens has a public half, by which API servers know the tokens that it has signed.
  service_account_label = "${var.name}/sa"
}

resource "groundup_certificate_authority" "this" {
  for_each = local.authorities

  key = {
    derive = {
      label      = each.value.label
      generation = each.value.signing_generation
    }
  }
  trusted_generations = each.value.trusted_generations

  validity      = var.authority_validity
  early_renewal = var.authority_early_renewal

  subject {
    common_name = each.value.common_name
  }
}

# Tokens are signed with a key alone: a certificate of it would only be mistaken for somebody.
resource "groundup_private_key" "service_account" {
  for_each = { for generation in var.service_account.trusted_generations : tostring(generation) => generation }

  algorithm = "ECDSA"
  derive = {
    label      = local.service_account_label
    generation = each.value
  }
}

ephemeral "groundup_private_key" "service_account" {
  algorithm      = "ECDSA"
  public_key_pem = groundup_private_key.service_account[tostring(var.service_account.signing_generation)].public_key_pem
  derive = {
    label      = local.service_account_label
    generation = var.service_account.signing_generation
  }
}
