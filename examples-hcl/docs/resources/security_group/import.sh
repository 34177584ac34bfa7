# By the id of the group.
terraform import groundup_security_group.nodes sg-0123456789abcdef0
