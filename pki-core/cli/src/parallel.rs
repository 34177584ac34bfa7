//! Work for several threads.

use std::panic;
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Does the same with every input, each core taking the next one when it is free; gives the results in order.
pub(crate) fn map<I: Send, T: Send>(inputs: Vec<I>, work: impl Fn(I) -> T + Sync) -> Vec<T> {
    map_by(thread::available_parallelism().map_or(1, usize::from), inputs, work)
}

/// The same for work that waits rather than computes, with as many threads as are told.
pub(crate) fn map_by<I: Send, T: Send>(
    threads: usize,
    inputs: Vec<I>,
    work: impl Fn(I) -> T + Sync,
) -> Vec<T> {
    let threads = threads.min(inputs.len());
    if threads < 2 {
        return inputs.into_iter().map(work).collect();
    }
    let queue = Mutex::new(inputs.into_iter().enumerate());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let take = || {
        let mut results = Vec::new();
        while let Some((index, input)) = next() {
            results.push((index, work(input)));
        }
        results
    };
    let mut results: Vec<(usize, T)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(take)).collect();
        let joined = workers.into_iter().map(thread::ScopedJoinHandle::join);
        joined.flat_map(|results| results.unwrap_or_else(|cause| panic::resume_unwind(cause))).collect()
    });
    results.sort_unstable_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_in_order() {
        for count in [0, 1, 2, 1000] {
            let squares = map((0..count).collect(), |number: u64| {
                // The first ones finish last.
                thread::sleep(std::time::Duration::from_micros(if number < 2 { 2000 } else { 0 }));
                number * number
            });
            assert_eq!(squares, (0..count).map(|number| number * number).collect::<Vec<_>>());
        }
    }
}
