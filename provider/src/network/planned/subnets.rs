//! Subnets that will lie in one VPC, of which no two may share an address.

use std::sync::{Mutex, PoisonError};

use crate::common::cidr::Ipv4Cidr;
use crate::common::id::VpcId;

/// The subnets of a plan.
#[derive(Debug, Default)]
pub(crate) struct Subnets(Mutex<Vec<Claim>>);

/// A range that a subnet wants.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Claim {
    /// The VPC; nothing when it has no id yet.
    pub(in crate::network) vpc: Option<VpcId>,
    /// The range.
    pub(in crate::network) range: Ipv4Cidr,
    /// What tells the subnet from others. One subnet may be planned more than once, and then says the same.
    pub(in crate::network) says: String,
}

/// Ranges that share addresses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Overlap {
    /// In the same VPC.
    Certain(Ipv4Cidr),
    /// In VPCs that have no id yet, and that may be one or two.
    Possible(Ipv4Cidr),
}

impl Subnets {
    /// Notes a subnet; tells with which others it shares addresses.
    pub(in crate::network) fn claim(&self, claim: Claim) -> Vec<Overlap> {
        let mut claims = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let others = claims.iter().filter(|other| other.says != claim.says && other.vpc == claim.vpc);
        let overlaps =
            others.filter(|other| other.range.overlaps(claim.range)).map(|other| match claim.vpc {
                Some(_) => Overlap::Certain(other.range),
                None => Overlap::Possible(other.range),
            });
        let overlaps = overlaps.collect();
        if !claims.contains(&claim) {
            claims.push(claim);
        }
        overlaps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(vpc: Option<&str>, range: &str, says: &str) -> Claim {
        Claim { vpc: vpc.map(|id| id.parse().unwrap()), range: range.parse().unwrap(), says: says.to_owned() }
    }

    #[test]
    fn only_siblings_collide() {
        let subnets = Subnets::default();
        let wide: Ipv4Cidr = "10.0.0.0/16".parse().unwrap();
        assert_eq!(subnets.claim(claim(Some("vpc-00000001"), "10.0.0.0/16", "a")), []);
        assert_eq!(subnets.claim(claim(Some("vpc-00000002"), "10.0.1.0/24", "b")), []);
        assert_eq!(subnets.claim(claim(Some("vpc-00000001"), "10.0.1.0/24", "b")), [Overlap::Certain(wide)]);
        assert_eq!(subnets.claim(claim(Some("vpc-00000001"), "10.1.0.0/24", "c")), []);
        assert_eq!(subnets.claim(claim(None, "10.0.0.0/16", "d")), []);
        assert_eq!(subnets.claim(claim(None, "10.0.3.0/24", "e")), [Overlap::Possible(wide)]);
    }

    #[test]
    fn a_subnet_does_not_collide_with_itself() {
        let subnets = Subnets::default();
        for _ in 0..2 {
            assert_eq!(subnets.claim(claim(Some("vpc-00000001"), "10.0.0.0/16", "a")), []);
        }
    }
}
