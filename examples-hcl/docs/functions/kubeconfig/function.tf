variable "ca_cert_pem" {
  type = string
}

variable "admin_cert_pem" {
  type = string
}

ephemeral "groundup_private_key" "admin" {
  derive = {
    label = "prod/admin"
  }
}

# The private key is in the file alone: neither plan nor state holds it.
resource "groundup_file" "admin" {
  filename = "admin.kubeconfig"
  content_wo = provider::groundup::kubeconfig({
    cluster_name              = "prod"
    server                    = "https://api.example.com:6443"
    certificate_authority_pem = var.ca_cert_pem
    user                      = "admin"
    client_certificate_pem    = var.admin_cert_pem
    client_key_pem            = ephemeral.groundup_private_key.admin.private_key_pem
  })
}
