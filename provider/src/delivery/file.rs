//! `groundup_file`: a file on the machine that runs Terraform.
//!
//! The file is named by its path and known by the hash of its content: what anyone else writes into it shows as
//! drift, and is not deleted with the resource. Of write-only content, neither state nor private state holds a hash that
//! somebody without the salt could compute.

mod content;
mod disk;

use std::path::Path as FilePath;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tfplugin::prelude::*;

use self::content::Source;
use super::atomic_file;
use super::mode::Mode;
use crate::common::private_key_text::holds_private_key;
use crate::common::salted_hash::Salt;
use crate::common::write_only::{Before, WriteOnly};
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
    /// SHA-1 of the content, in hexadecimal; with `content_wo` the path of the file.
    #[attr(computed)]
    id: Attr<String>,
    /// Path of the file. A relative path starts where Terraform runs; prefer `${path.module}/…`.
    #[attr(required, replace, check = path)]
    filename: Attr<String>,
    /// Content as text. Exactly one of `content`, `content_base64`, `source` and `content_wo` is required.
    #[attr(optional)]
    content: Attr<Secret>,
    /// Content as base64, for bytes that are not text.
    #[attr(optional)]
    content_base64: Attr<Secret>,
    /// Path of a file whose content to copy.
    #[attr(optional)]
    source: Attr<String>,
    /// Content as text, for secrets: neither plan nor state holds it, nor a hash that could be computed without the salt.
    /// A change of it, or of the file, shows in `content_wo_hash`. For content that is the same on every run, such as
    /// derived keys and what functions render of them. What `content` held before stays in older versions of the state
    /// and their backups. Needs Terraform 1.11 or OpenTofu 1.11.
    #[attr(optional, write_only)]
    content_wo: Attr<Secret>,
    /// Marks `content_wo` as new on every run, such as a key that is not derived: it is written when this number changes,
    /// or when the file no longer holds what was written, and not looked at otherwise.
    #[attr(optional)]
    content_wo_version: Attr<i64>,
    /// Permissions of the file, as octal digits.
    #[attr(optional, default = "0600")]
    file_permission: Attr<Parsed<Mode>>,
    /// Permissions of the folders that have to be created, as octal digits; the umask applies to them. Folders that
    /// exist are left as they are.
    #[attr(optional, default = "0700")]
    directory_permission: Attr<Parsed<Mode>>,
    /// SHA-256 over a random salt of this object and the SHA-256 of `content_wo`, in hexadecimal: another one means other
    /// content, in the configuration or in the file. If Terraform finds that it differs between plan and apply, the content
    /// is new on every run and needs a `content_wo_version`. Null without `content_wo`, as the other hashes are with it.
    #[attr(computed)]
    content_wo_hash: Attr<String>,
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
/// What the path of a file to import begins with, when its content is not to be kept.
const IMPORT_WRITE_ONLY: &str = "content_wo:";

impl Resource for LocalFile {
    const TYPE: &'static str = "file";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        check.exactly_one(&[
            ("content", self.content.presence()),
            ("content_base64", self.content_base64.presence()),
            ("source", self.source.presence()),
            ("content_wo", self.content_wo.presence()),
        ]);
        if self.content_wo_version.known().is_some() && self.content_wo.is_null() {
            let detail = "A `content_wo_version` is one of `content_wo`, which is not set.";
            check.error("content_wo_version", "Missing Argument", detail);
        }
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

    async fn plan(plan: &mut Plan<Self>, cx: &Cx<Client>) -> Result<()> {
        match plan.planned.where_from() {
            Source::WriteOnly => plan_write_only(plan, cx),
            Source::Kept => match plan.planned.bytes()? {
                Some(bytes) => plan.planned.describe(&bytes),
                None => plan.planned.describe_unknown(),
            },
            Source::Undecided => {
                plan.planned.describe_unknown();
                plan.planned.content_wo_hash = Attr::Unknown;
            }
        }
        Ok(())
    }

    async fn create(mut self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        self.write_and_remember(cx)?;
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
        self.recognize(&found.content, Salt::kept(cx).as_ref());
        if let Some(mode) = found.mode {
            self.file_permission = Parsed::of(mode).into();
        }
        Ok(Some(self))
    }

    async fn update(mut self, _: Self, cx: &Cx<Client>, _: &Saved<Self>) -> Result<Self> {
        self.write_and_remember(cx)?;
        Ok(self)
    }

    async fn delete(self, cx: &Cx<Client>) -> Result<()> {
        let written = cx.private_get(WRITTEN).unwrap_or_else(|| self.written_hash());
        if let Some(reason) = self.remove(&written, Salt::kept(cx).as_ref())? {
            cx.warn("File Left in Place", reason);
        }
        Ok(())
    }

    async fn import(id: ImportId, cx: &Cx<Client>) -> Result<Self> {
        let id = id.id()?;
        let write_only = id.strip_prefix(IMPORT_WRITE_ONLY);
        if write_only.is_some() {
            // The read that follows does not take over the content of an object that has a salt.
            Salt::kept_or_new(cx)?;
        }
        // Nothing on disk tells what folders would be created with.
        let directory_permission = Parsed::of(Mode::OWNER_FOLDER).into();
        Ok(Self { filename: write_only.unwrap_or(id).into(), directory_permission, ..Self::default() })
    }
}

