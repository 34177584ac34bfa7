//! The addresses that a plan is about to give to new instances, so that no two get the same.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::{Mutex, PoisonError};

use crate::common::cidr::Ipv4Cidr;
use crate::common::id::SubnetId;

/// A subnet: by its id, or by its range while it has none.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Place {
    Existing(SubnetId),
    Planned(Ipv4Cidr),
}

/// The addresses that this process has planned, with words for the instance that is to have each.
#[derive(Debug, Default)]
pub(crate) struct PlannedAddresses(Mutex<BTreeMap<(Place, Ipv4Addr), String>>);

impl PlannedAddresses {
    /// Notes that the instance is to have the address; the one that is to have it already, if any.
    pub(crate) fn claim(&self, place: Place, address: Ipv4Addr, instance: String) -> Option<String> {
        let mut planned = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (place, address);
        if let Some(other) = planned.get(&key) {
            return Some(other.clone());
        }
        planned.insert(key, instance);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_given_once_in_each_subnet() {
        let planned = PlannedAddresses::default();
        let [one, other] = ["10.1.0.0/24", "10.2.0.0/24"].map(|range| Place::Planned(range.parse().unwrap()));
        let existing = Place::Existing("subnet-01234567".parse().unwrap());
        let address = "10.1.0.10".parse().unwrap();
        for place in [&one, &other, &existing] {
            assert_eq!(planned.claim(place.clone(), address, "a".into()), None, "{place:?}");
        }
        assert_eq!(planned.claim(one.clone(), address, "b".into()), Some("a".into()));
        assert_eq!(planned.claim(one, "10.1.0.11".parse().unwrap(), "b".into()), None);
    }
}
