//! One rule as it is written inside a security group: for several peers at once.

use std::collections::BTreeSet;

use aws::ec2::{Peer, RuleSettings};
use tfplugin::Presence;
use tfplugin::prelude::*;

use crate::common::cidr::{Ipv4Cidr, Ipv6Cidr};
use crate::common::id::PrefixListId;
use crate::network::security_group_rule::{GroupReference, Protocol, description, ports};

/// A rule: who is let through, and with what.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct InlineRule {
    /// Protocol: `tcp`, `udp`, `icmp`, `icmpv6`, a number, or `-1` for all of them.
    #[attr(required)]
    pub(super) protocol: Attr<Parsed<Protocol>>,
    /// First port, or the ICMP type, of which -1 means all. 0 with `protocol = "-1"`.
    #[attr(required)]
    pub(super) from_port: Attr<i32>,
    /// Last port, or the ICMP code, of which -1 means all. 0 with `protocol = "-1"`.
    #[attr(required)]
    pub(super) to_port: Attr<i32>,
    /// Who is let through, as IPv4 networks without host bits.
    #[attr(optional)]
    pub(super) cidr_blocks: Attr<Vec<Parsed<Ipv4Cidr>>>,
    /// Who is let through, as IPv6 networks without host bits.
    #[attr(optional)]
    pub(super) ipv6_cidr_blocks: Attr<Vec<Parsed<Ipv6Cidr>>>,
    /// Who is let through, as managed prefix lists.
    #[attr(optional)]
    pub(super) prefix_list_ids: Attr<Vec<PrefixListId>>,
    /// Who is let through, as the members of security groups; those of another account as `123456789012/sg-…`.
    #[attr(optional)]
    pub(super) security_groups: Attr<BTreeSet<Parsed<GroupReference>>>,
    /// Whether the members of this security group are let through.
    #[attr(optional, name = "self")]
    pub(super) own_group: Attr<bool>,
    /// What the rule is for.
    #[attr(optional, check = |text| description(text))]
    pub(super) description: Attr<String>,
}

impl InlineRule {
    /// The single rules that this one stands for in the group `own`; nothing while something is not known.
    pub(super) fn singles(&self, own: &str) -> Option<Vec<RuleSettings>> {
        self.peers(own)?.into_iter().map(|peer| self.single(peer)).collect()
    }

    /// The single rule for one peer.
    pub(super) fn single(&self, peer: Peer) -> Option<RuleSettings> {
        Some(RuleSettings {
            protocol: self.protocol.known()?.get().to_string(),
            from_port: Some(*self.from_port.known()?),
            to_port: Some(*self.to_port.known()?),
            peer,
            description: decided(&self.description).filter(|text| !text.is_empty()),
        })
        .filter(|_| !self.description.is_unknown())
    }

    fn peers(&self, own: &str) -> Option<Vec<Peer>> {
        let mut peers = Vec::new();
        peers.extend(decided(&self.cidr_blocks)?.iter().map(|cidr| Peer::Ipv4(cidr.get().to_string())));
        peers.extend(decided(&self.ipv6_cidr_blocks)?.iter().map(|cidr| Peer::Ipv6(cidr.get().to_string())));
        peers.extend(decided(&self.prefix_list_ids)?.iter().map(|id| Peer::PrefixList(id.to_string())));
        let groups = decided(&self.security_groups)?;
        peers.extend(groups.iter().map(|reference| reference.get().peer()));
        match self.own_group {
            Attr::Unknown => return None,
            Attr::Known(true) => peers.push(Peer::Group { id: own.to_owned(), owner_id: None }),
            _ => {}
        }
        Some(peers)
    }

