//! The settings of a target group that the service keeps as texts under dotted names.

use aws::elbv2::Attributes;
use tfplugin::prelude::*;

use super::super::{attributes, check_range, flag, observed, parse};
use super::{NlbTargetGroup, Protocol, TargetType};

const DELAY: &str = "deregistration_delay.timeout_seconds";
const TERMINATION: &str = "deregistration_delay.connection_termination.enabled";
const CLIENT_IP: &str = "preserve_client_ip.enabled";
const PROXY_PROTOCOL: &str = "proxy_protocol_v2.enabled";
const CROSS_ZONE: &str = "load_balancing.cross_zone.enabled";
const STICKY: &str = "stickiness.enabled";
const STICKY_TYPE: &str = "stickiness.type";
const UNHEALTHY_TERMINATION: &str = "target_health_state.unhealthy.connection_termination.enabled";
const UNHEALTHY_INTERVAL: &str = "target_health_state.unhealthy.draining_interval_seconds";
const FAILOVER_COUNT: &str = "target_group_health.dns_failover.minimum_healthy_targets.count";
const FAILOVER_PERCENTAGE: &str = "target_group_health.dns_failover.minimum_healthy_targets.percentage";
const ROUTING_COUNT: &str = "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count";
const ROUTING_PERCENTAGE: &str =
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage";

const DEFAULT_DELAY: u16 = 300;
const OFF: &str = "off";

string_enum! {
    /// Whether targets of all availability zones are used.
    pub(crate) enum CrossZone {
        True = "true",
        False = "false",
        AsLoadBalancer = "use_load_balancer_configuration",
    }
}

string_enum! {
    /// What connections that stay together have in common.
    pub(crate) enum StickinessType {
        SourceIp = "source_ip",
    }
}

/// Whether connections of one client go to one target.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Stickiness {
    /// Whether they do.
    #[attr(optional, default = true)]
    enabled: Attr<bool>,
    /// What tells clients apart; always `source_ip`.
    #[attr(required, name = "type")]
    kind: Attr<StickinessType>,
}

/// What happens to the connections of a target that becomes unhealthy.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct TargetHealthState {
    /// Whether they are cut.
    #[attr(required)]
    enable_unhealthy_connection_termination: Attr<bool>,
    /// Seconds they may take to end by themselves: 0 to 360000. Only where they are not cut.
    #[attr(optional, default = 0, check = |seconds| check_seconds(*seconds))]
    unhealthy_draining_interval: Attr<u32>,
}

/// How many targets must be healthy.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct TargetGroupHealth {
    /// When the address of an availability zone leaves the load balancer's name.
    #[attr(block, max = 1)]
    dns_failover: Attr<Vec<DnsFailover>>,
    /// When connections go to all targets, healthy or not.
    #[attr(block, max = 1)]
    unhealthy_state_routing: Attr<Vec<UnhealthyStateRouting>>,
}

/// When the address of an availability zone leaves the load balancer's name.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct DnsFailover {
    /// Healthy targets there have to be, or `off`.
    #[attr(optional, default = "1", check = |count| check_count(count))]
    minimum_healthy_targets_count: Attr<String>,
    /// Share of healthy targets in percent there has to be, or `off`.
    #[attr(optional, default = "off", check = |percentage| check_percentage(percentage))]
    minimum_healthy_targets_percentage: Attr<String>,
}

/// When connections go to all targets, healthy or not.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct UnhealthyStateRouting {
    /// Healthy targets there have to be.
    #[attr(optional, default = 1, check = |count| check_range(*count, 1, u16::MAX))]
    minimum_healthy_targets_count: Attr<u16>,
    /// Share of healthy targets in percent there has to be, or `off`.
    #[attr(optional, default = "off", check = |percentage| check_percentage(percentage))]
    minimum_healthy_targets_percentage: Attr<String>,
}

