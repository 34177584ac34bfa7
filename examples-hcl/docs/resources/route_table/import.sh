# By the id of the route table.
terraform import groundup_route_table.cluster rtb-0123456789abcdef0
