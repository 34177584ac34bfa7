//! The subnets of a load balancer, which the configuration gives either alone or with addresses.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, Ipv6Addr};

use aws::elbv2;
use tfplugin::prelude::*;

use super::{IpAddressType, Nlb};
use crate::common::id::SubnetId;
use crate::common::seen::Seen;

/// A subnet, and the addresses of the load balancer in it.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct SubnetMapping {
    /// Subnet to serve.
    #[attr(required)]
    subnet_id: Attr<SubnetId>,
    /// Allocation of the elastic IP address to use; for a public load balancer.
    #[attr(optional)]
    allocation_id: Attr<String>,
    /// Private IPv4 address to use; for an internal load balancer.
    #[attr(optional)]
    private_ipv4_address: Attr<Parsed<Ipv4Addr>>,
    /// IPv6 address to use; for a `dualstack` load balancer.
    #[attr(optional)]
    ipv6_address: Attr<Parsed<Ipv6Addr>>,
}

type Mappings = Attr<Vec<SubnetMapping>>;
type Subnets = Attr<BTreeSet<SubnetId>>;

/// Checks that addresses fit the kind of load balancer.
pub(super) fn validate(nlb: &Nlb, check: &mut Check) {
    let mut seen = BTreeSet::new();
    for mapping in nlb.subnet_mapping.known().into_iter().flatten() {
        if let Some(subnet) = mapping.subnet_id.known().filter(|subnet| !seen.insert((*subnet).clone())) {
            let detail = format!("{subnet} is mapped more than once.");
            check.error("subnet_mapping", "Duplicate Subnet", detail);
        }
        if mapping.allocation_id.is_set() && nlb.internal == Attr::Known(true) {
            let detail = "An internal load balancer has no elastic IP addresses. Use `private_ipv4_address`.";
            check.error("subnet_mapping", "Invalid Combination", detail);
        }
        let is_public = nlb.internal.is_null() || nlb.internal == Attr::Known(false);
        if mapping.private_ipv4_address.is_set() && is_public {
            let detail = "A private address needs `internal = true`. Use `allocation_id` for a public one.";
            check.error("subnet_mapping", "Invalid Combination", detail);
        }
        let is_ipv4 =
            nlb.ip_address_type.is_null() || nlb.ip_address_type == Attr::Known(IpAddressType::Ipv4);
        if mapping.ipv6_address.is_set() && is_ipv4 {
            let detail = "An IPv6 address needs `ip_address_type = \"dualstack\"`.";
            check.error("subnet_mapping", "Invalid Combination", detail);
        }
    }
}

/// Plans `subnets` where the configuration gives mappings instead.
pub(super) fn plan(config: &Nlb, planned: &mut Nlb) {
    if config.subnets.is_set() {
        return;
    }
    let mappings = config.subnet_mapping.known();
    let ids: Option<BTreeSet<_>> = mappings
        .and_then(|mappings| mappings.iter().map(|mapping| mapping.subnet_id.known().cloned()).collect());
    planned.subnets = ids.map_or(Attr::Unknown, Attr::Known);
}

/// Whether a subnet that stays would have to change its address, which AWS cannot do. An address that is not known yet
/// is another one.
pub(super) fn moves_address(prior: &Nlb, planned: &Nlb) -> bool {
    let (before, after) = (addresses(prior), addresses(planned));
    before.iter().any(|(subnet, address)| after.get(subnet).is_some_and(|after| after != address))
}

/// The mapping of each known subnet.
fn addresses(nlb: &Nlb) -> BTreeMap<SubnetId, SubnetMapping> {
    let mappings = nlb.subnet_mapping.known().into_iter().flatten();
    let mapped: BTreeMap<_, _> =
        mappings.filter_map(|mapping| Some((mapping.subnet_id.known()?.clone(), mapping.clone()))).collect();
    if !mapped.is_empty() {
        return mapped;
    }
    let subnets = nlb.subnets.known().into_iter().flatten();
    let mapping =
        |subnet: &SubnetId| SubnetMapping { subnet_id: subnet.clone().into(), ..SubnetMapping::default() };
    subnets.map(|subnet| (subnet.clone(), mapping(subnet))).collect()
}

