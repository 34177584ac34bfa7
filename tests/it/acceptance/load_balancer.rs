//! The load balancer and what stands behind it.

use serde_json::{Value, json};

use super::scenario::Scenario;

const NETWORK: &str = r#"
resource "groundup_vpc" "this" {
  cidr_block = "10.1.0.0/16"
}

resource "groundup_subnet" "these" {
  for_each          = { a = "10.1.0.0/24", b = "10.1.1.0/24" }
  vpc_id            = groundup_vpc.this.id
  cidr_block        = each.value
  availability_zone = "us-east-2${each.key}"
}

resource "groundup_security_group" "these" {
  for_each = toset(["a", "b"])
  name     = each.key
  vpc_id   = groundup_vpc.this.id
}
"#;

/// What a listener needs; of groups two.
const BALANCER: &str = r#"
resource "groundup_nlb" "this" {
  name    = "api"
  subnets = [groundup_subnet.these["a"].id]
}

resource "groundup_nlb_target_group" "these" {
  for_each    = toset(["a", "b"])
  name        = each.key
  port        = 6443
  protocol    = "TCP"
  vpc_id      = groundup_vpc.this.id
  target_type = "ip"
}
"#;

fn arn(object: &Value) -> Value {
    json!({"LoadBalancerArn": object["arn"]})
}

#[test]
fn nlb() {
    let nlb = |name: &str, arguments: &str| {
        format!("resource \"groundup_nlb\" \"this\" {{\n {name}\n{arguments}\n}}")
    };
    let one = "subnets = [groundup_subnet.these[\"a\"].id]\n security_groups = [groundup_security_group.these[\"a\"].id]";
    let both = "subnets = values(groundup_subnet.these)[*].id\n security_groups = values(groundup_security_group.these)[*].id";
    Scenario::aws("groundup_nlb.this", NETWORK)
        .begin(
            &nlb("name = \"api\"", &format!("{one}\n tags = {{ Name = \"one\" }}")),
            &json!({"internal": false, "load_balancer_type": "network", "tags_all": {"Name": "one"}}),
        )
        .drift("elbv2.modify_load_balancer_attributes", |nlb| {
            let attribute = json!({"Key": "load_balancing.cross_zone.enabled", "Value": "true"});
            json!({"LoadBalancerArn": nlb["arn"], "Attributes": [attribute]})
        })
        .change(
            &nlb("name = \"api\"", &format!("{both}\n enable_cross_zone_load_balancing = true")),
            &json!({"enable_cross_zone_load_balancing": true, "tags_all": {}}),
        )
        .import("arn")
        .replace(
            &nlb("name_prefix = \"api-\"", &format!("internal = true\n{one}")),
            &json!({"internal": true}),
        )
        .vanish("elbv2.delete_load_balancer", arn)
        .end();
}

#[test]
fn nlb_target_group() {
    let group = |name: &str, arguments: &str| {
        format!(
            "resource \"groundup_nlb_target_group\" \"this\" {{\n name = {name:?}\n port = 6443\n protocol = \"TCP\"
             vpc_id = groundup_vpc.this.id\n target_type = \"ip\"\n{arguments}\n}}"
        )
    };
    let https = "health_check {\n protocol = \"HTTPS\"\n path = \"/readyz\"\n matcher = \"200-399\"\n}";
    Scenario::aws("groundup_nlb_target_group.this", NETWORK)
        .begin(
            &group("api", &format!("deregistration_delay = 30\n tags = {{ Name = \"one\" }}\n{https}")),
            &json!({"deregistration_delay": 30, "health_check": [{"protocol": "HTTPS", "path": "/readyz"}]}),
        )
        .drift("elbv2.modify_target_group_attributes", |group| {
            let attribute = json!({"Key": "deregistration_delay.timeout_seconds", "Value": "1"});
            json!({"TargetGroupArn": group["arn"], "Attributes": [attribute]})
        })
        .drift(
            "elbv2.modify_target_group",
            |group| json!({"TargetGroupArn": group["arn"], "HealthCheckPath": "/healthz"}),
        )
        .import("arn")
        .change(
            &group("api", "health_check {\n protocol = \"HTTPS\"\n path = \"/livez\"\n interval = 10\n}"),
            &json!({"deregistration_delay": 300, "health_check": [{"path": "/livez", "interval": 10}]}),
        )
        .replace(&group("other", ""), &json!({"name": "other"}))
        .vanish("elbv2.delete_target_group", |group| json!({"TargetGroupArn": group["arn"]}))
        .end();
}

#[test]
fn nlb_target_group_attachment() {
    let attachment = |ip: &str| {
        format!(
            r#"resource "groundup_nlb_target_group_attachment" "this" {{
              target_group_arn = groundup_nlb_target_group.these["a"].arn
              target_id        = "{ip}"
            }}"#
        )
    };
    Scenario::aws("groundup_nlb_target_group_attachment.this", &format!("{NETWORK}{BALANCER}"))
        .begin(&attachment("10.1.0.10"), &json!({"target_id": "10.1.0.10"}))
        .import("id")
        .replace(&attachment("10.1.0.11"), &json!({"target_id": "10.1.0.11"}))
        .vanish("elbv2.deregister_targets", |attachment| {
            json!({"TargetGroupArn": attachment["target_group_arn"], "Targets": [{"Id": "10.1.0.11"}]})
        })
        .end();
}

#[test]
fn nlb_listener() {
    let listener = |port: u16, group: &str, tags: &str| {
        format!(
            r#"resource "groundup_nlb_listener" "this" {{
              load_balancer_arn = groundup_nlb.this.arn
              port              = {port}
              protocol          = "TCP"
              tags              = {{ {tags} }}

              default_action {{
                type             = "forward"
                target_group_arn = groundup_nlb_target_group.these["{group}"].arn
              }}
            }}"#
        )
    };
    Scenario::aws("groundup_nlb_listener.this", &format!("{NETWORK}{BALANCER}"))
        .begin(&listener(6443, "a", "Name = \"one\""), &json!({"port": 6443, "tags_all": {"Name": "one"}}))
        .drift("elbv2.modify_listener", |listener| json!({"ListenerArn": listener["arn"], "Port": 443}))
        .change(&listener(443, "b", "Name = \"two\""), &json!({"port": 443, "tags_all": {"Name": "two"}}))
        .import("arn")
        .vanish("elbv2.delete_listener", |listener| json!({"ListenerArn": listener["arn"]}))
        .end();
}
