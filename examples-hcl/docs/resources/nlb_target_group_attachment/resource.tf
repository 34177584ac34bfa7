resource "groundup_vpc" "cluster" {
  cidr_block = "172.31.0.0/16"
}

resource "groundup_nlb_target_group" "api" {
  name        = "api"
  protocol    = "TCP"
  port        = 6443
  vpc_id      = groundup_vpc.cluster.id
  target_type = "ip"
}

resource "groundup_nlb_target_group_attachment" "master" {
  for_each = toset(["172.31.0.10", "172.31.0.11", "172.31.0.12"])

  target_group_arn = groundup_nlb_target_group.api.arn
  target_id        = each.key
}
