# The key follows from the provider's seed and is stored nowhere. It is replaced by three changes, each applied by itself:
# trust a new generation as well, let it sign, and trust it alone.
resource "groundup_certificate_authority" "kubernetes" {
  key                 = { derive = { label = "prod/ca" } }
  signing_generation  = 1
  trusted_generations = [1, 2]
  validity            = "10y"
  early_renewal       = "33%"

  subject {
    common_name = "kubernetes-ca"
  }
}

# What stands below follows the generation that signs.
resource "groundup_certificate" "scheduler" {
  role        = "scheduler"
  key         = { derive = { label = "prod/scheduler" } }
  ca_cert_pem = groundup_certificate_authority.kubernetes.cert_pem
  ca_key = {
    derive = {
      label      = "prod/ca"
      generation = groundup_certificate_authority.kubernetes.signing_generation
    }
  }
}

# Whoever verifies trusts every generation that may sign, now and after the next step.
resource "groundup_file" "ca" {
  filename        = "ca.crt"
  content         = groundup_certificate_authority.kubernetes.trust_bundle_pem
  file_permission = "0644"
}
