resource "groundup_vpc" "cluster" {
  cidr_block = "172.31.0.0/16"
}

resource "groundup_internet_gateway" "cluster" {
  vpc_id = groundup_vpc.cluster.id
}

resource "groundup_route_table" "cluster" {
  vpc_id = groundup_vpc.cluster.id
}

resource "groundup_route" "internet" {
  route_table_id         = groundup_route_table.cluster.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = groundup_internet_gateway.cluster.id
}
