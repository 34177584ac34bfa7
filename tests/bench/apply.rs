//! How much memory the provider's processes need while Terraform makes the whole example.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::process;
use crate::support::moto::Moto;
use crate::support::terraform::Terraform;

const EXAMPLE: &str = "k8s-from-ground-up";
/// A process that is looked at this often does not grow much unseen before its end.
const INTERVAL: Duration = Duration::from_millis(5);

/// Megabytes of the largest process.
pub(crate) fn peak_memory(provider: &Path) -> f64 {
    let program = provider.canonicalize().unwrap();
    let aws = Moto::start();
    let environment = aws.environment();
    let ours = environment.iter().find(|(name, _)| name == "AWS_ENDPOINT_URL").unwrap();
    let ours = format!("{}={}", ours.0, ours.1);
    let terraform = Terraform::new().with_example(EXAMPLE).with_environment(environment);

    let done = AtomicBool::new(false);
    let peak = thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            let mut peak = 0;
            while !done.load(Ordering::Relaxed) {
                let processes = process::running(&program, &ours);
                peak = processes.into_iter().filter_map(process::peak_memory).fold(peak, u64::max);
                thread::sleep(INTERVAL);
            }
            peak
        });
        let run = terraform.apply();
        done.store(true, Ordering::Relaxed);
        run.succeeded();
        watcher.join().unwrap()
    });
    assert!(peak > 0, "no process of {} was seen", program.display());
    #[expect(clippy::cast_precision_loss, reason = "nobody needs 2^53 kilobytes")]
    let megabytes = peak as f64 * 1024.0 / 1e6;
    megabytes
}