/// Plans the hash of write-only content.
fn plan_write_only(plan: &mut Plan<LocalFile>, cx: &Cx<Client>) {
    let (salt, written) =
        (Salt::kept(cx), cx.private_get(WRITTEN).and_then(|hash| String::from_utf8(hash).ok()));
    let before = plan.prior.as_ref().and_then(|prior| {
        let found = prior.content_wo_hash.as_str()?;
        let written = written.as_deref().unwrap_or(found);
        Some(Before { salt: salt.as_ref()?, found, written, version: &prior.content_wo_version })
    });
    let (content, version) = (&plan.planned.content_wo, &plan.planned.content_wo_version);
    let drifted = version.known().is_some() && before.is_some_and(|before| before.has_drifted());
    let hash = WriteOnly { content, version }.hash(before);
    if drifted {
        let detail = format!(
            "`{}` no longer holds what was written to it, and is written anew. With a `content_wo_version` that is not the \
             old content, but what `content_wo` holds now.",
            plan.planned.filename.or_default()
        );
        plan.warn("filename", "File Changed Outside of Terraform", detail);
    }
    plan.planned.describe_salted(hash);
}

impl LocalFile {
    /// Writes the file, and keeps what it is recognized by later.
    fn write_and_remember(&mut self, cx: &Cx<Client>) -> Result<()> {
        if self.content_wo.is_set() {
            self.write(Some(&Salt::kept_or_new(cx)?))?;
        } else {
            self.write(None)?;
            Salt::forget(cx);
        }
        cx.private_set(WRITTEN, self.written_hash());
        Ok(())
    }

    fn holds_private_key(&self) -> bool {
        let texts = [&self.content, &self.content_base64, &self.content_wo];
        texts.into_iter().filter_map(Attr::known).any(|text| holds_private_key(text.expose().as_bytes()))
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
    fn exactly_one_content_and_a_file_to_put_it_in() {
        let folder = tempfile::tempdir().unwrap();
        assert!(places(&file(&folder, "x")).is_empty());
        assert_eq!(places(&LocalFile::default()).len(), 1);
        let two = LocalFile { content_base64: Secret::new("?").into(), ..file(&folder, "x") };
        assert_eq!(places(&two).len(), 2);
        let two = LocalFile { content_wo: Secret::new("x").into(), ..file(&folder, "x") };
        assert_eq!(places(&two), [("content_wo".to_owned(), "Conflicting Arguments".to_owned())]);
        for folder in ["", "a/", "/", ".."] {
            assert!(path(&folder.to_owned()).is_err(), "{folder:?}");
        }
    }

    #[test]
    fn a_version_is_one_of_write_only_content() {
        let folder = tempfile::tempdir().unwrap();
        let versioned = LocalFile { content_wo_version: 1.into(), ..file(&folder, "x") };
        assert_eq!(places(&versioned), [("content_wo_version".to_owned(), "Missing Argument".to_owned())]);
        let secret = LocalFile { content: Attr::Null, content_wo: Secret::new("x").into(), ..versioned };
        assert!(places(&secret).is_empty());
    }

    #[test]
    fn a_private_key_for_everyone_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let key = file(&folder, "-----BEGIN EC PRIVATE KEY-----");
        let secret = LocalFile { content: Attr::Null, content_wo: key.content.clone(), ..key.clone() };
        let data = Secret::new(STANDARD.encode("-----BEGIN EC PRIVATE KEY-----")).into();
        let encoded = LocalFile { content: Attr::Null, content_base64: data, ..key.clone() };
        for key in [key, secret, encoded] {
            assert!(places(&key).is_empty());
            let open = LocalFile { file_permission: Attr::parse("0644").unwrap(), ..key };
            assert_eq!(places(&open)[0].0, "file_permission");
        }
    }
}
