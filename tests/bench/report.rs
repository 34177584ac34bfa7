//! The numbers beside their limits.

use std::process::ExitCode;

/// The greatest value that is accepted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    pub(crate) most: f64,
    pub(crate) unit: &'static str,
}

/// What has been measured so far.
#[derive(Debug, Default)]
pub(crate) struct Report {
    exceeded: Vec<&'static str>,
}

impl Report {
    /// Tells a measurement as soon as it is there.
    pub(crate) fn line(&mut self, what: &'static str, value: f64, limit: Limit) {
        let Limit { most, unit } = limit;
        println!("{what:<44} {value:>7.1} {unit} of {most:>3} {unit}  {:>4.0} %", value / most * 100.0);
        if value > most {
            self.exceeded.push(what);
        }
    }

    /// Whether everything is within its limit.
    pub(crate) fn verdict(&self) -> ExitCode {
        if self.exceeded.is_empty() {
            return ExitCode::SUCCESS;
        }
        println!("\nover the limit: {}", self.exceeded.join("; "));
        ExitCode::FAILURE
    }
}
