resource "groundup_vpc" "cluster" {
  cidr_block = "172.31.0.0/16"
}

# Takes the VPC's own group over and removes all its rules, so that what is in no other group reaches nothing. Rules that
# somebody adds are removed too; `ingress` and `egress` say which may stay.
resource "groundup_default_security_group" "cluster" {
  vpc_id = groundup_vpc.cluster.id
}
