# How each component finds the API server and proves who it is. The files embed private keys, so they are rendered by a
# function: its result is as ephemeral as its arguments.

locals {
  # By the names of their files.
  kubeconfigs = merge(
    {
      "admin.conf" = { certificate = "admin", user = "kubernetes-admin", server = local.public_server }
    },
    merge([
      for name in keys(local.masters) : {
        for component in ["controller-manager", "scheduler"] : "nodes/${name}/${component}.conf" => {
          certificate = component
          user        = "system:kube-${component}"
          server      = local.local_server
        }
      }
    ]...),
    merge([
      for name in keys(local.workers) : {
        "nodes/${name}/kubelet.conf" = {
          certificate = "${name}/kubelet"
          user        = "system:node:${local.host_names[name]}"
          server      = local.public_server
        }
        "nodes/${name}/kube-proxy.conf" = {
          certificate = "kube-proxy"
          user        = "system:kube-proxy"
          server      = local.public_server
        }
      }
    ]...),
  )
}

resource "groundup_file" "kubeconfig" {
  for_each = local.kubeconfigs

  filename = "${local.output_directory}/${each.key}"
  content_wo = provider::groundup::kubeconfig({
    cluster_name              = var.name
    server                    = each.value.server
    certificate_authority_pem = groundup_certificate_authority.this["kubernetes"].trust_bundle_pem
    user                      = each.value.user
    client_certificate_pem    = groundup_certificate.this[each.value.certificate].cert_pem
    client_key_pem            = ephemeral.groundup_private_key.certificate[each.value.certificate].private_key_pem
  })
}
