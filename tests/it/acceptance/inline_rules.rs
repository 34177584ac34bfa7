//! Rules that are written inside a security group.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::scenario::Scenario;
use crate::support::moto::Moto;
use crate::support::terraform::Terraform;

const GIVEN: &str = r#"
resource "groundup_vpc" "this" {
  cidr_block = "10.1.0.0/16"
}

resource "groundup_security_group" "other" {
  name   = "other"
  vpc_id = groundup_vpc.this.id
}
"#;

const ADDRESS: &str = "groundup_security_group.this";

fn group(rules: &str) -> String {
    format!(
        "resource \"groundup_security_group\" \"this\" {{\n name = \"this\"\n vpc_id = groundup_vpc.this.id\n{rules}\n}}"
    )
}

fn ssh(description: &str, cidrs: &str) -> String {
    format!(
        "ingress {{\n description = {description:?}\n protocol = \"tcp\"\n from_port = 22\n to_port = 22\n cidr_blocks = [{cidrs}]\n}}\n"
    )
}

const MEMBERS: &str = "ingress {\n protocol = \"-1\"\n from_port = 0\n to_port = 0\n self = true\n
     security_groups = [groundup_security_group.other.id]\n}\n";
const OUT: &str =
    "egress {\n protocol = \"-1\"\n from_port = 0\n to_port = 0\n cidr_blocks = [\"0.0.0.0/0\"]\n}\n";

fn of_group(group: &Value) -> Value {
    json!({"Filters": [{"Name": "group-id", "Values": [group["id"]]}]})
}

/// The ids of rules by what they let through.
fn ids(answer: &Value) -> BTreeMap<String, String> {
    let rules = answer["SecurityGroupRules"].as_array().unwrap().iter();
    rules
        .map(|rule| {
            let peer = rule.get("CidrIpv4").unwrap_or(&rule["ReferencedGroupInfo"]["GroupId"]);
            let direction = if rule["IsEgress"] == true { "out" } else { "in" };
            let traffic = format!("{direction} {} {}", rule["FromPort"], peer.as_str().unwrap());
            (traffic, rule["SecurityGroupRuleId"].as_str().unwrap().to_owned())
        })
        .collect()
}

fn foreign(group: &Value) -> Value {
    json!({"GroupId": group["id"], "IpPermissions": [{
        "IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
    }]})
}

#[test]
fn only_these_rules() {
    let both = "\"10.0.0.0/8\", \"192.168.0.0/16\"";
    let before = RefCell::new(BTreeMap::new());
    Scenario::aws(ADDRESS, GIVEN)
        .begin(&group(&[&ssh("ssh", both), MEMBERS, OUT].concat()), &json!({"name": "this"}))
        .see("ec2.describe_security_group_rules", of_group, |answer| {
            *before.borrow_mut() = ids(answer);
            assert_eq!(before.borrow().len(), 5, "{answer}");
        })
        .drift("ec2.authorize_security_group_ingress", foreign)
        .drift("ec2.authorize_security_group_egress", foreign)
        .drift("ec2.revoke_security_group_ingress", |group| {
            json!({"GroupId": group["id"], "IpPermissions": [{
                "IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group["id"]}],
            }]})
        })
        .and(|terraform, _| {
            // The same in other words: split, in another order, by number.
            let split = [MEMBERS, OUT, &ssh("ssh", "\"192.168.0.0/16\""), &ssh("ssh", "\"10.0.0.0/8\"")];
            terraform.write("resource.tf", &group(&split.concat().replace("\"tcp\"", "6")));
            terraform.plan().is_empty();
        })
        .change(&group(&[&ssh("bastion", both), MEMBERS, OUT].concat()), &json!({}))
        .see("ec2.describe_security_group_rules", of_group, |answer| {
            let (before, after) = (before.borrow(), ids(answer));
            assert!(after.keys().eq(before.keys()), "{after:?}");
            for rule in ["in 22 10.0.0.0/8", "in 22 192.168.0.0/16", "out -1 0.0.0.0/0"] {
                assert_eq!(after[rule], before[rule], "only the description has changed");
            }
        })
        .import("id")
        .change(&group("ingress = []\n egress = []"), &json!({"ingress": [], "egress": []}))
        .see("ec2.describe_security_group_rules", of_group, |answer| {
            assert_eq!(answer["SecurityGroupRules"], json!([]));
        })
        .drift("ec2.authorize_security_group_ingress", foreign)
        .end();
}

#[test]
fn rules_from_a_variable() {
    let dynamic = |ports: &str| {
        group(&format!(
            r#"dynamic "ingress" {{
              for_each = {ports}
              content {{
                protocol    = "tcp"
                from_port   = ingress.value
                to_port     = ingress.value
                cidr_blocks = [groundup_vpc.this.cidr_block]
              }}
            }}"#
        ))
    };
    Scenario::aws(ADDRESS, GIVEN)
        .begin(&dynamic("[22, 6443]"), &json!({"egress": null}))
        .change(&dynamic("[6443, 10250]"), &json!({}))
        .see("ec2.describe_security_group_rules", of_group, |answer| {
            let ids = ids(answer);
            assert!(ids.keys().eq(["in 10250 10.1.0.0/16", "in 6443 10.1.0.0/16"]), "{ids:?}");
        })
        .and(|terraform, _| {
            // Rules that are not written any more are left alone.
            terraform.write("resource.tf", &group(""));
            terraform.plan().is_empty();
        })
        .end();
}

#[test]
fn rules_in_two_ways() {
    let moto = Moto::start();
    let terraform = Terraform::new().with_environment(moto.environment());
    terraform.write("given.tf", GIVEN);
    let rule = |direction: &str| {
        format!(
            r#"resource "groundup_vpc_security_group_{direction}_rule" "this" {{
              security_group_id = groundup_security_group.this.id
              ip_protocol       = "-1"
              cidr_ipv4         = "10.0.0.0/8"
            }}"#
        )
    };
    terraform.write("resource.tf", &format!("{}\n{}", group(&ssh("ssh", "\"10.0.0.0/8\"")), rule("egress")));
    assert!(terraform.apply().succeeded().warnings().is_empty(), "one way for each direction");
    terraform.plan().is_empty();

    terraform.write("rule.tf", &rule("ingress"));
    let warnings = terraform.apply().succeeded().warnings();
    assert!(warnings.iter().all(|warning| warning.summary == "Rules Written in Two Ways"), "{warnings:?}");
    assert!(warnings[0].detail.contains("the next apply revokes the rules of the resources"), "{warnings:?}");
    assert!(!warnings.is_empty());
    terraform.destroy().succeeded();
}

#[test]
fn default_group() {
    let group = |rules: &str| {
        format!(
            "resource \"groundup_default_security_group\" \"this\" {{\n vpc_id = groundup_vpc.this.id\n{rules}\n}}"
        )
    };
    Scenario::aws("groundup_default_security_group.this", GIVEN)
        .begin(&group(""), &json!({"ingress": [], "egress": []}))
        .see("ec2.describe_security_group_rules", of_group, |answer| {
            assert_eq!(answer["SecurityGroupRules"], json!([]), "what came with the VPC is revoked");
        })
        .drift("ec2.authorize_security_group_ingress", foreign)
        .change(&group(&[&ssh("ssh", "\"10.0.0.0/8\""), OUT].concat()), &json!({"name": "default"}))
        .drift("ec2.authorize_security_group_egress", foreign)
        .import("id")
        .change(&group(""), &json!({"ingress": [], "egress": []}))
        .end();
}
