# Names of machines in this network end in `eu-central-1.compute.internal`.
resource "groundup_vpc_dhcp_options" "cluster" {
  domain_name         = provider::groundup::private_dns_domain("eu-central-1")
  domain_name_servers = ["AmazonProvidedDNS"]

  tags = {
    Name = "cluster"
  }
}
