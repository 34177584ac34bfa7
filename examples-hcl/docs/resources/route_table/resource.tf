resource "groundup_vpc" "cluster" {
  cidr_block = "172.31.0.0/16"
}

# Its routes are resources of their own: `groundup_route`.
resource "groundup_route_table" "cluster" {
  vpc_id = groundup_vpc.cluster.id

  tags = {
    Name = "cluster"
  }
}
