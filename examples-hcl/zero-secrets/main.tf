# The tutorial's cluster without a secret in state, plan or logs.
#
# Every private key follows from one seed of 32 bytes, which Terraform is told at each run and writes nowhere:
#
#   export TF_VAR_pki_seed="$(openssl rand -base64 32)"   # once; keep it in a secrets manager, and read it from there
#   terraform apply
#
# State holds certificates, public keys, and hashes of the files with private keys. With state and seed, any machine plans
# the same. Keys can be replaced, but not brought back: keep the seed as long as anything depends on it, encrypted objects
# in etcd and their backups too. Whoever has it has the cluster.

terraform {
  required_version = ">= 1.11"

  required_providers {
    groundup = {
      source = "k8s-groundup/groundup"
    }
  }
}

provider "groundup" {
  region            = var.region
  pki_seed          = var.pki_seed
  previous_pki_seed = var.previous_pki_seed

  default_tags {
    tags = {
      Cluster = var.name
    }
  }
}

module "cluster" {
  source = "../modules/cluster"

  name             = var.name
  admin_cidrs      = var.admin_cidrs
  ssh_public_key   = var.ssh_public_key
  output_directory = var.output_directory

  # Replacing keys takes several applies, of which each leaves everybody working: see the module's README.md.
  # authorities       = { kubernetes = { signing_generation = 1, trusted_generations = [1, 2] } }
  # encryption_keys   = [{ name = "key1", generation = 1 }, { name = "key2", generation = 2 }]
  # rewritten_through = 2
}
