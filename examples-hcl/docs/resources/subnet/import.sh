# By the id of the subnet.
terraform import 'groundup_subnet.cluster[0]' subnet-0123456789abcdef0
