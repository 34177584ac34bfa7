//! How many calls it takes. AWS throttles who asks too much, for everybody in the account.

use tests::fault_proxy::Call;

use super::scenario::{Scenario, Verdict, World, ensure};

/// The machines of the tutorial's cluster, each with user data.
const NODES: usize = 6;
/// What reading the rest of it takes.
const REFRESH: usize = 21;
/// What each data source of the example asks for.
const DATA_SOURCES: [&str; 3] = ["GetCallerIdentity", "DescribeAvailabilityZones", "DescribeImages"];

fn told(world: &World) -> String {
    let counts = world.proxy.counts();
    let lines = counts.iter().map(|(action, count)| format!("{count:4} {action}"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_tutorials_cluster_is_read_in_few_calls() {
    Scenario::example("k8s-from-ground-up").proves(&["batching"]).run(|world| {
        world.apply()?;
        eprintln!("apply:\n{}", told(world));
        world.proxy.forget();
        world.is_settled()?;
        eprintln!("refresh:\n{}", told(world));
        for action in DATA_SOURCES {
            world.called(action, 1)?;
        }
        let calls = world.proxy.count("*") - DATA_SOURCES.len();
        let user_data = world.proxy.count("DescribeInstanceAttribute");
        ensure(user_data == NODES, || format!("{user_data} calls for the user data of {NODES} machines"))?;
        let rest = calls - user_data;
        ensure(rest <= REFRESH, || {
            format!("{rest} calls to read the cluster, not {REFRESH}:\n{}", told(world))
        })
    });
}
