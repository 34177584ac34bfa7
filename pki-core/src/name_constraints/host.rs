//! Sets of host names.

use std::fmt;

/// The host names that a constraint is about: one host, everything below a domain, or both.
///
/// It prints as the standard writes it: `example.com` or `.example.com`. What the former means depends on the kind of
/// the constraint: for DNS names the domain and everything below, for e-mail and URIs that host alone.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct HostSubtree {
    /// In ASCII and lower case. Empty means the root of all names.
    name: String,
    extent: Extent,
}

#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) enum Extent {
    Host,
    Below,
    HostAndBelow,
}

impl HostSubtree {
    pub(super) fn new(name: impl Into<String>, extent: Extent) -> Self {
        Self { name: name.into(), extent }
    }

    /// The constraint as a certificate has it; `None` for what no reading makes sense of. A dot at the beginning asks
    /// for one more label at least: the standard says so for e-mail and URIs, and OpenSSL and Go for DNS names too.
    pub(super) fn decode(text: &str, without_dot: Extent) -> Option<Self> {
        let lower = text.to_ascii_lowercase();
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if !lower.chars().all(plain) {
            return None;
        }
        Some(match lower.strip_prefix('.') {
            Some(domain) => Self::new(domain, Extent::Below),
            None => Self::new(lower, without_dot),
        })
    }

    /// Whether a host name, in ASCII and lower case, is one of these.
    pub(super) fn contains(&self, host: &str) -> bool {
        match self.extent {
            Extent::Host => host == self.name,
            Extent::Below => is_below(host, &self.name),
            Extent::HostAndBelow => host == self.name || is_below(host, &self.name),
        }
    }

    /// Whether every name that the wildcard `*.domain` stands for is one of these.
    pub(super) fn contains_wildcard(&self, domain: &str) -> bool {
        self.extent != Extent::Host && (domain == self.name || is_below(domain, &self.name))
    }

    /// Whether any name that the wildcard `*.domain` stands for is one of these.
    pub(super) fn touches_wildcard(&self, domain: &str) -> bool {
        let one_label_below = self
            .name
            .strip_suffix(domain)
            .and_then(|rest| rest.strip_suffix('.'))
            .is_some_and(|label| !label.is_empty() && !label.contains('.'));
        self.contains_wildcard(domain) || (one_label_below && self.extent != Extent::Below)
    }

    /// Whether every one of the `other` names is one of these.
    pub(super) fn covers(&self, other: &Self) -> bool {
        match (self.extent, other.extent) {
            (Extent::Host, extent) => extent == Extent::Host && self.name == other.name,
            (Extent::Below, Extent::Host | Extent::HostAndBelow) => is_below(&other.name, &self.name),
            (Extent::Below, Extent::Below) | (Extent::HostAndBelow, _) => {
                other.name == self.name || is_below(&other.name, &self.name)
            }
        }
    }

    /// The host alone, where the set has just that one.
    pub(super) fn text(&self) -> String {
        match self.extent {
            Extent::Below => format!(".{}", self.name),
            Extent::Host | Extent::HostAndBelow => self.name.clone(),
        }
    }
}

impl fmt::Display for HostSubtree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

fn is_below(host: &str, domain: &str) -> bool {
    if domain.is_empty() {
        return !host.is_empty();
    }
    host.strip_suffix(domain).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str, extent: Extent) -> HostSubtree {
        HostSubtree::decode(text, extent).unwrap()
    }

    #[test]
    fn contains_hosts_by_whole_labels() {
        let both = set("Example.com", Extent::HostAndBelow);
        assert!(both.contains("example.com") && both.contains("a.b.example.com"));
        assert!(!both.contains("badexample.com") && !both.contains(".example.com") && !both.contains("com"));
        let below = set(".example.com", Extent::HostAndBelow);
        assert!(below.contains("a.example.com") && !below.contains("example.com"));
        let host = set("example.com", Extent::Host);
        assert!(host.contains("example.com") && !host.contains("a.example.com"));
        let everything = set("", Extent::HostAndBelow);
        assert!(everything.contains("example.com") && everything.contains("localhost"));
    }

    #[test]
    fn a_wildcard_is_a_set_of_names_too() {
        let both = set("example.com", Extent::HostAndBelow);
        assert!(both.contains_wildcard("example.com") && both.contains_wildcard("a.example.com"));
        assert!(!both.contains_wildcard("com"));
        assert!(both.touches_wildcard("com") && !both.touches_wildcard("org"));
        let deep = set("a.b.example.com", Extent::HostAndBelow);
        assert!(!deep.touches_wildcard("example.com") && deep.touches_wildcard("b.example.com"));
        assert!(!set(".b.example.com", Extent::HostAndBelow).touches_wildcard("example.com"));
    }

    #[test]
    fn covers_what_is_inside() {
        let [both, below, host] = [
            set("example.com", Extent::HostAndBelow),
            set(".example.com", Extent::HostAndBelow),
            set("example.com", Extent::Host),
        ];
        assert!(both.covers(&below) && both.covers(&host) && both.covers(&both));
        assert!(!below.covers(&both) && !below.covers(&host) && below.covers(&below));
        assert!(host.covers(&host) && !host.covers(&both) && !host.covers(&below));
        assert!(below.covers(&set("a.example.com", Extent::HostAndBelow)));
        assert!(!both.covers(&set("example.org", Extent::Host)));
    }

    #[test]
    fn prints_as_it_is_encoded() {
        assert_eq!(set(".Example.com", Extent::Host).to_string(), ".example.com");
        assert_eq!(set("example.com", Extent::HostAndBelow).to_string(), "example.com");
        assert_eq!(HostSubtree::decode("*.example.com", Extent::HostAndBelow), None);
    }
}
