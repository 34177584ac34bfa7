//! What may stand in a kubeconfig: each type refuses what kubectl would stumble over when it uses the file.

use std::net::IpAddr;
use std::str::FromStr;

use url::Url;

/// Name of a cluster, user or context.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct EntryName(String);

impl FromStr for EntryName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // kubectl reads its own file back wrongly, or not at all, when one of these is in it.
        let unreadable = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}');
        if text.is_empty() {
            Err("a name must not be empty")
        } else if text.contains(unreadable) {
            Err("a name must not contain line breaks or control characters")
        } else {
            Ok(Self(text.to_owned()))
        }
    }
}

/// Address of an API server: an absolute `https` URL.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ServerUrl(Url);

impl FromStr for ServerUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = parse_url(text, &["https"])?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err("kubectl ignores a user name or password in the address".to_owned());
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("the address of an API server has no query and no fragment".to_owned());
        }
        Ok(Self(url))
    }
}

/// Address of a proxy: an `http`, `https` or `socks5` URL.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ProxyUrl(Url);

impl FromStr for ProxyUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse_url(text, &["http", "https", "socks5"]).map(Self)
    }
}

/// Name that the server's certificate must bear, when it is not the host of the address.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ServerName(String);

impl FromStr for ServerName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_host = text.len() <= 253 && text.split('.').all(is_label);
        if text.parse::<IpAddr>().is_ok() || is_host {
            Ok(Self(text.to_owned()))
        } else {
            Err("must be a host name or an IP address, without scheme and port")
        }
    }
}

/// A namespace: one DNS label in lower case.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Namespace(String);

impl FromStr for Namespace {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if is_label(text) && !text.contains(|c: char| c.is_ascii_uppercase()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(
                "must be a DNS label: at most 63 lower-case letters, digits and dashes, no dash first or last",
            )
        }
    }
}

fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

fn parse_url(text: &str, schemes: &[&str]) -> Result<Url, String> {
    let (scheme, _) = text.split_once("://").unwrap_or_default();
    if !schemes.contains(&scheme) {
        let starts: Vec<_> = schemes.iter().map(|scheme| format!("{scheme}://")).collect();
        return Err(format!("must start with {}", starts.join(" or ")));
    }
    // The parser forgives these; kubectl's does not.
    if text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
        return Err("must not contain spaces, control characters or backslashes".to_owned());
    }
    let url = Url::parse(text).map_err(|problem| format!("is not a URL: {problem}"))?;
    if url.port() == Some(0) {
        return Err("port 0 cannot be connected to".to_owned());
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted<T: FromStr>(texts: &[&str]) {
        for text in texts {
            assert!(text.parse::<T>().is_ok(), "{text:?}");
        }
    }

    fn refused<T: FromStr>(texts: &[&str]) {
        for text in texts {
            assert!(text.parse::<T>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn names_may_be_odd_but_on_one_line() {
        accepted::<EntryName>(&["default", "system:node:ip-172-31-0-20", "a b", "y", "🤷"]);
        refused::<EntryName>(&["", "a\nb", "a\tb", "\u{7f}", "\u{85}", "\u{2028}", "\u{feff}a"]);
    }

    #[test]
    fn servers_speak_https() {
        accepted::<ServerUrl>(&[
            "https://lb.example:6443",
            "https://10.0.0.1",
            "https://[::1]:6443/k8s/clusters/c-1",
        ]);
        refused::<ServerUrl>(&[
            "lb.example:6443",
            "http://lb.example",
            "https:lb.example",
            "https://",
            "https://:6443",
            "https://lb.example:0",
            "https://lb.example:65536",
            "https://lb example",
            "https://me:secret@lb.example",
            "https://lb.example/?a",
            "https://lb.example/#a",
        ]);
    }

    #[test]
    fn proxies_are_of_three_kinds() {
        accepted::<ProxyUrl>(&["http://p:3128", "https://u:p@p", "socks5://127.0.0.1:1080"]);
        refused::<ProxyUrl>(&["ftp://p", "socks4://p:1080", "p:3128", ""]);
    }

    #[test]
    fn server_names_are_hosts() {
        accepted::<ServerName>(&["kubernetes", "lb.example", "10.32.0.1", "::1"]);
        refused::<ServerName>(&[
            "",
            "lb.example:6443",
            "https://lb.example",
            "bad host",
            "-a",
            "a..b",
            "*.example",
        ]);
    }

    #[test]
    fn namespaces_are_labels() {
        accepted::<Namespace>(&["default", "kube-system", "1a"]);
        refused::<Namespace>(&["", "Default", "a.b", "-a", "a-", "a_b"]);
        assert!("a".repeat(63).parse::<Namespace>().is_ok());
        assert!("a".repeat(64).parse::<Namespace>().is_err());
    }
}
