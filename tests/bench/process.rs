//! What the kernel counts about processes.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long the threads of a process have run on a processor. Threads that have ended do not count; the provider's
/// stay until its end. `None` when the process has ended.
pub(crate) fn cpu(id: u32) -> Option<Duration> {
    let threads = fs::read_dir(format!("/proc/{id}/task")).ok()?;
    let times = threads.map(|thread| {
        let statistics = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        statistics.split(' ').next()?.parse::<u64>().ok()
    });
    times.sum::<Option<u64>>().map(Duration::from_nanos)
}

/// The greatest resident memory of a process so far, in kilobytes; `None` when it has ended.
pub(crate) fn peak_memory(id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

/// The processes that run `program` and have `variable` in their environment.
pub(crate) fn running(program: &Path, variable: &str) -> Vec<u32> {
    let processes = fs::read_dir("/proc").expect("measuring needs Linux's /proc");
    let ids = processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    ids.filter(|id| is(*id, program, variable).unwrap_or(false)).collect()
}

fn is(id: u32, program: &Path, variable: &str) -> std::io::Result<bool> {
    let folder = PathBuf::from(format!("/proc/{id}"));
    if fs::read_link(folder.join("exe"))? != program {
        return Ok(false);
    }
    let environment = fs::read(folder.join("environ"))?;
    Ok(environment.split(|byte| *byte == 0).any(|entry| entry == variable.as_bytes()))
}
