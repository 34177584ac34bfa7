# By the ARN of the target group and the target, and its port and zone where they are set, joined by commas.
terraform import 'groundup_nlb_target_group_attachment.master["172.31.0.10"]' arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/api/0123456789abcdef,172.31.0.10
