# By the id of the route table and the destination, joined by `_`.
terraform import groundup_route.internet rtb-0123456789abcdef0_0.0.0.0/0
