//! `groundup_nlb_target_group_attachment`: one target of a target group.

use std::net::IpAddr;

use aws::elbv2::Target;
use aws::limits::TARGET;
use tfplugin::prelude::*;

use super::arn::{LoadBalancerArn, TargetGroupArn};
use super::check_range;
use super::target_group::TargetType;
use crate::Client;
use crate::common::id::InstanceId;
use crate::common::wait::wait;

/// A target of a target group: an instance, an IP address or an application load balancer.
///
/// It is imported by its `id`.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct NlbTargetGroupAttachment {
    /// ARN of the target group, id of the target and, as far as they are given, port and availability zone, separated by
    /// commas.
    #[attr(computed, keep)]
    id: Attr<String>,
    /// ARN of the target group.
    #[attr(required, replace)]
    target_group_arn: Attr<TargetGroupArn>,
    /// Id of an instance, an IP address, or ARN of an application load balancer, as the type of the target group asks
    /// for.
    #[attr(required, replace, check = |id| TargetType::of(id).map(drop))]
    target_id: Attr<String>,
    /// Port of the target; that of the target group when not given.
    #[attr(optional, replace, check = |port| check_range(*port, 1, u16::MAX))]
    port: Attr<u16>,
    /// Availability zone of an IP address; `all` for one outside of the VPC.
    #[attr(optional, replace)]
    availability_zone: Attr<String>,
    /// Time limits; by default 5 minutes to create, 5 to change, 5 to delete.
    #[attr(block = "single")]
    timeouts: Attr<Timeouts>,
}

impl Resource for NlbTargetGroupAttachment {
    const TYPE: &'static str = "nlb_target_group_attachment";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        let is_address = self.target_id.known().is_none_or(|id| id.parse::<IpAddr>().is_ok());
        if self.availability_zone.is_set() && !is_address {
            let detail =
                "Only an IP address can be given an availability zone; other targets have their own.";
            check.error("availability_zone", "Invalid Combination", detail);
        }
    }

    async fn plan(plan: &mut Plan<Self>, cx: &Cx<Client>) -> Result<()> {
        let planned = &mut plan.planned;
        planned.id = planned.identifier();
        let group = planned.target_group_arn.known();
        let wanted = group.and_then(|arn| cx.client.target_types().get(arn.as_str()));
        if let (Some(wanted), Some(id)) = (wanted, planned.target_id.known())
            && let Some(problem) = misfit(id, wanted)
        {
            plan.error("target_id", "Target of Another Type", problem);
        }
        Ok(())
    }

    async fn create(mut self, cx: &Cx<Client>, _: &Saved<Self>) -> Result<Self> {
        let wait = wait(cx, self.timeouts.create(TARGET.create));
        let elb = cx.client.aws().elbv2();
        let registered =
            elb.register_targets(self.target_group_arn.value()?.as_str(), &[self.target()?], &wait).await;
        registered.during("Unable to Register Target")?;
        self.id = self.identifier();
        Ok(self)
    }

    async fn read(self, cx: &Cx<Client>) -> Result<Option<Self>> {
        let elb = cx.client.aws().elbv2();
        let health = elb.target_health(self.target_group_arn.value()?.as_str(), &self.target()?).await;
        let is_registered =
            health.during("Unable to Read Target")?.is_some_and(|health| health.is_registered());
        Ok(is_registered.then_some(self))
    }

    async fn delete(self, cx: &Cx<Client>) -> Result<()> {
        let elb = cx.client.aws().elbv2();
        let deregistered =
            elb.deregister_targets(self.target_group_arn.value()?.as_str(), &[self.target()?]).await;
        deregistered.during("Unable to Deregister Target")
    }

    async fn import(id: ImportId, _: &Cx<Client>) -> Result<Self> {
        Self::from_identifier(id.id()?).map_err(|problem| {
            let detail = format!("{problem} Give `TARGET_GROUP_ARN,TARGET_ID[,PORT[,AVAILABILITY_ZONE]]`.");
            Error::new("Invalid Import ID", detail)
        })
    }
}

impl NlbTargetGroupAttachment {
    fn target(&self) -> Result<Target> {
        Ok(Target {
            id: self.target_id.value()?.clone(),
            port: self.port.known().copied(),
            availability_zone: self.availability_zone.known().cloned(),
        })
    }

