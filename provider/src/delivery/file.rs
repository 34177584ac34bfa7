//! `groundup_file`: a file on the machine that runs Terraform.
//!
//! The file is named by its path and known by the hash of its content: what anyone else writes into it shows as
//! drift, and is not deleted with the resource.

use std::path::{Path as FilePath, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use tfplugin::prelude::*;
use zeroize::Zeroizing;

use super::atomic_file;
use super::mode::Mode;
use crate::provider::Client;

/// A file on the machine that runs Terraform, for its owner alone unless told otherwise.
///
/// It is written to a temporary file beside its final place and renamed, so that a reader sees the old content or
/// the new, never a part. Missing folders are created. A symbolic link in its place is never followed.
///
/// Content that was changed, or a file that was removed, outside of Terraform is repaired by the next apply.
/// Destroying the resource removes the file only while it holds what was written to it; folders stay.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct LocalFile {
    /// SHA-1 of the content, in hexadecimal.
    #[attr(computed)]
    id: Attr<String>,
    /// Path of the file. A relative path starts where Terraform runs; prefer `${path.module}/…`.
    #[attr(required, replace, check = path)]
    filename: Attr<String>,
    /// Content as text. Exactly one of `content`, `content_base64` and `source` is required.
    #[attr(optional)]
    content: Attr<Secret>,
    /// Content as base64, for bytes that are not text.
    #[attr(optional)]
    content_base64: Attr<Secret>,
    /// Path of a file whose content to copy.
    #[attr(optional)]
    source: Attr<String>,
    /// Permissions of the file, as octal digits.
    #[attr(optional, default = "0600")]
    file_permission: Attr<Parsed<Mode>>,
    /// Permissions of the folders that have to be created, as octal digits; the umask applies to them. Folders that
    /// exist are left as they are.
    #[attr(optional, default = "0700")]
    directory_permission: Attr<Parsed<Mode>>,
    /// MD5 of the content, in hexadecimal.
    #[attr(computed)]
    content_md5: Attr<String>,
    /// SHA-1 of the content, in hexadecimal.
    #[attr(computed)]
    content_sha1: Attr<String>,
    /// SHA-256 of the content, in hexadecimal.
    #[attr(computed)]
    content_sha256: Attr<String>,
    /// SHA-256 of the content, in base64.
    #[attr(computed)]
    content_base64sha256: Attr<String>,
    /// SHA-512 of the content, in hexadecimal.
    #[attr(computed)]
    content_sha512: Attr<String>,
    /// SHA-512 of the content, in base64.
    #[attr(computed)]
    content_base64sha512: Attr<String>,
}

/// Where the hash of what was written last is kept: what tells our content from that of others.
const WRITTEN: &str = "written_sha256";

impl Resource for LocalFile {
    const TYPE: &'static str = "file";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        check.exactly_one(&[
            ("content", self.content.presence()),
            ("content_base64", self.content_base64.presence()),
            ("source", self.source.presence()),
        ]);
        if let Some(text) = self.content_base64.known()
            && STANDARD.decode(text.expose()).is_err()
        {
            check.error(
                "content_base64",
                "Invalid Base64",
                "The value must be standard base64 with padding.",
            );
        }
        if let Some(mode) = self.file_permission.known()
            && mode.is_world_readable()
            && self.holds_private_key()
        {
            let detail = format!(
                "The file holds a private key, and with permissions {mode} everyone on the machine can read it. \
                 \"0600\" restricts it to its owner."
            );
            check.warn("file_permission", "Private Key Readable by Everyone", detail);
        }
    }

    async fn plan(plan: &mut Plan<Self>, _: &Cx<Client>) -> Result<()> {
        match plan.planned.bytes()? {
            Some(bytes) => plan.planned.describe(&bytes),
            None => plan.planned.describe_unknown(),
        }
        Ok(())
    }

    async fn create(mut self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        self.write()?;
        cx.private_set(WRITTEN, self.written_hash());
        saved.save(&self);
        Ok(self)
    }

    async fn read(mut self, cx: &Cx<Client>) -> Result<Option<Self>> {
        let found = match atomic_file::read(&self.path()?) {
            Ok(Some(found)) => found,
            Ok(None) => return Ok(None),
            Err(error @ atomic_file::Error::Io { .. }) => return Err(error).during("Unable to Read File"),
            // What was written is gone, whatever took its place.
            Err(foreign) => {
                cx.warn_at("filename", "File Replaced", format!("What was written is gone: {foreign}."));
                return Ok(None);
            }
        };
        self.describe(&found.content);
        if !(self.content.is_set() || self.content_base64.is_set() || self.source.is_set()) {
            self.adopt(&found.content);
        }
        if let Some(mode) = found.mode {
            self.file_permission = Parsed::of(mode).into();
        }
        Ok(Some(self))
    }

    async fn update(mut self, _: Self, cx: &Cx<Client>, _: &Saved<Self>) -> Result<Self> {
        self.write()?;
        cx.private_set(WRITTEN, self.written_hash());
        Ok(self)
    }

    async fn delete(self, cx: &Cx<Client>) -> Result<()> {
        let written = cx.private_get(WRITTEN).unwrap_or_else(|| self.written_hash());
        if let Some(reason) = self.remove(&written)? {
            cx.warn("File Left in Place", reason);
        }
        Ok(())
    }

    async fn import(id: ImportId, _: &Cx<Client>) -> Result<Self> {
        // Nothing on disk tells what folders would be created with.
        let directory_permission = Parsed::of(Mode::OWNER_FOLDER).into();
        Ok(Self { filename: id.id()?.into(), directory_permission, ..Self::default() })
    }
}