/// Checks the settings across each other and against the protocol.
pub(super) fn validate(group: &NlbTargetGroup, check: &mut Check) {
    let Some(protocol) = group.protocol.known().copied() else { return };
    if is_datagram(protocol) && group.preserve_client_ip == Attr::Known(false) {
        let detail = "AWS always preserves the addresses of clients for UDP and TCP_UDP.";
        check.error("preserve_client_ip", "Invalid Combination", detail);
    }
    let is_sticky = first(&group.stickiness).is_some_and(|block| block.enabled != Attr::Known(false));
    if is_sticky && protocol == Protocol::Tls {
        let detail = "AWS knows no stickiness with the protocol TLS.";
        check.error(Path::from("stickiness").index(0).attr("enabled"), "Invalid Combination", detail);
    }
    let Some(state) = first(&group.target_health_state) else { return };
    let path = Path::from("target_health_state").index(0);
    if !is_stream(protocol) {
        let detail =
            format!("The block has a meaning only with the protocols TCP and TLS, not with {protocol}.");
        check.error(path.clone(), "Invalid Combination", detail);
    }
    let drains = state.unhealthy_draining_interval.known().is_some_and(|seconds| *seconds > 0);
    if drains && state.enable_unhealthy_connection_termination == Attr::Known(true) {
        let detail = "Connections that are cut have no time to end by themselves.";
        check.error(path.attr("unhealthy_draining_interval"), "Invalid Combination", detail);
    }
}

/// What to ask AWS for. What has another default for each protocol is in it only when it is given.
pub(super) fn wanted(group: &NlbTargetGroup) -> Attributes {
    let text = |text: &str| Some(text.to_owned());
    let state = first(&group.target_health_state);
    let health = first(&group.target_group_health);
    let failover = health.and_then(|health| first(&health.dns_failover));
    let routing = health.and_then(|health| first(&health.unhealthy_state_routing));
    let sticky = first(&group.stickiness);
    attributes([
        (DELAY, Some(group.deregistration_delay.or(DEFAULT_DELAY).to_string())),
        (TERMINATION, group.connection_termination.known().map(ToString::to_string)),
        (CLIENT_IP, group.preserve_client_ip.known().map(ToString::to_string)),
        (PROXY_PROTOCOL, Some(group.proxy_protocol_v2.or(false).to_string())),
        (CROSS_ZONE, group.load_balancing_cross_zone_enabled.known().map(ToString::to_string)),
        (STICKY, Some(sticky.is_some_and(|block| block.enabled.or(true)).to_string())),
        (STICKY_TYPE, sticky.map(|_| StickinessType::SourceIp.to_string())),
        (
            UNHEALTHY_TERMINATION,
            Some(
                state.is_none_or(|block| block.enable_unhealthy_connection_termination.or(true)).to_string(),
            ),
        ),
        (
            UNHEALTHY_INTERVAL,
            Some(state.map_or(0, |block| block.unhealthy_draining_interval.or(0)).to_string()),
        ),
        (
            FAILOVER_COUNT,
            failover.map_or(text("1"), |block| block.minimum_healthy_targets_count.known().cloned()),
        ),
        (
            FAILOVER_PERCENTAGE,
            failover.map_or(text(OFF), |block| block.minimum_healthy_targets_percentage.known().cloned()),
        ),
        (
            ROUTING_COUNT,
            Some(routing.map_or(1, |block| block.minimum_healthy_targets_count.or(1)).to_string()),
        ),
        (
            ROUTING_PERCENTAGE,
            routing.map_or(text(OFF), |block| block.minimum_healthy_targets_percentage.known().cloned()),
        ),
    ])
}

/// Gives values to what was left to AWS.
pub(super) fn settle(group: &mut NlbTargetGroup, found: &Attributes) -> Result<()> {
    let seen = left_to_aws(group, found)?;
    super::super::decide(&mut group.connection_termination, || seen.0.into());
    super::super::decide(&mut group.preserve_client_ip, || seen.1.into());
    super::super::decide(&mut group.load_balancing_cross_zone_enabled, || seen.2.into());
    Ok(())
}

/// Whether anything was left to AWS.
pub(super) const fn is_open(group: &NlbTargetGroup) -> bool {
    group.connection_termination.is_unknown()
        || group.preserve_client_ip.is_unknown()
        || group.load_balancing_cross_zone_enabled.is_unknown()
}

