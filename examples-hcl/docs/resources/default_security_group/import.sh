# By the id of the group.
terraform import groundup_default_security_group.cluster sg-0123456789abcdef0
