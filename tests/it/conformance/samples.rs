//! Configurations of resources that need nothing but this machine.

use serde_json::{Value, json};
use tempfile::TempDir;

/// A configuration to create, with changes to make to it.
pub(super) struct Sample {
    pub(super) type_name: &'static str,
    pub(super) config: Value,
    /// A change in place.
    pub(super) change: Option<Change>,
    /// A change that replaces the object.
    pub(super) replacement: Option<Change>,
    /// Where files go; removed with the sample.
    _directory: Option<TempDir>,
}

/// Another configuration, and the attributes that may change with it: all for a change in place, those that cause
/// it for a replacement.
pub(super) struct Change {
    pub(super) config: Value,
    pub(super) touches: Vec<&'static str>,
}

impl Change {
    fn new(config: Value, touches: &[&'static str]) -> Self {
        Self { config, touches: touches.to_vec() }
    }
}

pub(super) fn samples() -> Vec<Sample> {
    vec![private_key(), file()]
}

fn private_key() -> Sample {
    Sample {
        type_name: "groundup_private_key",
        config: json!({"algorithm": "ECDSA", "ecdsa_curve": "P256"}),
        change: None,
        replacement: Some(Change::new(json!({"algorithm": "ED25519"}), &["algorithm"])),
        _directory: None,
    }
}

fn file() -> Sample {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    Sample {
        type_name: "groundup_file",
        config: json!({"filename": path("a"), "content": "one"}),
        change: Some(Change::new(
            json!({"filename": path("a"), "content": "two"}),
            &[
                "content",
                "id",
                "content_md5",
                "content_sha1",
                "content_sha256",
                "content_base64sha256",
                "content_sha512",
                "content_base64sha512",
            ],
        )),
        replacement: Some(Change::new(json!({"filename": path("b"), "content": "one"}), &["filename"])),
        _directory: Some(directory),
    }
}
