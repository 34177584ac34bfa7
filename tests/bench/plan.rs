//! What a large plan costs the provider's process.

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::process;
use crate::support::core::Core;
use crate::support::managed::Instance;

/// As many new objects as the limit speaks of, a share of each kind.
pub(crate) const RESOURCES: usize = 500;
/// As many at a time as Terraform asks for.
const AT_A_TIME: usize = 10;

/// A configuration of each of the kinds that a plan is made of.
fn kinds(index: usize) -> [(&'static str, Value); 5] {
    let tags = json!({ "Name": format!("node-{index}"), "Cluster": "bench" });
    [
        ("groundup_vpc", json!({ "cidr_block": "10.0.0.0/16", "enable_dns_hostnames": true, "tags": tags })),
        (
            "groundup_subnet",
            json!({ "vpc_id": "vpc-0123456789abcdef0", "cidr_block": "10.0.1.0/24", "tags": tags }),
        ),
        (
            "groundup_vpc_security_group_ingress_rule",
            json!({
                "security_group_id": "sg-0123456789abcdef0", "cidr_ipv4": "10.0.0.0/16",
                "ip_protocol": "tcp", "from_port": 6443, "to_port": 6443, "tags": tags,
            }),
        ),
        ("groundup_private_key", json!({ "algorithm": "ECDSA" })),
        ("groundup_file", json!({ "filename": format!("/nonexistent/{index}"), "content": "text\n" })),
    ]
}

/// Milliseconds that all threads of the process ran, from its start to the end of the plan.
#[tokio::main]
pub(crate) async fn cpu() -> f64 {
    let core = Core::configured().await;
    let mut running = JoinSet::new();
    for index in 0..RESOURCES {
        let kinds = kinds(index);
        let (type_name, config) = &kinds[index % kinds.len()];
        let mut resource = core.resource(type_name);
        let config = resource.config(config);
        if running.len() == AT_A_TIME {
            running.join_next().await.unwrap().unwrap();
        }
        running.spawn(async move {
            assert_eq!(resource.validate(&config).await, []);
            assert_eq!(resource.plan(&Instance::NONE, &config).await.diagnostics, []);
        });
    }
    running.join_all().await;
    process::cpu(core.process.pid().as_raw().unsigned_abs()).as_secs_f64() * 1000.0
}
