# One name for the API servers of all zones.

locals {
  public_server = "https://${groundup_nlb.this.dns_name}:6443"
  # What runs on a master asks the API server beside it.
  local_server = "https://127.0.0.1:6443"
}

resource "groundup_nlb" "this" {
  name            = var.name
  internal        = false
  subnets         = values(groundup_subnet.this)[*].id
  security_groups = [groundup_security_group.load_balancer.id]
  tags            = local.tags

  # A client that still holds the address of a zone without a working master is served by another one.
  enable_cross_zone_load_balancing = true

  depends_on = [groundup_route.internet, groundup_route_table_association.this]
}

resource "groundup_nlb_target_group" "this" {
  name     = var.name
  protocol = "TCP"
  port     = 6443
  vpc_id   = groundup_vpc.this.id
  # Masters call the API server through the load balancer too, which targets of the type `instance` cannot.
  target_type          = "ip"
  deregistration_delay = 30
  tags                 = local.tags

  # Of an API server that listens but is of no use, a check of the port alone would know nothing.
  health_check {
    protocol = "HTTPS"
    path     = "/readyz"
    matcher  = "200-399"
    interval = 10
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
  tags                     = local.tags

  default_action {
    type             = "forward"
    target_group_arn = groundup_nlb_target_group.this.arn
  }
}
