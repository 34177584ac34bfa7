//! The numbers beside their limits.

use std::process::ExitCode;

/// The greatest value that is accepted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    pub(crate) most: f64,
    pub(crate) unit: &'static str,
}

/// How many times as long something else takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ratio {
    pub(crate) mean: f64,
    pub(crate) median: f64,
    pub(crate) runs: usize,
}

/// What has been measured so far.
#[derive(Debug, Default)]
pub(crate) struct Report {
    exceeded: Vec<&'static str>,
    missed: Vec<&'static str>,
}

impl Report {
    /// Tells a measurement as soon as it is there.
    pub(crate) fn line(&mut self, what: &'static str, value: f64, limit: Limit) {
        let Limit { most, unit } = limit;
        let share = if most > 0.0 { format!("{:>4.0} %", value / most * 100.0) } else { String::new() };
        println!("{what:<44} {value:>7.1} {unit} of {most:>3} {unit}  {share}");
        if value > most {
            self.exceeded.push(what);
        }
    }

    /// Tells a ratio. The means are held to the least that is accepted.
    pub(crate) fn ratio(&mut self, what: &'static str, ratio: impl Into<Ratio>, least: Option<f64>) {
        let Ratio { mean, median, runs } = ratio.into();
        let goal = least.map(|least| format!(", at least {least}")).unwrap_or_default();
        println!("{what:<44} means {mean:>6.1}, medians {median:>6.1}, of {runs} runs{goal}");
        if least.is_some_and(|least| mean < least) {
            self.missed.push(what);
        }
    }

    /// Whether everything is within its limit.
    pub(crate) fn verdict(&self) -> ExitCode {
        for (what, failed) in [("over the limit", &self.exceeded), ("less than wanted", &self.missed)] {
            if !failed.is_empty() {
                println!("\n{what}: {}", failed.join("; "));
            }
        }
        if self.exceeded.is_empty() && self.missed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
