# By the id of the set of options.
terraform import groundup_vpc_dhcp_options.cluster dopt-0123456789abcdef0
