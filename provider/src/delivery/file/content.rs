//! What a file contains: where it comes from, and what state says about it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha512};
use tfplugin::Presence;
use tfplugin::prelude::*;
use zeroize::Zeroizing;

use super::LocalFile;
use crate::common::salted_hash::Salt;

/// Where the content comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Source {
    /// An argument that state keeps, and that says what the hashes are.
    Kept,
    /// `content_wo`.
    WriteOnly,
    /// One of both kinds: which one is not known yet.
    Undecided,
}

impl LocalFile {
    pub(super) fn where_from(&self) -> Source {
        let kept = self.content.presence() | self.content_base64.presence() | self.source.presence();
        match (kept, self.content_wo.presence()) {
            (Presence::Present, _) | (_, Presence::Absent) => Source::Kept,
            (Presence::Undecided, Presence::Undecided) => Source::Undecided,
            _ => Source::WriteOnly,
        }
    }

    /// The content to be, when it is known. A source that is not there yet may be made before it is needed.
    pub(super) fn bytes(&self) -> Result<Option<Zeroizing<Vec<u8>>>> {
        if let Some(text) = self.content.known().or_else(|| self.content_wo.known()) {
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

    /// Says of the file as it is now what state says of files: an object with a salt shows nothing but a salted hash.
    pub(super) fn recognize(&mut self, found: &[u8], salt: Option<&Salt>) {
        let kept = self.content.is_set() || self.content_base64.is_set() || self.source.is_set();
        match salt {
            Some(salt) if !kept => self.describe_salted(salt.hash(found).into()),
            // Nothing can be compared without the salt: the next plan knows no hash, and what is applied makes another.
            None if self.content_wo_hash.is_set() => {}
            _ => {
                self.describe(found);
                if !kept {
                    self.adopt(found);
                }
            }
        }
    }

    /// Takes the content of an imported file for what was configured.
    fn adopt(&mut self, content: &[u8]) {
        match std::str::from_utf8(content) {
            Ok(text) => self.content = Secret::new(text).into(),
            Err(_) => self.content_base64 = Secret::new(STANDARD.encode(content)).into(),
        }
    }

    /// Fills what follows from content that state holds.
    pub(super) fn describe(&mut self, content: &[u8]) {
        let (sha256, sha512) = (Sha256::digest(content), Sha512::digest(content));
        let sha1 = hex::encode(Sha1::digest(content));
        self.id = sha1.clone().into();
        self.content_md5 = hex::encode(Md5::digest(content)).into();
        self.content_sha1 = sha1.into();
        self.content_sha256 = hex::encode(sha256).into();
        self.content_base64sha256 = STANDARD.encode(sha256).into();
        self.content_sha512 = hex::encode(sha512).into();
        self.content_base64sha512 = STANDARD.encode(sha512).into();
        self.content_wo_hash = Attr::Null;
    }

    /// Leaves open what follows from content that is not known yet.
    pub(super) fn describe_unknown(&mut self) {
        self.id = Attr::Unknown;
        self.plain_hashes().into_iter().for_each(|hash| *hash = Attr::Unknown);
        self.content_wo_hash = Attr::Null;
    }

    /// Fills what may be known about content that state does not hold. The path as id is what Terraform shows beside the
    /// hash when only that changes.
    pub(super) fn describe_salted(&mut self, hash: Attr<String>) {
        self.id = self.filename.clone();
        self.plain_hashes().into_iter().for_each(|hash| *hash = Attr::Null);
        self.content_wo_hash = hash;
    }

    fn plain_hashes(&mut self) -> [&mut Attr<String>; 6] {
        [
            &mut self.content_md5,
            &mut self.content_sha1,
            &mut self.content_sha256,
            &mut self.content_base64sha256,
            &mut self.content_sha512,
            &mut self.content_base64sha512,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_follow_from_the_content() {
        let mut file = LocalFile::default();
        file.describe(b"abc");
        assert_eq!(file.id, file.content_sha1);
        assert_eq!(file.content_md5.as_str(), Some("900150983cd24fb0d6963f7d28e17f72"));
        assert_eq!(file.content_sha1.as_str(), Some("a9993e364706816aba3e25717850c26c9cd0d89d"));
        assert_eq!(file.content_base64sha256.as_str(), Some("ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="));
        assert!(file.content_sha512.as_str().unwrap().starts_with("ddaf35a193617aba"));
        assert_eq!(file.content_wo_hash, Attr::Null);
    }

    #[test]
    fn of_write_only_content_there_is_a_salted_hash_alone() {
        let mut file = LocalFile { filename: "a".into(), ..LocalFile::default() };
        file.describe(b"abc");
        file.describe_salted("5a17".into());
        let expected = LocalFile {
            filename: "a".into(),
            id: "a".into(),
            content_wo_hash: "5a17".into(),
            ..LocalFile::default()
        };
        assert_eq!(file, expected);
    }

    #[test]
    fn each_way_to_give_content_gives_its_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("source");
        std::fs::write(&source, [0, 255]).unwrap();
        let text = LocalFile { content: Secret::new("text").into(), ..LocalFile::default() };
        let secret = LocalFile { content_wo: Secret::new("text").into(), ..LocalFile::default() };
        let base64 = LocalFile { content_base64: Secret::new("AP8=").into(), ..LocalFile::default() };
        let copied = LocalFile { source: source.display().to_string().into(), ..LocalFile::default() };
        assert_eq!(text.bytes().unwrap().unwrap().as_slice(), b"text");
        assert_eq!(secret.bytes().unwrap().unwrap().as_slice(), b"text");
        assert_eq!(base64.bytes().unwrap().unwrap().as_slice(), [0, 255]);
        assert_eq!(copied.bytes().unwrap().unwrap().as_slice(), [0, 255]);
        let later = LocalFile { source: "/nowhere/yet".into(), ..LocalFile::default() };
        assert!(later.bytes().unwrap().is_none());
    }

    #[test]
    fn the_kind_of_content_is_open_only_while_it_can_be_either() {
        let text = || Secret::new("x").into();
        let from =
            |content, content_wo| LocalFile { content, content_wo, ..LocalFile::default() }.where_from();
        assert_eq!(from(text(), Attr::Null), Source::Kept);
        assert_eq!(from(Attr::Unknown, Attr::Null), Source::Kept);
        assert_eq!(from(text(), Attr::Unknown), Source::Kept);
        assert_eq!(from(Attr::Null, text()), Source::WriteOnly);
        assert_eq!(from(Attr::Null, Attr::Unknown), Source::WriteOnly);
        assert_eq!(from(Attr::Unknown, text()), Source::WriteOnly);
        assert_eq!(from(Attr::Unknown, Attr::Unknown), Source::Undecided);
    }

    #[test]
    fn imported_content_is_text_where_it_can_be() {
        let mut file = LocalFile::default();
        file.recognize(b"text", None);
        assert_eq!(file.content, Secret::new("text").into());
        let mut file = LocalFile::default();
        file.recognize(&[0, 255], None);
        assert_eq!(file.content_base64, Secret::new("AP8=").into());
    }

    #[test]
    fn content_that_may_not_be_kept_is_recognized_by_its_salt() {
        let salt = Salt::generate().unwrap();
        let mut imported = LocalFile::default();
        imported.recognize(b"secret", Some(&salt));
        assert_eq!(imported.content_wo_hash, salt.hash(b"secret").into());
        assert!(imported.content.is_null() && imported.content_sha256.is_null());

        let mut unsalted = imported.clone();
        unsalted.recognize(b"changed", None);
        assert_eq!(unsalted, imported);
    }
}
