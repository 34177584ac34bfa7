//! Authorities for the tests, and a folder in which other programs read their files.

use std::fs;
use std::path::Path;
use std::process::Command;

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use jiff::Timestamp;
use pki_core::{
    AuthorityConstraint, Certificate, CertificateAuthority, DistinguishedName, Identity, KeyAlgorithm,
    PrivateKey, SigningProfile, SubjectAltNames,
};
use tempfile::TempDir;

use crate::support::tool;

/// The time at which everything is made and verified.
pub(super) fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

pub(super) fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

pub(super) fn key(algorithm: KeyAlgorithm) -> PrivateKey {
    PrivateKey::generate(algorithm, &mut rng()).unwrap()
}

pub(super) fn identity(common_name: &str, names: &[&str]) -> Identity {
    Identity {
        subject: DistinguishedName::common(common_name),
        subject_alt_names: SubjectAltNames::parse(names).unwrap(),
    }
}

pub(super) fn authority_profile() -> SigningProfile {
    SigningProfile::authority(AuthorityConstraint::default())
}

pub(super) fn root(name: &str, algorithm: KeyAlgorithm) -> CertificateAuthority {
    let (identity, profile) = (identity(name, &[]), authority_profile());
    CertificateAuthority::self_signed(key(algorithm), &identity, &profile, now(), &mut rng()).unwrap().0
}

pub(super) fn intermediate(
    issuer: &CertificateAuthority,
    name: &str,
    algorithm: KeyAlgorithm,
) -> CertificateAuthority {
    let (identity, profile) = (identity(name, &[]), authority_profile());
    issuer.intermediate(key(algorithm), &identity, &profile, now(), &mut rng()).unwrap().0
}

pub(super) fn server(issuer: &CertificateAuthority, name: &str) -> Certificate {
    let key = key(KeyAlgorithm::EcdsaP256);
    let profile = SigningProfile::server(key.algorithm());
    issuer.issue(&identity(name, &[name]), key.public_key(), &profile, now(), &mut rng()).unwrap().0
}

/// A folder for the files that other programs read.
pub(super) struct Folder(TempDir);

impl Folder {
    pub(super) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file, and the folders above it.
    pub(super) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Runs a program of the system in the folder, which has to succeed. Arguments have no spaces; `''` is an empty one.
    #[track_caller]
    pub(super) fn run(&self, line: &str) -> String {
        tool::succeed(&mut self.command(line))
    }

    /// Runs a program in the folder, which has to fail; gives what it says.
    #[track_caller]
    pub(super) fn fail(&self, line: &str) -> String {
        tool::fail(&mut self.command(line))
    }

    /// Runs a script that has pyca/cryptography.
    #[track_caller]
    pub(super) fn python(&self, script: &str) -> String {
        tool::succeed(Command::new(tool::python()).args(["-c", script]).current_dir(self.path()))
    }

    /// Runs one of the linters of pkilint, whose exit code is the number of its findings.
    #[track_caller]
    pub(super) fn lint(&self, line: &str) -> String {
        let (linter, arguments) = line.split_once(' ').unwrap();
        let linter = tool::python().with_file_name(linter);
        let mut command = Command::new(linter);
        tool::succeed(command.args(arguments.split_whitespace()).current_dir(self.path()))
    }

    fn command(&self, line: &str) -> Command {
        let (program, arguments) = line.split_once(' ').unwrap();
        let mut command = Command::new(tool::find(program));
        let arguments =
            arguments.split_whitespace().map(|argument| if argument == "''" { "" } else { argument });
        command.args(arguments).current_dir(self.path());
        command
    }
}
