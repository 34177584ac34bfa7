//! Route tables, their associations and their routes.

use serde_json::json;

use super::scenario::Scenario;

/// Two of everything that a table can be associated with or lead to.
const NETWORK: &str = r#"
resource "groundup_vpc" "this" {
  cidr_block = "10.1.0.0/16"
}

resource "groundup_subnet" "these" {
  for_each          = { a = "10.1.0.0/24", b = "10.1.1.0/24" }
  vpc_id            = groundup_vpc.this.id
  cidr_block        = each.value
  availability_zone = "us-east-2a"
}

resource "groundup_route_table" "these" {
  for_each = toset(["a", "b"])
  vpc_id   = groundup_vpc.this.id
}

resource "groundup_internet_gateway" "this" {
  vpc_id = groundup_vpc.this.id
}
"#;

#[test]
fn route_table() {
    let given = r#"
        resource "groundup_vpc" "these" {
          for_each   = toset(["a", "b"])
          cidr_block = "10.1.0.0/16"
        }"#;
    let table = |key: &str, tags: &str| {
        format!(
            "resource \"groundup_route_table\" \"this\" {{\n vpc_id = groundup_vpc.these[{key:?}].id\n tags = {{ {tags} }}\n}}"
        )
    };
    Scenario::aws("groundup_route_table.this", given)
        .begin(&table("a", "Name = \"one\""), &json!({"tags_all": {"Name": "one"}}))
        .change(&table("a", "Name = \"two\""), &json!({"tags_all": {"Name": "two"}}))
        .import("id")
        .replace(&table("b", "Name = \"two\""), &json!({}))
        .vanish("ec2.delete_route_table", |table| json!({"RouteTableId": table["id"]}))
        .end();
}

#[test]
fn route_table_association() {
    let association = |table: &str, subnet: &str| {
        format!(
            r#"resource "groundup_route_table_association" "this" {{
              subnet_id      = groundup_subnet.these["{subnet}"].id
              route_table_id = groundup_route_table.these["{table}"].id
            }}"#
        )
    };
    Scenario::aws("groundup_route_table_association.this", NETWORK)
        .begin(&association("a", "a"), &json!({}))
        .rewrite(&association("b", "a"), &json!({}))
        .import_by(|association| {
            let text = |name: &str| association[name].as_str().unwrap();
            format!("{}/{}", text("subnet_id"), text("route_table_id"))
        })
        .replace(&association("b", "b"), &json!({}))
        .vanish("ec2.disassociate_route_table", |association| json!({"AssociationId": association["id"]}))
        .end();
}

#[test]
fn main_route_table_association() {
    let association = |table: &str| {
        format!(
            r#"resource "groundup_main_route_table_association" "this" {{
              vpc_id         = groundup_vpc.this.id
              route_table_id = groundup_route_table.these["{table}"].id
            }}"#
        )
    };
    Scenario::aws("groundup_main_route_table_association.this", NETWORK)
        .begin(&association("a"), &json!({}))
        .rewrite(&association("b"), &json!({}))
        .and(|terraform, association| {
            let vpc = terraform.state().attributes("groundup_vpc.this");
            assert_eq!(association["original_route_table_id"], vpc["default_route_table_id"]);
        })
        .end();
}

#[test]
fn route() {
    let route = |cidr: &str, target: &str| {
        format!(
            r#"resource "groundup_route" "this" {{
              route_table_id         = groundup_route_table.these["a"].id
              destination_cidr_block = "{cidr}"
              {target}
            }}"#
        )
    };
    let gateway = "gateway_id = groundup_internet_gateway.this.id";
    let interface = "network_interface_id = groundup_instance.this.primary_network_interface_id";
    let given = format!(
        r#"{NETWORK}
        resource "groundup_instance" "this" {{
          ami           = "ami-0a1b2c3d4e5f24002"
          instance_type = "t3.small"
          subnet_id     = groundup_subnet.these["a"].id
        }}"#
    );
    Scenario::aws("groundup_route.this", &given)
        .begin(&route("0.0.0.0/0", gateway), &json!({"state": "active", "origin": "CreateRoute"}))
        .import_by(|route| format!("{}_0.0.0.0/0", route["route_table_id"].as_str().unwrap()))
        .change(&route("0.0.0.0/0", interface), &json!({"gateway_id": null}))
        .change(
            &route("0.0.0.0/0", "instance_id = groundup_instance.this.id"),
            &json!({"gateway_id": null, "state": "active"}),
        )
        .change(&route("0.0.0.0/0", gateway), &json!({"instance_id": null, "network_interface_id": null}))
        .replace(&route("172.20.0.0/24", interface), &json!({"destination_cidr_block": "172.20.0.0/24"}))
        .vanish(
            "ec2.delete_route",
            |route| json!({"RouteTableId": route["route_table_id"], "DestinationCidrBlock": "172.20.0.0/24"}),
        )
        .end();
}

