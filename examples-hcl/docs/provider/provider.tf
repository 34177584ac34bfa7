terraform {
  required_providers {
    groundup = {
      source = "k8s-groundup/groundup"
    }
  }
}

# Credentials come from the places where all AWS tools find them: environment, shared files, roles.
provider "groundup" {
  region = "eu-central-1"

  default_tags {
    tags = {
      Cluster = "example"
    }
  }
}
