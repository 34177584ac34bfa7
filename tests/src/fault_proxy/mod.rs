//! A proxy in front of the AWS emulator, which is as slow, forgetful and strict as AWS is and the emulator is not.
//!
//! [`Rule`]s say what goes wrong; without any, calls pass through and are counted. Where a delay and a number of looks
//! would imitate the same thing, a rule counts looks, so that a test takes no longer than it must.

mod call;
mod kind;
mod message;
mod rule;
mod server;
mod upstream;
mod xml;

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};

pub use call::{Call, Outcome};
pub use kind::Kind;
pub use rule::{Effect, Rule, Stage};

use rule::Habit;
use upstream::Upstream;

/// A running proxy. It ends when it is dropped.
#[derive(Debug)]
pub struct FaultProxy {
    url: String,
    shared: Arc<Shared>,
    runtime: Option<Runtime>,
}

/// What the requests share.
#[derive(Debug)]
struct Shared {
    started: Instant,
    upstream: Upstream,
    /// Outermost first: the first rule sees a request before all others and its reply after them.
    habits: Mutex<Vec<Box<dyn Habit>>>,
    numbers: AtomicU64,
    calls: Mutex<Vec<Call>>,
    called: Condvar,
}

impl FaultProxy {
    /// Starts a proxy without rules on a free port of the loopback interface. `upstream` is the emulator's address:
    /// `http://127.0.0.1:5000`.
    ///
    /// # Errors
    ///
    /// When there is no port or no thread left.
    pub fn start(upstream: &str) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let url = format!("http://{}", listener.local_addr()?);
        let shared = Arc::new(Shared {
            started: Instant::now(),
            upstream: Upstream::new(upstream),
            habits: Mutex::default(),
            numbers: AtomicU64::new(0),
            calls: Mutex::default(),
            called: Condvar::new(),
        });
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        runtime.spawn(server::accept(listener, shared.clone()));
        Ok(Self { url, shared, runtime: Some(runtime) })
    }

    /// Where the proxy listens: `http://127.0.0.1:40000`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// From now on these rules hold, and no others. What earlier ones had counted and remembered is forgotten.
    pub fn set_rules(&self, rules: &[Rule]) {
        *lock(&self.shared.habits) = rules.iter().map(Rule::habit).collect();
    }

    /// From now on this rule holds too, inside of those there are.
    pub fn add_rule(&self, rule: &Rule) {
        lock(&self.shared.habits).push(rule.habit());
    }

    /// The calls since the start, or since they were last [forgotten](Self::forget), in the order they arrived. Of each
    /// repetition by a client there is one.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        lock(&self.shared.calls).clone()
    }

    /// How often each action was called.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for call in lock(&self.shared.calls).iter() {
            *counts.entry(call.action.clone()).or_default() += 1;
        }
        counts
    }

    /// How often actions of that pattern were called, such as `Describe*` or `DeleteVpc|DeleteSubnet`.
    #[must_use]
    pub fn count(&self, pattern: &str) -> usize {
        lock(&self.shared.calls).iter().filter(|call| call.is(pattern)).count()
    }

    /// Gives the calls so far and counts anew. Rules keep what they remember.
    pub fn forget(&self) -> Vec<Call> {
        std::mem::take(&mut *lock(&self.shared.calls))
    }

    /// Waits until actions of that pattern were called `times` times and answered; says whether that happened within
    /// the time.
    #[must_use]
    pub fn wait_for(&self, pattern: &str, times: usize, timeout: Duration) -> bool {
        let too_few = |calls: &mut Vec<Call>| {
            calls.iter().filter(|call| call.is(pattern) && call.outcome != Outcome::Waiting).count() < times
        };
        let waited = self.shared.called.wait_timeout_while(lock(&self.shared.calls), timeout, too_few);
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// What a panicking thread leaves behind is still good for the message of the failed test.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
