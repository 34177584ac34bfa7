resource "groundup_vpc" "cluster" {
  cidr_block           = "172.31.0.0/16"
  enable_dns_hostnames = true

  tags = {
    Name = "cluster"
  }
}
