//! How many calls it takes. AWS throttles who asks too much, for everybody in the account.

use std::collections::BTreeSet;

use super::scenario::{Scenario, Verdict, World, ensure};

/// The machines of the tutorial's cluster, each with user data, which takes a call of its own.
const NODES: usize = 6;
/// What reading the rest of it takes.
const REFRESH: usize = 21;
/// What the data sources of the example ask for, once each.
const DATA_SOURCES: [&str; 3] = ["GetCallerIdentity", "DescribeAvailabilityZones", "DescribeImages"];

/// How many calls change something when the tutorial's cluster is created: each object and each setting that AWS does
/// not take with it.
const WRITES: usize = 52;
/// What has to be looked at on the way, at least once for each step that waits for another one.
const LOOKS: [(&str, usize); 18] = [
    ("DescribeAvailabilityZones", 1),
    ("DescribeDhcpOptions", 1),
    // For the data source, and for the root device of the machines.
    ("DescribeImages", 2),
    ("DescribeInstances", 1),
    // When it exists, and when it is attached.
    ("DescribeInternetGateways", 2),
    ("DescribeKeyPairs", 1),
    // Whether the name is free, and when it is active.
    ("DescribeLoadBalancers", 2),
    // What came with the VPC.
    ("DescribeNetworkAcls", 1),
    // What came with the VPC, the table, its association, its way out, and the ways to the pods.
    ("DescribeRouteTables", 5),
    // Those to revoke, and those that were made.
    ("DescribeSecurityGroupRules", 2),
    // What came with the VPC, twice, and those that were made.
    ("DescribeSecurityGroups", 3),
    ("DescribeSubnets", 1),
    ("DescribeTargetGroupAttributes", 1),
    ("DescribeTargetGroups", 1),
    ("DescribeVolumes", 1),
    ("DescribeVpcAttribute", 1),
    ("DescribeVpcs", 1),
    // In the process that plans and in the one that applies.
    ("GetCallerIdentity", 2),
];

fn told(world: &World) -> String {
    let counts = world.proxy.counts();
    let lines = counts.iter().map(|(action, count)| format!("{count:4} {action}"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_tutorials_cluster_takes_few_calls() {
    Scenario::example("k8s-from-ground-up").proves(&["batching"]).run(|world| {
        world.apply()?;
        creation_is_frugal(world)?;
        world.proxy.forget();
        world.is_settled()?;
        for action in DATA_SOURCES {
            world.called(action, 1)?;
        }
        let user_data = world.proxy.count("DescribeInstanceAttribute");
        ensure(user_data == NODES, || format!("{user_data} calls for the user data of {NODES} machines"))?;
        let calls = world.proxy.count("*") - DATA_SOURCES.len() - user_data;
        ensure(calls <= REFRESH, || {
            format!("{calls} calls to read the cluster, not {REFRESH}:\n{}", told(world))
        })
    });
}

/// At most 1.3 times what cannot be avoided.
fn creation_is_frugal(world: &World) -> Verdict {
    let calls = world.proxy.calls();
    let writes: Vec<_> = calls.iter().filter(|call| call.is_write()).collect();
    let different: BTreeSet<_> =
        writes.iter().map(|call| format!("{} {:?}", call.action, call.parameters)).collect();
    ensure(different.len() == writes.len(), || "something was written twice".into())?;
    ensure(writes.len() <= WRITES, || format!("{} writes, not {WRITES}:\n{}", writes.len(), told(world)))?;
    let needed = WRITES + LOOKS.iter().map(|(_, count)| count).sum::<usize>();
    let limit = needed * 13 / 10;
    ensure(calls.len() <= limit, || {
        format!("{} calls to create the cluster, not {limit}:\n{}", calls.len(), told(world))
    })
}

fn cluster(nodes: usize) -> String {
    format!(
        r#"
resource "groundup_vpc" "this" {{
  cidr_block = "10.1.0.0/16"
}}

resource "groundup_subnet" "this" {{
  vpc_id            = groundup_vpc.this.id
  cidr_block        = "10.1.0.0/22"
  availability_zone = "us-east-2a"
}}

resource "groundup_security_group" "this" {{
  name   = "nodes"
  vpc_id = groundup_vpc.this.id
}}

resource "groundup_instance" "node" {{
  count = {nodes}

  ami                    = "ami-0a1b2c3d4e5f24002"
  instance_type          = "t3.small"
  subnet_id              = groundup_subnet.this.id
  vpc_security_group_ids = [groundup_security_group.this.id]

  root_block_device {{
    volume_size = 20
  }}
}}
"#
    )
}

/// How many calls it takes to see that nothing has changed.
fn calls_of_a_refresh(world: &World) -> Verdict<usize> {
    world.proxy.forget();
    world.is_settled()?;
    Ok(world.proxy.count("*"))
}

#[test]
fn calls_grow_with_pages_and_not_with_nodes() {
    Scenario::given(&cluster(50)).run(|world| {
        world.apply()?;
        let fifty = calls_of_a_refresh(world)?;
        world.write(&cluster(200));
        world.apply()?;
        let images = world.proxy.count("DescribeImages");
        ensure(images <= 5, || format!("{images} calls for the one image of 150 nodes"))?;
        let two_hundred = calls_of_a_refresh(world)?;
        ensure(fifty <= 12, || format!("{fifty} calls to read 50 nodes"))?;
        // A machine so busy that ten seconds do not suffice asks again.
        ensure(two_hundred <= fifty + 6, || {
            format!("{two_hundred} calls to read 200 nodes, {fifty} for 50:\n{}", told(world))
        })
    });
}
