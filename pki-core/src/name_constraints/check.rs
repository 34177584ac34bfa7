//! Which names violate constraints.

use std::net::IpAddr;

use ipnet::IpNet;
use x509_cert::name::Name;

use super::NameConstraints;
use super::subtree::{GeneralSubtree, host_of};
use crate::certificate::Certificate;
use crate::finding::Place;
use crate::name::{self, NameAttribute};
use crate::profile::Identity;
use crate::san::{DnsName, EmailAddress, SubjectAltName, SubjectAltNames};

/// A name that name constraints do not allow.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NameViolation {
    /// There are permitted subtrees of its kind, and it is in none of them.
    #[error("`{name}` is not within the permitted {permitted}")]
    NotPermitted {
        /// The part of the input.
        place: Place,
        /// The name.
        name: String,
        /// The permitted subtrees of its kind.
        permitted: String,
    },
    /// It is in an excluded subtree.
    #[error("`{name}` is within the excluded {excluded}")]
    Excluded {
        /// The part of the input.
        place: Place,
        /// The name.
        name: String,
        /// The excluded subtree.
        excluded: String,
    },
    /// A URI without a host name, where the hosts of URIs are constrained.
    #[error("`{name}` has no host name, and the hosts of URIs are constrained")]
    NoHost {
        /// The part of the input.
        place: Place,
        /// The URI.
        name: String,
    },
}

impl NameViolation {
    /// The part of the certificate's description that is at fault.
    #[must_use]
    pub fn place(&self) -> Place {
        match self {
            Self::NotPermitted { place, .. } | Self::Excluded { place, .. } | Self::NoHost { place, .. } => {
                *place
            }
        }
    }
}

impl NameConstraints {
    /// The names of an identity that these constraints do not allow: its alternative names, and in the subject the whole
    /// name, the e-mail address and a common name that looks like a host's, since old verifiers take that for one.
    #[must_use]
    pub fn violations(&self, identity: &Identity) -> Vec<NameViolation> {
        let subject = name::encode(&identity.subject).unwrap_or_default();
        self.violations_of(&subject, &identity.subject_alt_names)
    }

    /// The names of a certificate that these constraints do not allow.
    #[must_use]
    pub fn violations_in(&self, certificate: &Certificate) -> Vec<NameViolation> {
        self.violations_of(certificate.encoded_subject(), certificate.subject_alt_names())
    }

    pub(crate) fn violations_of(&self, subject: &Name, names: &SubjectAltNames) -> Vec<NameViolation> {
        let places = (0..).map(Place::SubjectAltName);
        let mut found: Vec<_> =
            places.zip(names).filter_map(|(place, name)| self.violation(place, name)).collect();
        found.extend(self.subject_violations(subject));
        found
    }

    /// The constraints of an authority below that are wider than these.
    pub(crate) fn violations_below(&self, below: &Self) -> Vec<NameViolation> {
        let (place, name) = (Place::Authority, ToString::to_string);
        below
            .permitted
            .iter()
            .filter_map(|subtree| {
                self.judge(
                    place,
                    name(subtree),
                    |own| own.same_kind(subtree),
                    |own| own.covers(subtree),
                    None,
                )
            })
            .collect()
    }

    fn violation(&self, place: Place, name: &SubjectAltName) -> Option<NameViolation> {
        let text = name.to_string();
        match name {
            SubjectAltName::Dns(dns) => self.dns_violation(place, dns),
            SubjectAltName::Ip(ip) => self.ip_violation(place, *ip),
            SubjectAltName::Email(address) => self.email_violation(place, address),
            SubjectAltName::Uri(uri) => {
                let is_uri = |own: &GeneralSubtree| matches!(own, GeneralSubtree::Uri(_));
                let Some(host) = host_of(uri) else {
                    let constrained = self.permitted.iter().chain(&self.excluded).any(is_uri);
                    return constrained.then_some(NameViolation::NoHost { place, name: text });
                };
                let within =
                    |own: &GeneralSubtree| matches!(own, GeneralSubtree::Uri(hosts) if hosts.contains(&host));
                self.judge(place, text, is_uri, within, None)
            }
        }
    }

