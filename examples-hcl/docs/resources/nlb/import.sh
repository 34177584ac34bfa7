# By the ARN of the load balancer.
terraform import groundup_nlb.api arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/net/api/0123456789abcdef
