# By the id of the rule.
terraform import groundup_vpc_security_group_ingress_rule.ssh sgr-0123456789abcdef0
