# A subnet in each zone, all with one route table.

data "groundup_availability_zones" "available" {
  state = "available"

  # Local Zones and Wavelength Zones are zones too, and not meant.
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

locals {
  zones = {
    for index, name in slice(data.groundup_availability_zones.available.names, 0, var.zone_count) : name => {
      cidr     = cidrsubnet(var.vpc_cidr, 8, index)
      pod_cidr = cidrsubnet(var.pod_cidr, 8, index)
    }
  }
}

resource "groundup_vpc" "this" {
  cidr_block           = var.vpc_cidr
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = { Name = var.name }
}

resource "groundup_subnet" "this" {
  for_each = local.zones

  vpc_id            = groundup_vpc.this.id
  availability_zone = each.key
  cidr_block        = each.value.cidr
  tags              = { Name = "${var.name}-${each.key}" }
}

resource "groundup_internet_gateway" "this" {
  vpc_id = groundup_vpc.this.id
  tags   = { Name = var.name }
}

resource "groundup_route_table" "this" {
  vpc_id = groundup_vpc.this.id
  tags   = { Name = var.name }
}

resource "groundup_route_table_association" "this" {
  for_each = groundup_subnet.this

  subnet_id      = each.value.id
  route_table_id = groundup_route_table.this.id
}

# What has a public address must be gone before this route and the gateway can go: load balancer and nodes depend on it.
resource "groundup_route" "internet" {
  route_table_id         = groundup_route_table.this.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = groundup_internet_gateway.this.id
}

# Each worker's pods are reached through the worker, from every zone.
resource "groundup_route" "pods" {
  for_each = local.workers

  route_table_id         = groundup_route_table.this.id
  destination_cidr_block = each.value.pod_cidr
  network_interface_id   = groundup_instance.node[each.key].primary_network_interface_id
}

# Nothing uses the group that every VPC comes with, so nothing is let through it.
resource "groundup_default_security_group" "this" {
  vpc_id = groundup_vpc.this.id
  tags   = { Name = "${var.name}-default" }
}

resource "groundup_security_group" "node" {
  name        = "${var.name}-node"
  description = "Nodes of ${var.name}"
  vpc_id      = groundup_vpc.this.id
  tags        = { Name = "${var.name}-node" }
}

resource "groundup_vpc_security_group_ingress_rule" "node" {
  security_group_id            = groundup_security_group.node.id
  description                  = "nodes"
  ip_protocol                  = "-1"
  referenced_security_group_id = groundup_security_group.node.id
}

# Packets of pods keep their own addresses, which are in no group.
resource "groundup_vpc_security_group_ingress_rule" "pod" {
  security_group_id = groundup_security_group.node.id
  description       = "pods"
  ip_protocol       = "-1"
  cidr_ipv4         = var.pod_cidr
}

resource "groundup_vpc_security_group_ingress_rule" "ssh" {
  for_each = var.admin_cidrs

  security_group_id = groundup_security_group.node.id
  description       = "ssh"
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_ipv4         = each.key
}

resource "groundup_vpc_security_group_ingress_rule" "api" {
  security_group_id            = groundup_security_group.node.id
  description                  = "api and its health checks"
  ip_protocol                  = "tcp"
  from_port                    = 6443
  to_port                      = 6443
  referenced_security_group_id = groundup_security_group.load_balancer.id
}

resource "groundup_vpc_security_group_egress_rule" "node" {
  security_group_id = groundup_security_group.node.id
  description       = "everywhere"
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}
