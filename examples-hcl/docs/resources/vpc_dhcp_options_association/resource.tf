resource "groundup_vpc" "cluster" {
  cidr_block = "172.31.0.0/16"
}

resource "groundup_vpc_dhcp_options" "cluster" {
  domain_name         = "cluster.internal"
  domain_name_servers = ["AmazonProvidedDNS"]
}

resource "groundup_vpc_dhcp_options_association" "cluster" {
  vpc_id          = groundup_vpc.cluster.id
  dhcp_options_id = groundup_vpc_dhcp_options.cluster.id
}
