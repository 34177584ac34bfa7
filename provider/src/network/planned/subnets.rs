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
    /// The VPC; nothing for the one that is about to be created.
    pub(in crate::network) vpc: Option<VpcId>,
    /// The range.
    pub(in crate::network) range: Ipv4Cidr,
    /// What tells the subnet from others. One subnet may be planned more than once, and then says the same.
    pub(in crate::network) says: String,
}

impl Subnets {
    /// Notes a subnet; tells the ranges of others that share addresses with it.
    pub(in crate::network) fn claim(&self, claim: Claim) -> Vec<Ipv4Cidr> {
        let mut claims = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let siblings = claims.iter().filter(|other| other.says != claim.says && other.vpc == claim.vpc);
        let overlaps =
            siblings.map(|other| other.range).filter(|other| other.overlaps(claim.range)).collect();
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
        assert_eq!(subnets.claim(claim(Some("vpc-00000001"), "10.0.1.0/24", "b")), [wide]);
        assert_eq!(subnets.claim(claim(Some("vpc-00000001"), "10.1.0.0/24", "c")), []);
        assert_eq!(subnets.claim(claim(None, "10.0.0.0/16", "d")), []);
        assert_eq!(subnets.claim(claim(None, "10.0.3.0/24", "e")), [wide]);
    }

    #[test]
    fn a_subnet_does_not_collide_with_itself() {
        let subnets = Subnets::default();
        for _ in 0..2 {
            assert_eq!(subnets.claim(claim(Some("vpc-00000001"), "10.0.0.0/16", "a")), []);
        }
    }
}
