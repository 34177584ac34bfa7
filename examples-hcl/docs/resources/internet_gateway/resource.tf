resource "groundup_vpc" "cluster" {
  cidr_block = "172.31.0.0/16"
}

resource "groundup_internet_gateway" "cluster" {
  vpc_id = groundup_vpc.cluster.id

  tags = {
    Name = "cluster"
  }
}
