//! The load balancer and what stands behind it.

use serde_json::{Value, json};

use super::scenario::Scenario;
use crate::support::run::Run;
use crate::support::terraform::Terraform;

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

/// The load balancer of the tests, in subnets and with security groups of those names.
fn nlb_in(subnets: &[&str], groups: &[&str], arguments: &str) -> String {
    let ids = |kind: &str, names: &[&str]| {
        names.iter().map(|name| format!("{kind}.these[\"{name}\"].id")).collect::<Vec<_>>().join(", ")
    };
    format!(
        "resource \"groundup_nlb\" \"this\" {{\n name = \"api\"\n subnets = [{}]\n security_groups = [{}]\n{arguments}\n}}",
        ids("groundup_subnet", subnets),
        ids("groundup_security_group", groups),
    )
}

#[test]
fn nlb() {
    Scenario::aws("groundup_nlb.this", NETWORK)
        .begin(
            &nlb_in(&["a"], &["a"], "tags = { Name = \"one\" }"),
            &json!({"internal": false, "load_balancer_type": "network", "tags_all": {"Name": "one"}}),
        )
        .drift("elbv2.modify_load_balancer_attributes", |nlb| {
            let attribute = json!({"Key": "load_balancing.cross_zone.enabled", "Value": "true"});
            json!({"LoadBalancerArn": nlb["arn"], "Attributes": [attribute]})
        })
        .change(
            &nlb_in(&["a", "b"], &["a", "b"], "enable_cross_zone_load_balancing = true"),
            &json!({"enable_cross_zone_load_balancing": true, "tags_all": {}}),
        )
        .drift(
            "elbv2.set_subnets",
            |nlb| json!({"LoadBalancerArn": nlb["arn"], "Subnets": [nlb["subnets"][0]]}),
        )
        .drift(
            "elbv2.set_security_groups",
            |nlb| json!({"LoadBalancerArn": nlb["arn"], "SecurityGroups": [nlb["security_groups"][0]]}),
        )
        .import("arn")
        .change(&nlb_in(&["b"], &["b"], ""), &json!({"enable_cross_zone_load_balancing": false}))
        .replace(
            &nlb_in(&["b"], &["b"], "internal = true").replace("name = \"api\"", "name_prefix = \"api-\""),
            &json!({"internal": true}),
        )
        .vanish("elbv2.delete_load_balancer", arn)
        .end();
}

/// Everything that can change without another load balancer, whose name clients know.
#[test]
fn nlb_settings() {
    const SWITCH: &str = "enforce_security_group_inbound_rules_on_private_link_traffic";
    let settings = r#"
        enable_zonal_shift               = true
        dns_record_client_routing_policy = "availability_zone_affinity"
        ip_address_type                  = "dualstack"
        access_logs {
          bucket  = "logs"
          enabled = true
        }"#;
    let seen = json!({
        "enable_zonal_shift": true,
        "dns_record_client_routing_policy": "availability_zone_affinity",
        "ip_address_type": "dualstack",
        "access_logs": [{"bucket": "logs", "enabled": true, "prefix": null}],
    });
    let subnets = ["a", "b"];
    Scenario::aws("groundup_nlb.this", NETWORK)
        .begin(&nlb_in(&subnets, &[], ""), &json!({"security_groups": [], SWITCH: null}))
        .change(&nlb_in(&subnets, &["a"], settings), &seen)
        .import("arn")
        .change(&nlb_in(&subnets, &["a"], &format!("{SWITCH} = \"off\"")), &json!({SWITCH: "off"}))
        .change(
            &nlb_in(&subnets, &["a"], "ip_address_type = \"ipv4\""),
            &json!({"ip_address_type": "ipv4", "access_logs": [], "enable_zonal_shift": false, SWITCH: "off"}),
        )
        .drift("elbv2.set_ip_address_type", |nlb| {
            json!({"LoadBalancerArn": nlb["arn"], "IpAddressType": "dualstack"})
        })
        .replace(&nlb_in(&subnets, &[], ""), &json!({"security_groups": [], SWITCH: null}))
        .end();
}

