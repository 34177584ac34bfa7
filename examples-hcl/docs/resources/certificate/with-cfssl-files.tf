# Files of cfssl are read as they stand.
resource "groundup_certificate" "from_cfssl" {
  ca_cert_pem        = groundup_certificate_authority.cluster.cert_pem
  ca_private_key_pem = groundup_certificate_authority.cluster.private_key_pem

  csr_json = jsonencode({
    CN    = "system:kube-proxy"
    key   = { algo = "rsa", size = 2048 }
    names = [{ C = "GB", L = "London", O = "system:node-proxier" }]
  })

  profile_json = jsonencode({
    signing = {
      default = { expiry = "8760h" }
      profiles = {
        kubernetes = {
          usages = ["signing", "key encipherment", "server auth", "client auth"]
          expiry = "8760h"
        }
      }
    }
  })
  profile_name = "kubernetes"
}