/// Takes over everything as it is. A setting that is not reported has its default.
pub(super) fn observe(group: &mut NlbTargetGroup, found: &Attributes) -> Result<()> {
    let (termination, client_ip, cross_zone) = left_to_aws(group, found)?;
    group.connection_termination = termination.into();
    group.preserve_client_ip = client_ip.into();
    group.load_balancing_cross_zone_enabled = cross_zone.into();
    group.deregistration_delay = number(found, DELAY, DEFAULT_DELAY)?.into();
    group.proxy_protocol_v2 = flag(found, PROXY_PROTOCOL).unwrap_or(false).into();
    let sticky =
        |enabled: bool| Stickiness { enabled: enabled.into(), kind: StickinessType::SourceIp.into() };
    group.stickiness =
        observed(&group.stickiness, sticky(flag(found, STICKY).unwrap_or(false)), &sticky(false));
    let state = |cuts: bool, seconds: u32| TargetHealthState {
        enable_unhealthy_connection_termination: cuts.into(),
        unhealthy_draining_interval: seconds.into(),
    };
    let seen =
        state(flag(found, UNHEALTHY_TERMINATION).unwrap_or(true), number(found, UNHEALTHY_INTERVAL, 0)?);
    group.target_health_state = observed(&group.target_health_state, seen, &state(true, 0));
    group.target_group_health = observe_health(first(&group.target_group_health), found)?;
    Ok(())
}

fn observe_health(
    before: Option<&TargetGroupHealth>,
    found: &Attributes,
) -> Result<Attr<Vec<TargetGroupHealth>>> {
    let text = |key, default: &str| found.get(key).map_or(default, String::as_str).to_owned();
    let failover = |count: String, percentage: String| DnsFailover {
        minimum_healthy_targets_count: count.into(),
        minimum_healthy_targets_percentage: percentage.into(),
    };
    let routing = |count: u16, percentage: String| UnhealthyStateRouting {
        minimum_healthy_targets_count: count.into(),
        minimum_healthy_targets_percentage: percentage.into(),
    };
    let blocks = before.cloned().unwrap_or_default();
    let health = TargetGroupHealth {
        dns_failover: observed(
            &blocks.dns_failover,
            failover(text(FAILOVER_COUNT, "1"), text(FAILOVER_PERCENTAGE, OFF)),
            &failover("1".into(), OFF.into()),
        ),
        unhealthy_state_routing: observed(
            &blocks.unhealthy_state_routing,
            routing(number(found, ROUTING_COUNT, 1)?, text(ROUTING_PERCENTAGE, OFF)),
            &routing(1, OFF.into()),
        ),
    };
    let none =
        TargetGroupHealth { dns_failover: Vec::new().into(), unhealthy_state_routing: Vec::new().into() };
    Ok(if before.is_none() && health == none { Vec::new() } else { vec![health] }.into())
}

/// Whether AWS cuts connections, preserves addresses and crosses zones; not every service reports what was never set.
fn left_to_aws(group: &NlbTargetGroup, found: &Attributes) -> Result<(bool, bool, CrossZone)> {
    let protocol = group.protocol.known().copied();
    let is_hidden = protocol.is_some_and(is_stream) && group.target_type() == TargetType::Ip;
    Ok((
        flag(found, TERMINATION).unwrap_or_else(|| protocol.is_some_and(is_datagram)),
        flag(found, CLIENT_IP).unwrap_or(!is_hidden),
        found.get(CROSS_ZONE).map_or(Ok(CrossZone::AsLoadBalancer), |word| parse(word))?,
    ))
}

const fn is_stream(protocol: Protocol) -> bool {
    matches!(protocol, Protocol::Tcp | Protocol::Tls)
}

const fn is_datagram(protocol: Protocol) -> bool {
    matches!(protocol, Protocol::Udp | Protocol::TcpUdp)
}

/// The only block, if it is there.
fn first<T>(blocks: &Attr<Vec<T>>) -> Option<&T> {
    blocks.known().and_then(|blocks| blocks.first())
}

fn number<T: std::str::FromStr<Err = std::num::ParseIntError>>(
    found: &Attributes,
    key: &str,
    default: T,
) -> Result<T> {
    Ok(found.get(key).map_or(Ok(default), |text| text.parse())?)
}

fn check_seconds(seconds: u32) -> Result<(), String> {
    if seconds <= 360_000 { Ok(()) } else { Err(format!("{seconds} is not between 0 and 360000.")) }
}

fn check_count(text: &str) -> Result<(), String> {
    if text == OFF || text.parse::<u16>().is_ok_and(|count| count > 0) {
        return Ok(());
    }
    Err(format!("{text:?} is neither a number from 1 on nor `{OFF}`."))
}

fn check_percentage(text: &str) -> Result<(), String> {
    if text == OFF || text.parse::<u8>().is_ok_and(|percentage| (1..=100).contains(&percentage)) {
        return Ok(());
    }
    Err(format!("{text:?} is neither a number from 1 to 100 nor `{OFF}`."))
}

#[cfg(test)]
mod tests;
