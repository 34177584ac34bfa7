//! A command of Terraform while it runs, as from a terminal.

use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Output};

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;

use super::run::Run;

/// Who gets the signal of a Ctrl-C.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Whom {
    /// Terraform alone, as when a script sends it.
    Terraform,
    /// Terraform and the provider, as in a terminal: both are in the group that is in the foreground.
    Everybody,
}

/// A running command. What it writes goes to a file, which no reader has to keep from being full.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    output: File,
}

impl Running {
    pub(super) fn start(command: &mut Command) -> Self {
        let output = tempfile::tempfile().unwrap();
        let child = command
            .stdout(output.try_clone().unwrap())
            .stderr(output.try_clone().unwrap())
            .process_group(0)
            .spawn()
            .unwrap();
        Self { child, output }
    }

    /// Ctrl-C.
    pub(crate) fn interrupt(&self, whom: Whom) {
        let process = Pid::from_raw(self.child.id().try_into().unwrap());
        match whom {
            Whom::Terraform => kill(process, Signal::SIGINT).unwrap(),
            Whom::Everybody => killpg(process, Signal::SIGINT).unwrap(),
        }
    }

    /// Kills Terraform and the provider, without a word.
    pub(crate) fn kill_everybody(self) {
        killpg(Pid::from_raw(self.child.id().try_into().unwrap()), Signal::SIGKILL).unwrap();
    }

    /// Waits for the end.
    pub(crate) fn end(mut self) -> Run {
        let status = self.child.wait().unwrap();
        let mut stdout = Vec::new();
        self.output.rewind().unwrap();
        self.output.read_to_end(&mut stdout).unwrap();
        Run::new(&Output { status, stdout, stderr: Vec::new() })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A failed test leaves nothing running; what has ended cannot be killed.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