    fn subject_violations(&self, subject: &Name) -> Vec<NameViolation> {
        let mut found = Vec::new();
        if !subject.is_empty() {
            let within = |own: &GeneralSubtree| matches!(own, GeneralSubtree::Directory(name) if name.contains(subject));
            let place = Place::Subject(NameAttribute::CommonName);
            let is_directory = |own: &GeneralSubtree| matches!(own, GeneralSubtree::Directory(_));
            found.extend(self.judge(place, subject.to_string(), is_directory, within, None));
        }
        for (attribute, value) in name::values(subject) {
            let place = Place::Subject(attribute);
            match attribute {
                NameAttribute::EmailAddress => {
                    found
                        .extend(EmailAddress::new(&value).ok().and_then(|a| self.email_violation(place, &a)));
                }
                NameAttribute::CommonName => {
                    if let Ok(ip) = value.parse() {
                        found.extend(self.ip_violation(place, ip));
                    } else if let Ok(dns) = DnsName::new(&value)
                        && dns.as_str().contains('.')
                    {
                        found.extend(self.dns_violation(place, &dns));
                    }
                }
                _ => {}
            }
        }
        found
    }

    fn dns_violation(&self, place: Place, name: &DnsName) -> Option<NameViolation> {
        let wildcard = name.as_str().strip_prefix("*.");
        let within = |own: &GeneralSubtree| match (own, wildcard) {
            (GeneralSubtree::Dns(hosts), Some(domain)) => hosts.contains_wildcard(domain),
            (GeneralSubtree::Dns(hosts), None) => hosts.contains(name.as_str()),
            _ => false,
        };
        let touched = |own: &GeneralSubtree| match (own, wildcard) {
            (GeneralSubtree::Dns(hosts), Some(domain)) => hosts.touches_wildcard(domain),
            _ => within(own),
        };
        let is_dns = |own: &GeneralSubtree| matches!(own, GeneralSubtree::Dns(_));
        self.judge(place, name.to_string(), is_dns, within, Some(&touched))
    }

    fn ip_violation(&self, place: Place, ip: IpAddr) -> Option<NameViolation> {
        let address = IpNet::from(ip);
        let within = |own: &GeneralSubtree| matches!(own, GeneralSubtree::Ip(net) if net.contains(&address));
        self.judge(place, ip.to_string(), |own| matches!(own, GeneralSubtree::Ip(_)), within, None)
    }

    fn email_violation(&self, place: Place, address: &EmailAddress) -> Option<NameViolation> {
        let within =
            |own: &GeneralSubtree| matches!(own, GeneralSubtree::Email(set) if set.contains(address));
        self.judge(place, address.to_string(), |own| matches!(own, GeneralSubtree::Email(_)), within, None)
    }

    /// RFC 5280 §4.2.1.10. `touched` is for names that stand for several: excluded are those that may mean an excluded
    /// one.
    fn judge(
        &self,
        place: Place,
        name: String,
        same_kind: impl Fn(&GeneralSubtree) -> bool,
        within: impl Fn(&GeneralSubtree) -> bool,
        touched: Option<&dyn Fn(&GeneralSubtree) -> bool>,
    ) -> Option<NameViolation> {
        let is_excluded = |own: &&GeneralSubtree| touched.map_or_else(|| within(own), |touched| touched(own));
        if let Some(excluded) = self.excluded.iter().find(is_excluded) {
            return Some(NameViolation::Excluded { place, name, excluded: excluded.to_string() });
        }
        let permitted: Vec<&GeneralSubtree> = self.permitted.iter().filter(|own| same_kind(own)).collect();
        if permitted.is_empty() || permitted.iter().any(|own| within(own)) {
            return None;
        }
        let permitted = permitted.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        Some(NameViolation::NotPermitted { place, name, permitted })
    }
}
