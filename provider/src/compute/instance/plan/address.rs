//! Whether a new instance can have its address, before anything is created.

use std::net::Ipv4Addr;

use tfplugin::prelude::*;

use super::super::Instance;
use crate::Client;
use crate::common::cidr::Ipv4Cidr;
use crate::common::id::SubnetId;
use crate::compute::planned_addresses::Place;
use crate::network::subnet_range;

const SUMMARY: &str = "Address Not Available";

/// What an id of a subnet that this provider is about to create is promised to begin with.
const SUBNET_PREFIX: &str = "subnet-";

/// Checks the address against the subnet, be it there or only planned, and against what else is planned.
pub(super) async fn check(plan: &mut Plan<Instance>, cx: &Cx<Client>) -> Result<()> {
    let Some(address) = plan.planned.private_ip.known().map(|address| **address) else { return Ok(()) };
    let promised = plan.promises.get("subnet_id").is_some_and(|prefix| prefix == SUBNET_PREFIX);
    let place = match plan.planned.subnet_id.known().cloned() {
        Some(subnet) => in_existing(plan, subnet, address, cx).await?,
        None if promised => in_planned(plan, address, cx),
        None => None,
    };
    let name = label(&plan.planned);
    let other = place.and_then(|place| cx.client.planned_addresses().claim(place, address, name.clone()));
    if let Some(other) = other {
        let detail = format!(
            "{address} is planned for two instances: {other} and {name}. Give one of them another address."
        );
        plan.error("private_ip", SUMMARY, detail);
    }
    Ok(())
}

/// That a subnet is missing stops nothing: it may be about to be destroyed what was created in it, and Terraform plans
/// before it destroys.
async fn in_existing(
    plan: &mut Plan<Instance>,
    subnet: SubnetId,
    address: Ipv4Addr,
    cx: &Cx<Client>,
) -> Result<Option<Place>> {
    let Some(range) = subnet_range(&subnet, cx).await? else {
        let detail = format!("The region has no subnet {subnet}: applying will fail.");
        plan.warn("subnet_id", "Subnet Not Found", detail);
        return Ok(None);
    };
    let problem = if range.has(address) {
        reserved(address, range)
    } else {
        Some(format!("{address} is not in {range}, the range of {subnet}."))
    };
    if let Some(problem) = problem {
        plan.error("private_ip", SUMMARY, problem);
        return Ok(None);
    }
    Ok(Some(Place::Existing(subnet)))
}

/// Which of the planned subnets it is is not known; that none has the address is.
fn in_planned(plan: &mut Plan<Instance>, address: Ipv4Addr, cx: &Cx<Client>) -> Option<Place> {
    let ranges = cx.client.planned().new_subnets.ranges().filter(|ranges| !ranges.is_empty())?;
    match among(address, &ranges) {
        Ok(range) => range.map(Place::Planned),
        Err(problem) => {
            plan.error("private_ip", SUMMARY, problem);
            None
        }
    }
}

/// The one range that has the address, if it is one; why no range has it.
fn among(address: Ipv4Addr, ranges: &[Ipv4Cidr]) -> Result<Option<Ipv4Cidr>, String> {
    let having: Vec<_> = ranges.iter().copied().filter(|range| range.has(address)).collect();
    let problems: Vec<_> = having.iter().filter_map(|range| reserved(address, *range)).collect();
    match (having.as_slice(), problems.into_iter().next()) {
        ([], _) => {
            let ranges: Vec<_> = ranges.iter().map(ToString::to_string).collect();
            Err(format!("{address} is not in its subnet, which spans {}.", ranges.join(" or ")))
        }
        ([range], None) => Ok(Some(*range)),
        ([_], Some(problem)) => Err(problem),
        _ => Ok(None),
    }
}

fn reserved(address: Ipv4Addr, range: Ipv4Cidr) -> Option<String> {
    range.is_reserved(address).then(|| {
        format!("AWS keeps the first four addresses and the last one of {range}; {address} is one of them.")
    })
}

/// How a user knows an instance that has no id yet.
fn label(instance: &Instance) -> String {
    let tags = instance.tags_all.known();
    let name = tags.and_then(|tags| tags.get("Name")).and_then(|name| name.known());
    name.map_or_else(|| "one without the tag `Name`".into(), |name| format!("{name:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn among(address: &str, ranges: &[&str]) -> Result<Option<String>, String> {
        let ranges: Vec<_> = ranges.iter().map(|range| range.parse().unwrap()).collect();
        Ok(super::among(address.parse().unwrap(), &ranges)?.map(|range| range.to_string()))
    }

    #[test]
    fn some_addresses_belong_to_aws() {
        for good in ["172.31.0.4", "172.31.0.254"] {
            assert_eq!(among(good, &["172.31.0.0/24"]), Ok(Some("172.31.0.0/24".into())), "{good}");
        }
        for bad in ["172.31.0.0", "172.31.0.3", "172.31.0.255"] {
            let told = format!(
                "AWS keeps the first four addresses and the last one of 172.31.0.0/24; {bad} is one of them."
            );
            assert_eq!(among(bad, &["172.31.0.0/24"]), Err(told));
        }
    }

    #[test]
    fn an_address_is_in_one_of_the_planned_subnets() {
        let zones = ["10.1.0.0/24", "10.1.1.0/24"];
        assert_eq!(among("10.1.1.10", &zones), Ok(Some("10.1.1.0/24".into())));
        assert_eq!(
            among("10.1.2.10", &zones).unwrap_err(),
            "10.1.2.10 is not in its subnet, which spans 10.1.0.0/24 or 10.1.1.0/24."
        );
        // Two clusters may have the same addresses: which one it is cannot be told.
        assert_eq!(among("10.1.0.10", &["10.1.0.0/24", "10.1.0.0/24"]), Ok(None));
        assert_eq!(among("10.1.0.3", &["10.1.0.0/24", "10.1.0.0/16"]), Ok(None));
    }

    #[test]
    fn an_instance_is_known_by_its_name() {
        let tags = [("Name".to_owned(), "worker-0".into())].into_iter().collect();
        let named = Instance { tags_all: Attr::Known(tags), ..Instance::default() };
        assert_eq!(label(&named), "\"worker-0\"");
        assert_eq!(label(&Instance::default()), "one without the tag `Name`");
    }
}
