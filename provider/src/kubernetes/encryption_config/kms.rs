//! A key management service in an encryption configuration.

use std::str::FromStr;

use jiff::SignedDuration;
use tfplugin::prelude::*;

use super::document::{self, Provider};
use crate::common::derive;

/// A key management service, reached through a plugin (of version 2) on each control-plane node.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Kms {
    /// Its name, which is written before each object that it encrypts.
    #[attr(required)]
    pub(crate) name: Attr<Parsed<KmsName>>,
    /// The plugin's socket on the node, such as `unix:///run/kms-plugin.sock`.
    #[attr(required)]
    pub(crate) endpoint: Attr<Parsed<KmsEndpoint>>,
    /// How long to wait for the plugin, such as `5s`. By default the API server waits three seconds.
    #[attr(optional)]
    pub(crate) timeout: Attr<Parsed<KmsTimeout>>,
    /// Its generation, counted together with those of the keys: the next number after theirs when it takes over from them.
    #[attr(optional, default = 1, check = derive::generation)]
    pub(crate) generation: Attr<u32>,
}

impl Kms {
    /// What stands in the file.
    pub(super) fn render(&self) -> Result<Provider> {
        Ok(Provider::Kms(document::Kms {
            api_version: "v2",
            name: self.name.value()?.text().to_owned(),
            endpoint: self.endpoint.value()?.text().to_owned(),
            timeout: self.timeout.known().map(|timeout| timeout.text().to_owned()),
        }))
    }
}

/// Name of a service.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct KmsName(String);

impl FromStr for KmsName {
    type Err = &'static str;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        if text.is_empty() || text.contains(|c: char| c == ':' || c.is_control() || c.is_whitespace()) {
            Err("a name must not be empty and must not contain colons, spaces or control characters")
        } else {
            Ok(Self(text.to_owned()))
        }
    }
}

/// Socket of a plugin.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct KmsEndpoint(String);

impl FromStr for KmsEndpoint {
    type Err = &'static str;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        match text.strip_prefix("unix://") {
            // An absolute path, or a name in Linux' abstract namespace.
            Some(socket) if socket.len() > 1 && socket.starts_with(['/', '@']) => Ok(Self(text.to_owned())),
            _ => Err("must be the URL of a socket, such as `unix:///run/kms-plugin.sock`"),
        }
    }
}

/// A positive duration as Go writes it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct KmsTimeout(SignedDuration);

impl FromStr for KmsTimeout {
    type Err = &'static str;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        // jiff reads more than Go does: words, spaces, days.
        let in_go = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'h' | 'm' | 's'));
        match text.parse::<SignedDuration>() {
            Ok(timeout) if in_go && timeout.is_positive() => Ok(Self(timeout)),
            _ => Err("must be a positive duration, such as `3s` or `500ms`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused<T: FromStr>(texts: &[&str]) {
        for text in texts {
            assert!(text.parse::<T>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn names_have_no_colon() {
        assert!("vault-1".parse::<KmsName>().is_ok());
        refused::<KmsName>(&["", "a:b", "a b"]);
    }

    #[test]
    fn endpoints_are_sockets() {
        assert!("unix:///run/kms.sock".parse::<KmsEndpoint>().is_ok());
        assert!("unix://@kms".parse::<KmsEndpoint>().is_ok());
        refused::<KmsEndpoint>(&[
            "",
            "/run/kms.sock",
            "tcp://127.0.0.1:1",
            "unix://run/kms.sock",
            "unix://",
            "unix:///",
        ]);
    }

    #[test]
    fn timeouts_are_positive() {
        for text in ["3s", "500ms", "1m30s", "1.5s"] {
            assert!(text.parse::<KmsTimeout>().is_ok(), "{text:?}");
        }
        refused::<KmsTimeout>(&["", "0s", "-3s", "3", "3 s", "1d", "PT3S"]);
    }
}
