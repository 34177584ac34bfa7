//! The settings of a load balancer that the service keeps as texts under dotted names.

use aws::elbv2::Attributes;
use tfplugin::prelude::*;

use super::super::{attributes, flag, parse};
use super::Nlb;

const DELETION_PROTECTION: &str = "deletion_protection.enabled";
const CROSS_ZONE: &str = "load_balancing.cross_zone.enabled";
const ROUTING_POLICY: &str = "dns_record.client_routing_policy";
const ZONAL_SHIFT: &str = "zonal_shift.config.enabled";
const LOGS: &str = "access_logs.s3.enabled";
const LOGS_BUCKET: &str = "access_logs.s3.bucket";
const LOGS_PREFIX: &str = "access_logs.s3.prefix";

string_enum! {
    /// How the load balancer's name resolves.
    pub(crate) enum RoutingPolicy {
        Any = "any_availability_zone",
        Affinity = "availability_zone_affinity",
        PartialAffinity = "partial_availability_zone_affinity",
    }
}

/// Where a record of each TLS connection is kept.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct AccessLogs {
    /// S3 bucket.
    #[attr(required)]
    bucket: Attr<String>,
    /// Beginning of the objects' keys.
    #[attr(optional)]
    prefix: Attr<String>,
    /// Whether records are kept.
    #[attr(optional, default = false)]
    enabled: Attr<bool>,
}

/// What to ask AWS for.
pub(super) fn wanted(nlb: &Nlb) -> Attributes {
    let policy = nlb.dns_record_client_routing_policy.or(RoutingPolicy::Any);
    let logs = nlb.access_logs.known().and_then(|blocks| blocks.first());
    attributes([
        (DELETION_PROTECTION, Some(nlb.enable_deletion_protection.or(false).to_string())),
        (CROSS_ZONE, Some(nlb.enable_cross_zone_load_balancing.or(false).to_string())),
        (ROUTING_POLICY, Some(policy.to_string())),
        (ZONAL_SHIFT, Some(nlb.enable_zonal_shift.or(false).to_string())),
        (LOGS, Some(logs.is_some_and(|logs| logs.enabled.or(false)).to_string())),
        (LOGS_BUCKET, logs.and_then(|logs| logs.bucket.known().cloned())),
        (LOGS_PREFIX, logs.map(|logs| logs.prefix.or_default())),
    ])
}

/// Takes over everything as it is. A setting that is not reported has its default.
pub(super) fn observe(nlb: &mut Nlb, found: &Attributes) -> Result<()> {
    let is_on = |key| flag(found, key).unwrap_or(false);
    nlb.enable_deletion_protection = is_on(DELETION_PROTECTION).into();
    nlb.enable_cross_zone_load_balancing = is_on(CROSS_ZONE).into();
    nlb.enable_zonal_shift = is_on(ZONAL_SHIFT).into();
    let policy = found.get(ROUTING_POLICY).map_or(Ok(RoutingPolicy::Any), |policy| parse(policy))?;
    nlb.dns_record_client_routing_policy = policy.into();
    nlb.access_logs = observe_logs(&nlb.access_logs, found).into();
    Ok(())
}

/// AWS keeps the name of the bucket when the records end.
fn observe_logs(before: &Attr<Vec<AccessLogs>>, found: &Attributes) -> Vec<AccessLogs> {
    let before = before.known().and_then(|blocks| blocks.first());
    let enabled = flag(found, LOGS).unwrap_or(false);
    if before.is_none() && !enabled {
        return Vec::new();
    }
    let text = |key| found.get(key).cloned().unwrap_or_default();
    let prefix = match text(LOGS_PREFIX) {
        // No prefix and an empty one are the same to AWS; the configuration may say either.
        none if none.is_empty() => before.map_or(Attr::Null, |logs| logs.prefix.clone().map(|_| none)),
        prefix => prefix.into(),
    };
    vec![AccessLogs { bucket: text(LOGS_BUCKET).into(), prefix, enabled: enabled.into() }]
}

#[cfg(test)]
mod tests {
    use super::super::super::changed;
    use super::*;

    fn logs(prefix: Attr<String>, enabled: bool) -> Attr<Vec<AccessLogs>> {
        vec![AccessLogs { bucket: "logs".into(), prefix, enabled: enabled.into() }].into()
    }

    #[test]
    fn a_new_load_balancer_is_sent_only_what_differs_from_the_default() {
        let sent = |nlb: &Nlb| changed(&wanted(&Nlb::default()), &wanted(nlb));
        assert_eq!(sent(&Nlb::default()), Attributes::new());
        let nlb = Nlb { enable_cross_zone_load_balancing: true.into(), ..Nlb::default() };
        assert_eq!(sent(&nlb), attributes([(CROSS_ZONE, Some("true".into()))]));
    }

    #[test]
    fn what_is_asked_for_is_read_back() {
        let nlb = Nlb {
            enable_deletion_protection: true.into(),
            enable_cross_zone_load_balancing: true.into(),
            enable_zonal_shift: true.into(),
            dns_record_client_routing_policy: RoutingPolicy::Affinity.into(),
            access_logs: logs("k8s".into(), true),
            ..Nlb::default()
        };
        let mut seen = Nlb::default();
        observe(&mut seen, &wanted(&nlb)).unwrap();
        assert_eq!(seen, nlb);
    }

    #[test]
    fn no_prefix_can_be_said_in_two_ways_and_an_old_bucket_is_no_news() {
        for said in [Attr::Null, "".into()] {
            let mut nlb = Nlb { access_logs: logs(said, true), ..Nlb::default() };
            let before = nlb.access_logs.clone();
            let asked = wanted(&nlb);
            observe(&mut nlb, &asked).unwrap();
            assert_eq!(nlb.access_logs, before);
        }
        let mut none = Nlb { access_logs: Vec::new().into(), ..Nlb::default() };
        observe(&mut none, &wanted(&Nlb { access_logs: logs("k8s".into(), false), ..Nlb::default() }))
            .unwrap();
        assert_eq!(none.access_logs, Vec::new().into());
    }
}
