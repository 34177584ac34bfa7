//! What people and scripts see: results on standard output, everything else on standard error.

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};
use pki_core::Finding;

use crate::error::Failure;

/// Exit code for wrong arguments, as clap has it.
pub(crate) const USAGE: u8 = 2;
/// Exit code for everything else that went wrong.
pub(crate) const FAILED: u8 = 1;

/// How a command ended that could do its work.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Status {
    /// There is nothing to object to.
    Good,
    /// It was asked for a judgement, and the judgement is bad.
    Bad,
}

impl Status {
    pub(crate) fn good_if(good: bool) -> Self {
        if good { Self::Good } else { Self::Bad }
    }
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        match status {
            Status::Good => Self::SUCCESS,
            Status::Bad => FAILED.into(),
        }
    }
}

/// Prints a result. A reader that went away, such as `head`, is no failure.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::Output(error)),
        _ => Ok(()),
    }
}

/// Prints what went wrong, and what to do about it.
pub(crate) fn error(problem: &dyn Display, help: Option<&str>) {
    tell("error", problem);
    if let Some(help) = help {
        tell("help", &help);
    }
}

/// Prints what is doubtful.
pub(crate) fn warning(doubt: &dyn Display) {
    tell("warning", doubt);
}

/// Prints findings that were let pass.
pub(crate) fn findings(findings: &[Finding]) {
    for finding in findings {
        warning(&format_args!("{finding} [{}]", finding.code()));
    }
}

/// Prints findings of several certificates, each remark once.
pub(crate) fn remarks<'a>(all: impl Iterator<Item = &'a Finding>) {
    let mut told: Vec<&Finding> = Vec::new();
    for finding in all {
        if !told.iter().any(|earlier| earlier.message() == finding.message()) {
            told.push(finding);
        }
    }
    for finding in told {
        findings(std::slice::from_ref(finding));
    }
}

/// A bar on a terminal, and nothing elsewhere.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    pub(crate) fn new(what: &'static str, steps: usize) -> Self {
        let bar = ProgressBar::new(steps as u64).with_message(what);
        let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}");
        Self(bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())))
    }

    pub(crate) fn step(&self) {
        self.0.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// Prints what was done.
pub(crate) fn note(text: &dyn Display) {
    let _ = writeln!(io::stderr(), "{text}");
}

fn tell(kind: &str, text: &dyn Display) {
    // There is nobody to tell that nobody can be told.
    let _ = writeln!(io::stderr(), "{kind}: {text}");
}
