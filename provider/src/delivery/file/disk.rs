//! The file where it lies.

use std::path::PathBuf;

use sha2::{Digest as _, Sha256};
use tfplugin::prelude::*;
use zeroize::Zeroizing;

use super::LocalFile;
use crate::common::salted_hash::Salt;
use crate::delivery::atomic_file;

impl LocalFile {
    pub(super) fn path(&self) -> Result<PathBuf> {
        Ok(PathBuf::from(self.filename.value()?))
    }

    /// Writes the file, and says what was written: under a salt what may be known of it.
    pub(super) fn write(&mut self, salt: Option<&Salt>) -> Result<()> {
        let Some(configured) = self.bytes()? else {
            let detail = format!("There is no file `{}`.", self.source.or_default());
            return Err(Error::at("source", "Unable to Read Source", detail));
        };
        let bytes = match salt {
            Some(salt) => self.planned_bytes(configured, salt)?,
            None => configured,
        };
        let (file, folders) = (**self.file_permission.value()?, **self.directory_permission.value()?);
        atomic_file::write(&self.path()?, &bytes, file, folders)
            .during("Unable to Write File")
            .at("filename")?;
        match salt {
            Some(salt) => self.describe_salted(salt.hash(&bytes).into()),
            None => self.describe(&bytes),
        }
        Ok(())
    }

    /// The content whose hash is planned: what is configured, or what is there already, where a version keeps it.
    fn planned_bytes(&self, configured: Zeroizing<Vec<u8>>, salt: &Salt) -> Result<Zeroizing<Vec<u8>>> {
        let is_planned =
            |bytes: &[u8]| self.content_wo_hash.as_str().is_none_or(|planned| planned == salt.hash(bytes));
        if is_planned(&configured) {
            return Ok(configured);
        }
        let found = atomic_file::read(&self.path()?).during("Unable to Read File").at("filename")?;
        found.map(|found| found.content).filter(|found| is_planned(found)).ok_or_else(|| {
            let detail = format!(
                "`{}` was changed after the plan was made, which is to keep its content. Plan again.",
                self.filename.or_default()
            );
            Error::at("filename", "File Changed Meanwhile", detail)
        })
    }

    /// What tells the content that was written from that of others.
    pub(super) fn written_hash(&self) -> Vec<u8> {
        let hash = if self.content_wo_hash.is_set() { &self.content_wo_hash } else { &self.content_sha256 };
        hash.or_default().into_bytes()
    }

    /// Removes the file while it holds what was written; otherwise says why it stays.
    pub(super) fn remove(&self, written: &[u8], salt: Option<&Salt>) -> Result<Option<String>> {
        let path = self.path()?;
        let found = match atomic_file::read(&path) {
            Ok(Some(found)) => found,
            Ok(None) => return Ok(None),
            Err(error @ atomic_file::Error::Io { .. }) => return Err(error).during("Unable to Remove File"),
            Err(foreign) => return Ok(Some(format!("It is not the file that was written: {foreign}."))),
        };
        let hash = match salt {
            _ if self.content_wo_hash.is_null() => hex::encode(Sha256::digest(&found.content)),
            Some(salt) => salt.hash(&found.content),
            None => {
                let path = path.display();
                return Ok(Some(format!(
                    "Nothing tells any more whether the content of `{path}` is what was written."
                )));
            }
        };
        if hash.as_bytes() != written {
            return Ok(Some(format!(
                "The content of `{}` was changed outside of Terraform.",
                path.display()
            )));
        }
        atomic_file::remove(&path).during("Unable to Remove File")?;
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::mode::Mode;

    fn file(folder: &tempfile::TempDir) -> LocalFile {
        LocalFile {
            filename: folder.path().join("a/file").display().to_string().into(),
            file_permission: Parsed::of(Mode::OWNER_FILE).into(),
            directory_permission: Parsed::of(Mode::OWNER_FOLDER).into(),
            ..LocalFile::default()
        }
    }

    fn written(file: &LocalFile) -> String {
        std::fs::read_to_string(file.path().unwrap()).unwrap()
    }

    fn summary(result: Result<()>) -> String {
        result.unwrap_err().diagnostics()[0].summary.clone()
    }

    #[test]
    fn only_the_file_that_was_written_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = LocalFile { content: Secret::new("ours").into(), ..file(&folder) };
        file.write(None).unwrap();
        let (path, written) = (file.path().unwrap(), file.written_hash());

        std::fs::write(&path, "theirs").unwrap();
        assert!(file.remove(&written, None).unwrap().unwrap().contains("changed outside"));
        assert_eq!(std::fs::read(&path).unwrap(), b"theirs");

        file.write(None).unwrap();
        assert_eq!(file.remove(&written, None).unwrap(), None);
        assert!(!path.exists() && path.parent().unwrap().exists());
        assert_eq!(file.remove(&written, None).unwrap(), None, "a file that is gone is removed");

        std::fs::create_dir(&path).unwrap();
        assert!(file.remove(&written, None).unwrap().is_some());
    }

    #[test]
    fn only_write_only_content_that_was_written_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let salt = Salt::generate().unwrap();
        let mut file = LocalFile { content_wo: Secret::new("ours").into(), ..file(&folder) };
        file.write(Some(&salt)).unwrap();
        let hash = file.written_hash();
        assert_eq!(hash, salt.hash(b"ours").into_bytes());
        let left = |salt: Option<&Salt>| file.remove(&hash, salt).unwrap().unwrap_or_default();

        assert!(left(None).starts_with("Nothing tells any more whether"), "{}", left(None));
        assert!(left(Some(&Salt::generate().unwrap())).contains("changed outside"));
        std::fs::write(file.path().unwrap(), "theirs").unwrap();
        assert!(left(Some(&salt)).contains("changed outside"));
        std::fs::write(file.path().unwrap(), "ours").unwrap();
        assert_eq!(left(Some(&salt)), "");
        assert!(!file.path().unwrap().exists());
    }

    #[test]
    fn what_a_version_keeps_is_what_was_planned() {
        let folder = tempfile::tempdir().unwrap();
        let salt = Salt::generate().unwrap();
        let mut file = LocalFile { content_wo: Secret::new("old").into(), ..file(&folder) };
        file.write(Some(&salt)).unwrap();
        let planned = file.content_wo_hash.clone();

        // Another run, other content: the plan keeps the old one and changes the permissions.
        file.content_wo = Secret::new("new").into();
        file.file_permission = Attr::parse("0400").unwrap();
        file.write(Some(&salt)).unwrap();
        assert_eq!((written(&file).as_str(), &file.content_wo_hash), ("old", &planned));

        std::fs::remove_file(file.path().unwrap()).unwrap();
        assert_eq!(summary(file.write(Some(&salt))), "File Changed Meanwhile");
        file.content_wo_hash = Attr::Unknown;
        file.write(Some(&salt)).unwrap();
        assert_eq!(written(&file), "new");
    }

    #[test]
    fn a_source_has_to_be_there() {
        let folder = tempfile::tempdir().unwrap();
        let mut later = LocalFile { source: "/nowhere/yet".into(), ..file(&folder) };
        assert_eq!(summary(later.write(None)), "Unable to Read Source");
    }
}
