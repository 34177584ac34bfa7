//! The public key infrastructure beside the programs that it replaces.
//!
//! Runs alternate, so that whatever else the machine does meets both alike, and only ratios are told.

mod bundle;
mod issue;
mod key;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;
use pki_core::KeyAlgorithm;

use crate::report::{Ratio, Report};

/// Key generation takes a geometrically distributed time; with fewer, its mean says little.
const KEYS: usize = 300;
const ISSUED: usize = 200;
const RSA_BUNDLES: usize = 30;
const ECDSA_BUNDLES: usize = 60;

/// Measures everything, the longest last.
pub(crate) fn measure(report: &mut Report) {
    println!("times of the other program over ours; pairs are the tutorial's, beside cfssl and cfssljson\n");
    let p256 = KeyAlgorithm::EcdsaP256;
    report.ratio("P-256 certificate, cfssl sign", &issue::series(p256, ISSUED), None);
    report.ratio("RSA-2048 certificate, cfssl sign", &issue::series(KeyAlgorithm::RSA_2048, ISSUED), None);
    report.ratio("RSA-2048 key, openssl genrsa", &key::series(KEYS), Some(4.5));
    let rsa = KeyAlgorithm::RSA_2048;
    report.ratio("10 pairs, P-256, library", &bundle::of_library(p256, ECDSA_BUNDLES), Some(16.0));
    report.ratio("10 pairs, P-256, groundup-pki", &bundle::of_program(p256, ECDSA_BUNDLES), None);
    report.ratio("10 pairs, RSA-2048, groundup-pki", &bundle::of_program(rsa, RSA_BUNDLES), Some(4.0));
}

/// Two series of runs that alternated, in milliseconds.
#[derive(Debug, Default)]
struct Series {
    ours: Vec<f64>,
    theirs: Vec<f64>,
}

impl Series {
    /// Alternates, and who is first alternates as well.
    fn measure(
        runs: usize,
        mut ours: impl FnMut() -> Duration,
        mut theirs: impl FnMut() -> Duration,
    ) -> Self {
        let mut series = Self::default();
        for run in 0..runs {
            if run % 2 == 0 {
                series.ours.push(milliseconds(ours()));
                series.theirs.push(milliseconds(theirs()));
            } else {
                series.theirs.push(milliseconds(theirs()));
                series.ours.push(milliseconds(ours()));
            }
        }
        series
    }

    /// Takes what merely starting the other program costs, on average, out of each of its runs.
    fn without_start(mut self, start: impl FnMut() -> Duration) -> Self {
        const STARTS: usize = 50;
        let starts: Vec<_> = std::iter::repeat_with(start).take(STARTS).map(milliseconds).collect();
        let start = mean(&starts);
        self.theirs.iter_mut().for_each(|time| *time -= start);
        self
    }
}

impl From<&Series> for Ratio {
    fn from(series: &Series) -> Self {
        Self {
            mean: mean(&series.theirs) / mean(&series.ours),
            median: median(&series.theirs) / median(&series.ours),
            runs: series.ours.len(),
        }
    }
}

/// How long the work takes, by the clock on the wall.
fn wall(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// How long the work keeps a processor busy in this process.
fn own_cpu(work: impl FnOnce()) -> Duration {
    let start = cpu(UsageWho::RUSAGE_SELF);
    work();
    cpu(UsageWho::RUSAGE_SELF).saturating_sub(start)
}

/// How long a program keeps a processor busy, from its start to its end.
fn cpu_of(command: &mut Command) -> Duration {
    let start = cpu(UsageWho::RUSAGE_CHILDREN);
    run(command);
    cpu(UsageWho::RUSAGE_CHILDREN).saturating_sub(start)
}

fn cpu(who: UsageWho) -> Duration {
    let usage = getrusage(who).unwrap();
    duration(usage.user_time()) + duration(usage.system_time())
}

fn run(command: &mut Command) {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert!(status.success(), "{command:?}: {status}");
}

fn duration(time: TimeVal) -> Duration {
    let (seconds, microseconds) = (time.tv_sec().unsigned_abs(), time.tv_usec().unsigned_abs());
    Duration::from_secs(seconds) + Duration::from_micros(microseconds)
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[expect(clippy::cast_precision_loss, reason = "nobody measures 2^53 times")]
fn mean(times: &[f64]) -> f64 {
    times.iter().sum::<f64>() / times.len() as f64
}

fn median(times: &[f64]) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    f64::midpoint(times[(times.len() - 1) / 2], times[times.len() / 2])
}
