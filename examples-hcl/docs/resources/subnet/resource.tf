data "groundup_availability_zones" "available" {
  state = "available"
}

resource "groundup_vpc" "cluster" {
  cidr_block = "172.31.0.0/16"
}

# One subnet in each of three zones: 172.31.0.0/24, 172.31.1.0/24, 172.31.2.0/24.
resource "groundup_subnet" "cluster" {
  count = 3

  vpc_id            = groundup_vpc.cluster.id
  cidr_block        = cidrsubnet(groundup_vpc.cluster.cidr_block, 8, count.index)
  availability_zone = data.groundup_availability_zones.available.names[count.index]

  tags = {
    Name = "cluster-${count.index}"
  }
}
