# Step 2. Network infrastructure.

locals {
  # `ec2.internal` in us-east-1, in every other region the region's name and `.compute.internal`.
  domain_name = provider::groundup::private_dns_domain(var.region)
}

data "groundup_availability_zones" "available" {
  state = "available"

  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

resource "groundup_vpc" "this" {
  cidr_block           = var.vpc_cidr
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = { Name = var.name }
}

resource "groundup_vpc_dhcp_options" "this" {
  domain_name         = local.domain_name
  domain_name_servers = ["AmazonProvidedDNS"]
  tags                = { Name = var.name }
}

resource "groundup_vpc_dhcp_options_association" "this" {
  vpc_id          = groundup_vpc.this.id
  dhcp_options_id = groundup_vpc_dhcp_options.this.id
}

resource "groundup_subnet" "this" {
  vpc_id     = groundup_vpc.this.id
  cidr_block = var.subnet_cidr
  # Without it AWS throws the dice. As in the tutorial all nodes are in one zone, and fall with it.
  availability_zone = data.groundup_availability_zones.available.names[0]
  tags              = { Name = var.name }
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
  subnet_id      = groundup_subnet.this.id
  route_table_id = groundup_route_table.this.id
}

# What has a public address must be gone before this route and the gateway can go: load balancer and instances depend on it.
resource "groundup_route" "internet" {
  route_table_id         = groundup_route_table.this.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = groundup_internet_gateway.this.id
}

# The pod network, which the tutorial promises and prepares: each worker's pods are reached through the worker.
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

resource "groundup_security_group" "this" {
  name        = var.name
  description = "Kubernetes cluster security group"
  vpc_id      = groundup_vpc.this.id
  tags        = { Name = var.name }
}

locals {
  rules = merge(
    {
      etcd      = { protocol = "tcp", from = 2379, to = 2380, cidr = var.subnet_cidr }
      nodeports = { protocol = "tcp", from = 30000, to = 32767, cidr = var.subnet_cidr }
      icmp      = { protocol = "icmp", from = -1, to = -1, cidr = "0.0.0.0/0" }
      # The tutorial forgot the pods, whose packets arrive with their own addresses.
      pods = { protocol = "-1", from = null, to = null, cidr = var.pod_cidr }
    },
    { for cidr in var.ssh_cidrs : "ssh from ${cidr}" => { protocol = "tcp", from = 22, to = 22, cidr = cidr } },
  )
}

resource "groundup_vpc_security_group_ingress_rule" "this" {
  for_each = local.rules

  security_group_id = groundup_security_group.this.id
  description       = each.key
  ip_protocol       = each.value.protocol
  from_port         = each.value.from
  to_port           = each.value.to
  cidr_ipv4         = each.value.cidr
  tags              = { Name = "${var.name} ${each.key}" }
}

# The tutorial forgot this one too: kubelets on 10250, DNS and whatever else one node has to ask another.
resource "groundup_vpc_security_group_ingress_rule" "nodes" {
  security_group_id            = groundup_security_group.this.id
  description                  = "nodes"
  ip_protocol                  = "-1"
  referenced_security_group_id = groundup_security_group.this.id
  tags                         = { Name = "${var.name} nodes" }
}

resource "groundup_vpc_security_group_egress_rule" "this" {
  security_group_id = groundup_security_group.this.id
  description       = "everywhere"
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
  tags              = { Name = "${var.name} everywhere" }
}
