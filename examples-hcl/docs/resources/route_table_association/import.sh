# By the ids of the subnet (or gateway) and of the route table, joined by `/`.
terraform import groundup_route_table_association.cluster subnet-0123456789abcdef0/rtb-0123456789abcdef0
