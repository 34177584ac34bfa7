resource "groundup_vpc" "cluster" {
  cidr_block = "172.31.0.0/16"
}

# Its rules are resources of their own. Nothing is allowed, in or out, that no rule allows.
resource "groundup_security_group" "nodes" {
  name        = "nodes"
  description = "Machines of the cluster"
  vpc_id      = groundup_vpc.cluster.id
}

resource "groundup_vpc_security_group_egress_rule" "everywhere" {
  security_group_id = groundup_security_group.nodes.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}
