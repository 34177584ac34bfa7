resource "groundup_vpc" "cluster" {
  cidr_block = "172.31.0.0/16"
}

# API servers, by address. One gets calls when it says that it is ready for them.
resource "groundup_nlb_target_group" "api" {
  name        = "api"
  protocol    = "TCP"
  port        = 6443
  vpc_id      = groundup_vpc.cluster.id
  target_type = "ip"

  health_check {
    protocol = "HTTPS"
    path     = "/readyz"
    interval = 10
  }
}
