//! What a panic writes to standard error.
//!
//! A host that sees a line beginning `panic: ` tells its user that the plugin has crashed, and collects the lines
//! after it. So that form is kept for panics that do end the process. One that ends a call only, which is answered
//! with a diagnostic, becomes a log line.

use std::backtrace::Backtrace;
use std::io::Write as _;
use std::panic::PanicHookInfo;
use std::thread::{self, ThreadId};

use super::log::{Entry, Level};

/// Messages of the panics by which the language ends the process: no handler can stop them.
const FATAL: [&str; 2] = ["panic in a destructor during cleanup", "panic in a function that cannot unwind"];

/// Installs the hook. The thread it is called on is the one whose panic ends the process.
pub(super) fn install() {
    let main = thread::current().id();
    std::panic::set_hook(Box::new(move |info| report(info, main)));
}

fn report(info: &PanicHookInfo<'_>, main: ThreadId) {
    let message = info.payload_as_str().unwrap_or("no message");
    let location = info.location().map(ToString::to_string).unwrap_or_default();
    if thread::current().id() == main || FATAL.iter().any(|fatal| message.starts_with(fatal)) {
        // In one piece, so that no other thread's line comes between.
        let text = crash(message, &location, &Backtrace::force_capture().to_string());
        let _ = std::io::stderr().write_all(text.as_bytes());
    } else {
        Entry::new(Level::Error, module_path!(), "caught a panic")
            .field("panic", message)
            .field("location", &location)
            .write();
    }
}

fn crash(message: &str, location: &str, backtrace: &str) -> String {
    format!("panic: {message}\n\nat {location}\n{backtrace}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crash_begins_with_the_word_hosts_look_for() {
        assert_eq!(crash("oh", "a.rs:1:2", "  0: f"), "panic: oh\n\nat a.rs:1:2\n  0: f\n");
    }
}
