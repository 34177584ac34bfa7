terraform {
  required_providers {
    groundup = {
      source = "k8s-groundup/groundup"
    }
  }
}

# Credentials come from the places where all AWS tools find them: environment, shared files, roles.
provider "groundup" {
  region   = "eu-central-1"
  pki_seed = var.pki_seed

  default_tags {
    tags = {
      Cluster = "example"
    }
  }
}

# Ephemeral, so that the seed is in no plan.
variable "pki_seed" {
  description = "What keys are derived from: 32 random bytes in base64."
  type        = string
  sensitive   = true
  ephemeral   = true
}
