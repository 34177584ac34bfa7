resource "groundup_vpc" "cluster" {
  cidr_block = "172.31.0.0/16"
}

resource "groundup_subnet" "cluster" {
  vpc_id     = groundup_vpc.cluster.id
  cidr_block = "172.31.0.0/24"
}

resource "groundup_nlb" "api" {
  name     = "api"
  internal = true
  subnets  = [groundup_subnet.cluster.id]
}

resource "groundup_nlb_target_group" "api" {
  name        = "api"
  protocol    = "TCP"
  port        = 6443
  vpc_id      = groundup_vpc.cluster.id
  target_type = "ip"
}

resource "groundup_nlb_listener" "api" {
  load_balancer_arn = groundup_nlb.api.arn
  protocol          = "TCP"
  port              = 6443

  default_action {
    type             = "forward"
    target_group_arn = groundup_nlb_target_group.api.arn
  }
}
