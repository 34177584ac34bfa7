//! All keys and certificates of a Kubernetes cluster, into a folder.
//!
//! ```shell
//! cargo run --example kubernetes_cluster -- pki
//! ```

#![expect(clippy::print_stdout, reason = "a program that a person runs")]

use std::error::Error;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use jiff::Timestamp;
use pki_core::kubernetes::{Layout, LayoutForm, Node};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: kubernetes_cluster FOLDER")?;
    write_cluster(Path::new(&folder), Timestamp::now())
}

fn write_cluster(folder: &Path, now: Timestamp) -> Result<(), Box<dyn Error>> {
    let mut layout = Layout::new(LayoutForm::ThreeAuthorities);
    layout.cluster.service_cidrs = vec!["10.32.0.0/24".parse()?];
    layout.api_names = vec!["api.k8s.example".to_owned()];
    layout.control_plane = vec![Node::new("master-0.k8s.example", ["10.240.0.10"])];
    layout.workers = vec![Node::new("worker-0.k8s.example", ["10.240.0.20"])];

    // Every mistake at once: a caller can show them all.
    let items = layout
        .issue(now, &mut UnwrapErr(SysRng))
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
    for item in &items {
        for file in item.files()? {
            let path = folder.join(&file.path);
            fs::create_dir_all(path.parent().unwrap_or(folder))?;
            // Never over an existing file, and a key is never readable by others, not even for a moment.
            let mode = if file.private { 0o600 } else { 0o644 };
            let mut target = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
            target.write_all(file.content.as_bytes())?;
        }
    }
    println!("{} pairs in {}", items.len(), folder.display());
    Ok(())
}
