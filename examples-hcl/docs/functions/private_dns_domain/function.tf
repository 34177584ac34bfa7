locals {
  # eu-central-1.compute.internal
  domain_name = provider::groundup::private_dns_domain("eu-central-1")
}
