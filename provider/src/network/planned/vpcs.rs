//! VPCs that have an id, with their ranges, and the route tables in them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::common::cidr::Ipv4Cidr;

/// The VPCs that have an id.
#[derive(Debug, Default)]
pub(crate) struct Vpcs(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// The primary ranges of those that exist.
    ranges: BTreeMap<String, Ipv4Cidr>,
    /// Those that this process has created: what lies in them, it has created too.
    created: BTreeSet<String>,
    /// The VPCs of route tables.
    tables: BTreeMap<String, String>,
}

impl Vpcs {
    /// Notes a VPC that exists.
    pub(in crate::network) fn learn(&self, id: &str, range: Ipv4Cidr) {
        self.known().ranges.insert(id.to_owned(), range);
    }

    /// Notes a VPC that was created.
    pub(in crate::network) fn created(&self, id: &str, range: Ipv4Cidr) {
        self.learn(id, range);
        self.known().created.insert(id.to_owned());
    }

    /// Notes the VPC of a route table.
    pub(in crate::network) fn learn_table(&self, id: &str, vpc_id: &str) {
        self.known().tables.insert(id.to_owned(), vpc_id.to_owned());
    }

    /// The primary range of a VPC, when it is part of the plan.
    pub(in crate::network) fn range(&self, id: &str) -> Option<Ipv4Cidr> {
        self.known().ranges.get(id).copied()
    }

    /// The primary range of the VPC of a route table, when both are part of the plan.
    pub(in crate::network) fn range_of_table(&self, table_id: &str) -> Option<Ipv4Cidr> {
        let known = self.known();
        known.ranges.get(known.tables.get(table_id)?).copied()
    }

    /// Whether this process has created the VPC.
    pub(in crate::network) fn is_created(&self, id: &str) -> bool {
        self.known().created.contains(id)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_lies_in_a_vpc() {
        let vpcs = Vpcs::default();
        let range = "10.240.0.0/16".parse().unwrap();
        vpcs.learn_table("rtb-1", "vpc-1");
        assert_eq!(vpcs.range_of_table("rtb-1"), None);
        vpcs.created("vpc-1", range);
        assert_eq!(vpcs.range_of_table("rtb-1"), Some(range));
        assert!(vpcs.is_created("vpc-1") && !vpcs.is_created("vpc-2"));
    }
}
