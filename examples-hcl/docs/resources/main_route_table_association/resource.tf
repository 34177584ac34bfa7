resource "groundup_vpc" "cluster" {
  cidr_block = "172.31.0.0/16"
}

resource "groundup_route_table" "cluster" {
  vpc_id = groundup_vpc.cluster.id
}

# Subnets without an association of their own follow this table. Destroying puts the original one back.
resource "groundup_main_route_table_association" "cluster" {
  vpc_id         = groundup_vpc.cluster.id
  route_table_id = groundup_route_table.cluster.id
}
