//! Instances, which take their time.

use serde_json::json;
use tests::fault_proxy::{Effect, Kind, Rule, Stage};

use super::scenario::{Scenario, contains, ensure};

/// In the default network.
fn instance(arguments: &str) -> String {
    format!(
        "resource \"groundup_instance\" \"this\" {{\n ami = \"ami-0a1b2c3d4e5f24002\"\n instance_type = \"t3.small\"\n
        {arguments}\n}}\n"
    )
}

#[test]
fn a_slow_instance_is_awaited() {
    Scenario::given(&instance(""))
        .rules([Rule::stages(Kind::Instance, "RunInstances", [Stage::looks("pending", 1)])])
        .proves(&["instance-wait"])
        .run(|world| {
            world.apply()?;
            let state = &world.terraform.state().attributes("groundup_instance.this")["instance_state"];
            ensure(state == "running", || format!("the instance is {state} when the apply ends"))?;
            world.end()
        });
}

#[test]
fn an_instance_that_falls_is_an_error_with_the_reason() {
    let fall = Stage::forever("terminated").because("Client.VolumeLimitExceeded: Volume limit exceeded");
    Scenario::given(&instance(""))
        .rules([Rule::stages(Kind::Instance, "RunInstances", [Stage::looks("pending", 1), fall])])
        .proves(&["instance-wait"])
        .run(|world| {
            let errors = world.apply_fails()?.errors();
            contains(
                &errors[0].detail,
                "it is terminated: Client.VolumeLimitExceeded: Volume limit exceeded",
            )?;
            ensure(world.terraform.state().count() == 1, || "the instance is lost".into())
        });
}

#[test]
fn an_instance_is_awaited_until_it_is_gone() {
    Scenario::given(&instance(""))
        .rules([Rule::stages(Kind::Instance, "TerminateInstances", [Stage::looks("shutting-down", 1)])])
        .proves(&["termination-wait"])
        .run(|world| {
            world.apply()?;
            world.end()?;
            world.called_after("TerminateInstances", "DescribeInstances", 2)
        });
}

#[test]
fn an_instance_stops_before_it_changes() {
    Scenario::given(&instance(""))
        .rules([
            Rule::Exclusive,
            Rule::stages(Kind::Instance, "StopInstances", [Stage::looks("stopping", 1)]),
        ])
        .proves(&["stop-wait"])
        .run(|world| {
            world.apply()?;
            world.write(&instance("").replace("t3.small", "t3.medium"));
            world.apply()?;
            world.is_settled()?;
            let calls = world.proxy.calls();
            let stopped = calls.iter().skip_while(|call| !call.is("StopInstances"));
            let looks =
                stopped.take_while(|call| !call.is("Modify*")).filter(|call| call.is("DescribeInstances"));
            let looks = looks.count();
            ensure(looks == 2, || format!("it was changed after {looks} looks"))
        });
}

#[test]
fn a_changed_instance_may_not_start_at_once() {
    let refusal =
        Effect::refuse("IncorrectInstanceState", "The instance is not in a state from which it can start.");
    Scenario::given(&instance(""))
        .rules([Rule::first(1, "StartInstances", refusal)])
        .proves(&["instance-start"])
        .run(|world| {
            world.apply()?;
            world.write(&instance("").replace("t3.small", "t3.medium"));
            world.apply()?;
            world.is_settled()
        });
}

#[test]
fn the_address_of_a_replaced_instance_comes_free() {
    Scenario::given("").rules([Rule::HeldAddresses { times: 2 }]).proves(&["address-release"]).run(|world| {
        let subnet = world.default_subnet();
        let hcl = instance(&format!("subnet_id = \"{subnet}\"\n private_ip = \"172.31.0.10\"\n"));
        world.write(&hcl);
        world.apply()?;
        world.write(&hcl.replace("24002", "24001"));
        world.apply()?;
        world.is_settled()?;
        world.called("RunInstances", 4)
    });
}

#[test]
fn a_new_profile_gets_around() {
    let refusal = Effect::refuse(
        "InvalidParameterValue",
        "Value (node) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name",
    );
    Scenario::given(&instance("iam_instance_profile = \"node\""))
        .rules([Rule::first(2, "RunInstances", refusal)])
        .proves(&["visibility"])
        .run(|world| {
            world.moto.call("iam.create_instance_profile", &json!({"InstanceProfileName": "node"}));
            world.apply()?;
            world.is_settled()
        });
}

#[test]
fn metadata_options_are_awaited() {
    let pending = [Stage::looks("pending", 1)];
    Scenario::given(&instance(""))
        .rules([Rule::stages(Kind::MetadataOptions, "ModifyInstanceMetadataOptions", pending)])
        .proves(&["metadata-wait"])
        .run(|world| {
            world.apply()?;
            world.write(&instance("metadata_options {\n http_tokens = \"required\"\n}"));
            world.apply()?;
            // Pending, applied, and how the instance is at the end.
            world.called_after("ModifyInstanceMetadataOptions", "DescribeInstances", 3)
        });
}

#[test]
fn a_volume_changes_once_it_can() {
    let busy = Effect::refuse("IncorrectModificationState", "Volume is currently being modified.");
    let grown = instance("root_block_device {\n volume_size = 20\n}");
    Scenario::given(&instance(""))
        .rules([Rule::first(1, "ModifyVolume", busy)])
        .proves(&["volume-retry"])
        .run(|world| {
            world.apply()?;
            world.write(&grown);
            world.apply()?;
            world.is_settled()
        });
}

#[test]
fn a_changed_volume_is_awaited() {
    let grown = instance("root_block_device {\n volume_size = 20\n}");
    let stages = [Stage::looks("modifying", 1), Stage::forever("optimizing")];
    Scenario::given(&instance(""))
        .rules([Rule::stages(Kind::VolumeModification, "ModifyVolume", stages)])
        .proves(&["volume-wait"])
        .run(|world| {
            world.apply()?;
            world.write(&grown);
            world.apply()?;
            world.called_after("ModifyVolume", "DescribeVolumesModifications", 2)
        });
}