    /// This rule without the peers that are not let through any more.
    pub(super) fn retain(mut self, own: &str, mut is_left: impl FnMut(Peer) -> bool) -> Self {
        if let Attr::Known(cidrs) = &mut self.cidr_blocks {
            cidrs.retain(|cidr| is_left(Peer::Ipv4(cidr.get().to_string())));
        }
        if let Attr::Known(cidrs) = &mut self.ipv6_cidr_blocks {
            cidrs.retain(|cidr| is_left(Peer::Ipv6(cidr.get().to_string())));
        }
        if let Attr::Known(lists) = &mut self.prefix_list_ids {
            lists.retain(|id| is_left(Peer::PrefixList(id.to_string())));
        }
        if let Attr::Known(groups) = &mut self.security_groups {
            groups.retain(|reference| is_left(reference.get().peer()));
        }
        if self.own_group.known() == Some(&true) {
            self.own_group = is_left(Peer::Group { id: own.to_owned(), owner_id: None }).into();
        }
        self
    }

    /// A rule without peers that lets through what `single` does.
    pub(super) fn like(single: &RuleSettings) -> Result<Self> {
        // A rule for all protocols is written with the ports 0, although it has none.
        let port = |port: Option<i32>| port.unwrap_or(0).into();
        Ok(Self {
            protocol: Attr::parse(single.protocol.as_str())?,
            from_port: port(single.from_port),
            to_port: port(single.to_port),
            description: single.description.clone().into(),
            ..Self::default()
        })
    }

    /// Lets one more peer through.
    pub(super) fn admit(&mut self, peer: Peer, own: &str) -> Result<()> {
        match peer {
            Peer::Ipv4(cidr) => push(&mut self.cidr_blocks, Parsed::new(cidr)?),
            Peer::Ipv6(cidr) => push(&mut self.ipv6_cidr_blocks, Parsed::new(cidr)?),
            Peer::PrefixList(id) => push(&mut self.prefix_list_ids, id.parse()?),
            Peer::Group { id, .. } if id == own => self.own_group = true.into(),
            Peer::Group { id, owner_id } => {
                let reference = Parsed::of(GroupReference::of(owner_id, &id)?);
                let mut groups = self.security_groups.or_default();
                groups.insert(reference);
                self.security_groups = groups.into();
            }
        }
        Ok(())
    }

    /// What is wrong with the rule by itself.
    pub(super) fn validate(&self, check: &mut Check, path: &Path) {
        let says = [
            self.cidr_blocks.presence(),
            self.ipv6_cidr_blocks.presence(),
            self.prefix_list_ids.presence(),
            self.security_groups.presence(),
            match self.own_group {
                Attr::Known(false) => Presence::Absent,
                ref other => other.presence(),
            },
        ];
        if says.into_iter().all(|presence| presence == Presence::Absent) {
            let detail = "One of `cidr_blocks`, `ipv6_cidr_blocks`, `prefix_list_ids`, `security_groups` and `self` is \
                required: a rule lets somebody through.";
            check.error(path, "Missing Argument", detail);
        }
        let Some(protocol) = self.protocol.known() else { return };
        let given = [&self.from_port, &self.to_port];
        if protocol.is_all() {
            for (name, port) in ports::NAMES.into_iter().zip(given) {
                if let Some(port) = port.known().filter(|port| !matches!(port, -1 | 0)) {
                    let detail =
                        format!("A rule for all protocols is one for all ports: `{name}` is 0, not {port}.");
                    check.error(path.attr(name), "Conflicting Arguments", detail);
                }
            }
            return;
        }
        // That a port is missing has been told: both are required.
        for (name, summary, detail) in ports::problems(protocol, given) {
            if summary != "Missing Argument" {
                check.error(path.attr(name), summary, detail);
            }
        }
    }
}

/// The elements of a list that may be absent; nothing while they are not known.
fn decided<T: Clone + Default>(list: &Attr<T>) -> Option<T> {
    match list {
        Attr::Unknown => None,
        list => Some(list.or_default()),
    }
}

fn push<T: Clone>(list: &mut Attr<Vec<T>>, element: T) {
    let mut elements = list.or_default();
    elements.push(element);
    *list = elements.into();
}
