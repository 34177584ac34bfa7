# Step 2, continued. The load balancer in front of the API servers.

# A load balancer of its own group: the masters then take API calls from it alone, not from the whole world.
resource "groundup_security_group" "load_balancer" {
  name        = "${var.name}-api"
  description = "Kubernetes API load balancer security group"
  vpc_id      = groundup_vpc.this.id
  tags        = { Name = "${var.name}-api" }
}

resource "groundup_vpc_security_group_ingress_rule" "load_balancer" {
  for_each = var.api_cidrs

  security_group_id = groundup_security_group.load_balancer.id
  description       = "api from ${each.key}"
  ip_protocol       = "tcp"
  from_port         = 6443
  to_port           = 6443
  cidr_ipv4         = each.key
}

resource "groundup_vpc_security_group_egress_rule" "load_balancer" {
  security_group_id            = groundup_security_group.load_balancer.id
  description                  = "api"
  ip_protocol                  = "tcp"
  from_port                    = 6443
  to_port                      = 6443
  referenced_security_group_id = groundup_security_group.this.id
}

resource "groundup_vpc_security_group_ingress_rule" "api" {
  security_group_id            = groundup_security_group.this.id
  description                  = "api"
  ip_protocol                  = "tcp"
  from_port                    = 6443
  to_port                      = 6443
  referenced_security_group_id = groundup_security_group.load_balancer.id
  tags                         = { Name = "${var.name} api" }
}

resource "groundup_nlb" "this" {
  name            = var.name
  internal        = false
  subnets         = [groundup_subnet.this.id]
  security_groups = [groundup_security_group.load_balancer.id]
  tags            = { Name = var.name }

  depends_on = [groundup_route.internet]
}

resource "groundup_nlb_target_group" "this" {
  name                 = var.name
  protocol             = "TCP"
  port                 = 6443
  vpc_id               = groundup_vpc.this.id
  target_type          = "ip"
  deregistration_delay = 30
  tags                 = { Name = var.name }

  # With the tutorial's check of the port alone, an API server that is up but of no use gets its share of calls.
  health_check {
    protocol = "HTTPS"
    path     = "/readyz"
    matcher  = "200-399"
    interval = 10
    timeout  = 10
  }
}

# As in the tutorial, addresses are registered before there are machines.
resource "groundup_nlb_target_group_attachment" "master" {
  for_each = local.masters

  target_group_arn = groundup_nlb_target_group.this.arn
  target_id        = each.value.ip
}

resource "groundup_nlb_listener" "this" {
  load_balancer_arn = groundup_nlb.this.arn
  protocol          = "TCP"
  port              = 6443

  default_action {
    type             = "forward"
    target_group_arn = groundup_nlb_target_group.this.arn
  }
}