    /// The id, once everything in it is known.
    fn identifier(&self) -> Attr<String> {
        let port = self.port.map(|port| port.to_string());
        let group = self.target_group_arn.clone().map(|arn| arn.to_string());
        let parts = [&group, &self.target_id, &port, &self.availability_zone];
        if parts.iter().any(|part| part.is_unknown()) {
            return Attr::Unknown;
        }
        let parts: Vec<_> = parts.iter().map(|part| part.as_str().unwrap_or_default()).collect();
        parts.join(",").trim_end_matches(',').to_owned().into()
    }

    fn from_identifier(id: &str) -> Result<Self, String> {
        let parts: Vec<_> = id.split(',').collect();
        let (group, target, port, zone) = match *parts.as_slice() {
            [group, target] => (group, target, "", ""),
            [group, target, port] => (group, target, port, ""),
            [group, target, port, zone] => (group, target, port, zone),
            _ => return Err(format!("{id:?} has {} parts.", parts.len())),
        };
        let group = group.parse::<TargetGroupArn>().map_err(|error| format!("{error}."))?;
        TargetType::of(target)?;
        let port = match port {
            "" => None,
            port => Some(port.parse::<u16>().map_err(|_| format!("{port:?} is not a port."))?),
        };
        Ok(Self {
            id: id.into(),
            target_group_arn: group.into(),
            target_id: target.into(),
            port: port.into(),
            availability_zone: Some(zone.to_owned()).filter(|zone| !zone.is_empty()).into(),
            timeouts: Attr::Null,
        })
    }
}

impl TargetType {
    /// What a target is, told by its id.
    fn of(id: &str) -> Result<Self, String> {
        if id.parse::<IpAddr>().is_ok() {
            return Ok(Self::Ip);
        }
        if id.parse::<InstanceId>().is_ok() {
            return Ok(Self::Instance);
        }
        if id.parse::<LoadBalancerArn>().is_ok() {
            return Ok(Self::Alb);
        }
        Err(format!(
            "{id:?} is neither an IP address, nor the id of an instance (`i-…`), nor the ARN of a load balancer."
        ))
    }
}

/// Why a group cannot take a target.
fn misfit(id: &str, wanted: TargetType) -> Option<String> {
    let given = TargetType::of(id).ok().filter(|given| *given != wanted)?;
    Some(format!("{id:?} is a target of the type `{given}`, but the target group takes the type `{wanted}`."))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUP: &str =
        "arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/k8s/50dc6c495c0c9188";

    #[test]
    fn the_id_is_what_an_import_takes() {
        for rest in ["10.0.0.1", "i-0123456789abcdef0,6443", "10.0.0.1,6443,all", "10.0.0.1,,us-east-2a"] {
            let id = format!("{GROUP},{rest}");
            let attachment = NlbTargetGroupAttachment::from_identifier(&id).unwrap();
            assert_eq!(attachment.identifier(), Attr::Known(id));
        }
        let attachment = NlbTargetGroupAttachment {
            target_group_arn: Attr::Unknown,
            target_id: "10.0.0.1".into(),
            ..NlbTargetGroupAttachment::default()
        };
        assert_eq!(attachment.identifier(), Attr::Unknown);
    }

    #[test]
    fn other_texts_cannot_be_imported() {
        for (id, part) in [
            (GROUP.to_owned(), " has 1 parts."),
            (format!("{GROUP},host"), "neither an IP address"),
            (format!("{GROUP},10.0.0.1,http"), "not a port"),
            ("k8s,10.0.0.1".to_owned(), "\"k8s\" is not an ARN: that of a target group looks like"),
        ] {
            let problem = NlbTargetGroupAttachment::from_identifier(&id).unwrap_err();
            assert!(problem.contains(part), "{problem}");
        }
    }

    #[test]
    fn a_target_fits_its_group() {
        assert_eq!(misfit("10.0.0.1", TargetType::Ip), None);
        assert_eq!(
            misfit("i-0123456789abcdef0", TargetType::Ip).unwrap(),
            "\"i-0123456789abcdef0\" is a target of the type `instance`, but the target group takes the type `ip`."
        );
    }

    #[test]
    fn only_addresses_have_a_zone() {
        for (target, problems) in [("10.0.0.1", 0), ("i-0123456789abcdef0", 1)] {
            let mut check = Check::default();
            let attachment = NlbTargetGroupAttachment {
                target_id: target.into(),
                availability_zone: "all".into(),
                ..NlbTargetGroupAttachment::default()
            };
            attachment.validate(&mut check);
            assert_eq!(check.iter().count(), problems);
        }
    }
}
