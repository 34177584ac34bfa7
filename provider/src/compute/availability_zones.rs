//! `groundup_availability_zones`: the zones of the region.

use std::collections::BTreeSet;

use aws::ec2::{AvailabilityZone, Condition};
use tfplugin::prelude::*;

use super::filter::Filter;
use crate::Client;

string_enum! {
    /// How a zone is doing.
    pub(crate) enum ZoneState {
        Available = "available",
        Information = "information",
        Impaired = "impaired",
        Unavailable = "unavailable",
        Constrained = "constrained",
    }
}

/// The availability zones of the region that the account may use, in the order of their names.
#[derive(Clone, Debug, Default, Model, PartialEq)]
#[expect(clippy::struct_field_names, reason = "the names are those of hashicorp/aws")]
pub(crate) struct AvailabilityZones {
    /// Also list zones that the account has not opted into.
    #[attr(optional)]
    all_availability_zones: Attr<bool>,
    /// Names of zones to leave out.
    #[attr(optional)]
    exclude_names: Attr<BTreeSet<String>>,
    /// Identifiers of zones to leave out.
    #[attr(optional)]
    exclude_zone_ids: Attr<BTreeSet<String>>,
    /// Condition on the zones. All have to hold. The filter `opt-in-status` with the value `opt-in-not-required`
    /// leaves out local zones.
    #[attr(block = "set")]
    filter: Attr<Vec<Filter>>,
    /// The groups the zones belong to: for ordinary zones the region.
    #[attr(computed)]
    group_names: Attr<BTreeSet<String>>,
    /// The region.
    #[attr(computed)]
    id: Attr<String>,
    /// Names of the zones, such as `us-east-2a`. The same name may mean another zone in another account.
    #[attr(computed)]
    names: Attr<Vec<String>>,
    /// Only zones in this state.
    #[attr(optional)]
    state: Attr<ZoneState>,
    /// Identifiers of the zones, such as `use2-az1`, in the order of `names`. They mean the same in all accounts.
    #[attr(computed)]
    zone_ids: Attr<Vec<String>>,
}

impl DataSource for AvailabilityZones {
    const TYPE: &'static str = "availability_zones";
    type Client = Client;

    async fn read(mut self, cx: &Cx<Client>) -> Result<Self> {
        const SUMMARY: &str = "Unable to List Availability Zones";
        let mut conditions = Filter::conditions(&self.filter);
        conditions.extend(self.state.known().map(|state| Condition::new("state", [state.as_str()])));
        let aws = cx.client.aws();
        let zones = aws.ec2().availability_zones(self.all_availability_zones.or(false), &conditions).await;
        self.fill(zones.during(SUMMARY)?);
        self.id = aws.region().await.during(SUMMARY)?.into();
        Ok(self)
    }
}

impl AvailabilityZones {
    fn fill(&mut self, zones: Vec<AvailabilityZone>) {
        let (names, ids) = (self.exclude_names.or_default(), self.exclude_zone_ids.or_default());
        let kept = |zone: &AvailabilityZone| !names.contains(&zone.name) && !ids.contains(&zone.id);
        let zones: Vec<_> = zones.into_iter().filter(kept).collect();
        let groups = zones.iter().map(|zone| zone.group_name.clone()).filter(|group| !group.is_empty());
        self.group_names = groups.collect::<BTreeSet<_>>().into();
        self.names = zones.iter().map(|zone| zone.name.clone()).collect::<Vec<_>>().into();
        self.zone_ids = zones.into_iter().map(|zone| zone.id).collect::<Vec<_>>().into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(letter: &str, number: u8) -> AvailabilityZone {
        AvailabilityZone {
            name: format!("us-east-2{letter}"),
            id: format!("use2-az{number}"),
            group_name: "us-east-2".into(),
            ..AvailabilityZone::default()
        }
    }

    #[test]
    fn zones_are_left_out_by_name_and_by_identifier() {
        let mut zones = AvailabilityZones {
            exclude_names: BTreeSet::from(["us-east-2a".into()]).into(),
            exclude_zone_ids: BTreeSet::from(["use2-az9".into()]).into(),
            ..AvailabilityZones::default()
        };
        zones.fill(vec![zone("a", 1), zone("b", 2), zone("c", 9), zone("d", 3)]);
        assert_eq!(zones.names, vec!["us-east-2b".to_owned(), "us-east-2d".to_owned()].into());
        assert_eq!(zones.zone_ids, vec!["use2-az2".to_owned(), "use2-az3".to_owned()].into());
        assert_eq!(zones.group_names, BTreeSet::from(["us-east-2".to_owned()]).into());
    }
}