/// A protected load balancer is neither destroyed nor replaced, and the plan says so.
#[test]
fn nlb_protection() {
    let protected = nlb_in(&["a"], &["a"], "enable_deletion_protection = true");
    let replaced = format!("{}\n", protected.replace("name = \"api\"", "name = \"other\""));
    let told = |run: Run, detail: &str| {
        let errors = run.failed().errors();
        assert_eq!((errors.len(), errors[0].summary.as_str()), (1, "Load Balancer Is Protected"));
        assert_eq!(errors[0].detail, detail);
    };
    let advice = "AWS refuses to delete load balancer api while its deletion protection is on. Set \
                  `enable_deletion_protection = false` and apply that first.";
    Scenario::aws("groundup_nlb.this", NETWORK)
        .begin(&nlb_in(&["a"], &["a"], ""), &json!({"enable_deletion_protection": false}))
        .change(&protected, &json!({"enable_deletion_protection": true}))
        .and(|terraform, _| {
            told(terraform.destroy(), advice);
            terraform.write("resource.tf", &replaced);
            told(terraform.plan(), &format!("The change replaces the load balancer. {advice}"));
            terraform.write("resource.tf", &protected);
        })
        .change(&nlb_in(&["a"], &["a"], ""), &json!({"enable_deletion_protection": false}))
        .end();
}

/// The target group of the tests.
fn group(name: &str, arguments: &str) -> String {
    format!(
        "resource \"groundup_nlb_target_group\" \"this\" {{\n {name}\n port = 6443\n protocol = \"TCP\"
         vpc_id = groundup_vpc.this.id\n target_type = \"ip\"\n{arguments}\n}}"
    )
}

#[test]
fn nlb_target_group() {
    let https = "health_check {\n protocol = \"HTTPS\"\n path = \"/readyz\"\n matcher = \"200-399\"\n}";
    Scenario::aws("groundup_nlb_target_group.this", NETWORK)
        .begin(
            &group(
                "name = \"api\"",
                &format!("deregistration_delay = 30\n tags = {{ Name = \"one\" }}\n{https}"),
            ),
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
            &group(
                "name = \"api\"",
                "health_check {\n protocol = \"HTTPS\"\n path = \"/livez\"\n interval = 10\n}",
            ),
            &json!({"deregistration_delay": 300, "health_check": [{"path": "/livez", "interval": 10}]}),
        )
        .replace(&group("name = \"other\"", ""), &json!({"name": "other"}))
        .vanish("elbv2.delete_target_group", |group| json!({"TargetGroupArn": group["arn"]}))
        .end();
}

/// Everything that can change without another target group, which a listener uses.
#[test]
fn nlb_target_group_settings() {
    let attributes = r#"
        connection_termination            = true
        preserve_client_ip                = true
        proxy_protocol_v2                 = true
        load_balancing_cross_zone_enabled = "false"
        stickiness {
          type = "source_ip"
        }
        target_health_state {
          enable_unhealthy_connection_termination = false
          unhealthy_draining_interval             = 60
        }
        target_group_health {
          dns_failover {
            minimum_healthy_targets_count      = "off"
            minimum_healthy_targets_percentage = "50"
          }
        }"#;
    let seen = json!({
        "connection_termination": true,
        "preserve_client_ip": true,
        "proxy_protocol_v2": true,
        "load_balancing_cross_zone_enabled": "false",
        "stickiness": [{"enabled": true, "type": "source_ip"}],
        "target_health_state": [
            {"enable_unhealthy_connection_termination": false, "unhealthy_draining_interval": 60},
        ],
        "target_group_health": [{"dns_failover": [{"minimum_healthy_targets_count": "off"}]}],
    });
    let check = |arguments: &str| group("name = \"api\"", &format!("health_check {{\n{arguments}\n}}"));
    let all = "protocol = \"HTTPS\"\n port = \"6444\"\n path = \"/livez\"\n matcher = \"200\"\n interval = 20\n timeout = 5
               healthy_threshold = 2\n unhealthy_threshold = 4";
    Scenario::aws("groundup_nlb_target_group.this", NETWORK)
        .begin(
            &group("name = \"api\"", ""),
            &json!({"load_balancing_cross_zone_enabled": "use_load_balancer_configuration", "stickiness": []}),
        )
        .change(&group("name = \"api\"", attributes), &seen)
        .import("arn")
        .drift("elbv2.modify_target_group_attributes", |group| {
            let attribute = json!({"Key": "stickiness.enabled", "Value": "false"});
            json!({"TargetGroupArn": group["arn"], "Attributes": [attribute]})
        })
        // What AWS chooses by the kind of group stays when it is no longer given.
        .change(
            &check(all),
            &json!({
                "proxy_protocol_v2": false, "stickiness": [], "target_health_state": [], "preserve_client_ip": true,
                "health_check": [{
                    "protocol": "HTTPS", "port": "6444", "path": "/livez", "matcher": "200", "interval": 20,
                    "timeout": 5, "healthy_threshold": 2, "unhealthy_threshold": 4,
                }],
            }),
        )
        .import("arn")
        .change(
            &check("protocol = \"TCP\""),
            &json!({"health_check": [{"protocol": "TCP", "port": "traffic-port", "path": null, "matcher": null}]}),
        )
        .change(
            &check("protocol = \"HTTP\""),
            &json!({"health_check": [{"protocol": "HTTP", "path": "/", "matcher": "200-399"}]}),
        )
        .change(&group("name = \"api\"", ""), &json!({"health_check": []}))
        .end();
}

