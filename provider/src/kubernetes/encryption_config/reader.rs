//! Who can read an object in etcd, and how a configuration names it.

use std::fmt;
use std::str::FromStr;

use super::key::LocalProvider;

/// What reads the objects that it has written: a key, a service, or nobody in particular. Its text is what Kubernetes
/// writes before each of those objects.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Reader {
    /// Objects in plain text have nothing before them.
    PlainText,
    Key {
        provider: LocalProvider,
        name: String,
    },
    Service {
        name: String,
    },
}

impl Reader {
    /// Its name; plain text has none.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::PlainText => None,
            Self::Key { name, .. } | Self::Service { name } => Some(name),
        }
    }

    /// The attribute that it stands in.
    pub(super) fn attribute(&self) -> &'static str {
        match self {
            Self::PlainText => "allow_plaintext_read",
            Self::Key { .. } => "keys",
            Self::Service { .. } => "kms",
        }
    }

    /// What it is called in messages.
    pub(super) fn described(&self) -> String {
        match self {
            Self::PlainText => "plain text".to_owned(),
            Self::Key { name, .. } => format!("the key `{name}`"),
            Self::Service { name } => format!("the service `{name}`"),
        }
    }

    /// How to let it read.
    pub(super) fn how_to_add(&self) -> String {
        match self {
            Self::PlainText => "set `allow_plaintext_read = true`".to_owned(),
            Self::Key { name, .. } => format!("add the key `{name}` after the others"),
            Self::Service { name } => format!("add the block `kms` of the service `{name}`"),
        }
    }

    /// How to let it write, when it can read.
    pub(super) fn how_to_promote(&self) -> String {
        match self {
            Self::PlainText => "set `provider_type = \"identity\"`".to_owned(),
            Self::Key { provider, name } => {
                format!("make the key `{name}` the first one, with `provider_type = \"{provider}\"`")
            }
            Self::Service { .. } => "set `provider_type = \"kms\"`".to_owned(),
        }
    }

    /// How to let it read no more.
    pub(super) fn how_to_drop(&self) -> String {
        match self {
            Self::PlainText => "set `allow_plaintext_read = false`".to_owned(),
            Self::Key { name, .. } => format!("remove the key `{name}`"),
            Self::Service { .. } => "remove the block `kms`".to_owned(),
        }
    }
}

impl fmt::Display for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PlainText => Ok(()),
            Self::Key { provider, name } => write!(f, "k8s:enc:{provider}:v1:{name}:"),
            Self::Service { name } => write!(f, "k8s:enc:kms:v2:{name}:"),
        }
    }
}

impl FromStr for Reader {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts: Vec<_> = text.split(':').collect();
        match parts[..] {
            [""] => Ok(Self::PlainText),
            ["k8s", "enc", "kms", "v2", name, ""] => Ok(Self::Service { name: name.to_owned() }),
            ["k8s", "enc", provider, "v1", name, ""] => {
                Ok(Self::Key { provider: provider.parse()?, name: name.to_owned() })
            }
            _ => Err("must be what Kubernetes writes before an object, such as `k8s:enc:secretbox:v1:key1:`"
                .to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_kubernetes_own_prefix() {
        for text in ["", "k8s:enc:secretbox:v1:key1:", "k8s:enc:aescbc:v1:a:", "k8s:enc:kms:v2:vault:"] {
            assert_eq!(text.parse::<Reader>().unwrap().to_string(), text);
        }
        for text in [":", "key1", "k8s:enc:aesgcm:v2:a:", "k8s:enc:des:v1:a:", "k8s:enc:aesgcm:v1:a"] {
            assert!(text.parse::<Reader>().is_err(), "{text}");
        }
    }
}
