# Step 6. How each component finds the API server and proves who it is.

locals {
  public_server = "https://${groundup_nlb.this.dns_name}:6443"
  # What runs on a master asks the API server beside it.
  local_server = "https://127.0.0.1:6443"

  # By the names of their files, which are those of the certificates too.
  kubeconfigs = merge(
    {
      kube-proxy              = { server = local.public_server, user = "system:kube-proxy", context = "default" }
      kube-controller-manager = { server = local.local_server, user = "system:kube-controller-manager", context = "default" }
      kube-scheduler          = { server = local.local_server, user = "system:kube-scheduler", context = "default" }
      # People have several clusters, and of two contexts `default` kubectl sees one: this one has a name of its own.
      admin = { server = local.public_server, user = "admin", context = "admin@${var.name}" }
    },
    {
      for name, worker in local.workers : name => {
        server  = local.public_server
        user    = "system:node:${worker.host_name}"
        context = "default"
      }
    },
  )
}

resource "groundup_kubeconfig" "this" {
  for_each = local.kubeconfigs

  cluster_name              = var.name
  server                    = each.value.server
  certificate_authority_pem = groundup_certificate_authority.this.cert_pem
  user                      = each.value.user
  client_certificate_pem    = groundup_certificate.this[each.key].cert_pem
  client_key_pem            = groundup_certificate.this[each.key].private_key_pem
  context_name              = each.value.context
}