/// A group in use gives way to another: first the new one, then the listener turns to it, then the old one goes.
#[test]
fn nlb_target_group_in_use() {
    const LISTENER: &str = r#"
        resource "groundup_nlb" "this" {
          name    = "api"
          subnets = [groundup_subnet.these["a"].id]
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
    let first = group("name_prefix = \"api-\"", "lifecycle {\n create_before_destroy = true\n}");
    let listener = |terraform: &Terraform| terraform.state().attributes("groundup_nlb_listener.this");
    let mut before = Value::Null;
    Scenario::aws("groundup_nlb_target_group.this", &format!("{NETWORK}{LISTENER}"))
        .begin(&first, &json!({"name_prefix": "api-", "port": 6443}))
        .and(|terraform, _| before = listener(terraform)["arn"].clone())
        .replace(&first.replace("6443", "7443"), &json!({"name_prefix": "api-", "port": 7443}))
        .and(|terraform, group| {
            let after = listener(terraform);
            assert_eq!(after["arn"], before, "the listener stays");
            assert_eq!(after["default_action"][0]["target_group_arn"], group["arn"]);
        })
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

/// Everything that can change without another listener.
#[test]
fn nlb_listener_settings() {
    const CERTIFICATES: [&str; 2] = [
        "arn:aws:iam::123456789012:server-certificate/one",
        "arn:aws:iam::123456789012:server-certificate/two",
    ];
    let listener = |arguments: &str| {
        format!(
            "resource \"groundup_nlb_listener\" \"this\" {{\n load_balancer_arn = groundup_nlb.this.arn\n port = 6443
             {arguments}\n}}"
        )
    };
    let simple = "default_action {\n type = \"forward\"
                  target_group_arn = groundup_nlb_target_group.these[\"a\"].arn\n}";
    let shared = |weight: u16| {
        format!(
            "default_action {{\n type = \"forward\"\n forward {{
             target_group {{\n arn = groundup_nlb_target_group.these[\"a\"].arn\n weight = {weight}\n}}
             target_group {{\n arn = groundup_nlb_target_group.these[\"b\"].arn\n}}\n}}\n}}"
        )
    };
    let tls = |certificate: &str, more: &str| {
        listener(&format!("protocol = \"TLS\"\n certificate_arn = \"{certificate}\"\n{more}\n{simple}"))
    };
    let policy = "ELBSecurityPolicy-TLS13-1-2-2021-06";
    Scenario::aws("groundup_nlb_listener.this", &format!("{NETWORK}{BALANCER}"))
        .begin(&listener(&format!("protocol = \"TCP\"\n{simple}")), &json!({"tcp_idle_timeout_seconds": 350}))
        .change(
            &listener(&format!("protocol = \"TCP\"\n tcp_idle_timeout_seconds = 3600\n{}", shared(9))),
            &json!({"tcp_idle_timeout_seconds": 3600, "default_action": [{"target_group_arn": null}]}),
        )
        .import("arn")
        .change(&listener(&format!("protocol = \"TCP\"\n{}", shared(1))), &json!({"tcp_idle_timeout_seconds": 350}))
        .change(
            &tls(CERTIFICATES[0], &format!("alpn_policy = \"HTTP2Preferred\"\n ssl_policy = \"{policy}\"")),
            &json!({"protocol": "TLS", "alpn_policy": "HTTP2Preferred", "ssl_policy": policy}),
        )
        .import("arn")
        .change(
            &tls(CERTIFICATES[1], ""),
            &json!({"certificate_arn": CERTIFICATES[1], "alpn_policy": null, "tcp_idle_timeout_seconds": null}),
        )
        .change(
            &listener(&format!("protocol = \"TCP\"\n{simple}")),
            &json!({"protocol": "TCP", "certificate_arn": null, "ssl_policy": null, "tcp_idle_timeout_seconds": 350}),
        )
        .end();
}
