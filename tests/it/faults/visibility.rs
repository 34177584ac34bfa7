//! New objects that AWS does not know everywhere at once.

use tests::fault_proxy::{Kind, Rule};

use super::scenario::Scenario;

const NETWORK: &str = r#"
resource "groundup_vpc" "this" {
  cidr_block           = "10.1.0.0/16"
  enable_dns_hostnames = true
}

resource "groundup_vpc_dhcp_options" "this" {
  domain_name = "example.internal"
}

resource "groundup_vpc_dhcp_options_association" "this" {
  vpc_id          = groundup_vpc.this.id
  dhcp_options_id = groundup_vpc_dhcp_options.this.id
}

resource "groundup_subnet" "this" {
  vpc_id                  = groundup_vpc.this.id
  cidr_block              = "10.1.0.0/24"
  map_public_ip_on_launch = true
}

resource "groundup_internet_gateway" "this" {
  vpc_id = groundup_vpc.this.id
}

resource "groundup_route_table" "this" {
  vpc_id = groundup_vpc.this.id
}

resource "groundup_route_table_association" "this" {
  subnet_id      = groundup_subnet.this.id
  route_table_id = groundup_route_table.this.id
}

resource "groundup_security_group" "this" {
  name   = "node"
  vpc_id = groundup_vpc.this.id
}

resource "groundup_vpc_security_group_ingress_rule" "this" {
  security_group_id = groundup_security_group.this.id
  cidr_ipv4         = "10.1.0.0/16"
  ip_protocol       = "-1"
}
"#;

const BALANCER: &str = r#"
resource "groundup_vpc" "this" {
  cidr_block = "10.1.0.0/16"
}

resource "groundup_subnet" "this" {
  vpc_id     = groundup_vpc.this.id
  cidr_block = "10.1.0.0/24"
}

resource "groundup_nlb" "this" {
  name                             = "api"
  internal                         = true
  subnets                          = [groundup_subnet.this.id]
  enable_cross_zone_load_balancing = true
}

resource "groundup_nlb_target_group" "this" {
  name        = "api"
  port        = 6443
  protocol    = "TCP"
  vpc_id      = groundup_vpc.this.id
  target_type = "ip"
}

resource "groundup_nlb_listener" "this" {
  load_balancer_arn = groundup_nlb.this.arn
  port              = 6443
  protocol          = "TCP"

  default_action {
    type             = "forward"
    target_group_arn = groundup_nlb_target_group.this.arn
  }
}
"#;

const COMPUTE: &str = r#"
resource "groundup_private_key" "this" {
  algorithm = "ED25519"
}

resource "groundup_key_pair" "this" {
  key_name   = "node"
  public_key = trimspace(groundup_private_key.this.public_key_openssh)
}

resource "groundup_instance" "this" {
  ami               = "ami-0a1b2c3d4e5f24002"
  instance_type     = "t3.small"
  key_name          = groundup_key_pair.this.key_name
  source_dest_check = false
}
"#;

/// Each new object of these kinds is missed by the first calls that are about it.
fn prove(hcl: &str, kinds: &[(Kind, &str)]) {
    Scenario::given(hcl)
        .rules(kinds.iter().map(|(kind, created_by)| Rule::hidden(*kind, created_by, 2)))
        .proves(&["visibility"])
        .run(|world| {
            world.apply()?;
            world.is_settled()?;
            world.end()
        });
}

#[test]
fn a_new_network_may_hide() {
    prove(
        NETWORK,
        &[
            (Kind::Vpc, "CreateVpc"),
            (Kind::DhcpOptions, "CreateDhcpOptions"),
            (Kind::Subnet, "CreateSubnet"),
            (Kind::InternetGateway, "CreateInternetGateway"),
            (Kind::RouteTable, "CreateRouteTable"),
            (Kind::RouteTableAssociation, "AssociateRouteTable"),
            (Kind::SecurityGroup, "CreateSecurityGroup"),
            (Kind::SecurityGroupRule, "AuthorizeSecurityGroupIngress"),
        ],
    );
}

#[test]
fn a_new_load_balancer_may_hide() {
    prove(
        BALANCER,
        &[
            (Kind::LoadBalancer, "CreateLoadBalancer"),
            (Kind::TargetGroup, "CreateTargetGroup"),
            (Kind::Listener, "CreateListener"),
        ],
    );
}

#[test]
fn a_new_instance_may_hide() {
    prove(COMPUTE, &[(Kind::KeyPair, "ImportKeyPair"), (Kind::Instance, "RunInstances")]);
}
