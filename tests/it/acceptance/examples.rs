//! The examples, from end to end.

use std::process::Command;

use serde_json::{Value, json};

use crate::support::moto::Moto;
use crate::support::provider_binary::provider;
use crate::support::terraform::Terraform;
use crate::support::tool;

/// AWS throttles who asks too much: 21 calls for the cluster, 6 for the user data of its machines, 3 for data sources.
const CALLS_OF_A_REFRESH: usize = 30;

/// Every element of a list in an answer.
fn all<'a>(answer: &'a Value, list: &str) -> Vec<&'a Value> {
    answer[list].as_array().unwrap().iter().collect()
}

#[test]
fn tutorial() {
    let moto = Moto::start();
    let before = moto.inventory();
    let terraform = Terraform::new().with_environment(moto.environment()).with_example("k8s-from-ground-up");
    let run = terraform.apply().succeeded();
    assert!(run.warnings().is_empty(), "{:?}", run.warnings());
    let calls = moto.call_count();
    terraform.plan().is_empty();
    let calls = moto.call_count() - calls;
    assert!(calls <= CALLS_OF_A_REFRESH, "{calls} calls to AWS, to see that nothing has changed");

    let state = terraform.state();
    network_is_the_tutorials(&moto, state.output("vpc_id"));
    machines_are_the_tutorials(&moto);
    targets_are_the_masters(&moto, state.output("target_group_arn"));
    assert_eq!(state.output("image_id"), "ami-0a1b2c3d4e5f24002");

    a_lost_worker_comes_back(&terraform, &moto);

    terraform.destroy().succeeded();
    assert_eq!(moto.inventory(), before);
    let left = std::fs::read_dir(terraform.path("k8s-cluster-from-ground-up/ca-authority")).unwrap();
    assert_eq!(left.count(), 0, "the files are gone");
}

fn network_is_the_tutorials(moto: &Moto, vpc: &Value) {
    let of_vpc = json!({"Filters": [{"Name": "vpc-id", "Values": [vpc]}]});
    let vpcs = moto.call("ec2.describe_vpcs", &json!({"VpcIds": [vpc]}));
    assert_eq!(vpcs["Vpcs"][0]["CidrBlock"], "172.31.0.0/16");
    let subnets = moto.call("ec2.describe_subnets", &of_vpc);
    assert_eq!(subnets["Subnets"][0]["CidrBlock"], "172.31.0.0/24");

    let tables = moto.call("ec2.describe_route_tables", &of_vpc);
    let routes = all(&tables, "RouteTables").into_iter().flat_map(|table| all(table, "Routes"));
    let mut destinations: Vec<_> =
        routes.map(|route| route["DestinationCidrBlock"].as_str().unwrap().to_owned()).collect();
    destinations.sort();
    destinations.dedup();
    let pods = ["172.20.0.0/24", "172.20.1.0/24", "172.20.2.0/24"];
    assert_eq!(destinations, [&["0.0.0.0/0"], pods.as_slice(), &["172.31.0.0/16"]].concat());

    let groups = moto.call("ec2.describe_security_groups", &of_vpc);
    let default =
        all(&groups, "SecurityGroups").into_iter().find(|group| group["GroupName"] == "default").unwrap();
    assert_eq!((&default["IpPermissions"], &default["IpPermissionsEgress"]), (&json!([]), &json!([])));
}

fn machines_are_the_tutorials(moto: &Moto) {
    let running = json!({"Filters": [{"Name": "instance-state-name", "Values": ["running"]}]});
    let answer = moto.call("ec2.describe_instances", &running);
    let mut machines: Vec<_> = all(&answer, "Reservations")
        .into_iter()
        .flat_map(|reservation| all(reservation, "Instances"))
        .map(|instance| {
            assert_eq!(instance["NetworkInterfaces"][0]["SourceDestCheck"], false, "packets of pods pass");
            assert_eq!(instance["MetadataOptions"]["HttpTokens"], "required");
            assert!(instance["PublicIpAddress"].is_string());
            let name = all(instance, "Tags").into_iter().find(|tag| tag["Key"] == "Name").unwrap();
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            (text(&instance["PrivateIpAddress"]), text(&name["Value"]))
        })
        .collect();
    machines.sort();
    let expected = [("1", "master"), ("2", "worker")].into_iter().flat_map(|(ten, role)| {
        (0..3).map(move |i| (format!("172.31.0.{ten}{i}"), format!("k8s-cluster-from-ground-up-{role}-{i}")))
    });
    assert_eq!(machines, expected.collect::<Vec<_>>());
}

