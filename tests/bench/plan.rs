//! What a large plan costs the provider's process.

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::process;
use crate::support::core::Core;
use crate::support::managed::Instance;
use crate::support::schema;

/// As many new objects as the limit speaks of, a share of each kind.
pub(crate) const RESOURCES: usize = 500;
/// As many at a time as Terraform asks for.
const AT_A_TIME: usize = 10;

/// A kind of object: its type, a configuration, and the argument that another new object decides.
type Kind = (&'static str, Value, Option<&'static str>);

fn kinds(index: usize) -> [Kind; 5] {
    let tags = json!({ "Name": format!("node-{index}"), "Cluster": "bench" });
    [
        (
            "groundup_vpc",
            json!({ "cidr_block": "10.0.0.0/16", "enable_dns_hostnames": true, "tags": tags }),
            None,
        ),
        ("groundup_subnet", json!({ "cidr_block": "10.0.1.0/24", "tags": tags }), Some("vpc_id")),
        (
            "groundup_vpc_security_group_ingress_rule",
            json!({
                "cidr_ipv4": "10.0.0.0/16", "ip_protocol": "tcp", "from_port": 6443, "to_port": 6443, "tags": tags,
            }),
            Some("security_group_id"),
        ),
        ("groundup_private_key", json!({ "algorithm": "ECDSA" }), None),
        ("groundup_file", json!({ "filename": format!("/nonexistent/{index}"), "content": "text\n" }), None),
    ]
}

/// Milliseconds that all threads of a process ran, from its start to the end of the plan: the median of several.
#[tokio::main]
pub(crate) async fn median(runs: usize) -> f64 {
    let mut times = Vec::new();
    for _ in 0..runs {
        times.push(cpu().await);
    }
    times.sort_by(f64::total_cmp);
    times[runs / 2]
}

async fn cpu() -> f64 {
    let core = Core::configured().await;
    let mut running = JoinSet::new();
    for index in 0..RESOURCES {
        let kinds = kinds(index);
        let (type_name, config, unknown) = &kinds[index % kinds.len()];
        let mut resource = core.resource(type_name);
        let mut config = resource.config(config);
        if let Some(unknown) = unknown {
            config = schema::with(&config, unknown, tfplugin::value::Value::UNKNOWN);
        }
        if running.len() == AT_A_TIME {
            running.join_next().await.unwrap().unwrap();
        }
        running.spawn(async move {
            assert_eq!(resource.validate(&config).await, []);
            assert_eq!(resource.plan(&Instance::NONE, &config).await.diagnostics, []);
        });
    }
    running.join_all().await;
    process::cpu(core.process.pid().as_raw().unsigned_abs()).unwrap().as_secs_f64() * 1000.0
}
