# By the id of the gateway.
terraform import groundup_internet_gateway.cluster igw-0123456789abcdef0
