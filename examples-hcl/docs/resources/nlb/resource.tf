resource "groundup_vpc" "cluster" {
  cidr_block = "172.31.0.0/16"
}

resource "groundup_subnet" "cluster" {
  vpc_id     = groundup_vpc.cluster.id
  cidr_block = "172.31.0.0/24"
}

resource "groundup_internet_gateway" "cluster" {
  vpc_id = groundup_vpc.cluster.id
}

# Without `internal` it gets public addresses, for which the VPC needs a gateway.
resource "groundup_nlb" "api" {
  name    = "api"
  subnets = [groundup_subnet.cluster.id]

  tags = {
    Name = "api"
  }

  depends_on = [groundup_internet_gateway.cluster]
}
