//! Measures the provider against its limits and the PKI against other programs: `make bench`.
//!
//! `cargo bench --workspace --bench bench -- provider` is a part alone: `provider`, of that `cluster`, or `pki`. Each
//! needs its program built as `make bench` does, or named: `GROUNDUP_PROVIDER`, `GROUNDUP_PKI`.
//!
//! Not a test: how long something takes depends on the machine and on what else it does. Only the person who asked
//! for the numbers is told that one is too large.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what cannot be measured ends the measuring")]
#![allow(clippy::print_stdout, reason = "the numbers are the result")]

use std::process::ExitCode;

mod cluster;
mod handshake;
mod pki;
mod plan;
mod process;
mod report;
mod size;
#[path = "../it/support/mod.rs"]
#[allow(dead_code, reason = "the tests use what is not used here")]
mod support;
mod watch;

use cluster::Part;
use report::{Limit, Report};

/// From the start of the process to its handshake line.
const HANDSHAKE: Limit = Limit { most: 10.0, unit: "ms" };
/// Of the largest process that has to do with the tutorial's cluster.
const MEMORY: Limit = Limit { most: 40.0, unit: "MB" };
/// Of the largest process that has to do with the objects of AWS for [`cluster::LARGE`] workers.
const LARGE_MEMORY: Limit = Limit { most: 60.0, unit: "MB" };
/// To see that nothing has changed in the tutorial's cluster; of these, one for each of its six instances.
const REFRESH: Limit = Limit { most: 27.0, unit: "calls" };
/// The same with [`cluster::LARGE`] workers, but without those for single instances: as many, and for what there is of
/// more than a page another page.
const LARGE_REFRESH: Limit = Limit { most: 30.0, unit: "calls" };
/// Between looks at an AWS that is always ready.
const SLEEP: Limit = Limit { most: 0.0, unit: "s" };
/// Of the process that plans [`plan::RESOURCES`] new objects.
const PLAN: Limit = Limit { most: 50.0, unit: "ms" };
/// Of the binary that users download.
const SIZE: Limit = Limit { most: 15.0, unit: "MB" };

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    // `cargo test --all-targets` starts benchmarks too, to see that they run; `cargo bench` alone asks for numbers.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    let wanted = |part| arguments.iter().all(|argument| argument.starts_with('-') || argument == part);
    let mut report = Report::default();
    if wanted("provider") {
        measure_provider(&mut report);
    }
    if wanted("provider") || wanted("cluster") {
        measure_clusters(&mut report);
    }
    if wanted("pki") {
        pki::measure(&mut report);
    }
    report.verdict()
}

fn measure_provider(report: &mut Report) {
    let provider = support::provider_binary::provider();
    println!("\n{}\n", provider.display());
    report.line("exec to handshake, median of 50", handshake::median(50), HANDSHAKE);
    report.line("plan of 500 new resources, CPU, median of 5", plan::median(5), PLAN);
    match size::shipped() {
        Some(size) => report.line("shipped binary", size, SIZE),
        None => println!("shipped binary: not built; `make dist` builds it"),
    }
}

fn measure_clusters(report: &mut Report) {
    let provider = support::provider_binary::provider();
    let measure = |part, workers| cluster::measure(&provider, part, workers);
    let whole = [cluster::TUTORIAL, cluster::USUAL].map(|workers| measure(Part::Whole, workers));
    cluster::print("whole cluster", &whole);
    let sizes = [cluster::TUTORIAL, cluster::USUAL, cluster::LARGE];
    let of_aws = sizes.map(|workers| measure(Part::Aws, workers));
    cluster::print("objects of AWS alone", &of_aws);
    let ([tutorial, _], [.., large]) = (&whole, &of_aws);
    report.line("cluster of the tutorial, peak memory", tutorial.memory(), MEMORY);
    report.line("objects of AWS with 200 workers, peak memory", large.memory(), LARGE_MEMORY);
    report.line("refresh of the tutorial's cluster", cluster::decimal(tutorial.refresh.calls()), REFRESH);
    let shareable = cluster::decimal(large.refresh.shareable_calls());
    report.line("refresh of these, but of single instances", shareable, LARGE_REFRESH);
    assert!(cluster::forced_sleep_is_seen(), "the log tells of no sleep");
    report.line("apply of the tutorial's cluster, forced sleep", cluster::forced_sleep(), SLEEP);
}
