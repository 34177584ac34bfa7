# By the id of the VPC.
terraform import groundup_vpc.cluster vpc-0123456789abcdef0
