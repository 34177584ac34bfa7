resource "groundup_vpc" "cluster" {
  cidr_block = "172.31.0.0/16"
}

resource "groundup_subnet" "cluster" {
  vpc_id     = groundup_vpc.cluster.id
  cidr_block = "172.31.0.0/24"
}

resource "groundup_route_table" "cluster" {
  vpc_id = groundup_vpc.cluster.id
}

resource "groundup_route_table_association" "cluster" {
  subnet_id      = groundup_subnet.cluster.id
  route_table_id = groundup_route_table.cluster.id
}
