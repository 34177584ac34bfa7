# Who may talk to whom: the administrators to the nodes by SSH, they and the nodes to the load balancer, the load balancer
# to the API servers, and the nodes and their pods to each other. Nobody else.

# Nothing uses the group that every VPC comes with, so nothing is let through it.
resource "groundup_default_security_group" "this" {
  vpc_id = groundup_vpc.this.id
  tags   = merge(local.tags, { Name = "${var.name}-default" })
}

resource "groundup_security_group" "node" {
  name        = "${var.name}-node"
  description = "Nodes of ${var.name}"
  vpc_id      = groundup_vpc.this.id
  tags        = merge(local.tags, { Name = "${var.name}-node" })
}

resource "groundup_vpc_security_group_ingress_rule" "node" {
  security_group_id            = groundup_security_group.node.id
  description                  = "nodes"
  ip_protocol                  = "-1"
  referenced_security_group_id = groundup_security_group.node.id
  tags                         = local.tags
}

# Packets of pods keep their own addresses, which are in no group.
resource "groundup_vpc_security_group_ingress_rule" "pod" {
  security_group_id = groundup_security_group.node.id
  description       = "pods"
  ip_protocol       = "-1"
  cidr_ipv4         = var.pod_cidr
  tags              = local.tags
}

resource "groundup_vpc_security_group_ingress_rule" "ssh" {
  for_each = var.admin_cidrs

  security_group_id = groundup_security_group.node.id
  description       = "ssh from ${each.key}"
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_ipv4         = each.key
  tags              = local.tags
}

resource "groundup_vpc_security_group_ingress_rule" "api" {
  security_group_id            = groundup_security_group.node.id
  description                  = "api and its health checks"
  ip_protocol                  = "tcp"
  from_port                    = 6443
  to_port                      = 6443
  referenced_security_group_id = groundup_security_group.load_balancer.id
  tags                         = local.tags
}

resource "groundup_vpc_security_group_egress_rule" "node" {
  security_group_id = groundup_security_group.node.id
  description       = "everywhere"
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
  tags              = local.tags
}

resource "groundup_security_group" "load_balancer" {
  name        = "${var.name}-api"
  description = "Load balancer of ${var.name}"
  vpc_id      = groundup_vpc.this.id
  tags        = merge(local.tags, { Name = "${var.name}-api" })
}

resource "groundup_vpc_security_group_ingress_rule" "load_balancer" {
  # The load balancer's addresses are public, so nodes come to it from their public ones.
  for_each = merge(
    { for cidr in setunion(var.admin_cidrs, var.api_cidrs) : cidr => cidr },
    { for name, node in groundup_instance.node : name => "${node.public_ip}/32" },
  )

  security_group_id = groundup_security_group.load_balancer.id
  description       = "api from ${each.key}"
  ip_protocol       = "tcp"
  from_port         = 6443
  to_port           = 6443
  cidr_ipv4         = each.value
  tags              = local.tags
}

resource "groundup_vpc_security_group_egress_rule" "load_balancer" {
  security_group_id            = groundup_security_group.load_balancer.id
  description                  = "api and its health checks"
  ip_protocol                  = "tcp"
  from_port                    = 6443
  to_port                      = 6443
  referenced_security_group_id = groundup_security_group.node.id
  tags                         = local.tags
}