fn targets_are_the_masters(moto: &Moto, group: &Value) {
    let health = moto.call("elbv2.describe_target_health", &json!({"TargetGroupArn": group}));
    let mut targets: Vec<_> =
        all(&health, "TargetHealthDescriptions").into_iter().map(|one| one["Target"]["Id"].clone()).collect();
    targets.sort_by_key(ToString::to_string);
    assert_eq!(targets, ["172.31.0.10", "172.31.0.11", "172.31.0.12"]);
}

/// The machine is made anew at its address, and the route to its pods leads to it.
fn a_lost_worker_comes_back(terraform: &Terraform, moto: &Moto) {
    const WORKER: &str = r#"groundup_instance.node["k8s-cluster-from-ground-up-worker-1"]"#;
    const ROUTE: &str = r#"groundup_route.pods["k8s-cluster-from-ground-up-worker-1"]"#;
    let lost = terraform.state().attributes(WORKER);
    moto.call("ec2.terminate_instances", &json!({"InstanceIds": [lost["id"]]}));
    let changes = terraform.apply().succeeded().changes();
    assert_eq!(changes.get(WORKER).map(String::as_str), Some("create"), "{changes:?}");
    terraform.plan().is_empty();
    let (worker, route) = (terraform.state().attributes(WORKER), terraform.state().attributes(ROUTE));
    assert_ne!(worker["id"], lost["id"]);
    assert_eq!(worker["private_ip"], "172.31.0.21");
    assert_eq!(route["network_interface_id"], worker["primary_network_interface_id"]);
}

#[test]
fn multi_az() {
    const ADMIN: &str = "203.0.113.7/32";
    let moto = Moto::start();
    let before = moto.inventory();
    let key = tempfile::tempdir().unwrap();
    let file = key.path().join("key");
    tool::succeed(
        Command::new(tool::find("ssh-keygen")).args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&file),
    );
    let key = std::fs::read_to_string(file.with_extension("pub")).unwrap();
    let variables = [("TF_VAR_ssh_public_key", key), ("TF_VAR_admin_cidrs", json!([ADMIN]).to_string())];
    let terraform = Terraform::new()
        .with_environment(moto.environment())
        .with_environment(variables.map(|(name, value)| (name.to_owned(), value)).into())
        .with_example("multi-az");
    let run = terraform.apply().succeeded();
    assert!(run.warnings().is_empty(), "{:?}", run.warnings());
    terraform.plan().is_empty();

    let state = terraform.state();
    let zones = ["us-east-2a", "us-east-2b", "us-east-2c"];
    machines_are_in(&zones, &moto);
    balancer_is_in(&zones, &moto, state.output("target_group_arn"));
    only_the_named_come_in(&moto, state.output("vpc_id"), ADMIN);

    terraform.destroy().succeeded();
    assert_eq!(moto.inventory(), before);

    let open = vec![("TF_VAR_admin_cidrs".to_owned(), json!(["0.0.0.0/0"]).to_string())];
    let refused = terraform.with_environment(open).plan().failed();
    assert_eq!(refused.errors()[0].summary, "Invalid value for variable");
}

