//! What clusters cost, and how that grows with their workers.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde_json::json;
use tests::fault_proxy::{Call, FaultProxy, Kind, Rule};

use super::watch::{Used, watch};
use crate::support::moto::Moto;
use crate::support::terraform::Terraform;

/// As many workers as the tutorial has.
pub(crate) const TUTORIAL: usize = 3;
/// A cluster of a usual size.
pub(crate) const USUAL: usize = 50;
/// As many as the subnet and the pods' range of the example have room for, almost.
pub(crate) const LARGE: usize = 200;

const EXAMPLE: &str = "k8s-from-ground-up";
/// What of the example is not about AWS: fourteen objects for each worker. Terraform's own work grows with the square of
/// the objects and more, so the large cluster goes without them.
const NOT_OF_AWS: [&str; 6] = [
    "certificates.tf",
    "encryption_config.tf",
    "files.tf",
    "kubeconfigs.tf",
    "outputs.tf",
    "trust_matrix.tf",
];
/// The one call that AWS answers for a single instance only.
const USER_DATA: &str = "DescribeInstanceAttribute";

/// One command of Terraform.
#[derive(Debug)]
pub(crate) struct Cost {
    pub(crate) used: Used,
    calls: BTreeMap<String, usize>,
}

/// The life of one cluster.
#[derive(Debug)]
pub(crate) struct Costs {
    workers: usize,
    pub(crate) apply: Cost,
    pub(crate) refresh: Cost,
    pub(crate) destroy: Cost,
}

impl Cost {
    /// Calls to AWS.
    pub(crate) fn calls(&self) -> usize {
        self.calls.values().sum()
    }

    /// Calls to AWS that can speak of many objects at once.
    pub(crate) fn shareable_calls(&self) -> usize {
        self.calls() - self.calls.get(USER_DATA).copied().unwrap_or_default()
    }
}

impl Costs {
    /// Of the largest process of the whole life, in megabytes.
    pub(crate) fn memory(&self) -> f64 {
        let all = [&self.apply, &self.refresh, &self.destroy];
        megabytes(all.map(|cost| cost.used.memory).into_iter().fold(0, u64::max))
    }
}

/// How much of the example is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Part {
    /// Everything.
    Whole,
    /// Network, load balancer and machines.
    Aws,
}

/// Makes a cluster with so many workers, looks at it once more, and destroys it.
pub(crate) fn measure(provider: &Path, part: Part, workers: usize) -> Costs {
    let program = provider.canonicalize().unwrap();
    let aws = Moto::start();
    let proxy = FaultProxy::start(aws.address()).unwrap();
    let endpoint = ("AWS_ENDPOINT_URL".to_owned(), proxy.url().to_owned());
    let ips: Vec<_> = (0..workers).map(|worker| format!("172.31.0.{}", 20 + worker)).collect();
    let terraform = Terraform::new()
        .with_example(EXAMPLE)
        .with_environment(aws.environment())
        .with_environment(vec![endpoint.clone(), ("TF_VAR_worker_ips".to_owned(), json!(ips).to_string())]);
    for file in NOT_OF_AWS.iter().filter(|_| part == Part::Aws) {
        std::fs::remove_file(terraform.path(file)).unwrap();
    }
    let ours = format!("{}={}", endpoint.0, endpoint.1);
    let cost = |arguments: &[&str]| {
        proxy.forget();
        let used = watch(&program, &ours, || {
            let output = terraform.run(&[arguments, &["-input=false", "-no-color"]].concat());
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        });
        println!("{workers} workers: {} {:.1} s", arguments[0], used.wall.as_secs_f64());
        Cost { used, calls: count(&proxy.forget()) }
    };
    Costs {
        workers,
        apply: cost(&["apply", "-auto-approve"]),
        refresh: cost(&["plan", "-refresh-only"]),
        destroy: cost(&["destroy", "-auto-approve"]),
    }
}

