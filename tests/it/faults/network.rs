//! Rules and routes as AWS tells them, which is not how they were written.

use serde_json::json;
use tests::fault_proxy::{Effect, Rule};

use super::scenario::{Scenario, contains, ensure};

const GROUP: &str = r#"
resource "groundup_vpc" "this" {
  cidr_block = "10.1.0.0/16"
}

resource "groundup_security_group" "this" {
  name   = "this"
  vpc_id = groundup_vpc.this.id

  ingress {
    description = "ssh"
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["10.0.0.0/8", "192.168.0.0/16"]
  }
  egress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"#;

const TABLE: &str = r#"
resource "groundup_vpc" "this" {
  cidr_block = "10.1.0.0/16"
}

resource "groundup_internet_gateway" "this" {
  vpc_id = groundup_vpc.this.id
}

resource "groundup_route_table" "this" {
  vpc_id = groundup_vpc.this.id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = groundup_internet_gateway.this.id
  }
}
"#;

#[test]
fn rules_may_be_told_by_the_number_of_their_protocol() {
    let number =
        |action: &str| Rule::always(action, Effect::Set { path: "ipProtocol".into(), value: "6".into() });
    Scenario::given(GROUP)
        .rules([number("DescribeSecurityGroups"), number("DescribeSecurityGroupRules")])
        .run(|world| {
            world.apply()?;
            world.is_settled()?;
            world.write(&GROUP.replace("\"ssh\"", "\"bastion\""));
            world.proxy.forget();
            world.apply()?;
            world.called("ModifySecurityGroupRules", 1)?;
            world.called("Authorize*|Revoke*", 0)?;
            world.is_settled()
        });
}

#[test]
fn rules_whose_answer_was_lost_are_there() {
    Scenario::given(GROUP)
        .rules([Rule::first(1, "AuthorizeSecurityGroupIngress", Effect::LoseResponse)])
        .proves(&["present-rules"])
        .run(|world| {
            world.apply()?;
            world.is_settled()?;
            world.end()
        });
}

#[test]
fn an_inline_route_that_leads_nowhere_is_led_there_anew() {
    Scenario::given(TABLE).rules([Rule::Blackholes]).run(|world| {
        world.apply()?;
        world.is_settled()?;
        let gateway = world.terraform.state().attributes("groundup_internet_gateway.this");
        let attachment = json!({"InternetGatewayId": gateway["id"], "VpcId": gateway["vpc_id"]});
        world.moto.call("ec2.detach_internet_gateway", &attachment);
        let plan = world.terraform.plan().success()?;
        let warnings: Vec<_> = plan.warnings().into_iter().map(|told| told.summary).collect();
        ensure(warnings == ["Route Leads Nowhere"], || format!("the warnings are {warnings:?}"))?;
        let changes = plan.changes();
        ensure(changes.contains_key("groundup_route_table.this"), || format!("the changes are {changes:?}"))?;
        world.apply()?;
        world.is_settled()
    });
}

#[test]
fn whom_a_subnet_follows_already_is_told() {
    let given = r#"
        resource "groundup_vpc" "this" {
          cidr_block = "10.1.0.0/16"
        }
        resource "groundup_subnet" "this" {
          vpc_id     = groundup_vpc.this.id
          cidr_block = "10.1.0.0/24"
        }
        resource "groundup_route_table" "these" {
          for_each = toset(["a", "b"])
          vpc_id   = groundup_vpc.this.id
        }
    "#;
    let association = r#"
        resource "groundup_route_table_association" "this" {
          subnet_id      = groundup_subnet.this.id
          route_table_id = groundup_route_table.these["b"].id
        }
    "#;
    Scenario::given(given).rules([Rule::Exclusive]).run(|world| {
        world.apply()?;
        let id =
            |address: &str| world.terraform.state().attributes(address)["id"].as_str().unwrap().to_owned();
        let (subnet, table) = (id("groundup_subnet.this"), id("groundup_route_table.these[\"a\"]"));
        world.moto.call("ec2.associate_route_table", &json!({"SubnetId": subnet, "RouteTableId": table}));
        world.write(&format!("{given}{association}"));
        let errors = world.apply_fails()?.errors();
        contains(&errors[0].detail, &format!("import groundup_route_table_association.NAME {subnet}/{table}"))
    });
}
