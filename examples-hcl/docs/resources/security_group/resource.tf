resource "groundup_vpc" "cluster" {
  cidr_block = "172.31.0.0/16"
}

# Its rules are resources of their own: nothing is allowed, in or out, that no rule allows.
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

# Its rules are these, and no others: whatever else is allowed, in or out, is revoked.
resource "groundup_security_group" "bastion" {
  name        = "bastion"
  description = "The way to the machines of the cluster"
  vpc_id      = groundup_vpc.cluster.id

  ingress {
    description = "SSH"
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["203.0.113.0/24"]
  }

  egress {
    description     = "SSH to the machines of the cluster"
    protocol        = "tcp"
    from_port       = 22
    to_port         = 22
    security_groups = [groundup_security_group.nodes.id]
  }
}