/// A command of Terraform and where its cost is.
type Step = (&'static str, fn(&Costs) -> &Cost);

/// Shows the costs side by side, with what each further worker adds.
pub(crate) fn print(what: &str, all: &[Costs]) {
    let row = |name: &str, unit: &str, value: &dyn Fn(&Costs) -> f64| {
        let values: Vec<_> = all.iter().map(value).collect();
        let columns = values.iter().map(|value| format!("{value:>12.1}")).collect::<Vec<_>>().concat();
        let growth = match (all, values.as_slice()) {
            ([few, .., many], [first, .., last]) => {
                let more = u32::try_from(many.workers - few.workers).unwrap();
                format!("{:>14.3}", (last - first) / f64::from(more))
            }
            _ => String::new(),
        };
        println!("{name:<28}{columns}{growth} {unit}");
    };
    let heads = all.iter().map(|costs| format!("{:>12}", format!("{} workers", costs.workers)));
    let heads = heads.collect::<Vec<_>>().concat();
    println!("\n{what:<28}{heads}{:>14}", "for each more");
    let steps: [Step; 3] = [
        ("apply", |costs| &costs.apply),
        ("refresh-only plan", |costs| &costs.refresh),
        ("destroy", |costs| &costs.destroy),
    ];
    for (name, cost) in steps {
        row(&format!("{name}, time"), "s", &|costs| cost(costs).used.wall.as_secs_f64());
        row("  calls to AWS", "", &|costs| decimal(cost(costs).calls()));
        row("  but those of one instance", "", &|costs| decimal(cost(costs).shareable_calls()));
        row("  provider, processor", "s", &|costs| cost(costs).used.cpu.as_secs_f64());
        row("  provider, peak memory", "MB", &|costs| megabytes(cost(costs).used.memory));
    }
    for costs in all {
        println!("\n{} workers, calls of the refresh: {}", costs.workers, list(&costs.refresh.calls));
    }
    println!();
}

fn list(calls: &BTreeMap<String, usize>) -> String {
    let calls = calls.iter().map(|(action, times)| format!("{times} {action}"));
    calls.collect::<Vec<_>>().join(", ")
}

fn count(calls: &[Call]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for call in calls {
        *counts.entry(call.action.clone()).or_default() += 1;
    }
    counts
}

#[expect(clippy::cast_precision_loss, reason = "nobody needs 2^53 kilobytes")]
fn megabytes(kilobytes: u64) -> f64 {
    kilobytes as f64 * 1024.0 / 1e6
}

#[expect(clippy::cast_precision_loss, reason = "nobody makes 2^53 calls")]
pub(crate) fn decimal(number: usize) -> f64 {
    number as f64
}

/// Seconds that the provider slept between looks at AWS, while Terraform applied the whole example.
pub(crate) fn forced_sleep() -> f64 {
    let aws = Moto::start();
    let terraform = Terraform::new().with_example(EXAMPLE).with_environment(aws.environment());
    slept(terraform).as_secs_f64()
}

/// What is slept is told by the log, and by nothing else: a new VPC that is not visible at the first look shows that.
pub(crate) fn forced_sleep_is_seen() -> bool {
    let aws = Moto::start();
    let proxy = FaultProxy::start(aws.address()).unwrap();
    proxy.add_rule(&Rule::hidden(Kind::Vpc, "CreateVpc", 1));
    let endpoint = ("AWS_ENDPOINT_URL".to_owned(), proxy.url().to_owned());
    let terraform = Terraform::new().with_environment(aws.environment()).with_environment(vec![endpoint]);
    terraform.write("main.tf", "resource \"groundup_vpc\" \"this\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n");
    !slept(terraform).is_zero()
}

fn slept(terraform: Terraform) -> Duration {
    const LOG: &str = "terraform.log";
    let log = terraform.path(LOG).display().to_string();
    let variables = [("TF_LOG_PROVIDER".to_owned(), "DEBUG".to_owned()), ("TF_LOG_PATH".to_owned(), log)];
    let terraform = terraform.with_environment(variables.into());
    terraform.succeed(&["apply", "-auto-approve", "-input=false", "-no-color"]);
    let log = terraform.read(LOG);
    let pauses = log.lines().filter(|line| line.contains("looking again"));
    let milliseconds = pauses.map(|line| {
        let (_, rest) = line.split_once("milliseconds=").unwrap();
        rest.split_whitespace().next().unwrap().parse::<u64>().unwrap()
    });
    Duration::from_millis(milliseconds.sum())
}
