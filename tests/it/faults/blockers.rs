//! What is in the way of a deletion is told.

use std::time::Duration;

use serde_json::json;
use tests::fault_proxy::{Effect, Rule};

use super::scenario::{Scenario, Verdict, World, contains, ensure};
use crate::support::running::Whom;

const NETWORK: &str = r#"
resource "groundup_vpc" "this" {
  cidr_block = "10.1.0.0/16"
}

resource "groundup_subnet" "this" {
  vpc_id     = groundup_vpc.this.id
  cidr_block = "10.1.0.0/24"
}

resource "groundup_security_group" "this" {
  vpc_id = groundup_vpc.this.id
}
"#;

const BLOCKED: &str = "DeleteSubnet|DeleteSecurityGroup";

/// Somebody else's load balancer has an interface in the subnet; its id.
fn intrude(world: &World) -> String {
    let state = world.terraform.state();
    let interface = world.moto.call(
        "ec2.create_network_interface",
        &json!({
            "SubnetId": state.attributes("groundup_subnet.this")["id"],
            "Groups": [state.attributes("groundup_security_group.this")["id"]],
            "Description": "ELB net/intruder/50dc6c495c0c9188",
        }),
    );
    interface["NetworkInterface"]["NetworkInterfaceId"].as_str().unwrap().to_owned()
}

fn withdraw(world: &World, interface: &str) {
    world.moto.call("ec2.delete_network_interface", &json!({"NetworkInterfaceId": interface}));
    world.proxy.set_rules(&[]);
}

#[test]
fn the_error_of_an_interrupted_deletion_names_what_is_in_the_way() {
    Scenario::given(NETWORK)
        .rules([Rule::always(BLOCKED, Effect::dependency_violation())])
        .proves(&["named-blockers"])
        .run(|world| {
            world.apply()?;
            let interface = intrude(world);
            let destroy = world.terraform.start("destroy");
            world.wait_for("DeleteSubnet", 2)?;
            world.wait_for("DeleteSecurityGroup", 2)?;
            destroy.interrupt(Whom::Everybody);
            let run = destroy.end();
            let errors = run.errors();
            let errors = errors.iter().filter(|error| error.summary.starts_with("Unable to Delete"));
            let details: Vec<_> = errors.map(|error| error.detail.as_str()).collect();
            ensure(details.len() == 2, || format!("not two errors: {details:#?}"))?;
            let named =
                format!("In the way: network interface {interface} of network load balancer intruder");
            for detail in details {
                contains(detail, "cancelled while waiting for deletion of s")?;
                contains(detail, &named)?;
            }
            ensure(world.terraform.state().count() == 3, || "not everything is kept".into())?;
            withdraw(world, &interface);
            world.end()
        });
}

/// Nothing of this is in the state: AWS itself refuses.
#[test]
fn what_others_put_into_a_network_is_named() {
    Scenario::given(NETWORK).rules([Rule::Dependencies]).run(|world| {
        world.apply()?;
        let state = world.terraform.state();
        let id = |address: &str| state.attributes(address)["id"].as_str().unwrap().to_owned();
        let (subnet, group) = (id("groundup_subnet.this"), id("groundup_security_group.this"));
        let interface =
            json!({"DeviceIndex": 0, "SubnetId": subnet, "Groups": [group], "DeleteOnTermination": true});
        let launch = json!({
            "ImageId": "ami-0a1b2c3d4e5f24002", "InstanceType": "t3.small", "MinCount": 1, "MaxCount": 1,
            "NetworkInterfaces": [interface],
        });
        let launched = world.moto.call("ec2.run_instances", &launch);
        let machine = launched["Instances"][0]["InstanceId"].as_str().unwrap();
        let destroy = world.terraform.start("destroy");
        world.wait_for("DeleteSubnet", 2)?;
        world.wait_for("DeleteSecurityGroup", 2)?;
        destroy.interrupt(Whom::Terraform);
        let errors = destroy.end().errors();
        let errors: Vec<_> = errors.iter().filter(|error| error.summary.starts_with("Unable")).collect();
        ensure(errors.len() == 2, || format!("not two errors: {errors:#?}"))?;
        for error in errors {
            contains(&error.detail, &format!(" of instance {machine}"))?;
        }

        world.moto.call("ec2.terminate_instances", &json!({"InstanceIds": [machine]}));
        let foreign = world.moto.call(
            "ec2.create_subnet",
            &json!({"VpcId": id("groundup_vpc.this"), "CidrBlock": "10.1.9.0/24"}),
        );
        let foreign = foreign["Subnet"]["SubnetId"].as_str().unwrap();
        world.proxy.forget();
        let destroy = world.terraform.start("destroy");
        world.wait_for("DeleteVpc", 2)?;
        destroy.interrupt(Whom::Terraform);
        let errors = destroy.end().errors();
        contains(&errors[0].detail, &format!("In the way: subnet {foreign}."))?;
        world.moto.call("ec2.delete_subnet", &json!({"SubnetId": foreign}));
        world.end()
    });
}

/// The only scenario that lasts as long as it takes until somebody is told: half a minute.
#[test]
fn a_deletion_that_succeeds_late_is_explained() {
    Scenario::given(NETWORK).rules([Rule::always(BLOCKED, Effect::dependency_violation())]).run(|world| {
        world.apply()?;
        let interface = intrude(world);
        let destroy = world.terraform.start("destroy");
        looked_for_both(world)?;
        withdraw(world, &interface);
        let run = destroy.end().success()?;
        let log = world.terraform.read(".provider.log");
        let named = format!("In the way: network interface {interface} of network load balancer intruder");
        let warnings = run.warnings();
        ensure(warnings.len() == 2, || format!("not two warnings: {warnings:#?}"))?;
        for warning in warnings {
            ensure(warning.summary == "Others Were in the Way", || format!("{warning:?}"))?;
            contains(&warning.detail, "The deletion of s")?;
            contains(&warning.detail, &named)?;
        }
        contains(&log, "still waiting for deletion of")?;
        contains(&log, &named)?;
        world.is_clean()
    });
}

/// Nothing but a look for what is in the way asks for interfaces here.
fn looked_for_both(world: &World) -> Verdict {
    let came = world.proxy.wait_for("DescribeNetworkInterfaces", 2, Duration::from_mins(1));
    ensure(came, || "nobody looked for what is in the way".into())
}