impl LocalFile {
    fn path(&self) -> Result<PathBuf> {
        Ok(PathBuf::from(self.filename.value()?))
    }

    /// The content to be, when it is known. A source that is not there yet may be made before it is needed.
    fn bytes(&self) -> Result<Option<Zeroizing<Vec<u8>>>> {
        if let Some(text) = self.content.known() {
            return Ok(Some(Zeroizing::new(text.expose().as_bytes().to_vec())));
        }
        if let Some(text) = self.content_base64.known() {
            return Ok(Some(Zeroizing::new(STANDARD.decode(text.expose()).at("content_base64")?)));
        }
        let Some(source) = self.source.known() else { return Ok(None) };
        match std::fs::read(source) {
            Ok(bytes) => Ok(Some(Zeroizing::new(bytes))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).during("Unable to Read Source").at("source"),
        }
    }

    fn write(&mut self) -> Result<()> {
        let Some(bytes) = self.bytes()? else {
            let detail = format!("There is no file `{}`.", self.source.or_default());
            return Err(Error::at("source", "Unable to Read Source", detail));
        };
        let (file, folders) = (**self.file_permission.value()?, **self.directory_permission.value()?);
        atomic_file::write(&self.path()?, &bytes, file, folders)
            .during("Unable to Write File")
            .at("filename")?;
        self.describe(&bytes);
        Ok(())
    }

    fn written_hash(&self) -> Vec<u8> {
        self.content_sha256.or_default().into_bytes()
    }

    /// Removes the file while it holds what was written; otherwise says why it stays.
    fn remove(&self, written: &[u8]) -> Result<Option<String>> {
        let path = self.path()?;
        let found = match atomic_file::read(&path) {
            Ok(Some(found)) => found,
            Ok(None) => return Ok(None),
            Err(error @ atomic_file::Error::Io { .. }) => return Err(error).during("Unable to Remove File"),
            Err(foreign) => return Ok(Some(format!("It is not the file that was written: {foreign}."))),
        };
        if hex::encode(Sha256::digest(&found.content)).as_bytes() != written {
            return Ok(Some(format!(
                "The content of `{}` was changed outside of Terraform.",
                path.display()
            )));
        }
        atomic_file::remove(&path).during("Unable to Remove File")?;
        Ok(None)
    }

    /// Takes the content of an imported file for what was configured.
    fn adopt(&mut self, content: &[u8]) {
        match std::str::from_utf8(content) {
            Ok(text) => self.content = Secret::new(text).into(),
            Err(_) => self.content_base64 = Secret::new(STANDARD.encode(content)).into(),
        }
    }

    /// Fills what follows from the content.
    fn describe(&mut self, content: &[u8]) {
        let (sha256, sha512) = (Sha256::digest(content), Sha512::digest(content));
        let sha1 = hex::encode(Sha1::digest(content));
        self.id = sha1.clone().into();
        self.content_md5 = hex::encode(Md5::digest(content)).into();
        self.content_sha1 = sha1.into();
        self.content_sha256 = hex::encode(sha256).into();
        self.content_base64sha256 = STANDARD.encode(sha256).into();
        self.content_sha512 = hex::encode(sha512).into();
        self.content_base64sha512 = STANDARD.encode(sha512).into();
    }

    fn describe_unknown(&mut self) {
        for hash in [
            &mut self.id,
            &mut self.content_md5,
            &mut self.content_sha1,
            &mut self.content_sha256,
            &mut self.content_base64sha256,
            &mut self.content_sha512,
            &mut self.content_base64sha512,
        ] {
            *hash = Attr::Unknown;
        }
    }

