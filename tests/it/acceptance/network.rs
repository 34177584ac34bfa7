//! The VPC and what belongs to it.

use std::cell::RefCell;

use serde_json::{Value, json};

use super::scenario::Scenario;

const VPC: &str = r#"
resource "groundup_vpc" "this" {
  cidr_block = "10.1.0.0/16"
}
"#;

fn vpc_id(object: &Value) -> Value {
    json!({"VpcId": object["vpc_id"]})
}

#[test]
fn vpc() {
    let vpc = |arguments: &str| format!("resource \"groundup_vpc\" \"this\" {{\n{arguments}\n}}");
    Scenario::aws("groundup_vpc.this", "")
        .begin(
            &vpc("cidr_block = \"10.1.0.0/16\"\n enable_dns_hostnames = true\n tags = { Name = \"one\" }"),
            &json!({"enable_dns_support": true, "enable_dns_hostnames": true, "tags_all": {"Name": "one"}}),
        )
        .drift("ec2.modify_vpc_attribute", |vpc| {
            json!({"VpcId": vpc["id"], "EnableDnsHostnames": {"Value": false}})
        })
        .drift("ec2.create_tags", |vpc| {
            json!({"Resources": [vpc["id"]], "Tags": [{"Key": "Name", "Value": "other"}, {"Key": "New", "Value": ""}]})
        })
        .change(
            &vpc("cidr_block = \"10.1.0.0/16\"\n enable_dns_support = false\n enable_dns_hostnames = false"),
            &json!({"enable_dns_support": false, "enable_dns_hostnames": false, "tags": null}),
        )
        .import("id")
        .replace(&vpc("cidr_block = \"10.2.0.0/16\""), &json!({"cidr_block": "10.2.0.0/16"}))
        .vanish("ec2.delete_vpc", |vpc| json!({"VpcId": vpc["id"]}))
        .end();
}

#[test]
fn vpc_tenancy() {
    let vpc = |arguments: &str| {
        format!("resource \"groundup_vpc\" \"this\" {{\n cidr_block = \"10.1.0.0/16\"\n{arguments}\n}}")
    };
    let tenancy = |wanted: &'static str| {
        move |answer: &Value| assert_eq!(answer["Vpcs"][0]["InstanceTenancy"], wanted, "{answer}")
    };
    let this = |vpc: &Value| json!({"VpcIds": [vpc["id"]]});
    Scenario::aws("groundup_vpc.this", "")
        .begin(&vpc("instance_tenancy = \"dedicated\""), &json!({"instance_tenancy": "dedicated"}))
        .see("ec2.describe_vpcs", this, tenancy("dedicated"))
        .change(
            &vpc("enable_network_address_usage_metrics = true"),
            &json!({"instance_tenancy": "default", "enable_network_address_usage_metrics": true}),
        )
        .see("ec2.describe_vpcs", this, tenancy("default"))
        .change(
            &vpc("enable_network_address_usage_metrics = false"),
            &json!({"enable_network_address_usage_metrics": false}),
        )
        .replace(&vpc("instance_tenancy = \"dedicated\""), &json!({"instance_tenancy": "dedicated"}))
        .end();
}

#[test]
fn default_tags() {
    let provider = |tags: &str| {
        format!(
            "provider \"groundup\" {{\n alias = \"tagged\"\n region = \"us-east-2\"\n default_tags {{\n tags = {{ {tags} }}\n }}\n}}
             resource \"groundup_vpc\" \"this\" {{\n provider = groundup.tagged\n cidr_block = \"10.1.0.0/16\"\n tags = {{ Name = \"one\" }}\n}}"
        )
    };
    Scenario::aws("groundup_vpc.this", "")
        .begin(
            &provider("Owner = \"ops\", Name = \"default\""),
            &json!({"tags": {"Name": "one"}, "tags_all": {"Name": "one", "Owner": "ops"}}),
        )
        .change(&provider("Cost = \"1\""), &json!({"tags_all": {"Name": "one", "Cost": "1"}}))
        .see(
            "ec2.describe_vpcs",
            |vpc| json!({"VpcIds": [vpc["id"]]}),
            |answer| {
                let tags = answer["Vpcs"][0]["Tags"].as_array().unwrap().iter();
                // By this one the provider finds what it has created.
                let tags: Vec<_> = tags.filter(|tag| tag["Key"] != "groundup:create-token").collect();
                assert_eq!(tags.len(), 2, "{tags:?}");
            },
        )
        .end();
}

#[test]
fn vpc_dhcp_options() {
    let options =
        |arguments: &str| format!("resource \"groundup_vpc_dhcp_options\" \"this\" {{\n{arguments}\n}}");
    let both = "domain_name = \"a.internal\"\n domain_name_servers = [\"AmazonProvidedDNS\"]";
    Scenario::aws("groundup_vpc_dhcp_options.this", "")
        .begin(
            &options(&format!("{both}\n tags = {{ Name = \"one\" }}")),
            &json!({"domain_name": "a.internal", "domain_name_servers": ["AmazonProvidedDNS"]}),
        )
        .change(&options(both), &json!({"tags_all": {}}))
        .import("id")
        .replace(&options("domain_name = \"b.internal\""), &json!({"domain_name": "b.internal"}))
        .vanish("ec2.delete_dhcp_options", |options| json!({"DhcpOptionsId": options["id"]}))
        .end();
}

