//! What the provider's processes use while Terraform runs them.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::process;

/// A process that is looked at this often does not do much unseen before its end.
const INTERVAL: Duration = Duration::from_millis(10);

/// What one command of Terraform took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Used {
    pub(crate) wall: Duration,
    /// Of all processes of the provider: Terraform starts several, one after the other.
    pub(crate) cpu: Duration,
    /// Of the largest of them, in kilobytes.
    pub(crate) memory: u64,
}

/// Watches the processes of `program` that have `variable` in their environment during `run`.
pub(crate) fn watch(program: &Path, variable: &str, run: impl FnOnce()) -> Used {
    let done = AtomicBool::new(false);
    let (wall, seen) = thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            let mut seen: BTreeMap<u32, (Duration, u64)> = BTreeMap::new();
            while !done.load(Ordering::Relaxed) {
                for id in process::running(program, variable) {
                    let (cpu, memory) = seen.entry(id).or_default();
                    *cpu = process::cpu(id).unwrap_or_default().max(*cpu);
                    *memory = process::peak_memory(id).unwrap_or_default().max(*memory);
                }
                thread::sleep(INTERVAL);
            }
            seen
        });
        let start = Instant::now();
        run();
        let wall = start.elapsed();
        done.store(true, Ordering::Relaxed);
        (wall, watcher.join().unwrap())
    });
    assert!(!seen.is_empty(), "no process of {} was seen", program.display());
    Used {
        wall,
        cpu: seen.values().map(|(cpu, _)| *cpu).sum(),
        memory: seen.values().map(|(_, memory)| *memory).fold(0, u64::max),
    }
}
