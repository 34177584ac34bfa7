//! Making an RSA key.

use std::process::Command;

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use pki_core::{KeyAlgorithm, PrivateKey};

use super::{Series, cpu_of, own_cpu};
use crate::support::tool;

/// Processor time of a key in this process, and of `openssl genrsa` without the start of the program.
pub(super) fn series(runs: usize) -> Series {
    let openssl = tool::find("openssl");
    let ours =
        || own_cpu(|| drop(PrivateKey::generate(KeyAlgorithm::RSA_2048, &mut UnwrapErr(SysRng)).unwrap()));
    let theirs = || cpu_of(Command::new(&openssl).args(["genrsa", "2048"]));
    Series::measure(runs, ours, theirs).without_start(|| cpu_of(Command::new(&openssl).arg("version")))
}
