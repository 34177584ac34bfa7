//! Which proxy stands between this machine and a service.

use std::net::IpAddr;

use http::uri::Scheme;
use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::Matcher;

use crate::config::{Config, variable};
use crate::setup_error::SetupError;

/// The proxies of this process.
#[derive(Debug)]
pub(super) struct Proxies {
    matcher: Matcher,
    http: &'static str,
    https: &'static str,
}

/// The proxy for one target.
pub(super) struct Proxy {
    pub(super) uri: Uri,
    pub(super) authorization: Option<HeaderValue>,
    /// The argument or variable that names it.
    pub(super) origin: &'static str,
}

impl Proxies {
    pub(super) fn new(config: &Config) -> Result<Self, SetupError> {
        let given = &config.proxies;
        let all = from_environment(["ALL_PROXY", "all_proxy"]);
        let http = argument(given.http.as_deref(), "`http_proxy`")
            .or_else(|| from_environment(["HTTP_PROXY", "http_proxy"]));
        let https = argument(given.https.as_deref(), "`https_proxy`")
            .or_else(|| from_environment(["HTTPS_PROXY", "https_proxy"]))
            // As in hashicorp/aws: who names a proxy in the configuration means it for everything.
            .or_else(|| argument(given.http.as_deref(), "`http_proxy`"));
        let none = || (String::new(), "");
        let (http, https) = (http.or_else(|| all.clone()), https.or(all));
        let (http, https) = (http.unwrap_or_else(none), https.unwrap_or_else(none));
        for (url, origin) in [&http, &https] {
            check_proxy_url(url)
                .map_err(|reason| SetupError::Proxy { origin: (*origin).to_owned(), reason })?;
        }
        let no = given.no.clone().or_else(|| from_environment(["NO_PROXY", "no_proxy"]).map(|(no, _)| no));
        let matcher = Matcher::builder().http(http.0).https(https.0).no(no.unwrap_or_default()).build();
        Ok(Self { matcher, http: http.1, https: https.1 })
    }

    /// The proxy to ask for a target. This machine and the metadata services of its network are behind none.
    pub(super) fn of(&self, target: &Uri) -> Option<Proxy> {
        if target.host().is_none_or(is_near) {
            return None;
        }
        let found = self.matcher.intercept(target)?;
        Some(Proxy {
            uri: found.uri().clone(),
            authorization: found.basic_auth().cloned(),
            origin: if target.scheme() == Some(&Scheme::HTTPS) { self.https } else { self.http },
        })
    }
}

/// What is wrong with the address of a proxy. An empty one means: none.
///
/// # Errors
///
/// When it is not the address of a proxy that speaks HTTP.
pub fn check_proxy_url(url: &str) -> Result<(), String> {
    if url.is_empty() {
        return Ok(());
    }
    // The address may hold a password: it is not repeated.
    let uri: Uri = url.parse().map_err(|error| format!("the address of the proxy is not valid: {error}"))?;
    match uri.scheme_str() {
        None | Some("http" | "https") => {}
        Some(scheme) => return Err(format!("a proxy speaks `http` or `https`, not `{scheme}`")),
    }
    match uri.host() {
        Some(host) if !host.is_empty() => Ok(()),
        _ => Err("the address of the proxy names no host".into()),
    }
}

fn argument(value: Option<&str>, name: &'static str) -> Option<(String, &'static str)> {
    value.map(|value| (value.to_owned(), name))
}

fn from_environment(names: [&'static str; 2]) -> Option<(String, &'static str)> {
    names.into_iter().find_map(|name| Some((variable(name)?, name)))
}

/// Whether a host is this machine, or one that only this machine reaches.
fn is_near(host: &str) -> bool {
    if host == "localhost" {
        return true;
    }
    match host.trim_matches(['[', ']']).parse() {
        Ok(IpAddr::V4(address)) => address.is_loopback() || address.is_link_local(),
        // `fd00:ec2::/32`: the metadata and credentials services of an instance.
        Ok(IpAddr::V6(address)) => address.is_loopback() || address.segments()[..2] == [0xfd00, 0x0ec2],
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;

    fn of(http: &str, https: Option<&str>, no: &str, target: &'static str) -> Option<String> {
        let proxies =
            config::Proxies { http: Some(http.into()), https: https.map(Into::into), no: Some(no.into()) };
        let proxies = Proxies::new(&Config { proxies, ..Config::default() }).unwrap();
        proxies.of(&Uri::from_static(target)).map(|proxy| format!("{} {}", proxy.uri, proxy.origin))
    }

    #[test]
    fn each_scheme_has_its_proxy() {
        let both = |target| of("http://plain:1", Some("http://user:pass@secure:2"), "", target);
        assert_eq!(both("http://ec2.test/").unwrap(), "http://plain:1/ `http_proxy`");
        assert_eq!(both("https://ec2.test/").unwrap(), "http://secure:2/ `https_proxy`");
        let none = |target| of("http://plain:1", Some(""), "", target);
        assert_eq!(none("https://ec2.test/"), None);
    }

    #[test]
    fn some_hosts_are_behind_none() {
        let rules = |target| of("http://p:1", Some("http://p:1"), "aws.test, 10.0.0.0/8", target);
        for near in [
            "https://ec2.aws.test",
            "https://10.1.2.3",
            "http://localhost:5000",
            "http://127.0.0.1:5000",
            "http://[::1]",
            "http://169.254.169.254/latest",
            "http://[fd00:ec2::254]/latest",
        ] {
            assert_eq!(rules(near), None, "{near}");
        }
        assert!(rules("https://notaws.test").is_some());
    }

    #[test]
    fn a_bad_address_is_told_without_its_password() {
        assert_eq!(check_proxy_url("proxy.test:3128"), Ok(()));
        assert_eq!(
            check_proxy_url("socks5://u:hunter2@p:1").unwrap_err(),
            "a proxy speaks `http` or `https`, not `socks5`"
        );
        let error = check_proxy_url("http://u:hunter2@ p:1").unwrap_err();
        assert!(
            error.starts_with("the address of the proxy is not valid") && !error.contains("hunter2"),
            "{error}"
        );
    }
}
