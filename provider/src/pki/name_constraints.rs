//! The `name_constraints` block: which names an authority may certify.

use std::str::FromStr;

use pki_core::{GeneralSubtree, NameConstraintError, NameConstraints as Constraints};
use tfplugin::prelude::*;

/// The names that certificates below this authority may have (RFC 5280 §4.2.1.10). Of a kind of names that is permitted
/// anywhere, no others are allowed; what is excluded is refused in any case. Verifiers hold the authority to it.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct NameConstraints {
    /// DNS domains whose names are allowed, such as `cluster.local`: the domain and everything below it.
    #[attr(optional)]
    permitted_dns_names: Attr<Vec<Parsed<DnsDomain>>>,
    /// DNS domains whose names are refused.
    #[attr(optional)]
    excluded_dns_names: Attr<Vec<Parsed<DnsDomain>>>,
    /// Address ranges that are allowed, such as `10.0.0.0/8`.
    #[attr(optional)]
    permitted_ip_ranges: Attr<Vec<Parsed<IpRange>>>,
    /// Address ranges that are refused.
    #[attr(optional)]
    excluded_ip_ranges: Attr<Vec<Parsed<IpRange>>>,
    /// E-mail addresses that are allowed: one (`a@example.com`), all of a host (`example.com`) or all below a domain
    /// (`.example.com`).
    #[attr(optional)]
    permitted_email_addresses: Attr<Vec<Parsed<EmailDomain>>>,
    /// E-mail addresses that are refused.
    #[attr(optional)]
    excluded_email_addresses: Attr<Vec<Parsed<EmailDomain>>>,
    /// Hosts whose URIs are allowed: one (`example.com`) or all below a domain (`.example.com`).
    #[attr(optional)]
    permitted_uris: Attr<Vec<Parsed<UriDomain>>>,
    /// Hosts whose URIs are refused.
    #[attr(optional)]
    excluded_uris: Attr<Vec<Parsed<UriDomain>>>,
}

impl NameConstraints {
    fn add_to(&self, constraints: &mut Constraints) {
        let (permitted, excluded) = (&mut constraints.permitted, &mut constraints.excluded);
        add(permitted, &self.permitted_dns_names);
        add(excluded, &self.excluded_dns_names);
        add(permitted, &self.permitted_ip_ranges);
        add(excluded, &self.excluded_ip_ranges);
        add(permitted, &self.permitted_email_addresses);
        add(excluded, &self.excluded_email_addresses);
        add(permitted, &self.permitted_uris);
        add(excluded, &self.excluded_uris);
    }

    fn is_known(&self) -> bool {
        !(self.permitted_dns_names.is_unknown()
            || self.excluded_dns_names.is_unknown()
            || self.permitted_ip_ranges.is_unknown()
            || self.excluded_ip_ranges.is_unknown()
            || self.permitted_email_addresses.is_unknown()
            || self.excluded_email_addresses.is_unknown()
            || self.permitted_uris.is_unknown()
            || self.excluded_uris.is_unknown())
    }
}

/// The constraints of the blocks, and whether they are known completely.
pub(super) fn name_constraints(blocks: &Attr<Vec<NameConstraints>>) -> (Constraints, bool) {
    let mut constraints = Constraints::default();
    for block in blocks.known().into_iter().flatten() {
        block.add_to(&mut constraints);
    }
    let known = blocks.known().is_none_or(|blocks| blocks.iter().all(NameConstraints::is_known));
    (constraints, known && !blocks.is_unknown())
}

fn add<T>(subtrees: &mut Vec<GeneralSubtree>, given: &Attr<Vec<Parsed<T>>>)
where
    for<'a> &'a T: Into<GeneralSubtree>,
{
    subtrees.extend(given.known().into_iter().flatten().map(|one| one.get().into()));
}

macro_rules! subtrees {
    ($($(#[$meta:meta])* $name:ident: $read:path;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub(crate) struct $name(GeneralSubtree);

        impl FromStr for $name {
            type Err = NameConstraintError;

            fn from_str(text: &str) -> std::result::Result<Self, NameConstraintError> {
                $read(text).map(Self)
            }
        }

        impl From<&$name> for GeneralSubtree {
            fn from(subtree: &$name) -> Self {
                subtree.0.clone()
            }
        }
    )+};
}

subtrees! {
    /// DNS names of a domain.
    DnsDomain: GeneralSubtree::dns;
    /// Addresses of a range.
    IpRange: GeneralSubtree::ip;
    /// E-mail addresses of a host or domain.
    EmailDomain: GeneralSubtree::email;
    /// URIs of a host or domain.
    UriDomain: GeneralSubtree::uri;
}
