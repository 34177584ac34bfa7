//! Ctrl-C: nothing is lost, and nothing is replaced.

use serde_json::json;
use tests::fault_proxy::{Effect, Kind, Rule, Stage};

use super::scenario::{Scenario, Verdict, World, ensure};
use crate::support::run::Run;
use crate::support::running::Whom;

const NETWORK: &str = r#"
resource "groundup_vpc" "this" {
  cidr_block = "10.1.0.0/16"
}

resource "groundup_subnet" "this" {
  for_each          = { a = "10.1.0.0/24", b = "10.1.1.0/24" }
  vpc_id            = groundup_vpc.this.id
  cidr_block        = each.value
  availability_zone = "us-east-2${each.key}"
}
"#;

fn balancer(subnets: &str) -> String {
    format!(
        "{NETWORK}
        resource \"groundup_nlb\" \"this\" {{
          name                             = \"api\"
          internal                         = true
          subnets                          = {subnets}
          enable_cross_zone_load_balancing = true
          tags                             = {{ Name = \"api\" }}
        }}"
    )
}

fn machine(instance_type: &str) -> String {
    format!(
        "{NETWORK}
        resource \"groundup_instance\" \"this\" {{
          ami               = \"ami-0a1b2c3d4e5f24002\"
          instance_type     = {instance_type:?}
          subnet_id         = groundup_subnet.this[\"a\"].id
          source_dest_check = false

          root_block_device {{
            volume_size = 20
            volume_type = \"gp3\"
            encrypted   = true
          }}
        }}"
    )
}

/// Applies, and interrupts that when a call has been answered so often.
fn interrupted_at(world: &World, whom: Whom, pattern: &str, times: usize) -> Verdict<Run> {
    let apply = world.terraform.start("apply");
    world.wait_for(pattern, times)?;
    apply.interrupt(whom);
    Ok(apply.end())
}

/// The user is told, nothing failed but what did not begin, and nothing is to be replaced.
fn is_told_and_untainted(world: &World, run: &Run) -> Verdict {
    let errors = run.errors();
    ensure(errors.iter().all(|error| error.summary == "execution halted"), || format!("{errors:#?}"))?;
    let tainted = world.terraform.state().tainted();
    ensure(tainted.is_empty(), || format!("tainted: {tainted:?}\n{}", run.explain()))?;
    let warnings = run.warnings();
    ensure(warnings.iter().any(|warning| warning.summary == "Interrupted"), || {
        format!("no word of the interruption: {warnings:?}\n{}", run.explain())
    })
}

/// The next apply takes nothing away, and after it nothing is left to do.
fn goes_on(world: &World) -> Verdict {
    world.proxy.set_rules(&[]);
    let run = world.apply()?;
    let changes = run.changes();
    let gone = changes.values().any(|action| matches!(action.as_str(), "replace" | "delete"));
    ensure(!gone, || format!("something is taken away: {changes:?}"))?;
    world.is_settled()
}

/// Everything that was made is in the state.
fn is_recorded(world: &World) -> Verdict {
    let state = world.terraform.state().text;
    // What came with a VPC is recorded by the group it belongs to.
    let rules = world.moto.call("ec2.describe_security_group_rules", &json!({}));
    let group_of = |id: &str| {
        let mut rules = rules["SecurityGroupRules"].as_array().unwrap().iter();
        let rule = rules.find(|rule| rule["SecurityGroupRuleId"] == id)?;
        rule["GroupId"].as_str().map(str::to_owned)
    };
    let lost: Vec<_> = world
        .made()
        .into_iter()
        .filter(|id| !state.contains(id) && !group_of(id).is_some_and(|group| state.contains(&group)))
        .collect();
    ensure(lost.is_empty(), || format!("made, but not recorded: {lost:?}"))
}

