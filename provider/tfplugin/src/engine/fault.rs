//! Failures on demand, for the tests that look for secrets in what a failure tells.
//!
//! Builds with debug assertions fail where `GROUNDUP_TEST_FAULT` says, such as `panic:create:certificate`, and tell the
//! whole model with it, as the most careless line of code would; in all other builds there is no switch.

use std::fmt::Debug;

use crate::diagnostic::{Error, Result};

/// Fails, if a test asks for it, by an error, a panic, or one that ends the process.
pub(super) fn induce(operation: &str, type_name: &str, model: &impl Debug) -> Result<()> {
    if !cfg!(debug_assertions) {
        return Ok(());
    }
    let demand = std::env::var("GROUNDUP_TEST_FAULT").unwrap_or_default();
    let Some((kind, place)) = demand.split_once(':') else { return Ok(()) };
    if place.split_once(':') != Some((operation, type_name)) {
        return Ok(());
    }
    let told = format!("at {place}: {model:?}");
    match kind {
        "panic" => panic!("{told}"),
        "abort" => abort(&told),
        _ => Err(Error::new("Fault on Demand", told)),
    }
}

/// Panics while panicking, by which the language ends the process.
fn abort(told: &str) -> ! {
    struct PanicsAgain<'a>(&'a str);

    impl Drop for PanicsAgain<'_> {
        fn drop(&mut self) {
            panic!("again {}", self.0);
        }
    }

    let _again = PanicsAgain(told);
    panic!("{told}");
}