#[test]
fn only_these_routes() {
    let table = |routes: &str| {
        format!("resource \"groundup_route_table\" \"this\" {{\n vpc_id = groundup_vpc.this.id\n{routes}\n}}")
    };
    let route = |cidr: &str, target: &str| format!("route {{\n cidr_block = {cidr:?}\n {target}\n}}\n");
    let gateway = "gateway_id = groundup_internet_gateway.this.id";
    let interface = |name: &str| {
        format!("network_interface_id = groundup_instance.these[{name:?}].primary_network_interface_id")
    };
    let given = format!(
        r#"{NETWORK}
        resource "groundup_instance" "these" {{
          for_each      = toset(["a", "b"])
          ami           = "ami-0a1b2c3d4e5f24002"
          instance_type = "t3.small"
          subnet_id     = groundup_subnet.these["a"].id
        }}"#
    );
    let foreign = |table: &serde_json::Value, cidr: &str| {
        let gateway =
            table["route"].as_array().unwrap().iter().find_map(|route| route["gateway_id"].as_str());
        json!({"RouteTableId": table["id"], "DestinationCidrBlock": cidr, "GatewayId": gateway.unwrap()})
    };
    Scenario::aws("groundup_route_table.this", &given)
        .begin(
            &table(&[route("0.0.0.0/0", gateway), route("172.20.0.0/24", &interface("a"))].concat()),
            &json!({}),
        )
        .drift("ec2.create_route", |table| foreign(table, "192.168.0.0/16"))
        .drift("ec2.replace_route", |table| foreign(table, "172.20.0.0/24"))
        .drift("ec2.delete_route", |table| {
            json!({"RouteTableId": table["id"], "DestinationCidrBlock": "172.20.0.0/24"})
        })
        .import("id")
        .and(|terraform, _| {
            // All arguments spelt out, as attributes.
            let all = |cidr: &str, gateway: &str, interface: &str| {
                format!(
                    r#"{{
                      cidr_block = {cidr:?}, gateway_id = {gateway}, network_interface_id = {interface}
                      ipv6_cidr_block = "", destination_prefix_list_id = "", carrier_gateway_id = ""
                      core_network_arn = "", egress_only_gateway_id = "", local_gateway_id = "", nat_gateway_id = ""
                      transit_gateway_id = "", vpc_endpoint_id = "", vpc_peering_connection_id = ""
                    }}"#
                )
            };
            let routes = [
                all("0.0.0.0/0", "groundup_internet_gateway.this.id", "\"\""),
                all("172.20.0.0/24", "\"\"", "groundup_instance.these[\"a\"].primary_network_interface_id"),
            ];
            terraform.write("resource.tf", &table(&format!("route = [{}]", routes.join(", "))));
            terraform.plan().is_empty();
        })
        .change(
            &table(&[route("0.0.0.0/0", gateway), route("172.20.0.0/24", &interface("b"))].concat()),
            &json!({}),
        )
        .change(&table("route = []"), &json!({"route": []}))
        .see(
            "ec2.describe_route_tables",
            |table| json!({"RouteTableIds": [table["id"]]}),
            |answer| {
                let routes = answer["RouteTables"][0]["Routes"].as_array().unwrap();
                assert_eq!(routes.len(), 1, "only the route within the VPC: {routes:?}");
            },
        )
        .end();
}
