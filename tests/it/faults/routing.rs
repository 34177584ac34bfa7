//! Routes and what they lead to.

use serde_json::json;
use tests::fault_proxy::{Effect, Kind, Rule, Stage};

use super::scenario::{Scenario, contains, ensure};

const ROUTE: &str = r#"
resource "groundup_vpc" "this" {
  cidr_block = "10.1.0.0/16"
}

resource "groundup_internet_gateway" "this" {
  vpc_id = groundup_vpc.this.id
}

resource "groundup_route_table" "this" {
  vpc_id = groundup_vpc.this.id
}

resource "groundup_route" "this" {
  route_table_id         = groundup_route_table.this.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = groundup_internet_gateway.this.id
}
"#;

const ASSOCIATION: &str = r#"
resource "groundup_vpc" "this" {
  cidr_block = "10.1.0.0/16"
}

resource "groundup_subnet" "this" {
  vpc_id     = groundup_vpc.this.id
  cidr_block = "10.1.0.0/24"
}

resource "groundup_route_table" "this" {
  vpc_id = groundup_vpc.this.id
}

resource "groundup_route_table_association" "this" {
  subnet_id      = groundup_subnet.this.id
  route_table_id = groundup_route_table.this.id
}
"#;

#[test]
fn the_target_of_a_route_may_be_too_new() {
    let refusal = Effect::refuse("InvalidGatewayID.NotFound", "The gateway ID does not exist");
    Scenario::given(ROUTE).rules([Rule::first(2, "CreateRoute", refusal)]).proves(&["route-target"]).run(
        |world| {
            world.apply()?;
            world.is_settled()
        },
    );
}

#[test]
fn a_black_hole_is_told() {
    Scenario::given(ROUTE).rules([Rule::Blackholes]).proves(&["black-hole"]).run(|world| {
        world.apply()?;
        world.is_settled()?;
        let gateway = world.terraform.state().attributes("groundup_internet_gateway.this");
        let attachment = json!({"InternetGatewayId": gateway["id"], "VpcId": gateway["vpc_id"]});
        world.moto.call("ec2.detach_internet_gateway", &attachment);
        let plan = world.terraform.plan().success()?;
        let warnings: Vec<_> = plan.warnings().into_iter().map(|told| told.summary).collect();
        ensure(warnings == ["Route Leads Nowhere"], || format!("the warnings are {warnings:?}"))?;
        // The gateway is attached again, and the route leads somewhere.
        world.apply()?;
        world.is_settled()
    });
}

#[test]
fn a_slow_association_is_awaited() {
    let stages = [Stage::looks("associating", 1)];
    Scenario::given(ASSOCIATION)
        .rules([Rule::Exclusive, Rule::stages(Kind::RouteTableAssociation, "AssociateRouteTable", stages)])
        .proves(&["association-wait"])
        .run(|world| {
            world.apply()?;
            world.called_after("AssociateRouteTable", "DescribeRouteTables", 2)
        });
}

#[test]
fn an_association_that_fails_is_an_error_with_the_reason() {
    let failed = Stage::forever("failed").because("the table is locked");
    Scenario::given(ASSOCIATION)
        .rules([Rule::stages(Kind::RouteTableAssociation, "AssociateRouteTable", [failed])])
        .run(|world| {
            let errors = world.apply_fails()?.errors();
            contains(&errors[0].detail, "the table is locked")
        });
}
