//! The ranges of subnets that this process has met, so that nobody has to ask for them: a range never changes.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tfplugin::prelude::*;

use crate::Client;
use crate::common::cidr::Ipv4Cidr;
use crate::common::id::SubnetId;

/// Ranges by the ids of the subnets.
#[derive(Debug, Default)]
pub(crate) struct SubnetRanges(Mutex<BTreeMap<SubnetId, Ipv4Cidr>>);

impl SubnetRanges {
    /// Notes a subnet.
    pub(crate) fn note(&self, id: &SubnetId, range: Ipv4Cidr) {
        self.known().insert(id.clone(), range);
    }

    /// The range of a subnet; `None` when the region has no such subnet.
    pub(crate) async fn of(id: &SubnetId, cx: &Cx<Client>) -> Result<Option<Ipv4Cidr>> {
        let ranges = cx.client.subnet_ranges();
        if let Some(range) = ranges.known().get(id) {
            return Ok(Some(*range));
        }
        let subnet = cx.client.aws().ec2().subnet(id.as_str()).await.during("Unable to Read Subnet")?;
        let range = subnet.and_then(|subnet| subnet.cidr_block.parse().ok());
        if let Some(range) = range {
            ranges.note(id, range);
        }
        Ok(range)
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<SubnetId, Ipv4Cidr>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