    fn holds_private_key(&self) -> bool {
        self.content.known().is_some_and(|text| text.expose().contains("PRIVATE KEY-----"))
    }
}

fn path(filename: &String) -> std::result::Result<(), String> {
    if filename.is_empty() || filename.contains('\0') {
        Err("A path must not be empty.".to_owned())
    } else if FilePath::new(filename).file_name().is_none() || filename.ends_with('/') {
        Err("The path names a folder, not a file.".to_owned())
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(folder: &tempfile::TempDir, content: &str) -> LocalFile {
        LocalFile {
            filename: folder.path().join("a/file").display().to_string().into(),
            content: Secret::new(content).into(),
            file_permission: Parsed::of(Mode::OWNER_FILE).into(),
            directory_permission: Parsed::of(Mode::OWNER_FOLDER).into(),
            ..LocalFile::default()
        }
    }

    fn places(file: &LocalFile) -> Vec<(String, String)> {
        let mut check = Check::default();
        file.validate(&mut check);
        let place = |told: &Diagnostic| told.path.as_ref().map(ToString::to_string).unwrap_or_default();
        check.iter().map(|told| (place(told), told.summary.clone())).collect()
    }

    #[test]
    fn hashes_follow_from_the_content() {
        let mut file = LocalFile::default();
        file.describe(b"abc");
        assert_eq!(file.id, file.content_sha1);
        assert_eq!(file.content_md5.as_str(), Some("900150983cd24fb0d6963f7d28e17f72"));
        assert_eq!(file.content_sha1.as_str(), Some("a9993e364706816aba3e25717850c26c9cd0d89d"));
        assert_eq!(file.content_base64sha256.as_str(), Some("ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="));
        assert!(file.content_sha512.as_str().unwrap().starts_with("ddaf35a193617aba"));
    }

    #[test]
    fn each_way_to_give_content_gives_its_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("source");
        std::fs::write(&source, [0, 255]).unwrap();
        let text = LocalFile { content: Secret::new("text").into(), ..LocalFile::default() };
        let base64 = LocalFile { content_base64: Secret::new("AP8=").into(), ..LocalFile::default() };
        let copied = LocalFile { source: source.display().to_string().into(), ..LocalFile::default() };
        assert_eq!(text.bytes().unwrap().unwrap().as_slice(), b"text");
        assert_eq!(base64.bytes().unwrap().unwrap().as_slice(), [0, 255]);
        assert_eq!(copied.bytes().unwrap().unwrap().as_slice(), [0, 255]);
        let later = LocalFile { source: "/nowhere/yet".into(), ..LocalFile::default() };
        assert!(later.bytes().unwrap().is_none());
        assert!(later.clone().write().is_err());
    }

    #[test]
    fn exactly_one_content_and_a_file_to_put_it_in() {
        let folder = tempfile::tempdir().unwrap();
        assert!(places(&file(&folder, "x")).is_empty());
        assert_eq!(places(&LocalFile::default()).len(), 1);
        let two = LocalFile { content_base64: Secret::new("?").into(), ..file(&folder, "x") };
        assert_eq!(places(&two).len(), 2);
        for folder in ["", "a/", "/", ".."] {
            assert!(path(&folder.to_owned()).is_err(), "{folder:?}");
        }
    }

    #[test]
    fn a_private_key_for_everyone_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let key = file(&folder, "-----BEGIN EC PRIVATE KEY-----");
        assert!(places(&key).is_empty());
        let open = LocalFile { file_permission: Parsed::<Mode>::new("0644").unwrap().into(), ..key };
        assert_eq!(places(&open)[0].0, "file_permission");
    }

    #[test]
    fn only_the_file_that_was_written_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = file(&folder, "ours");
        file.write().unwrap();
        let (path, written) = (file.path().unwrap(), file.written_hash());

        std::fs::write(&path, "theirs").unwrap();
        assert!(file.remove(&written).unwrap().unwrap().contains("changed outside"));
        assert_eq!(std::fs::read(&path).unwrap(), b"theirs");

        file.write().unwrap();
        assert_eq!(file.remove(&written).unwrap(), None);
        assert!(!path.exists() && path.parent().unwrap().exists());
        assert_eq!(file.remove(&written).unwrap(), None, "a file that is gone is removed");

        std::fs::create_dir(&path).unwrap();
        assert!(file.remove(&written).unwrap().is_some());
    }

    #[test]
    fn imported_content_is_text_where_it_can_be() {
        let mut file = LocalFile::default();
        file.adopt(b"text");
        assert_eq!(file.content, Secret::new("text").into());
        let mut file = LocalFile::default();
        file.adopt(&[0, 255]);
        assert_eq!(file.content_base64, Secret::new("AP8=").into());
    }
}
