//! How long a host waits before it can connect.

use std::io::{BufRead as _, BufReader};
use std::time::Instant;

use crate::support::host::Launch;
use crate::support::provider_binary::provider;

/// Milliseconds from starting the process to the end of its handshake line.
pub(crate) fn median(runs: usize) -> f64 {
    let mut times: Vec<_> = (0..runs).map(|_| once()).collect();
    times.sort_by(f64::total_cmp);
    times[runs / 2]
}

fn once() -> f64 {
    let mut command = Launch::new(provider()).command().into_std();
    let start = Instant::now();
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let took = start.elapsed();
    assert!(line.ends_with('\n'), "no handshake");
    child.kill().unwrap();
    child.wait().unwrap();
    took.as_secs_f64() * 1000.0
}
