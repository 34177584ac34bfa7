locals {
  # ip-172-31-0-20
  node_name = provider::groundup::cidr_host_name("172.31.0.20")
}
