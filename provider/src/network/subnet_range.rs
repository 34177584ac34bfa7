//! The range of a subnet that exists.

use tfplugin::prelude::*;

use crate::Client;
use crate::common::cidr::Ipv4Cidr;
use crate::common::id::SubnetId;

/// The range of a subnet; `None` when the region has no such subnet. One that this process has met costs no call: a range
/// never changes.
pub(crate) async fn subnet_range(id: &SubnetId, cx: &Cx<Client>) -> Result<Option<Ipv4Cidr>> {
    let ranges = cx.client.subnet_ranges();
    if let Some(range) = ranges.get(id.as_str()) {
        return Ok(Some(range));
    }
    let subnet = cx.client.aws().ec2().subnet(id.as_str()).await.during("Unable to Read Subnet")?;
    let range = subnet.and_then(|subnet| subnet.cidr_block.parse().ok());
    if let Some(range) = range {
        ranges.note(id.as_str(), range);
    }
    Ok(range)
}
