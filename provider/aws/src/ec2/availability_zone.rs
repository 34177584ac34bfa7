//! The availability zones of the region.

use super::{Condition, Ec2};
use crate::{Result, failed};

/// A zone that instances and subnets can be placed in.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct AvailabilityZone {
    /// The name in this account, such as `us-east-2a`; other accounts may know the zone by another letter.
    pub name: String,
    /// The id that is the same in all accounts, such as `use2-az1`.
    pub id: String,
    /// The group the zone belongs to: the region for ordinary zones, a place for local zones.
    pub group_name: String,
    /// `available`, `impaired`, `unavailable`, ...
    pub state: String,
    /// Whether the account may use the zone: `opt-in-not-required`, `opted-in` or `not-opted-in`.
    pub opt_in_status: String,
}

impl Ec2<'_> {
    /// The zones of the region that match all conditions, in the order of their names. `all` includes those the account
    /// has not opted into.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn availability_zones(
        &self,
        all: bool,
        conditions: &[Condition],
    ) -> Result<Vec<AvailabilityZone>> {
        let filters = conditions.iter().map(Condition::to_sdk).collect();
        let request = self.sdk().await?.describe_availability_zones();
        let request = request.all_availability_zones(all).set_filters(Some(filters));
        let reply = request.send().await.map_err(failed("ec2:DescribeAvailabilityZones"))?;
        let mut zones: Vec<_> =
            reply.availability_zones.unwrap_or_default().into_iter().map(from_sdk).collect();
        zones.sort();
        Ok(zones)
    }
}

fn from_sdk(zone: aws_sdk_ec2::types::AvailabilityZone) -> AvailabilityZone {
    AvailabilityZone {
        name: zone.zone_name.unwrap_or_default(),
        id: zone.zone_id.unwrap_or_default(),
        group_name: zone.group_name.unwrap_or_default(),
        state: zone.state.map(|state| state.as_str().to_owned()).unwrap_or_default(),
        opt_in_status: zone.opt_in_status.map(|status| status.as_str().to_owned()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Server, ec2_reply};

    #[tokio::test]
    async fn zones_are_filtered_by_the_service_and_sorted_here() {
        let server = Server::start(|_| {
            ec2_reply(
                "DescribeAvailabilityZones",
                "<availabilityZoneInfo>\
                 <item><zoneName>us-east-2b</zoneName><zoneId>use2-az2</zoneId><zoneState>available</zoneState></item>\
                 <item><zoneName>us-east-2a</zoneName><zoneId>use2-az1</zoneId><groupName>us-east-2-zg-1</groupName>\
                 <zoneState>impaired</zoneState><optInStatus>opt-in-not-required</optInStatus></item>\
                 </availabilityZoneInfo>",
            )
        })
        .await;
        let filters = [Condition::new("state", ["available", "impaired"])];
        let zones = server.clients().ec2().availability_zones(true, &filters).await.unwrap();
        assert_eq!(
            zones[0],
            AvailabilityZone {
                name: "us-east-2a".into(),
                id: "use2-az1".into(),
                group_name: "us-east-2-zg-1".into(),
                state: "impaired".into(),
                opt_in_status: "opt-in-not-required".into(),
            }
        );
        assert_eq!(zones[1].name, "us-east-2b");
        let request = &server.requests()[0];
        assert_eq!(request["AllAvailabilityZones"], "true");
        assert_eq!((&*request["Filter.1.Name"], &*request["Filter.1.Value.2"]), ("state", "impaired"));
    }
}
