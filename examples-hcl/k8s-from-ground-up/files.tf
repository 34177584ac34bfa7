# Step 5, and the ends of steps 6 and 7: which file belongs where. One folder for each machine, ready to be copied.

locals {
  # All files, by their names in the tutorial.
  contents = merge(
    { for name, kubeconfig in groundup_kubeconfig.this : "${name}.kubeconfig" => kubeconfig.content },
    {
      "encryption-config.yaml" = groundup_encryption_config.this.content
      "${var.name}.id_rsa"     = groundup_private_key.ssh.private_key_pem
    },
    [
      for name, certificate in merge({ ca = groundup_certificate_authority.this }, groundup_certificate.this) : {
        "${name}.pem"     = certificate.cert_pem
        "${name}-key.pem" = certificate.private_key_pem
        "${name}.csr"     = certificate.cert_request_pem
      }
    ]...
  )

  names_of_certificates = concat(["ca"], keys(local.certificates))

  folders = merge(
    {
      ssh = ["${var.name}.id_rsa"]
      ca-authority = concat(
        flatten([for name in local.names_of_certificates : ["${name}.pem", "${name}-key.pem", "${name}.csr"]]),
        [for name in keys(local.kubeconfigs) : "${name}.kubeconfig"],
        ["encryption-config.yaml"],
      )
    },
    {
      for name in keys(local.workers) : "nodes/${name}" => [
        "ca.pem",
        "${name}.pem",
        "${name}-key.pem",
        "${name}.kubeconfig",
        "kube-proxy.kubeconfig",
      ]
    },
    {
      # The tutorial adds `ca-key.pem` and `admin.kubeconfig`: who then breaks into one master owns the cluster for ever.
      for name in keys(local.masters) : "nodes/${name}" => [
        "ca.pem",
        "master-kubernetes.pem",
        "master-kubernetes-key.pem",
        "service-account.pem",
        "service-account-key.pem",
        "kube-controller-manager.kubeconfig",
        "kube-scheduler.kubeconfig",
        "encryption-config.yaml",
      ]
    },
  )
}

resource "groundup_file" "this" {
  for_each = merge([
    for folder, names in local.folders : { for name in names : "${folder}/${name}" => name }
  ]...)

  filename = "${var.output_directory}/${each.key}"
  content  = local.contents[each.value]

  # Certificates and requests for certificates are for everyone, all else for its owner.
  file_permission = (
    endswith(each.value, ".csr") || endswith(each.value, ".pem") && !endswith(each.value, "-key.pem") ? "0644" : "0600"
  )
}
