//! The tutorial's cluster in an AWS that is all of it at once: slow, forgetful, busy and strict.

use serde_json::json;
use tests::fault_proxy::{Effect, Kind, Rule, Stage};

use super::scenario::{Scenario, ensure};

#[test]
fn the_tutorials_cluster() {
    let slow = [
        Rule::first(5, "Describe*", Effect::throttle()),
        Rule::first(2, "Create*", Effect::throttle()),
        Rule::hidden(Kind::Vpc, "CreateVpc", 1),
        Rule::hidden(Kind::Subnet, "CreateSubnet", 1),
        Rule::hidden(Kind::InternetGateway, "CreateInternetGateway", 1),
        Rule::hidden(Kind::SecurityGroup, "CreateSecurityGroup", 1),
        Rule::hidden(Kind::Instance, "RunInstances", 1),
        Rule::hidden(Kind::LoadBalancer, "CreateLoadBalancer", 1),
        Rule::stages(Kind::Instance, "RunInstances", [Stage::looks("pending", 1)]),
        Rule::stages(Kind::Instance, "TerminateInstances", [Stage::looks("shutting-down", 1)]),
        Rule::stages(Kind::LoadBalancer, "CreateLoadBalancer", [Stage::looks("provisioning", 1)]),
        Rule::LingeringInterfaces { looks: 1 },
        Rule::HeldAddresses { times: 1 },
    ];
    let rules = Rule::strict().into_iter().chain(slow);
    Scenario::example("k8s-from-ground-up").rules(rules).run(|world| {
        let warnings = world.apply()?.warnings();
        ensure(warnings.is_empty(), || format!("the warnings are {warnings:?}"))?;
        world.is_settled()?;

        let worker = r#"groundup_instance.node["k8s-cluster-from-ground-up-worker-1"]"#;
        let lost = world.terraform.state().attributes(worker);
        world.moto.call("ec2.terminate_instances", &json!({"InstanceIds": [lost["id"]]}));
        let warnings: Vec<_> =
            world.terraform.plan().warnings().into_iter().map(|told| told.summary).collect();
        ensure(warnings == ["Route Leads Nowhere"], || format!("the warnings are {warnings:?}"))?;
        world.apply()?;
        world.is_settled()?;
        world.end()
    });
}
