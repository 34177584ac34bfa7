# By the id of the rule.
terraform import groundup_vpc_security_group_egress_rule.https sgr-0123456789abcdef0
