//! Measures the provider against its limits and the PKI against other programs: `make bench`. `cargo bench -p tests
//! --bench bench -- pki` is the latter alone; it needs `groundup-pki` built as `make bench` does.
//!
//! Not a test: how long something takes depends on the machine and on what else it does. Only the person who asked
//! for the numbers is told that one is too large.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what cannot be measured ends the measuring")]
#![allow(clippy::print_stdout, reason = "the numbers are the result")]

use std::process::ExitCode;

mod apply;
mod handshake;
mod pki;
mod plan;
mod process;
mod report;
mod size;
#[path = "../it/support/mod.rs"]
#[allow(dead_code, reason = "the tests use what is not used here")]
mod support;

use report::{Limit, Report};

/// From the start of the process to its handshake line.
const HANDSHAKE: Limit = Limit { most: 10.0, unit: "ms" };
/// Of the process that applies the whole example.
const MEMORY: Limit = Limit { most: 40.0, unit: "MB" };
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
    report.line("apply of the example, peak resident memory", apply::peak_memory(&provider), MEMORY);
    match size::shipped() {
        Some(size) => report.line("shipped binary", size, SIZE),
        None => println!("shipped binary: not built; `make dist` builds it"),
    }
}