/// A master and a worker in each zone; their secrets are for those who ask properly.
fn machines_are_in(zones: &[&str], moto: &Moto) {
    let answer = moto.call("ec2.describe_instances", &json!({}));
    let instances = all(&answer, "Reservations").into_iter().flat_map(|one| all(one, "Instances"));
    let mut places: Vec<_> = instances
        .map(|instance| {
            let options = &instance["MetadataOptions"];
            assert_eq!(
                (&options["HttpTokens"], &options["HttpPutResponseHopLimit"]),
                (&json!("required"), &json!(1))
            );
            instance["Placement"]["AvailabilityZone"].as_str().unwrap()
        })
        .collect();
    places.sort_unstable();
    assert_eq!(places, zones.iter().flat_map(|zone| [*zone; 2]).collect::<Vec<_>>());
    let volumes = moto.call("ec2.describe_volumes", &json!({}));
    for volume in all(&volumes, "Volumes") {
        assert_eq!((&volume["Encrypted"], &volume["VolumeType"]), (&json!(true), &json!("gp3")));
    }
}

fn balancer_is_in(zones: &[&str], moto: &Moto, group: &Value) {
    let answer = moto.call("elbv2.describe_load_balancers", &json!({}));
    let mut served: Vec<_> = all(&answer["LoadBalancers"][0], "AvailabilityZones")
        .into_iter()
        .map(|zone| zone["ZoneName"].as_str().unwrap())
        .collect();
    served.sort_unstable();
    assert_eq!(served, zones);
    let groups = moto.call("elbv2.describe_target_groups", &json!({"TargetGroupArns": [group]}));
    let check = &groups["TargetGroups"][0];
    assert_eq!(
        (&check["HealthCheckProtocol"], &check["HealthCheckPath"]),
        (&json!("HTTPS"), &json!("/readyz"))
    );
    let health = moto.call("elbv2.describe_target_health", &json!({"TargetGroupArn": group}));
    let mut targets: Vec<_> =
        all(&health, "TargetHealthDescriptions").into_iter().map(|one| one["Target"]["Id"].clone()).collect();
    targets.sort_by_key(ToString::to_string);
    assert_eq!(targets, ["10.240.0.10", "10.240.1.10", "10.240.2.10"]);
}

/// SSH is for the administrator; who may call the API server is named too.
fn only_the_named_come_in(moto: &Moto, vpc: &Value, admin: &str) {
    let groups =
        moto.call("ec2.describe_security_groups", &json!({"Filters": [{"Name": "vpc-id", "Values": [vpc]}]}));
    let rules = all(&groups, "SecurityGroups").into_iter().flat_map(|group| all(group, "IpPermissions"));
    let ranges = |port: i64| {
        let rules = rules.clone().filter(move |rule| rule["FromPort"] == port);
        rules.flat_map(|rule| all(rule, "IpRanges")).map(|range| range["CidrIp"].as_str().unwrap())
    };
    assert_eq!(ranges(22).collect::<Vec<_>>(), [admin]);
    let callers: Vec<_> = ranges(6443).collect();
    assert_eq!(callers.len(), 7, "the administrator and six nodes: {callers:?}");
    assert!(callers.contains(&admin) && callers.iter().all(|range| range.ends_with("/32")), "{callers:?}");
}

#[test]
fn pki_only_needs_no_aws() {
    let terraform = Terraform::new().with_example("pki-only");
    let run = terraform.apply().succeeded();
    assert!(run.warnings().is_empty(), "{:?}", run.warnings());
    terraform.plan().is_empty();
    assert!(terraform.read("kubernetes/pki/apiserver.crt").starts_with("-----BEGIN CERTIFICATE-----"));
    terraform.destroy().succeeded();
    assert_eq!(terraform.state().count(), 0);
}

/// `make demo`, but with the provider that is tested.
#[test]
fn demo() {
    let folder = tempfile::tempdir().unwrap();
    let told = tool::succeed(
        Command::new(tool::python())
            .arg(tool::workspace().join("demo/demo.py"))
            .arg("--provider")
            .arg(provider())
            .arg("--directory")
            .arg(folder.path()),
    );
    assert!(told.contains("no changes") && told.ends_with("s.\n"), "{told}");
}
