//! Public keys in OpenSSH's one-line form.

use std::fmt;
use std::str::FromStr;

use ssh_key::PublicKey as SshKey;
use ssh_key::public::KeyData;

/// A public key that EC2 takes: RSA or Ed25519. Two are equal when the keys are, whatever their comments say.
#[derive(Clone, Debug)]
pub(crate) struct PublicKey(SshKey);

/// Why a text is no public key that EC2 takes. The text itself is not repeated: it may be a private key.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum PublicKeyError {
    /// The wrong half of a key pair.
    #[error(
        "this is a private key, which must not leave its owner; give the public key, such as the content of `id_ed25519.pub`"
    )]
    Private,
    /// Something else.
    #[error("not an OpenSSH public key, which is one line such as `ssh-ed25519 AAAA… comment`: {0}")]
    Malformed(String),
    /// A key of another kind.
    #[error("EC2 takes RSA and Ed25519 keys, not {0}")]
    Algorithm(String),
    /// A key too short or too long.
    #[error("EC2 takes RSA keys of 1024 to 4096 bits, not {0}")]
    Size(u32),
}

impl PublicKey {
    /// What EC2 calls this kind of key.
    pub(crate) fn key_type(&self) -> &'static str {
        if self.rsa_bits().is_some() { "rsa" } else { "ed25519" }
    }

    /// The length of an RSA key.
    pub(crate) fn rsa_bits(&self) -> Option<u32> {
        match self.0.key_data() {
            KeyData::Rsa(key) => Some(key.key_size()),
            _ => None,
        }
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.key_data() == other.0.key_data()
    }
}

impl Eq for PublicKey {}

impl FromStr for PublicKey {
    type Err = PublicKeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.contains("PRIVATE KEY-----") {
            return Err(PublicKeyError::Private);
        }
        let key = SshKey::from_openssh(text.trim())
            .map_err(|error| PublicKeyError::Malformed(error.to_string()))?;
        match key.key_data() {
            KeyData::Ed25519(_) => Ok(Self(key)),
            KeyData::Rsa(rsa) => match rsa.key_size() {
                1024..=4096 => Ok(Self(key)),
                bits => Err(PublicKeyError::Size(bits)),
            },
            _ => Err(PublicKeyError::Algorithm(key.algorithm().to_string())),
        }
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_openssh().map_err(|_| fmt::Error)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ED25519: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti";
    const ECDSA: &str = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBHwf2HMM5TRXvo2SQJjsNkiDD5KqiiNjrGVv3UUh+mMT5RHxiRtOnlqvjhQtBq0VpmpCV/PwUdhOig4vkbqAcEc=";

    #[test]
    fn comments_do_not_count() {
        let plain: PublicKey = ED25519.parse().unwrap();
        let commented: PublicKey = format!("  {ED25519} somebody@example.com\n").parse().unwrap();
        assert_eq!(plain, commented);
        assert_eq!(plain.key_type(), "ed25519");
        assert_eq!(plain.rsa_bits(), None);
        assert_eq!(plain.to_string().trim_end(), ED25519);
    }

    #[test]
    fn what_ec2_refuses_is_refused() {
        assert!(
            matches!(ECDSA.parse::<PublicKey>(), Err(PublicKeyError::Algorithm(name)) if name == "ecdsa-sha2-nistp256")
        );
        assert!(matches!("ssh-ed25519 AAAA".parse::<PublicKey>(), Err(PublicKeyError::Malformed(_))));
        assert!(matches!("".parse::<PublicKey>(), Err(PublicKeyError::Malformed(_))));
    }

    #[test]
    fn a_private_key_is_not_repeated() {
        let text = "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----\n";
        let error = text.parse::<PublicKey>().unwrap_err();
        assert_eq!(error, PublicKeyError::Private);
        assert!(!error.to_string().contains("c2VjcmV0"));
    }
}
