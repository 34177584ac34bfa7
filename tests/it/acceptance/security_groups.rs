//! Security groups and their rules.

use serde_json::{Value, json};

use super::scenario::Scenario;

const VPC: &str = r#"
resource "groundup_vpc" "this" {
  cidr_block = "10.1.0.0/16"
}
"#;

/// The group that rules belong to, and another to refer to.
fn groups() -> String {
    format!(
        r#"{VPC}
        resource "groundup_security_group" "these" {{
          for_each = toset(["a", "b"])
          name     = each.key
          vpc_id   = groundup_vpc.this.id
        }}"#
    )
}

#[test]
fn security_group() {
    let group = |name: &str, arguments: &str| {
        format!(
            "resource \"groundup_security_group\" \"this\" {{\n {name}\n vpc_id = groundup_vpc.this.id\n{arguments}\n}}"
        )
    };
    let of_group = |group: &Value| json!({"Filters": [{"Name": "group-id", "Values": [group["id"]]}]});
    Scenario::aws("groundup_security_group.this", VPC)
        .begin(
            &group("name = \"one\"", "description = \"first\"\n tags = { Name = \"one\" }"),
            &json!({"name": "one", "description": "first", "tags_all": {"Name": "one"}}),
        )
        .see("ec2.describe_security_group_rules", of_group, |answer| {
            assert_eq!(answer["SecurityGroupRules"], json!([]), "the default egress is revoked");
        })
        .change(&group("name = \"one\"", "description = \"first\""), &json!({"tags_all": {}}))
        .import("id")
        .replace(&group("name_prefix = \"two-\"", ""), &json!({"description": "Managed by Terraform"}))
        .vanish("ec2.delete_security_group", |group| json!({"GroupId": group["id"]}))
        .end();
}

#[test]
fn ingress_rule() {
    let rule = |arguments: &str| {
        format!(
            r#"resource "groundup_vpc_security_group_ingress_rule" "this" {{
              security_group_id = groundup_security_group.these["a"].id
              {arguments}
            }}"#
        )
    };
    let etcd = "ip_protocol = \"tcp\"\n from_port = 2379\n to_port = 2380\n cidr_ipv4 = \"10.1.0.0/24\"";
    Scenario::aws("groundup_vpc_security_group_ingress_rule.this", &groups())
        .begin(
            &rule(&format!("{etcd}\n description = \"etcd\"\n tags = {{ Name = \"one\" }}")),
            &json!({"from_port": 2379, "to_port": 2380, "description": "etcd", "tags_all": {"Name": "one"}}),
        )
        .import("id")
        .drift("ec2.modify_security_group_rules", |rule| {
            json!({"GroupId": rule["security_group_id"], "SecurityGroupRules": [{
                "SecurityGroupRuleId": rule["id"],
                "SecurityGroupRule": {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2, "CidrIpv4": "0.0.0.0/0"},
            }]})
        })
        .change(
            &rule(
                "ip_protocol = \"6\"\n from_port = 6443\n to_port = 6443\n cidr_ipv4 = \"0.0.0.0/0\"
                 description = \"api\"",
            ),
            &json!({"from_port": 6443, "cidr_ipv4": "0.0.0.0/0", "description": "api", "tags_all": {}}),
        )
        .replace(
            &rule("ip_protocol = \"-1\"\n referenced_security_group_id = groundup_security_group.these[\"b\"].id"),
            &json!({"ip_protocol": "-1", "from_port": null, "to_port": null, "cidr_ipv4": null}),
        )
        .import("id")
        .change(
            &rule("ip_protocol = \"-1\"\n referenced_security_group_id = groundup_security_group.these[\"a\"].id"),
            &json!({"ip_protocol": "-1"}),
        )
        .and(|_, rule| assert_eq!(rule["referenced_security_group_id"], rule["security_group_id"]))
        .vanish("ec2.revoke_security_group_ingress", |rule| {
            json!({"GroupId": rule["security_group_id"], "SecurityGroupRuleIds": [rule["id"]]})
        })
        .end();
}

#[test]
fn ingress_rule_for_icmp() {
    let rule = |code: i32| {
        format!(
            r#"resource "groundup_vpc_security_group_ingress_rule" "this" {{
              security_group_id = groundup_security_group.these["a"].id
              ip_protocol       = "icmp"
              from_port         = {code}
              to_port           = {code}
              cidr_ipv4         = "0.0.0.0/0"
            }}"#
        )
    };
    Scenario::aws("groundup_vpc_security_group_ingress_rule.this", &groups())
        .begin(&rule(-1), &json!({"from_port": -1, "to_port": -1}))
        .import("id")
        .end();
}

#[test]
fn egress_rule() {
    let rule = |arguments: &str| {
        format!(
            r#"resource "groundup_vpc_security_group_egress_rule" "this" {{
              security_group_id = groundup_security_group.these["a"].id
              {arguments}
            }}"#
        )
    };
    Scenario::aws("groundup_vpc_security_group_egress_rule.this", &groups())
        .begin(
            &rule("ip_protocol = \"-1\"\n cidr_ipv4 = \"0.0.0.0/0\""),
            &json!({"ip_protocol": "-1", "from_port": null}),
        )
        .import("id")
        .change(
            &rule("ip_protocol = \"udp\"\n from_port = 53\n to_port = 53\n cidr_ipv4 = \"10.1.0.2/32\""),
            &json!({"from_port": 53, "cidr_ipv4": "10.1.0.2/32"}),
        )
        .vanish(
            "ec2.revoke_security_group_egress",
            |rule| json!({"GroupId": rule["security_group_id"], "SecurityGroupRuleIds": [rule["id"]]}),
        )
        .end();
}
