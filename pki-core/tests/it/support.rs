//! Foreign programs and the things that the tests have in common.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use jiff::Timestamp;
use pki_core::{
    AuthorityConstraint, CertificateAuthority, DistinguishedName, Error, Identity, KeyAlgorithm, PrivateKey,
    SigningProfile, SubjectAltNames,
};
use tempfile::TempDir;

pub(crate) fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

/// Foreign verifiers look at the clock, so the tests do too.
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

pub(crate) fn key(algorithm: KeyAlgorithm) -> PrivateKey {
    PrivateKey::generate(algorithm, &mut rng()).unwrap()
}

pub(crate) fn identity(common_name: &str, names: &[&str]) -> Identity {
    Identity {
        subject: DistinguishedName::common(common_name),
        subject_alt_names: SubjectAltNames::parse(names).unwrap(),
    }
}

pub(crate) fn root(algorithm: KeyAlgorithm, path_length: Option<u8>) -> CertificateAuthority {
    let profile = SigningProfile::authority(AuthorityConstraint { path_length });
    let root = CertificateAuthority::self_signed(
        key(algorithm),
        &identity("Root", &[]),
        &profile,
        now(),
        &mut rng(),
    );
    root.unwrap().0
}

#[expect(clippy::needless_pass_by_value, reason = "it is mapped over results")]
pub(crate) fn messages(errors: Vec<Error>) -> Vec<String> {
    errors.iter().map(ToString::to_string).collect()
}

/// A directory for the files that foreign programs read.
pub(crate) struct Files(TempDir);

impl Files {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file that only its owner can read, as `ssh-keygen` demands.
    pub(crate) fn write(&self, name: &str, content: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let path = self.path().join(name);
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        path
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap()
    }

    /// Runs a program in the directory and gives its standard output.
    pub(crate) fn run(&self, command: &str) -> String {
        let output = self.output(command);
        assert!(output.status.success(), "{command}: {}", text(&output.stdout) + &text(&output.stderr));
        text(&output.stdout)
    }

    /// Runs a program in the directory, which must fail, and gives what it says.
    pub(crate) fn fail(&self, command: &str) -> String {
        let output = self.output(command);
        assert!(!output.status.success(), "{command} should fail");
        text(&output.stdout) + &text(&output.stderr)
    }

    fn output(&self, command: &str) -> Output {
        let program = command.split(' ').next().unwrap();
        let package = match program {
            "cfssl" | "cfssljson" => "golang-cfssl",
            "ssh-keygen" => "openssh-client",
            other => other,
        };
        let found = Command::new("sh").args(["-c", &format!("command -v {program}")]).output().unwrap();
        assert!(found.status.success(), "`{program}` is not installed: apt-get install {package}");
        Command::new("sh").args(["-c", command]).current_dir(self.path()).output().unwrap()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
