resource "groundup_vpc" "cluster" {
  cidr_block = "172.31.0.0/16"
}

resource "groundup_security_group" "nodes" {
  name   = "nodes"
  vpc_id = groundup_vpc.cluster.id
}

resource "groundup_vpc_security_group_ingress_rule" "ssh" {
  security_group_id = groundup_security_group.nodes.id
  description       = "SSH from the office"
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_ipv4         = "203.0.113.0/24"
}

# Machines of the group reach each other on every port.
resource "groundup_vpc_security_group_ingress_rule" "nodes" {
  security_group_id            = groundup_security_group.nodes.id
  ip_protocol                  = "-1"
  referenced_security_group_id = groundup_security_group.nodes.id
}
