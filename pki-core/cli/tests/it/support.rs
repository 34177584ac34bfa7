//! A folder to work in, and the program.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use pki_core::{Certificate, PrivateKey};
use tempfile::TempDir;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_groundup-pki");

/// A signing configuration like the tutorial's, for keys that cannot encrypt.
pub(crate) const CONFIG: &str = r#"{
  "signing": {
    "default": {"expiry": "8760h"},
    "profiles": {
      "kubernetes": {
        "usages": ["signing", "server auth", "client auth"],
        "expiry": "8760h"
      }
    }
  }
}"#;

/// A request file for a quick key.
pub(crate) fn request(common_name: &str) -> String {
    format!(r#"{{"CN": "{common_name}", "key": {{"algo": "ecdsa", "size": 256}}}}"#)
}

/// A folder that goes with the test.
pub(crate) struct Folder(TempDir);

/// What the program did.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A folder with an authority of a quick key, and a configuration.
    pub(crate) fn with_authority() -> Self {
        let folder = Self::new();
        folder.write("ca-config.json", CONFIG);
        folder.write("ca-csr.json", &request("Kubernetes"));
        folder.run("gencert -initca ca-csr.json -bare ca").succeeds("wrote ca.pem, ca-key.pem, ca.csr\n");
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn root(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, name: &str, content: &str) {
        fs::write(self.path(name), content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn mode(&self, name: &str) -> u32 {
        fs::symlink_metadata(self.path(name)).unwrap().permissions().mode() & 0o7777
    }

    pub(crate) fn set_mode(&self, name: &str, mode: u32) {
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(mode)).unwrap();
    }

    /// The names of all files, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.root())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    pub(crate) fn certificate(&self, name: &str) -> Certificate {
        Certificate::from_pem(&self.read(name)).unwrap()
    }

    pub(crate) fn key(&self, name: &str) -> PrivateKey {
        PrivateKey::from_pem(&self.read(name)).unwrap()
    }

    /// Runs the program in this folder, with arguments that have no blanks.
    pub(crate) fn run(&self, arguments: &str) -> Done {
        self.run_with(arguments, "")
    }

    /// The same with something on standard input.
    pub(crate) fn run_with(&self, arguments: &str, stdin: &str) -> Done {
        let mut command = Command::new(PROGRAM);
        command.args(arguments.split_whitespace());
        self.finish(&mut command, stdin)
    }

    /// Runs a script in which `groundup-pki` is the program.
    pub(crate) fn shell(&self, script: &str) -> Done {
        let mut command = Command::new("sh");
        command.args(["-euc", &script.replace("groundup-pki", PROGRAM)]);
        self.finish(&mut command, "")
    }

    pub(crate) fn finish(&self, command: &mut Command, stdin: &str) -> Done {
        command.current_dir(self.root()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A program that does not read it is free to close it.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
        let [stdout, stderr] = [stdout, stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        Done { code: status.code(), stdout, stderr }
    }
}

impl Done {
    /// It succeeded and said exactly this on standard error; gives standard output.
    #[track_caller]
    pub(crate) fn succeeds(self, stderr: &str) -> String {
        assert_eq!((self.code, self.stderr.as_str()), (Some(0), stderr));
        self.stdout
    }

    /// It failed with exactly this on standard error, and nothing on standard output.
    #[track_caller]
    pub(crate) fn fails(self, code: i32, stderr: &str) {
        assert_eq!(
            (self.code, self.stderr.as_str(), self.stdout.as_str()),
            (Some(code), stderr, ""),
            "{}",
            self.stderr
        );
    }
}
