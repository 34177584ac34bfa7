terraform {
  required_version = ">= 1.8"

  required_providers {
    groundup = {
      source = "k8s-groundup/groundup"
    }
  }
}
