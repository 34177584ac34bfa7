# By the ARN of the target group.
terraform import groundup_nlb_target_group.api arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/api/0123456789abcdef
