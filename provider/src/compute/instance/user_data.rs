//! User data: what cloud-init reads when an instance boots.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use tfplugin::prelude::*;

use crate::common::private_key_text::holds_private_key;

/// How many bytes EC2 takes, before base64.
pub(crate) const LIMIT: usize = 16 * 1024;

/// How the formats begin that cloud-init understands.
const FORMATS: [&[u8]; 16] = [
    b"#!",
    b"#cloud-config",
    b"#cloud-boothook",
    b"#include",
    b"#part-handler",
    b"#upstart-job",
    b"## template:",
    b"Content-Type:",
    b"MIME-Version:",
    b"From nobody",
    b"content-type:",
    b"mime-version:",
    b"\x1f\x8b",
    b"<powershell>",
    b"<script>",
    b"version:",
];

/// Bytes that the configuration gives in base64.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Encoded(Vec<u8>);

/// The text is not base64. It is not repeated: user data may hold secrets.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not base64 ({0}): use `filebase64()` or `base64encode()`, or give plain text as `user_data`")]
pub(crate) struct EncodedError(base64::DecodeError);

impl Encoded {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl FromStr for Encoded {
    type Err = EncodedError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text: String = text.split_ascii_whitespace().collect();
        BASE64_STANDARD.decode(text).map(Self).map_err(EncodedError)
    }
}

impl fmt::Display for Encoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64_STANDARD.encode(&self.0))
    }
}

/// Whether EC2 takes that much.
pub(super) fn check_size(bytes: &[u8]) -> Result<(), String> {
    match bytes.len() {
        0..=LIMIT => Ok(()),
        length => Err(format!(
            "User data of {length} bytes is too long: EC2 takes at most {LIMIT}. Give it as \
             `user_data_base64 = base64gzip(…)`, or let the instance fetch the larger part."
        )),
    }
}

/// What is probably a mistake in it.
pub(super) fn problems(bytes: &[u8]) -> impl Iterator<Item = Diagnostic> {
    let unknown = (!is_understood(bytes)).then(|| {
        Diagnostic::warning(
            "User Data of Unknown Format",
            "cloud-init ignores user data that begins neither with `#!`, `#cloud-config` or another of its markers, \
             nor as a MIME message or gzip. Programs on the instance can still read it.",
        )
    });
    let private = holds_private_key(bytes).then(|| {
        Diagnostic::warning(
            "Private Key in User Data",
            "The user data holds a private key. It is in Terraform's state, and can be read by everything that runs on \
             the instance and by everybody who may describe it. Deliver the key in another way.",
        )
    });
    unknown.into_iter().chain(private)
}

/// Whether cloud-init knows what to do with it.
fn is_understood(bytes: &[u8]) -> bool {
    bytes.is_empty() || FORMATS.iter().any(|format| bytes.starts_with(format))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_decoded_across_lines() {
        let encoded: Encoded = "IyEvYmlu\nL3NoCg==\n".parse().unwrap();
        assert_eq!(encoded.bytes(), b"#!/bin/sh\n");
        assert_eq!(encoded.to_string(), "IyEvYmluL3NoCg==");
        let error = "#!/bin/sh".parse::<Encoded>().unwrap_err().to_string();
        assert!(error.starts_with("not base64") && !error.contains("/bin/sh"), "{error}");
    }

    #[test]
    fn the_limit_is_that_of_the_bytes() {
        assert!(check_size(&vec![b'x'; 16_384]).is_ok());
        assert!(check_size(&vec![b'x'; 16_385]).unwrap_err().contains("16385"));
    }

    #[test]
    fn formats_are_recognised() {
        for good in ["", "#!/bin/sh", "#cloud-config\n", "MIME-Version: 1.0\n", "#include\nhttps://x"] {
            assert!(is_understood(good.as_bytes()), "{good}");
        }
        for bad in ["name=worker-0|pod-cidr=172.20.0.0/24", "echo hello", "\n#!/bin/sh"] {
            assert!(!is_understood(bad.as_bytes()), "{bad}");
        }
        assert!(is_understood(&[0x1f, 0x8b, 8]));
    }

    #[test]
    fn a_private_key_does_not_belong_there() {
        let told = |data: &[u8]| problems(data).map(|problem| problem.summary).collect::<Vec<_>>();
        let script = b"#!/bin/sh\ncat <<E >key\n-----BEGIN EC PRIVATE KEY-----\n";
        assert_eq!(told(script), ["Private Key in User Data"]);
        assert_eq!(told(&script[..20]), [""; 0]);
        assert_eq!(told(b"name=worker-0"), ["User Data of Unknown Format"]);
    }
}
