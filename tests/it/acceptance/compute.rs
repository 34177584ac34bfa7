//! Instances, key pairs, images and zones.

use serde_json::json;

use super::scenario::Scenario;
use crate::support::moto::{Moto, REGION};
use crate::support::terraform::Terraform;

const NETWORK: &str = r#"
resource "groundup_vpc" "this" {
  cidr_block = "10.1.0.0/16"
}

resource "groundup_subnet" "this" {
  vpc_id            = groundup_vpc.this.id
  cidr_block        = "10.1.0.0/24"
  availability_zone = "us-east-2a"
}

resource "groundup_security_group" "these" {
  for_each = toset(["a", "b"])
  name     = each.key
  vpc_id   = groundup_vpc.this.id
}
"#;

#[test]
fn key_pair() {
    const KEYS: &str = r#"
        resource "groundup_private_key" "these" {
          for_each  = { a = "ED25519", b = "RSA" }
          algorithm = each.value
        }"#;
    let pair = |name: &str, key: &str, tags: &str| {
        format!(
            r#"resource "groundup_key_pair" "this" {{
              {name}
              public_key = trimspace(groundup_private_key.these["{key}"].public_key_openssh)
              tags       = {{ {tags} }}
            }}"#
        )
    };
    Scenario::aws("groundup_key_pair.this", KEYS)
        .begin(
            &pair("key_name = \"one\"", "a", "Name = \"one\""),
            &json!({"key_name": "one", "key_type": "ed25519", "tags_all": {"Name": "one"}}),
        )
        .change(&pair("key_name = \"one\"", "a", "Name = \"two\""), &json!({"tags_all": {"Name": "two"}}))
        .import("key_name")
        .replace(&pair("key_name_prefix = \"two-\"", "b", ""), &json!({"key_type": "rsa"}))
        .vanish("ec2.delete_key_pair", |pair| json!({"KeyName": pair["key_name"]}))
        .end();
}

#[test]
fn instance() {
    let instance = |ip: &str, arguments: &str| {
        format!(
            r#"resource "groundup_instance" "this" {{
              ami        = "ami-0a1b2c3d4e5f24002"
              subnet_id  = groundup_subnet.this.id
              private_ip = "{ip}"
              {arguments}
            }}"#
        )
    };
    let first = r#"
        instance_type               = "t3.small"
        associate_public_ip_address = true
        source_dest_check           = false
        vpc_security_group_ids      = [groundup_security_group.these["a"].id]
        user_data                   = "first"
        tags                        = { Name = "one" }

        metadata_options {
          http_tokens = "required"
        }

        root_block_device {
          volume_type = "gp3"
          volume_size = 20
          encrypted   = true
        }"#
    .replace("\"first\"", "\"#cloud-config\\n{}\\n\"");
    let second = r#"
        instance_type               = "t3.medium"
        associate_public_ip_address = true
        vpc_security_group_ids      = values(groundup_security_group.these)[*].id
        tags                        = { Name = "two" }
        user_data                   = "changed"

        metadata_options {
          http_tokens                 = "required"
          http_put_response_hop_limit = 2
        }

        root_block_device {
          volume_type = "gp3"
          volume_size = 30
          encrypted   = true
        }"#
    .replace("\"changed\"", "\"#!/bin/sh\\n\"");
    Scenario::aws("groundup_instance.this", NETWORK)
        .begin(
            &instance("10.1.0.10", &first),
            &json!({
                "instance_state": "running",
                "source_dest_check": false,
                "metadata_options": [{"http_tokens": "required"}],
                "root_block_device": [{"volume_size": 20, "encrypted": true}],
                "tags_all": {"Name": "one"},
            }),
        )
        .drift("ec2.modify_network_interface_attribute", |instance| {
            let interface = &instance["primary_network_interface_id"];
            json!({"NetworkInterfaceId": interface, "SourceDestCheck": {"Value": true}})
        })
        .drift(
            "ec2.create_tags",
            |instance| json!({"Resources": [instance["id"]], "Tags": [{"Key": "Name", "Value": "other"}]}),
        )
        .change(
            &instance("10.1.0.10", &second),
            &json!({
                "instance_type": "t3.medium",
                "source_dest_check": true,
                "metadata_options": [{"http_put_response_hop_limit": 2}],
                "root_block_device": [{"volume_size": 30}],
                "tags_all": {"Name": "two"},
            }),
        )
        .import("id")
        .replace(&instance("10.1.0.11", "instance_type = \"t3.small\""), &json!({"private_ip": "10.1.0.11"}))
        .vanish("ec2.terminate_instances", |instance| json!({"InstanceIds": [instance["id"]]}))
        .end();
}

/// A node keeps its address when it is replaced: the old one has to let go of it first.
#[test]
fn instance_replaced_at_its_address() {
    let instance = |ami: &str| {
        format!(
            r#"resource "groundup_instance" "this" {{
              ami           = "{ami}"
              instance_type = "t3.small"
              subnet_id     = groundup_subnet.this.id
              private_ip    = "10.1.0.10"
            }}"#
        )
    };
    Scenario::aws("groundup_instance.this", NETWORK)
        .begin(&instance("ami-0a1b2c3d4e5f24001"), &json!({"private_ip": "10.1.0.10"}))
        .replace(&instance("ami-0a1b2c3d4e5f24002"), &json!({"private_ip": "10.1.0.10"}))
        .end();
}

#[test]
fn data_sources() {
    let moto = Moto::start();
    let terraform = Terraform::new().with_environment(moto.environment());
    terraform.write(
        "main.tf",
        r#"
        data "groundup_caller_identity" "this" {}

        data "groundup_availability_zones" "this" {
          state         = "available"
          exclude_names = ["us-east-2b"]
        }

        data "groundup_ami" "newest" {
          owners      = ["099720109477"]
          most_recent = true

          filter {
            name   = "name"
            values = ["ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*"]
          }
        }

        data "groundup_ami" "exact" {
          owners     = ["099720109477"]
          name_regex = "xenial-16.04-amd64-pro-server-20221202$"
        }"#,
    );
    terraform.apply().succeeded();
    terraform.plan().is_empty();
    let state = terraform.state();
    let attributes = |name: &str| state.attributes(&format!("data.groundup_{name}"));
    assert_eq!(attributes("caller_identity.this")["account_id"], "123456789012");
    assert_eq!(attributes("availability_zones.this")["names"], json!(["us-east-2a", "us-east-2c"]));
    assert_eq!(attributes("availability_zones.this")["id"], REGION);
    // A newer one of the same name belongs to somebody else.
    assert_eq!(attributes("ami.newest")["id"], "ami-0a1b2c3d4e5f24002");
    assert_eq!(attributes("ami.exact")["id"], "ami-0a1b2c3d4e5f16001");

    terraform.write(
        "wrong.tf",
        "data \"groundup_ami\" \"none\" {\n owners = [\"099720109477\"]\n name_regex = \"^none$\"\n}",
    );
    let errors = terraform.plan().failed().errors();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(errors[0].summary, "No Matching Image");
}
