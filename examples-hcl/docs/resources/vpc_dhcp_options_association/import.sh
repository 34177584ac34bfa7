# By the id of the VPC.
terraform import groundup_vpc_dhcp_options_association.cluster vpc-0123456789abcdef0
