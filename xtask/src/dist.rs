//! Packs a built provider as the registries want a release: an archive for this platform, the manifest, and checksums
//! of everything in `dist/`. The detached GPG signature of the checksums is the releaser's to add.

use std::env::consts::{ARCH, EXE_SUFFIX, OS};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const NAME: &str = "terraform-provider-groundup";
const VERSION: &str = env!("CARGO_PKG_VERSION");
const MANIFEST: &str = "terraform-registry-manifest.json";
/// What lies in the archive beside the executable.
const PAPERS: [&str; 3] = ["LICENSE-APACHE", "LICENSE-MIT", "README.md"];

/// Writes the release's files below `dist/` of the checkout at `root`.
pub(crate) fn run(root: &Path, provider: &Path) -> Result<()> {
    check_version(provider)?;
    let out = root.join("dist");
    fs::create_dir_all(&out)?;

    let archive = format!("{NAME}_{VERSION}_{}_{}.zip", platform_os(OS), platform_arch(ARCH));
    pack(root, provider, &out.join(&archive)).with_context(|| format!("packing {archive}"))?;
    fs::copy(root.join(MANIFEST), out.join(format!("{NAME}_{VERSION}_manifest.json")))
        .with_context(|| format!("copying {MANIFEST}"))?;
    let sums = out.join(format!("{NAME}_{VERSION}_SHA256SUMS"));
    fs::write(&sums, checksums(&out)?)?;

    let size = |path: &Path| Ok::<_, anyhow::Error>(fs::metadata(path)?.len() / 1024);
    let mut stdout = std::io::stdout().lock();
    writeln!(
        stdout,
        "dist/{archive}: {} KiB, executable {} KiB",
        size(&out.join(&archive))?,
        size(provider)?
    )?;
    writeln!(stdout, "to sign: gpg --detach-sign {}", sums.display())?;
    Ok(())
}

/// An archive that carries another version than its name would be refused by every host.
fn check_version(provider: &Path) -> Result<()> {
    let output = Command::new(provider)
        .arg("--version")
        .output()
        .with_context(|| format!("running {}: build it first: `make dist`", provider.display()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(
        text.contains(&format!(" {VERSION} ")),
        "{} is not version {VERSION}: {text}",
        provider.display()
    );
    Ok(())
}

/// Writes the archive. Equal inputs give equal bytes: order, times and modes are fixed.
fn pack(root: &Path, provider: &Path, archive: &Path) -> Result<()> {
    let mut zip = ZipWriter::new(File::create(archive)?);
    let options =
        SimpleFileOptions::DEFAULT.compression_method(CompressionMethod::Deflated).compression_level(Some(9));
    zip.start_file(format!("{NAME}_v{VERSION}{EXE_SUFFIX}"), options.unix_permissions(0o755))?;
    zip.write_all(&fs::read(provider)?)?;
    for paper in PAPERS {
        zip.start_file(paper, options.unix_permissions(0o644))?;
        zip.write_all(&fs::read(root.join(paper)).with_context(|| format!("reading {paper}"))?)?;
    }
    zip.finish()?;
    Ok(())
}

/// Lines of `sha256sum` for every archive and the manifest of this version, which may come from several machines.
fn checksums(out: &Path) -> Result<String> {
    let prefix = format!("{NAME}_{VERSION}_");
    let ours = |name: &&String| name.starts_with(&prefix) && !name.contains("SHA256SUMS");
    let names = fs::read_dir(out)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let mut names: Vec<String> = names.collect::<Result<_>>()?;
    names.sort();
    let mut lines = String::new();
    for name in names.iter().filter(ours) {
        let digest = Sha256::digest(fs::read(out.join(name))?);
        digest.iter().for_each(|byte| {
            let _ = write!(lines, "{byte:02x}");
        });
        let _ = writeln!(lines, "  {name}");
    }
    Ok(lines)
}

/// Go's name for an operating system, which the registries use.
fn platform_os(os: &str) -> &str {
    if os == "macos" { "darwin" } else { os }
}

/// Go's name for a processor.
fn platform_arch(arch: &str) -> &str {
    match arch {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn the_archive_holds_an_executable_and_its_papers() {
        let root = &crate::workspace_root().unwrap();
        let folder = root.join("target").join(format!("dist-test-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let provider = folder.join("provider");
        fs::write(&provider, "#!/bin/sh\n").unwrap();
        let archive = folder.join(format!("{NAME}_{VERSION}_linux_amd64.zip"));
        pack(root, &provider, &archive).unwrap();
        let first = fs::read(&archive).unwrap();
        pack(root, &provider, &archive).unwrap();
        assert_eq!(fs::read(&archive).unwrap(), first, "equal inputs give equal bytes");

        let mut zip = zip::ZipArchive::new(File::open(&archive).unwrap()).unwrap();
        let mut entry = zip.by_name(&format!("{NAME}_v{VERSION}")).unwrap();
        assert_eq!(entry.unix_mode().unwrap() & 0o777, 0o755);
        let mut content = String::new();
        entry.read_to_string(&mut content).unwrap();
        assert_eq!(content, "#!/bin/sh\n");
        drop(entry);
        assert_eq!(zip.len(), 1 + PAPERS.len());

        fs::write(folder.join(format!("{NAME}_9.9.9_linux_amd64.zip")), "another version").unwrap();
        let sums = checksums(&folder).unwrap();
        assert_eq!(sums.lines().count(), 1, "{sums}");
        assert!(sums.ends_with("_linux_amd64.zip\n"));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn platforms_have_the_names_of_the_registries() {
        assert_eq!((platform_os("macos"), platform_os("linux")), ("darwin", "linux"));
        assert_eq!((platform_arch("x86_64"), platform_arch("aarch64")), ("amd64", "arm64"));
    }
}