#[test]
fn a_load_balancer_that_is_provisioning() {
    for whom in [Whom::Terraform, Whom::Everybody] {
        Scenario::given(&balancer("values(groundup_subnet.this)[*].id"))
            .rules([Rule::stages(Kind::LoadBalancer, "CreateLoadBalancer", [Stage::forever("provisioning")])])
            .proves(&["interrupted-wait"])
            .run(|world| {
                let apply = world.terraform.start("apply");
                world.wait_for("CreateLoadBalancer", 1)?;
                world.wait_for("DescribeLoadBalancers", 2)?;
                apply.interrupt(whom);
                is_told_and_untainted(world, &apply.end())?;
                is_recorded(world)?;
                let nlb = world.terraform.state().attributes("groundup_nlb.this");
                ensure(nlb["dns_name"].is_string() && nlb["ip_address_type"] == "ipv4", || nlb.to_string())?;
                goes_on(world)?;
                world.called("CreateLoadBalancer", 1)?;
                world.end()
            });
    }
}

#[test]
fn a_load_balancer_that_gets_another_subnet() {
    let provisioning = [Stage::forever("provisioning")];
    Scenario::given(&balancer("[groundup_subnet.this[\"a\"].id]"))
        .rules([Rule::stages(Kind::LoadBalancer, "SetSubnets", provisioning)])
        .run(|world| {
            world.apply()?;
            world.write(&balancer("values(groundup_subnet.this)[*].id"));
            world.proxy.forget();
            let run = interrupted_at(world, Whom::Everybody, "SetSubnets", 1)?;
            is_told_and_untainted(world, &run)?;
            goes_on(world)?;
            world.called("SetSubnets", 1)?;
            world.end()
        });
}

#[test]
fn an_instance_that_is_pending() {
    Scenario::given(&machine("t3.small"))
        .rules([Rule::stages(Kind::Instance, "RunInstances", [Stage::forever("pending")])])
        .proves(&["interrupted-wait"])
        .run(|world| {
            let apply = world.terraform.start("apply");
            world.wait_for("RunInstances", 1)?;
            world.wait_for("DescribeInstances", 1)?;
            apply.interrupt(Whom::Everybody);
            is_told_and_untainted(world, &apply.end())?;
            is_recorded(world)?;
            goes_on(world)?;
            world.called("RunInstances", 1)?;
            let instance = world.terraform.state().attributes("groundup_instance.this");
            ensure(instance["instance_state"] == "running", || instance.to_string())?;
            ensure(instance["source_dest_check"] == false, || instance.to_string())?;
            world.end()
        });
}

/// Whatever the user wants to stop: what was stopped for a change is started again.
#[test]
fn an_instance_that_is_stopped_for_a_change() {
    Scenario::given(&machine("t3.small"))
        .rules([
            Rule::stages(Kind::Instance, "StopInstances", [Stage::looks("stopping", 2)]),
            Rule::stages(Kind::Instance, "StartInstances", [Stage::forever("pending")]),
        ])
        .run(|world| {
            world.apply()?;
            world.write(&machine("t3.large"));
            let run = interrupted_at(world, Whom::Everybody, "StopInstances", 1)?;
            is_told_and_untainted(world, &run)?;
            world.called("StartInstances", 1)?;
            goes_on(world)?;
            world.called("StopInstances", 1)?;
            let instance = world.terraform.state().attributes("groundup_instance.this");
            ensure(instance["instance_type"] == "t3.large", || instance.to_string())?;
            ensure(instance["instance_state"] == "running", || instance.to_string())?;
            world.end()
        });
}

#[test]
fn the_tutorial_in_the_middle_of_everything() {
    let slow = "CreateSubnet|CreateSecurityGroup|CreateRouteTable|CreateInternetGateway|ImportKeyPair";
    Scenario::given("")
        .rules([
            Rule::always(slow, Effect::Hold { milliseconds: 300 }),
            Rule::stages(Kind::Instance, "RunInstances", [Stage::forever("pending")]),
        ])
        .run(|world| {
            world.terraform.take_example("k8s-from-ground-up");
            let run = interrupted_at(world, Whom::Everybody, slow, 1)?;
            ensure(run.changes().len() > 20, || run.explain())?;
            is_recorded(world)?;
            let first = world.made().len();

            let run = interrupted_at(world, Whom::Terraform, "RunInstances", 2)?;
            is_told_and_untainted(world, &run)?;
            is_recorded(world)?;
            ensure(world.made().len() > first, || "the second apply did not go on".into())?;

            goes_on(world)?;
            is_recorded(world)?;
            world.end()
        });
}
