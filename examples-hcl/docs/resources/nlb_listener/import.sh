# By the ARN of the listener.
terraform import groundup_nlb_listener.api arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/net/api/0123456789abcdef/fedcba9876543210
