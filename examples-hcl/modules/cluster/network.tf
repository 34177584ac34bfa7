# A VPC with a public subnet in each zone, all with one route table.

locals {
  tags        = merge(var.tags, { Name = var.name })
  domain_name = provider::groundup::private_dns_domain(data.groundup_availability_zones.available.id)

  # By their position, because node addresses are counted by it.
  subnets = {
    for index, cidr in var.subnet_cidrs : tostring(index) => {
      cidr = cidr
      zone = data.groundup_availability_zones.available.names[index]
    }
  }
}

data "groundup_availability_zones" "available" {
  state = "available"

  # Local Zones and Wavelength Zones are zones too, and not meant.
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }

  lifecycle {
    postcondition {
      condition     = length(self.names) >= length(var.subnet_cidrs)
      error_message = "The region has ${length(self.names)} availability zones, and subnet_cidrs asks for ${length(var.subnet_cidrs)}."
    }
  }
}

resource "groundup_vpc" "this" {
  cidr_block           = var.vpc_cidr
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = local.tags
}

resource "groundup_vpc_dhcp_options" "this" {
  domain_name         = local.domain_name
  domain_name_servers = ["AmazonProvidedDNS"]
  tags                = local.tags
}

resource "groundup_vpc_dhcp_options_association" "this" {
  vpc_id          = groundup_vpc.this.id
  dhcp_options_id = groundup_vpc_dhcp_options.this.id
}

resource "groundup_subnet" "this" {
  for_each = local.subnets

  vpc_id            = groundup_vpc.this.id
  availability_zone = each.value.zone
  cidr_block        = each.value.cidr
  tags              = merge(local.tags, { Name = "${var.name}-${each.key}" })
}

resource "groundup_internet_gateway" "this" {
  vpc_id = groundup_vpc.this.id
  tags   = local.tags
}

resource "groundup_route_table" "this" {
  vpc_id = groundup_vpc.this.id
  tags   = local.tags
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

# Each worker's pods are reached through the worker.
resource "groundup_route" "pods" {
  for_each = local.workers

  route_table_id         = groundup_route_table.this.id
  destination_cidr_block = each.value.pod_cidr
  network_interface_id   = groundup_instance.node[each.key].primary_network_interface_id
}
