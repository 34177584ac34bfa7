//! Changes of instances that fail half way, between the stop and the start.

use serde_json::json;
use tests::fault_proxy::{Effect, Kind, Rule, Stage};

use super::scenario::{Scenario, Verdict, World, contains, ensure};

const ADDRESS: &str = "groundup_instance.this";

/// An instance with a fixed address, and what it needs.
fn configuration(arguments: &str) -> String {
    format!(
        r#"
        resource "groundup_vpc" "this" {{
          cidr_block = "10.1.0.0/16"
        }}

        resource "groundup_subnet" "this" {{
          vpc_id     = groundup_vpc.this.id
          cidr_block = "10.1.0.0/24"
        }}

        resource "groundup_instance" "this" {{
          subnet_id  = groundup_subnet.this.id
          private_ip = "10.1.0.10"
          {arguments}
        }}"#
    )
}

fn of_type(instance_type: &str) -> String {
    configuration(&format!("ami = \"ami-0a1b2c3d4e5f24001\"\n instance_type = \"{instance_type}\""))
}

fn refused(action: &str, parameter: &str, effect: Effect) -> Rule {
    let rule = Rule::first(1, action, effect);
    if parameter.is_empty() { rule } else { rule.with(parameter, "*") }
}

fn no_capacity() -> Effect {
    Effect::Refuse {
        status: 500,
        code: "InsufficientInstanceCapacity".into(),
        message: "We currently do not have sufficient t3.medium capacity.".into(),
    }
}

/// The state that AWS tells of the only instance.
fn state(world: &World) -> String {
    let told = world.moto.call("ec2.describe_instances", &json!({}));
    told["Reservations"][0]["Instances"][0]["State"]["Name"].as_str().unwrap_or_default().to_owned()
}

fn is_in_state(world: &World, expected: &str) -> Verdict {
    let state = state(world);
    ensure(state == expected, || format!("the instance is {state}, not {expected}"))
}

fn attribute(world: &World, name: &str) -> serde_json::Value {
    world.terraform.state().attributes(ADDRESS)[name].clone()
}

/// The change of the type is refused: the instance runs again, the state is what AWS has, and the next apply completes.
#[test]
fn a_change_is_refused_after_the_stop() {
    let effect = Effect::refuse("InvalidParameterValue", "The requested configuration is not supported");
    Scenario::given(&of_type("t3.small"))
        .rules([refused("ModifyInstanceAttribute", "InstanceType.Value", effect)])
        .proves(&["start-after-failure"])
        .run(|world| {
            world.write(&of_type("t3.small"));
            world.apply()?;
            world.write(&of_type("t3.medium"));
            let errors = world.apply_fails()?.errors();
            is_in_state(world, "running")?;
            ensure(errors.len() == 1, || format!("one error: {errors:?}"))?;
            contains(&errors[0].detail, "The requested configuration is not supported")?;
            contains(&errors[0].detail, "was stopped for the change, and runs again.")?;
            ensure(attribute(world, "instance_type") == "t3.small", || "it is still a t3.small".into())?;
            world.apply()?;
            ensure(attribute(world, "instance_type") == "t3.medium", || "it is a t3.medium".into())?;
            is_in_state(world, "running")?;
            world.is_settled()?;
            world.end()
        });
}

/// Neither the change nor the start succeeds: both are told, and the next apply does both.
#[test]
fn a_change_and_the_start_are_refused() {
    let unsupported = Effect::refuse("InvalidParameterValue", "The requested configuration is not supported");
    Scenario::given(&of_type("t3.small"))
        .rules([
            refused("ModifyInstanceAttribute", "InstanceType.Value", unsupported),
            refused("StartInstances", "", no_capacity()),
        ])
        .run(|world| {
            world.apply()?;
            world.write(&of_type("t3.medium"));
            let errors = world.apply_fails()?.errors();
            let summaries: Vec<_> = errors.iter().map(|error| error.summary.as_str()).collect();
            ensure(summaries == ["Unable to Change Instance", "Unable to Start Instance"], || {
                format!("both: {errors:?}")
            })?;
            contains(&errors[1].detail, "InsufficientInstanceCapacity")?;
            contains(&errors[1].detail, "The next apply will start it.")?;
            ensure(attribute(world, "instance_state") == "stopped", || {
                "the state tells that it stopped".into()
            })?;
            world.apply()?;
            is_in_state(world, "running")?;
            ensure(attribute(world, "instance_type") == "t3.medium", || "it is a t3.medium".into())?;
            world.is_settled()?;
            world.end()
        });
}

/// The type is changed, and the zone has no capacity for it: nothing but the start is left to do.
#[test]
fn a_start_for_which_there_is_no_capacity() {
    Scenario::given(&of_type("t3.small")).rules([refused("StartInstances", "", no_capacity())]).run(
        |world| {
            world.apply()?;
            world.write(&of_type("t3.medium"));
            let errors = world.apply_fails()?.errors();
            ensure(errors.len() == 1, || format!("one error: {errors:?}"))?;
            contains(&errors[0].detail, "Choose another zone or instance type")?;
            world.called("StartInstances", 1)?;
            ensure(attribute(world, "instance_type") == "t3.medium", || "it is a t3.medium already".into())?;
            let plan = world.terraform.plan();
            let warnings = plan.warnings();
            ensure(warnings.iter().any(|warning| warning.summary == "Instance Will Be Started"), || {
                format!("the start is told: {warnings:?}")
            })?;
            world.apply()?;
            is_in_state(world, "running")?;
            world.called("ModifyInstanceAttribute", 1)?;
            world.is_settled()?;
            world.end()
        },
    );
}

/// What only a stopped instance takes is changed while it is stopped, all of it in one stop.
#[test]
fn a_running_instance_is_stopped_first() {
    let changed = |instance_type: &str, user_data: &str| {
        configuration(&format!(
            "ami = \"ami-0a1b2c3d4e5f24001\"\n instance_type = \"{instance_type}\"\n \
             user_data = \"{user_data}\\n\""
        ))
    };
    Scenario::given(&changed("t3.small", "#!/bin/sh"))
        .rules([
            Rule::Exclusive,
            Rule::stages(Kind::Instance, "StopInstances", [Stage::looks("stopping", 2)]),
            Rule::stages(Kind::Instance, "StartInstances", [Stage::looks("pending", 2)]),
        ])
        .run(|world| {
            world.apply()?;
            world.write(&changed("t3.medium", "#!/bin/bash"));
            world.apply()?;
            world.called("StopInstances", 1)?;
            world.called("StartInstances", 1)?;
            world.called("ModifyInstanceAttribute", 2)?;
            ensure(attribute(world, "instance_state") == "running", || {
                "the state tells that it runs".into()
            })?;
            world.is_settled()?;
            world.end()
        });
}