#[test]
fn vpc_dhcp_options_association() {
    let given = format!(
        r#"{VPC}
        resource "groundup_vpc_dhcp_options" "these" {{
          for_each    = toset(["a", "b"])
          domain_name = "${{each.key}}.internal"
        }}"#
    );
    let association = |key: &str| {
        format!(
            r#"resource "groundup_vpc_dhcp_options_association" "this" {{
              vpc_id          = groundup_vpc.this.id
              dhcp_options_id = groundup_vpc_dhcp_options.these["{key}"].id
            }}"#
        )
    };
    let foreign = RefCell::new(Value::Null);
    let options = |value: &str| json!([{"Key": "domain-name", "Values": [value]}]);
    Scenario::aws("groundup_vpc_dhcp_options_association.this", &given)
        .begin(&association("a"), &json!({}))
        .rewrite(&association("b"), &json!({}))
        .see(
            "ec2.create_dhcp_options",
            |_| json!({"DhcpConfigurations": options("c.internal")}),
            |answer| *foreign.borrow_mut() = answer["DhcpOptions"]["DhcpOptionsId"].clone(),
        )
        .drift(
            "ec2.associate_dhcp_options",
            |association| json!({"DhcpOptionsId": *foreign.borrow(), "VpcId": association["vpc_id"]}),
        )
        .see("ec2.delete_dhcp_options", |_| json!({"DhcpOptionsId": *foreign.borrow()}), |_| {})
        .import("vpc_id")
        .vanish(
            "ec2.associate_dhcp_options",
            |association| json!({"DhcpOptionsId": "default", "VpcId": association["vpc_id"]}),
        )
        .end();
}

#[test]
fn subnet() {
    let subnet = |cidr: &str, arguments: &str| {
        format!(
            "resource \"groundup_subnet\" \"this\" {{\n vpc_id = groundup_vpc.this.id\n cidr_block = {cidr:?}
             availability_zone = \"us-east-2a\"\n{arguments}\n}}"
        )
    };
    Scenario::aws("groundup_subnet.this", VPC)
        .begin(
            &subnet("10.1.0.0/24", "map_public_ip_on_launch = true\n tags = { Name = \"one\" }"),
            &json!({"map_public_ip_on_launch": true, "availability_zone": "us-east-2a", "tags_all": {"Name": "one"}}),
        )
        .drift("ec2.modify_subnet_attribute", |subnet| {
            json!({"SubnetId": subnet["id"], "MapPublicIpOnLaunch": {"Value": false}})
        })
        .change(
            &subnet("10.1.0.0/24", "enable_resource_name_dns_a_record_on_launch = true"),
            &json!({"map_public_ip_on_launch": false, "enable_resource_name_dns_a_record_on_launch": true}),
        )
        .import("id")
        .replace(&subnet("10.1.1.0/24", ""), &json!({"cidr_block": "10.1.1.0/24"}))
        .vanish("ec2.delete_subnet", |subnet| json!({"SubnetId": subnet["id"]}))
        .end();
}

#[test]
fn internet_gateway() {
    let given = r#"
        resource "groundup_vpc" "these" {
          for_each   = toset(["a", "b"])
          cidr_block = "10.1.0.0/16"
        }"#;
    let gateway = |key: &str, tags: &str| {
        format!(
            "resource \"groundup_internet_gateway\" \"this\" {{\n vpc_id = groundup_vpc.these[{key:?}].id\n tags = {{ {tags} }}\n}}"
        )
    };
    Scenario::aws("groundup_internet_gateway.this", given)
        .begin(&gateway("a", "Name = \"one\""), &json!({"tags_all": {"Name": "one"}}))
        .drift(
            "ec2.detach_internet_gateway",
            |gateway| json!({"InternetGatewayId": gateway["id"], "VpcId": gateway["vpc_id"]}),
        )
        .change(&gateway("b", "Name = \"two\""), &json!({"tags_all": {"Name": "two"}}))
        .import("id")
        .end();
}

#[test]
fn internet_gateway_vanishes() {
    Scenario::aws("groundup_internet_gateway.this", "")
        .begin("resource \"groundup_internet_gateway\" \"this\" {}", &json!({}))
        .vanish("ec2.delete_internet_gateway", |gateway| json!({"InternetGatewayId": gateway["id"]}))
        .end();
}

#[test]
fn default_security_group() {
    let group = |tags: &str| {
        format!(
            "resource \"groundup_default_security_group\" \"this\" {{\n vpc_id = groundup_vpc.this.id\n tags = {{ {tags} }}\n}}"
        )
    };
    let rules = |count: usize| {
        move |answer: &Value| {
            assert_eq!(answer["SecurityGroupRules"].as_array().unwrap().len(), count, "{answer}");
        }
    };
    let of_group = |group: &Value| json!({"Filters": [{"Name": "group-id", "Values": [group["id"]]}]});
    Scenario::aws("groundup_default_security_group.this", VPC)
        .begin(&group("Name = \"closed\""), &json!({"name": "default", "tags_all": {"Name": "closed"}}))
        .see("ec2.describe_security_group_rules", of_group, rules(0))
        .change(&group("Name = \"still closed\""), &json!({"tags_all": {"Name": "still closed"}}))
        .import("id")
        .see(
            "ec2.describe_vpcs",
            |group| json!({"VpcIds": [vpc_id(group)["VpcId"]]}),
            |answer| {
                assert_eq!(answer["Vpcs"].as_array().unwrap().len(), 1);
            },
        )
        .end();
}
