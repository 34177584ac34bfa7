//! Where a subnet is to lie: in its VPC, beside other subnets, in a zone of the region.

use tfplugin::prelude::*;

use super::Subnet;
use crate::Client;
use crate::common::cidr::Ipv4Cidr;
use crate::common::id::VpcId;
use crate::network::planned::Claim;

/// What an id of a VPC that this provider is about to create is promised to begin with.
const VPC_PREFIX: &str = "vpc-";

const OUTSIDE: &str = "Subnet Outside Its VPC";
const OVERLAPPING: &str = "Overlapping Subnets";

/// Whether a text can be the name of a zone.
pub(super) fn zone_name(zone: &str) -> Result<(), String> {
    if is_zone_id(zone) {
        return Err(format!("{zone:?} is the id of a zone, which is what `availability_zone_id` takes."));
    }
    Ok(())
}

/// Whether a text can be the id of a zone.
pub(super) fn zone_id(zone: &str) -> Result<(), String> {
    if is_zone_id(zone) { Ok(()) } else { Err(format!("{zone:?} is no id of a zone, such as `use2-az1`.")) }
}

fn is_zone_id(zone: &str) -> bool {
    let number = zone.rsplit_once("-az").map(|(_, number)| number);
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Tells whatever can be known to be wrong with the place. AWS has the last word: that a look fails hinders nothing.
///
/// What cannot work is an error, also of a subnet that exists only in the configuration. A subnet that is there already
/// may give way in the same apply, so that is a warning.
pub(super) async fn judge(plan: &mut Plan<Subnet>, cx: &Cx<Client>) {
    if plan.is_create() {
        judge_zone(plan, cx).await;
    }
    let Some(range) = plan.planned.cidr_block.known().map(|range| **range) else { return };
    match plan.planned.vpc_id.known().cloned() {
        Some(vpc) => {
            let siblings = judge_siblings(plan, Some(vpc.clone()), range, cx);
            if plan.is_create() {
                judge_in_vpc(plan, &vpc, range, &siblings, cx).await;
            }
        }
        None if plan.promises.get("vpc_id").is_some_and(|promise| promise == VPC_PREFIX) => {
            judge_in_new_vpcs(plan, range, cx);
        }
        None => {}
    }
}

async fn judge_zone(plan: &mut Plan<Subnet>, cx: &Cx<Client>) {
    let Some(zone) = plan.config.availability_zone.known().cloned() else { return };
    let Ok(region) = cx.client.aws().region().await else { return };
    if !zone.starts_with(region) {
        let detail =
            format!("{zone} is no zone of the region {region}, in which this provider configuration works.");
        plan.error("availability_zone", "Zone of Another Region", detail);
    }
}

async fn judge_in_vpc(
    plan: &mut Plan<Subnet>,
    vpc: &VpcId,
    range: Ipv4Cidr,
    siblings: &[Ipv4Cidr],
    cx: &Cx<Client>,
) {
    let vpcs = &cx.client.planned().vpcs;
    let (ec2, id) = (cx.client.aws().ec2(), vpc.as_str());
    if let Some(vpc) = vpcs.range(id).filter(|_| vpcs.is_created(id)) {
        if let Some(problem) = outside(range, id, &[vpc.to_string()]) {
            plan.error("cidr_block", OUTSIDE, problem);
        }
        return;
    }
    // A VPC may have more ranges than the one that is known.
    if !vpcs.range(id).is_some_and(|vpc| vpc.contains(range))
        && let Ok(Some(seen)) = ec2.vpc(id).await
        && let Some(problem) = outside(range, id, &seen.cidr_blocks)
    {
        plan.error("cidr_block", OUTSIDE, problem);
        return;
    }
    for subnet in ec2.subnets_of_vpc(id).await.unwrap_or_default() {
        let other: Option<Ipv4Cidr> = subnet.cidr_block.parse().ok();
        if other.is_some_and(|other| other.overlaps(range) && !siblings.contains(&other)) {
            let detail = format!(
                "{range} shares addresses with {} of subnet {}, which is there already: AWS refuses the new subnet \
                 unless that one is gone before.",
                subnet.cidr_block, subnet.id
            );
            plan.warn("cidr_block", OVERLAPPING, detail);
        }
    }
}

fn judge_in_new_vpcs(plan: &mut Plan<Subnet>, range: Ipv4Cidr, cx: &Cx<Client>) {
    let Some(new) = cx.client.planned().new_vpcs.ranges() else { return };
    if !new.is_empty() && !new.iter().any(|vpc| vpc.contains(range)) {
        let ranges: Vec<_> = new.iter().map(ToString::to_string).collect();
        // Of what another configuration of the provider plans nothing is known here.
        let detail = format!(
            "{range} is not part of its VPC, which spans {}. A VPC that another configuration (alias) of the provider \
             creates has to be applied first, with `-target`.",
            ranges.join(" or ")
        );
        plan.error("cidr_block", OUTSIDE, detail);
    }
    if new.len() == 1 {
        judge_siblings(plan, None, range, cx);
    }
}

/// Tells which planned siblings share addresses; returns their ranges.
fn judge_siblings(
    plan: &mut Plan<Subnet>,
    vpc: Option<VpcId>,
    range: Ipv4Cidr,
    cx: &Cx<Client>,
) -> Vec<Ipv4Cidr> {
    let says = format!("{:?}", plan.config);
    let siblings = cx.client.planned().subnets.claim(Claim { vpc, range, says });
    for other in &siblings {
        let detail = format!(
            "{range} shares addresses with {other}, which another subnet of this VPC has. AWS takes one of them only."
        );
        plan.error("cidr_block", OVERLAPPING, detail);
    }
    siblings
}

/// What is wrong with a range that lies in none of its VPC's.
fn outside(range: Ipv4Cidr, vpc: &str, vpc_ranges: &[String]) -> Option<String> {
    let known: Vec<Ipv4Cidr> = vpc_ranges.iter().filter_map(|text| text.parse().ok()).collect();
    let inside = known.is_empty() || known.iter().any(|vpc| vpc.contains(range));
    (!inside).then(|| format!("{range} is not part of VPC {vpc}, which spans {}.", vpc_ranges.join(" and ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subnet_lies_in_one_of_the_ranges_of_its_vpc() {
        let range = |text: &str| text.parse::<Ipv4Cidr>().unwrap();
        let vpc = ["10.240.0.0/16".to_owned(), "10.250.0.0/16".to_owned()];
        assert_eq!(outside(range("10.240.1.0/24"), "vpc-1", &vpc), None);
        assert_eq!(outside(range("10.250.0.0/16"), "vpc-1", &vpc), None);
        assert_eq!(outside(range("192.168.0.0/24"), "vpc-1", &[]), None);
        assert_eq!(
            outside(range("10.241.0.0/24"), "vpc-1", &vpc).unwrap(),
            "10.241.0.0/24 is not part of VPC vpc-1, which spans 10.240.0.0/16 and 10.250.0.0/16."
        );
    }

    #[test]
    fn names_and_ids_of_zones_are_told_apart() {
        for id in ["use2-az1", "usw2-lax1-az1", "apne1-az10"] {
            assert!(zone_id(id).is_ok() && zone_name(id).is_err(), "{id}");
        }
        for name in ["us-east-2a", "us-west-2-lax-1a", "us-east-1-wl1-bos-wlz-1"] {
            assert!(zone_id(name).is_err() && zone_name(name).is_ok(), "{name}");
        }
    }
}
