//! The networks that a plan is about to create, so that what goes into them can be judged before they have an id.

use std::sync::{Mutex, PoisonError};

use crate::common::cidr::Ipv4Cidr;

/// The ranges of the VPCs, or of the subnets, that this process has planned to create. A range that is not known yet
/// could be any.
#[derive(Debug, Default)]
pub(crate) struct NewRanges(Mutex<Vec<Option<Ipv4Cidr>>>);

impl NewRanges {
    /// Notes a network.
    pub(crate) fn add(&self, range: Option<Ipv4Cidr>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(range);
    }

    /// The ranges, or nothing while one of them is not known.
    pub(crate) fn ranges(&self) -> Option<Vec<Ipv4Cidr>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_range_could_be_any() {
        let planned = NewRanges::default();
        let range = "10.240.0.0/16".parse().unwrap();
        planned.add(Some(range));
        assert_eq!(planned.ranges(), Some(vec![range]));
        planned.add(None);
        assert_eq!(planned.ranges(), None);
    }
}
