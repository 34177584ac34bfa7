//! Load balancers, which take minutes, and their targets.

use tests::fault_proxy::{Effect, Kind, Rule, Stage};

use super::scenario::{Scenario, contains, ensure};

const NETWORK: &str = r#"
resource "groundup_vpc" "this" {
  cidr_block = "10.1.0.0/16"
}

resource "groundup_subnet" "this" {
  vpc_id     = groundup_vpc.this.id
  cidr_block = "10.1.0.0/24"
}
"#;

const BALANCER: &str = r#"
resource "groundup_nlb" "this" {
  name     = "api"
  internal = true
  subnets  = [groundup_subnet.this.id]

  timeouts {
    create = "4s"
  }
}
"#;

const GROUP: &str = r#"
resource "groundup_nlb_target_group" "this" {
  name        = "api"
  port        = 6443
  protocol    = "TCP"
  vpc_id      = groundup_vpc.this.id
  target_type = "ip"
}
"#;

const ATTACHMENT: &str = r#"
resource "groundup_nlb_target_group_attachment" "this" {
  target_group_arn = groundup_nlb_target_group.this.arn
  target_id        = "10.1.0.10"
}
"#;

const LISTENER: &str = r#"
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

fn life(stages: impl IntoIterator<Item = Stage>) -> [Rule; 2] {
    [Rule::NetworkArns, Rule::stages(Kind::LoadBalancer, "CreateLoadBalancer", stages)]
}

#[test]
fn a_slow_load_balancer_is_awaited() {
    Scenario::given(&[NETWORK, BALANCER].concat())
        .rules(life([Stage::looks("provisioning", 1)]))
        .proves(&["load-balancer-wait"])
        .run(|world| {
            world.apply()?;
            world.called_after("CreateLoadBalancer", "DescribeLoadBalancers", 2)?;
            let arn = world.terraform.state().attributes("groundup_nlb.this")["arn"].clone();
            contains(arn.as_str().unwrap_or_default(), ":loadbalancer/net/api/")?;
            world.is_settled()
        });
}

#[test]
fn a_failed_load_balancer_is_an_error_with_the_reason() {
    Scenario::given(&[NETWORK, BALANCER].concat())
        .rules(life([Stage::forever("failed").because("the subnet has no gateway")]))
        .proves(&["failed-load-balancer"])
        .run(|world| {
            let errors = world.apply_fails()?.errors();
            contains(
                &errors[0].detail,
                "provisioning of load balancer api failed: the subnet has no gateway",
            )?;
            ensure(world.terraform.state().count() == 3, || "the load balancer is lost".into())
        });
}

#[test]
fn an_impaired_load_balancer_is_a_warning() {
    Scenario::given(&[NETWORK, BALANCER].concat())
        .rules(life([Stage::forever("active_impaired").because("no addresses are left")]))
        .proves(&["impaired-load-balancer"])
        .run(|world| {
            let warnings = world.apply()?.warnings();
            ensure(warnings.len() == 1, || format!("the warnings are {warnings:?}"))?;
            contains(&warnings[0].detail, "no addresses are left")
        });
}

#[test]
fn what_a_load_balancer_leaves_behind_is_awaited() {
    Scenario::given(&[NETWORK, BALANCER].concat())
        .rules([Rule::NetworkArns, Rule::LingeringInterfaces { looks: 2 }])
        .proves(&["interface-release"])
        .run(|world| {
            world.apply()?;
            world.end()?;
            world.never_refused("DependencyViolation")
        });
}

#[test]
fn what_a_listener_refers_to_may_be_too_new_and_end_too_early() {
    let unknown = Effect::refuse("TargetGroupNotFound", "One or more target groups not found");
    let in_use = Effect::refuse("ResourceInUse", "Target group is currently in use by a listener or a rule");
    Scenario::given(&[NETWORK, BALANCER, GROUP, LISTENER].concat())
        .rules([
            Rule::NetworkArns,
            Rule::first(1, "CreateListener", unknown),
            Rule::first(1, "DeleteTargetGroup", in_use),
        ])
        .proves(&["listener-references", "blocked-deletion"])
        .run(|world| {
            world.apply()?;
            world.is_settled()?;
            world.end()
        });
}

#[test]
fn a_target_is_registered_once_it_runs() {
    let refusal = Effect::refuse("InvalidTarget", "The following targets are not in a running state");
    Scenario::given(&[NETWORK, GROUP, ATTACHMENT].concat())
        .rules([Rule::first(2, "RegisterTargets", refusal)])
        .proves(&["running-target"])
        .run(|world| {
            world.apply()?;
            world.is_settled()
        });
}

#[test]
fn only_a_target_that_leaves_is_registered_again() {
    let stages = [
        Stage::looks("initial", 1).because("Elb.RegistrationInProgress"),
        Stage::looks("unhealthy", 1).because("Target.FailedHealthChecks"),
        Stage::forever("draining").because("Target.DeregistrationInProgress"),
    ];
    Scenario::given(&[NETWORK, GROUP, ATTACHMENT].concat())
        .rules([Rule::stages(Kind::Target, "RegisterTargets", stages)])
        .proves(&["draining-target"])
        .run(|world| {
            world.apply()?;
            world.is_settled()?;
            world.is_settled()?;
            let changes = world.terraform.plan().success()?.changes();
            let planned = changes.get("groundup_nlb_target_group_attachment.this").map(String::as_str);
            ensure(planned == Some("create"), || format!("a target that leaves is kept: {changes:?}"))
        });
}
