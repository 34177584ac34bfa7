resource "groundup_vpc" "cluster" {
  cidr_block = "172.31.0.0/16"
}

resource "groundup_security_group" "nodes" {
  name   = "nodes"
  vpc_id = groundup_vpc.cluster.id
}

resource "groundup_vpc_security_group_egress_rule" "https" {
  security_group_id = groundup_security_group.nodes.id
  description       = "HTTPS everywhere"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}
