//! `seed`: a secret that keys are derived from.

use std::path::PathBuf;

use base64ct::{Base64, Encoding};
use getrandom::rand_core::Rng;
use zeroize::Zeroizing;

use crate::console;
use crate::error::Failure;
use crate::files::FileSet;
use crate::signing;

/// Make a new seed that keys can be derived from: 32 random bytes in base64
///
/// The provider takes it as `pki_seed`, `pki_seed_file` or `GROUNDUP_PKI_SEED`. Who has it has every key derived from it.
#[derive(Debug, clap::Args)]
pub(crate) struct Seed {
    /// Write it to a file that only its owner can read, instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace a seed that is already there: every key derived from it is lost
    #[arg(long, requires = "out")]
    force: bool,
}

impl Seed {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let mut bytes = Zeroizing::new([0; 32]);
        signing::rng().fill_bytes(bytes.as_mut());
        let mut text = Zeroizing::new(Base64::encode_string(bytes.as_ref()));
        text.reserve_exact(1);
        text.push('\n');
        let Some(path) = self.out else { return console::print(&text) };
        let mut files = FileSet::new(self.force);
        files.secret(&path, text);
        files.write()?;
        console::note(&format_args!("wrote {}", path.display()));
        Ok(())
    }
}
