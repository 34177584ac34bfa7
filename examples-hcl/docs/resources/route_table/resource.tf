resource "groundup_vpc" "cluster" {
  cidr_block = "172.31.0.0/16"
}

resource "groundup_internet_gateway" "cluster" {
  vpc_id = groundup_vpc.cluster.id
}

# Its routes are resources of their own: `groundup_route`.
resource "groundup_route_table" "cluster" {
  vpc_id = groundup_vpc.cluster.id

  tags = {
    Name = "cluster"
  }
}

# Its routes are these, and no others.
resource "groundup_route_table" "public" {
  vpc_id = groundup_vpc.cluster.id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = groundup_internet_gateway.cluster.id
  }
}
