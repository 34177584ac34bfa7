//! All key pairs of the tutorial's cluster, as files.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use jiff::Timestamp;
use pki_core::KeyAlgorithm;
use pki_core::kubernetes::Layout;
use serde_json::json;

use super::{Series, run, wall};
use crate::support::tool;

pub(super) const CONFIG: &str = r#"{
  "signing": {
    "default": { "expiry": "8760h" },
    "profiles": {
      "kubernetes": {
        "usages": ["signing", "key encipherment", "server auth", "client auth"],
        "expiry": "8760h"
      }
    }
  }
}
"#;

/// Name of the file, common name, organization and further names.
const SUBJECTS: [(&str, &str, &str, &str); 10] = [
    ("ca", "Kubernetes", "Kubernetes", ""),
    ("master-kubernetes", "kubernetes", "Kubernetes", MASTER_NAMES),
    ("kube-scheduler", "system:kube-scheduler", "system:kube-scheduler", ""),
    ("kube-proxy", "system:kube-proxy", "system:node-proxier", ""),
    ("kube-controller-manager", "system:kube-controller-manager", "system:kube-controller-manager", ""),
    ("worker-0", "system:node:ip-172-31-0-20", "system:nodes", "ip-172-31-0-20,172.31.0.20"),
    ("worker-1", "system:node:ip-172-31-0-21", "system:nodes", "ip-172-31-0-21,172.31.0.21"),
    ("worker-2", "system:node:ip-172-31-0-22", "system:nodes", "ip-172-31-0-22,172.31.0.22"),
    ("admin", "admin", "system:masters", ""),
    ("service-account", "service-accounts", "Kubernetes", ""),
];

const MASTER_NAMES: &str = "127.0.0.1,172.31.0.10,172.31.0.11,172.31.0.12,ip-172-31-0-10,ip-172-31-0-11,ip-172-31-0-12,\
                            kubernetes,kubernetes.default,kubernetes.default.svc,kubernetes.default.svc.cluster.local";

/// Time by the clock of `groundup-pki bundle`, on all cores, and of cfssl and cfssljson, one after the other as in the
/// tutorial. Both write their files anew; ours waits until they are on the disk.
pub(super) fn of_program(algorithm: KeyAlgorithm, runs: usize) -> Series {
    let program = program();
    let kind = algorithm.to_string();
    let arguments = ["--tutorial", "us-east-2", "--service-account-certificate", "--key-algorithm", &kind];
    let bundle = |folder: &Path| run(Command::new(&program).arg("bundle").arg(folder).args(arguments));
    series(algorithm, runs, bundle)
}

/// The same by the library, in this process and on one core.
pub(super) fn of_library(algorithm: KeyAlgorithm, runs: usize) -> Series {
    let mut layout = Layout::tutorial("us-east-2").unwrap();
    layout.algorithm = algorithm;
    layout.service_account_algorithm = algorithm;
    layout.service_account_certificate = true;
    let bundle = |folder: &Path| {
        let items = layout.issue(Timestamp::now(), &mut UnwrapErr(SysRng)).unwrap();
        for file in items.iter().flat_map(|item| item.files().unwrap()) {
            fs::write(folder.join(file.path), file.content).unwrap();
        }
    };
    series(algorithm, runs, bundle)
}

fn series(algorithm: KeyAlgorithm, runs: usize, bundle: impl Fn(&Path)) -> Series {
    let inputs = tempfile::tempdir().unwrap();
    let script = inputs.path().join("make.sh");
    fs::write(&script, write_inputs(inputs.path(), algorithm)).unwrap();
    let ours = || fresh(|folder| wall(|| bundle(folder)));
    let theirs =
        || fresh(|folder| wall(|| run(Command::new("sh").arg("-e").arg(&script).current_dir(folder))));
    Series::measure(runs, ours, theirs)
}

/// In a new folder, which has ten keys afterwards and is removed.
fn fresh<T>(work: impl FnOnce(&Path) -> T) -> T {
    let folder = tempfile::tempdir().unwrap();
    let result = work(folder.path());
    let names = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let keys = names.filter(|name| name.to_str().unwrap().ends_with("-key.pem")).count();
    assert_eq!(keys, SUBJECTS.len());
    result
}

/// The tutorial's files; gives its commands.
fn write_inputs(folder: &Path, algorithm: KeyAlgorithm) -> String {
    let key = match algorithm {
        KeyAlgorithm::EcdsaP256 => json!({ "algo": "ecdsa", "size": 256 }),
        _ => json!({ "algo": "rsa", "size": 2048 }),
    };
    fs::write(folder.join("ca-config.json"), CONFIG).unwrap();
    let folder = folder.to_str().unwrap();
    let mut commands = String::new();
    for (name, common_name, organization, names) in SUBJECTS {
        let request = json!({
            "CN": common_name,
            "key": key,
            "names": [{ "C": "GB", "L": "London", "O": organization, "OU": "Kubernetes" }],
        });
        fs::write(format!("{folder}/{name}-csr.json"), request.to_string()).unwrap();
        let options = match name {
            "ca" => "-initca".to_owned(),
            _ => format!(
                "-ca=ca.pem -ca-key=ca-key.pem -config={folder}/ca-config.json -profile=kubernetes -hostname={names}"
            ),
        };
        writeln!(commands, "cfssl gencert {options} {folder}/{name}-csr.json | cfssljson -bare {name}")
            .unwrap();
    }
    for program in ["cfssl", "cfssljson"] {
        tool::find(program);
    }
    commands
}

/// The release build, beside this program. `GROUNDUP_PKI` names another one.
fn program() -> PathBuf {
    let program = std::env::var_os("GROUNDUP_PKI").map_or_else(
        || std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("groundup-pki"),
        PathBuf::from,
    );
    assert!(program.is_file(), "{} is missing: `make bench` builds it", program.display());
    program
}