/// Availability zones with more than one of the subnets, as far as the zones are known.
pub(super) fn crowded_zones(nlb: &Nlb, zones: &Seen<String>) -> Vec<String> {
    let mut first = BTreeMap::new();
    let subnets = nlb.subnets.known().into_iter().flatten();
    let located = subnets.filter_map(|subnet| Some((zones.get(subnet.as_str())?, subnet)));
    let mut problems = Vec::new();
    for (zone, subnet) in located {
        if let Some(other) = first.get(&zone) {
            problems.push(format!(
                "{other} and {subnet} are both in {zone}; a load balancer serves one subnet of each availability zone."
            ));
        } else {
            first.insert(zone, subnet);
        }
    }
    problems
}

/// What to ask AWS for, in the order of the subnets' ids.
pub(super) fn wanted(subnets: &Subnets, mappings: &Mappings) -> Vec<elbv2::SubnetMapping> {
    let nlb = Nlb { subnets: subnets.clone(), subnet_mapping: mappings.clone(), ..Nlb::default() };
    let mapping = |(subnet, mapping): (SubnetId, SubnetMapping)| elbv2::SubnetMapping {
        subnet_id: subnet.to_string(),
        allocation_id: mapping.allocation_id.into_known(),
        private_ipv4_address: mapping.private_ipv4_address.known().map(|address| address.get().to_string()),
        ipv6_address: mapping.ipv6_address.known().map(|address| address.get().to_string()),
    };
    addresses(&nlb).into_iter().map(mapping).collect()
}

/// What AWS reports, in the shape the configuration chose. Where it chose none, as after an import, addresses that were
/// chosen call for mappings.
pub(super) fn observe(
    mappings: &Mappings,
    found: &BTreeSet<elbv2::SubnetMapping>,
) -> Result<(Subnets, Mappings)> {
    let subnets =
        found.iter().map(|zone| zone.subnet_id.parse()).collect::<Result<BTreeSet<SubnetId>, _>>()?;
    let before = mappings.known().map(Vec::as_slice).unwrap_or_default();
    if before.is_empty() && !found.iter().any(elbv2::SubnetMapping::has_address) {
        return Ok((subnets.into(), Vec::new().into()));
    }
    let mappings = found.iter().map(|zone| observe_zone(before, zone)).collect::<Result<Vec<_>>>()?;
    Ok((subnets.into(), mappings.into()))
}

