# Which file belongs where: one folder for each node, of what belongs below its /etc/kubernetes. kubeconfigs and the
# encryption config are in files of their own. Keys of authorities are nowhere.

locals {
  output_directory = coalesce(var.output_directory, "${path.root}/${var.name}")

  # By their places without the ending: certificates with a key.
  pairs = merge(
    merge([
      for name in keys(local.masters) : {
        for place, certificate in {
          "apiserver"                = "apiserver"
          "apiserver-kubelet-client" = "apiserver-kubelet-client"
          "apiserver-etcd-client"    = "apiserver-etcd-client"
          "front-proxy-client"       = "front-proxy-client"
          "etcd/server"              = "${name}/etcd-server"
          "etcd/peer"                = "${name}/etcd-peer"
          "etcd/healthcheck-client"  = "etcd/healthcheck-client"
        } : "nodes/${name}/pki/${place}" => certificate
      }
    ]...),
    { for name in keys(local.workers) : "nodes/${name}/pki/kubelet" => "${name}/kubelet" },
  )

  # By their places: what is trusted, and in whose name.
  trusted = merge(
    merge([
      for name in keys(local.masters) : {
        for key, authority in local.authorities : "nodes/${name}/pki/${authority.path}.crt" => key
      }
    ]...),
    { for name in keys(local.workers) : "nodes/${name}/pki/ca.crt" => "kubernetes" },
  )
}

resource "groundup_file" "trusted" {
  for_each = local.trusted

  filename        = "${local.output_directory}/${each.key}"
  content         = groundup_certificate_authority.this[each.value].trust_bundle_pem
  file_permission = "0644"
}

resource "groundup_file" "certificate" {
  for_each = local.pairs

  filename        = "${local.output_directory}/${each.key}.crt"
  content         = groundup_certificate.this[each.value].cert_pem
  file_permission = "0644"
}

resource "groundup_file" "private_key" {
  for_each = local.pairs

  filename   = "${local.output_directory}/${each.key}.key"
  content_wo = ephemeral.groundup_private_key.certificate[each.value].private_key_pem
}

# API servers know tokens by any of these keys; new ones are signed with one.
resource "groundup_file" "service_account_public_keys" {
  for_each = local.masters

  filename = "${local.output_directory}/nodes/${each.key}/pki/sa.pub"
  content = join("", [
    for generation in var.service_account.trusted_generations : groundup_private_key.service_account[tostring(generation)].public_key_pem
  ])
  file_permission = "0644"
}

resource "groundup_file" "service_account_private_key" {
  for_each = local.masters

  filename   = "${local.output_directory}/nodes/${each.key}/pki/sa.key"
  content_wo = ephemeral.groundup_private_key.service_account.private_key_pem
}

resource "groundup_file" "extra" {
  for_each = var.extra_secret_files

  filename   = "${local.output_directory}/${each.key}"
  content_wo = var.extra_secret_file_contents[each.key]
}
