terraform {
  # Ephemeral resources and write-only arguments.
  required_version = ">= 1.11"

  required_providers {
    groundup = {
      source = "k8s-groundup/groundup"
    }
  }
}