/// An address that was chosen cannot change, so one that is not reported is still there.
fn observe_zone(before: &[SubnetMapping], zone: &elbv2::SubnetMapping) -> Result<SubnetMapping> {
    let subnet: SubnetId = zone.subnet_id.parse()?;
    let known =
        before.iter().find(|mapping| mapping.subnet_id.known() == Some(&subnet)).cloned().unwrap_or_default();
    let ipv4 = zone.private_ipv4_address.clone().map(Parsed::<Ipv4Addr>::new).transpose()?;
    let ipv6 = zone.ipv6_address.clone().map(Parsed::<Ipv6Addr>::new).transpose()?;
    Ok(SubnetMapping {
        subnet_id: subnet.into(),
        allocation_id: zone.allocation_id.clone().map_or(known.allocation_id, Attr::Known),
        private_ipv4_address: ipv4.map_or(known.private_ipv4_address, Attr::Known),
        ipv6_address: ipv6.map_or(known.ipv6_address, Attr::Known),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u8) -> SubnetId {
        format!("subnet-0000000{number}").parse().unwrap()
    }

    fn mapping(number: u8, allocation: Attr<String>) -> SubnetMapping {
        SubnetMapping { subnet_id: id(number).into(), allocation_id: allocation, ..SubnetMapping::default() }
    }

    fn mapped(mappings: Vec<SubnetMapping>) -> Nlb {
        Nlb { subnet_mapping: mappings.into(), ..Nlb::default() }
    }

    fn plain(numbers: &[u8]) -> Nlb {
        let subnets = numbers.iter().copied().map(id).collect::<BTreeSet<_>>();
        Nlb { subnets: subnets.into(), subnet_mapping: Vec::new().into(), ..Nlb::default() }
    }

    #[test]
    fn only_a_changed_address_of_a_subnet_that_stays_replaces() {
        let with = |allocation: &str| mapped(vec![mapping(1, allocation.into())]);
        let more = mapped(vec![mapping(1, "eipalloc-1".into()), mapping(2, "eipalloc-2".into())]);
        assert!(!moves_address(&with("eipalloc-1"), &more));
        assert!(!moves_address(&more, &with("eipalloc-1")));
        assert!(moves_address(&with("eipalloc-1"), &with("eipalloc-9")));
        assert!(moves_address(&with("eipalloc-1"), &mapped(vec![mapping(1, Attr::Unknown)])));
        assert!(moves_address(&with("eipalloc-1"), &plain(&[1])));
        assert!(!moves_address(&plain(&[1]), &mapped(vec![mapping(1, Attr::Null)])));
        assert!(!moves_address(&plain(&[1]), &plain(&[1, 2])));
    }

    #[test]
    fn the_subnets_of_mappings_are_planned() {
        let mut planned = Nlb::default();
        plan(&mapped(vec![mapping(2, Attr::Null), mapping(1, Attr::Unknown)]), &mut planned);
        assert_eq!(planned.subnets, BTreeSet::from([id(1), id(2)]).into());
        plan(
            &mapped(vec![SubnetMapping { subnet_id: Attr::Unknown, ..SubnetMapping::default() }]),
            &mut planned,
        );
        assert_eq!(planned.subnets, Attr::Unknown);
    }

    #[test]
    fn one_subnet_of_each_zone() {
        let zones = Seen::default();
        for (number, zone) in [(1, "us-east-2a"), (2, "us-east-2b"), (3, "us-east-2a")] {
            zones.note(id(number).as_str(), zone.to_owned());
        }
        assert_eq!(crowded_zones(&plain(&[1, 2, 4]), &zones), Vec::<String>::new());
        assert_eq!(
            crowded_zones(&plain(&[1, 2, 3]), &zones),
            [
                "subnet-00000001 and subnet-00000003 are both in us-east-2a; a load balancer serves one subnet of each \
              availability zone."
            ]
        );
    }

    #[test]
    fn what_is_asked_for_is_read_back() {
        let mappings = vec![mapping(1, "eipalloc-1".into()), mapping(2, Attr::Null)];
        let asked = wanted(&Attr::Null, &mappings.clone().into());
        assert_eq!(
            asked.iter().map(|zone| &*zone.subnet_id).collect::<Vec<_>>(),
            ["subnet-00000001", "subnet-00000002"]
        );
        let found = asked.into_iter().collect();
        for before in [Attr::Null, mappings.clone().into()] {
            let (subnets, seen) = observe(&before, &found).unwrap();
            assert_eq!((subnets, seen), (BTreeSet::from([id(1), id(2)]).into(), mappings.clone().into()));
        }
    }

    #[test]
    fn addresses_that_are_not_reported_are_kept() {
        let found = BTreeSet::from([elbv2::SubnetMapping::new("subnet-00000001")]);
        let before = vec![mapping(1, "eipalloc-1".into())];
        let (_, seen) = observe(&before.clone().into(), &found).unwrap();
        assert_eq!(seen, before.into());
        let (_, seen) = observe(&Attr::Null, &found).unwrap();
        assert_eq!(seen, Vec::new().into());
    }

    #[test]
    fn addresses_must_fit_the_load_balancer() {
        let address = |address: &str| Parsed::<Ipv4Addr>::new(address).unwrap();
        let private =
            SubnetMapping { private_ipv4_address: address("10.0.0.9").into(), ..mapping(1, Attr::Null) };
        let six = SubnetMapping {
            ipv6_address: Parsed::<Ipv6Addr>::new("2001:db8::9").unwrap().into(),
            ..mapping(1, Attr::Null)
        };
        for (internal, mappings, problems) in [
            (Attr::Null, vec![mapping(1, "eipalloc-1".into())], 0),
            (Attr::Known(true), vec![mapping(1, "eipalloc-1".into())], 1),
            (Attr::Null, vec![private.clone()], 1),
            (Attr::Known(true), vec![private.clone()], 0),
            (Attr::Unknown, vec![private], 0),
            (Attr::Null, vec![six], 1),
            (Attr::Null, vec![mapping(1, Attr::Null), mapping(1, "eipalloc-1".into())], 1),
        ] {
            let mut check = Check::default();
            validate(&Nlb { internal, ..mapped(mappings) }, &mut check);
            assert_eq!(check.iter().count(), problems, "{check:?}");
        }
    }
}
