# One name for the API servers of all zones.

resource "groundup_security_group" "load_balancer" {
  name        = "${var.name}-api"
  description = "Load balancer of ${var.name}"
  vpc_id      = groundup_vpc.this.id
  tags        = { Name = "${var.name}-api" }
}

locals {
  # The load balancer's addresses are public, so nodes come to it from their public ones.
  clients = merge(
    { for cidr in var.admin_cidrs : "admin ${cidr}" => cidr },
    { for name in keys(local.nodes) : name => "${groundup_instance.node[name].public_ip}/32" },
  )
}

resource "groundup_vpc_security_group_ingress_rule" "load_balancer" {
  for_each = local.clients

  security_group_id = groundup_security_group.load_balancer.id
  description       = "api from ${each.key}"
  ip_protocol       = "tcp"
  from_port         = 6443
  to_port           = 6443
  cidr_ipv4         = each.value
}

resource "groundup_vpc_security_group_egress_rule" "load_balancer" {
  security_group_id            = groundup_security_group.load_balancer.id
  description                  = "api and its health checks"
  ip_protocol                  = "tcp"
  from_port                    = 6443
  to_port                      = 6443
  referenced_security_group_id = groundup_security_group.node.id
}

resource "groundup_nlb" "this" {
  name            = var.name
  subnets         = [for subnet in groundup_subnet.this : subnet.id]
  security_groups = [groundup_security_group.load_balancer.id]
  tags            = { Name = var.name }

  # A client that still holds the address of a zone without a working master is served by another one.
  enable_cross_zone_load_balancing = true

  depends_on = [groundup_route.internet, groundup_route_table_association.this]
}

resource "groundup_nlb_target_group" "this" {
  name_prefix = "${var.name}-"
  protocol    = "TCP"
  port        = 6443
  vpc_id      = groundup_vpc.this.id
  # Masters call the API server through the load balancer too, which targets of the type `instance` cannot.
  target_type          = "ip"
  deregistration_delay = 30
  tags                 = { Name = var.name }

  # Of an API server that listens but is of no use, a check of the port alone would know nothing.
  health_check {
    protocol = "HTTPS"
    path     = "/readyz"
    matcher  = "200-399"
    interval = 10
  }

  # The listener uses it: the next one has to be there before this one can go.
  lifecycle {
    create_before_destroy = true
  }
}

resource "groundup_nlb_target_group_attachment" "master" {
  for_each = local.masters

  target_group_arn = groundup_nlb_target_group.this.arn
  target_id        = groundup_instance.node[each.key].private_ip
}

resource "groundup_nlb_listener" "this" {
  load_balancer_arn = groundup_nlb.this.arn
  protocol          = "TCP"
  port              = 6443
  # With the default of 350, `kubectl exec` and `kubectl logs --follow` end after six silent minutes.
  tcp_idle_timeout_seconds = 3600

  default_action {
    type             = "forward"
    target_group_arn = groundup_nlb_target_group.this.arn
  }
}
