//! The `health_check` block of a target group.

use aws::elbv2;
use tfplugin::prelude::*;

use super::super::{check_range, observed, parse};
use super::TargetType;

const PATH: &str = "/";
const MATCHER: &str = "200-399";
const TRAFFIC_PORT: &str = "traffic-port";

string_enum! {
    /// Protocols of health checks.
    pub(crate) enum CheckProtocol {
        Tcp = "TCP",
        Http = "HTTP",
        Https = "HTTPS",
    }
}

/// How the health of targets is checked.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct HealthCheck {
    /// Whether it is checked; always `true` for targets of a network load balancer.
    #[attr(optional, default = true, check = |enabled| always(*enabled))]
    enabled: Attr<bool>,
    /// `TCP`, `HTTP` or `HTTPS`. The certificate that a target shows is not verified.
    #[attr(optional, default = "HTTP")]
    protocol: Attr<CheckProtocol>,
    /// A port, or `traffic-port` for the one that the target is registered with.
    #[attr(optional, default = "traffic-port", check = |port| check_port(port))]
    port: Attr<String>,
    /// Path to ask for; `/` when not given. Only with `HTTP` and `HTTPS`.
    #[attr(optional, computed, keep, check = |path| check_path(path))]
    path: Attr<String>,
    /// Status codes of a healthy target, such as `200`, `200,302` or `200-399`, which is meant when not given. Only with
    /// `HTTP` and `HTTPS`.
    #[attr(optional, computed, keep, check = |codes| check_matcher(codes))]
    matcher: Attr<String>,
    /// Seconds between two checks: 5 to 300.
    #[attr(optional, default = 30, check = |seconds| check_range(*seconds, 5, 300))]
    interval: Attr<u16>,
    /// Seconds without an answer after which a check has failed: 2 to 120. When not given, 6 for `HTTP` and 10 for the
    /// others, but not more than `interval`.
    #[attr(optional, computed, keep, check = |seconds| check_range(*seconds, 2, 120))]
    timeout: Attr<u16>,
    /// Checks in a row that must succeed before a target is healthy: 2 to 10.
    #[attr(optional, default = 3, check = |count| check_range(*count, 2, 10))]
    healthy_threshold: Attr<u16>,
    /// Checks in a row that must fail before a target is unhealthy: 2 to 10.
    #[attr(optional, default = 3, check = |count| check_range(*count, 2, 10))]
    unhealthy_threshold: Attr<u16>,
}

type Blocks = Attr<Vec<HealthCheck>>;

/// Checks the block across its attributes.
pub(super) fn validate(blocks: &Blocks, target_type: Attr<TargetType>, check: &mut Check) {
    let Some([block]) = blocks.known().map(Vec::as_slice) else { return };
    let at = |name: &str| Path::from("health_check").index(0).attr(name);
    if block.protocol == Attr::Known(CheckProtocol::Tcp) {
        for (name, attr) in [("path", &block.path), ("matcher", &block.matcher)] {
            if attr.is_set() {
                let detail = format!("`{name}` has a meaning only with the protocols HTTP and HTTPS.");
                check.error(at(name), "Invalid Combination", detail);
            }
        }
    }
    if block.protocol == Attr::Known(CheckProtocol::Tcp) && target_type == Attr::Known(TargetType::Alb) {
        let detail = "Application load balancers are checked with HTTP or HTTPS.";
        check.error(at("protocol"), "Invalid Combination", detail);
    }
    let interval = if block.interval.is_null() { Some(30) } else { block.interval.known().copied() };
    if let (Some(timeout), Some(interval)) = (block.timeout.known(), interval)
        && *timeout > interval
    {
        let detail =
            format!("A check fails after {timeout} seconds, but the next one follows after {interval}.");
        check.error(at("timeout"), "Invalid Combination", detail);
    }
}

/// Plans what the configuration leaves open. What was decided before stays, unless the check has become too frequent.
pub(super) fn plan(config: &Blocks, planned: &mut Blocks) {
    if let (Some([config]), Attr::Known(blocks)) = (config.known().map(Vec::as_slice), &mut *planned) {
        for block in blocks {
            let is_too_long = block.timeout.known().zip(block.interval.known()).is_some_and(|(a, b)| a > b);
            let open =
                [(&mut block.path, config.path.is_null()), (&mut block.matcher, config.matcher.is_null())];
            // A check that was one of TCP had neither.
            for (attr, _) in open.into_iter().filter(|(attr, is_open)| *is_open && attr.is_null()) {
                *attr = Attr::Unknown;
            }
            if is_too_long && config.timeout.is_null() {
                block.timeout = Attr::Unknown;
            }
        }
    }
    decide(planned);
}

/// Gives values to what is left open, as soon as it is known what they depend on.
pub(super) fn decide(blocks: &mut Blocks) {
    let Attr::Known(blocks) = blocks else { return };
    for block in blocks {
        let Some(protocol) = block.protocol.known().copied() else { continue };
        if protocol == CheckProtocol::Tcp {
            (block.path, block.matcher) = (Attr::Null, Attr::Null);
        }
        super::decide(&mut block.path, || PATH.into());
        super::decide(&mut block.matcher, || MATCHER.into());
        let timeout = block.interval.map(|interval| default_timeout(protocol).min(interval));
        super::decide(&mut block.timeout, || timeout);
    }
}

/// The check to ask AWS for; without a block, the one that AWS makes by default.
pub(super) fn wanted(blocks: &Blocks, target_type: &str) -> Result<elbv2::HealthCheck> {
    let Some([block]) = blocks.known().map(Vec::as_slice) else {
        return Ok(elbv2::HealthCheck::default_for(target_type));
    };
    let protocol = block.protocol.or(CheckProtocol::Http);
    Ok(elbv2::HealthCheck {
        enabled: block.enabled.or(true),
        protocol: protocol.to_string(),
        port: block.port.or(TRAFFIC_PORT.to_owned()),
        path: block.path.known().cloned(),
        matcher: block.matcher.known().cloned(),
        interval: *block.interval.value()?,
        timeout: block.timeout.or(default_timeout(protocol)),
        healthy_threshold: *block.healthy_threshold.value()?,
        unhealthy_threshold: *block.unhealthy_threshold.value()?,
    })
}

/// What AWS reports. Where the configuration has no block, the default check is no news.
pub(super) fn observe(blocks: &Blocks, found: &elbv2::HealthCheck, target_type: &str) -> Result<Blocks> {
    let default = from_aws(&elbv2::HealthCheck::default_for(target_type))?;
    Ok(observed(blocks, from_aws(found)?, &default))
}

fn from_aws(found: &elbv2::HealthCheck) -> Result<HealthCheck> {
    Ok(HealthCheck {
        enabled: found.enabled.into(),
        protocol: parse::<CheckProtocol>(&found.protocol)?.into(),
        port: found.port.clone().into(),
        path: found.path.clone().into(),
        matcher: found.matcher.clone().into(),
        interval: found.interval.into(),
        timeout: found.timeout.into(),
        healthy_threshold: found.healthy_threshold.into(),
        unhealthy_threshold: found.unhealthy_threshold.into(),
    })
}

const fn default_timeout(protocol: CheckProtocol) -> u16 {
    match protocol {
        CheckProtocol::Http => 6,
        CheckProtocol::Tcp | CheckProtocol::Https => 10,
    }
}

fn always(enabled: bool) -> Result<(), String> {
    if enabled { Ok(()) } else { Err("AWS always checks the targets of a network load balancer.".into()) }
}

fn check_port(port: &str) -> Result<(), String> {
    if port == TRAFFIC_PORT || port.parse::<u16>().is_ok_and(|port| port > 0) {
        return Ok(());
    }
    Err(format!("{port:?} is neither a port from 1 to 65535 nor `{TRAFFIC_PORT}`."))
}

fn check_path(path: &str) -> Result<(), String> {
    if path.starts_with('/') && path.len() <= 1024 {
        return Ok(());
    }
    Err(format!("A path begins with a slash and has at most 1024 characters, unlike {path:?}."))
}

/// Codes and ranges of codes from 200 to 599, separated by commas.
fn check_matcher(codes: &str) -> Result<(), String> {
    let code = |text: &str| text.parse::<u16>().ok().filter(|code| (200..=599).contains(code));
    let is_range = |range: &str| match range.split_once('-') {
        Some((first, last)) => code(first).zip(code(last)).is_some_and(|(first, last)| first <= last),
        None => code(range).is_some(),
    };
    if codes.split(',').all(is_range) {
        return Ok(());
    }
    Err(format!(
        "{codes:?} is not a list of status codes from 200 to 599, such as `200`, `200,302` or `200-399`."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(protocol: CheckProtocol) -> HealthCheck {
        HealthCheck {
            enabled: true.into(),
            protocol: protocol.into(),
            port: TRAFFIC_PORT.into(),
            path: Attr::Unknown,
            matcher: Attr::Unknown,
            interval: 30.into(),
            timeout: Attr::Unknown,
            healthy_threshold: 3.into(),
            unhealthy_threshold: 3.into(),
        }
    }

    fn decided(block: HealthCheck) -> Blocks {
        let mut blocks = Attr::Known(vec![block]);
        decide(&mut blocks);
        blocks
    }

    #[test]
    fn what_is_left_open_follows_from_the_protocol() {
        for (protocol, path, matcher, timeout) in [
            (CheckProtocol::Tcp, Attr::Null, Attr::Null, 10),
            (CheckProtocol::Http, PATH.into(), MATCHER.into(), 6),
            (CheckProtocol::Https, PATH.into(), MATCHER.into(), 10),
        ] {
            let blocks = decided(block(protocol));
            let [block] = blocks.known().unwrap().as_slice() else { panic!("one block") };
            assert_eq!((&block.path, &block.matcher, &block.timeout), (&path, &matcher, &timeout.into()));
        }
        let unknown = HealthCheck { protocol: Attr::Unknown, ..block(CheckProtocol::Tcp) };
        assert_eq!(decided(unknown.clone()), vec![unknown].into());
    }

    #[test]
    fn a_check_ends_before_the_next_begins() {
        let frequent = HealthCheck { interval: 5.into(), ..block(CheckProtocol::Tcp) };
        assert_eq!(decided(frequent.clone()).known().unwrap()[0].timeout, 5.into());
        for (config, timeout) in [(Attr::Null, 5), (Attr::Known(10), 10)] {
            let config = Attr::Known(vec![HealthCheck { timeout: config, ..frequent.clone() }]);
            let mut planned = Attr::Known(vec![HealthCheck { timeout: 10.into(), ..frequent.clone() }]);
            plan(&config, &mut planned);
            assert_eq!(planned.known().unwrap()[0].timeout, timeout.into());
        }
    }

    #[test]
    fn a_check_that_becomes_tcp_forgets_its_path() {
        let before = HealthCheck { path: "/readyz".into(), ..block(CheckProtocol::Tcp) };
        assert_eq!(decided(before).known().unwrap()[0].path, Attr::Null);
    }

    #[test]
    fn a_check_that_becomes_http_gets_a_path() {
        let open = HealthCheck { path: Attr::Null, matcher: Attr::Null, ..block(CheckProtocol::Http) };
        for (config, expected) in
            [(open.clone(), PATH), (HealthCheck { path: "/x".into(), ..open.clone() }, "/x")]
        {
            let mut planned = Attr::Known(vec![config.clone()]);
            plan(&vec![config].into(), &mut planned);
            let [planned] = planned.known().unwrap().as_slice() else { panic!("one block") };
            assert_eq!((&planned.path, &planned.matcher), (&expected.into(), &MATCHER.into()));
        }
    }

    #[test]
    fn what_is_asked_for_is_read_back() {
        for protocol in [CheckProtocol::Tcp, CheckProtocol::Http, CheckProtocol::Https] {
            let blocks = decided(block(protocol));
            let asked = wanted(&blocks, "ip").unwrap();
            assert_eq!(observe(&blocks, &asked, "ip").unwrap(), blocks);
            assert_eq!(observe(&Attr::Null, &asked, "ip").unwrap(), blocks, "as after an import");
        }
    }

    #[test]
    fn no_block_is_the_default_until_someone_changes_it() {
        let none = Attr::Known(Vec::new());
        let default = wanted(&none, "ip").unwrap();
        assert_eq!(observe(&none, &default, "ip").unwrap(), none);
        let changed = elbv2::HealthCheck { interval: 5, ..default };
        assert_eq!(observe(&none, &changed, "ip").unwrap().known().unwrap()[0].interval, 5.into());
    }

    #[test]
    fn attributes_must_fit_each_other() {
        let free = |protocol| HealthCheck { path: Attr::Null, matcher: Attr::Null, ..block(protocol) };
        for (block, target_type, expected) in [
            (
                HealthCheck { path: "/".into(), matcher: "200".into(), ..block(CheckProtocol::Tcp) },
                TargetType::Ip,
                vec![
                    "health_check[0].path: `path` has a meaning only with the protocols HTTP and HTTPS.",
                    "health_check[0].matcher: `matcher` has a meaning only with the protocols HTTP and HTTPS.",
                ],
            ),
            (HealthCheck { path: "/".into(), ..free(CheckProtocol::Https) }, TargetType::Ip, vec![]),
            (
                HealthCheck { timeout: 31.into(), ..free(CheckProtocol::Tcp) },
                TargetType::Ip,
                vec![
                    "health_check[0].timeout: A check fails after 31 seconds, but the next one follows after 30.",
                ],
            ),
            (
                free(CheckProtocol::Tcp),
                TargetType::Alb,
                vec!["health_check[0].protocol: Application load balancers are checked with HTTP or HTTPS."],
            ),
        ] {
            let mut check = Check::default();
            validate(&vec![block].into(), target_type.into(), &mut check);
            let told: Vec<_> = check
                .iter()
                .map(|told| format!("{}: {}", told.path.as_ref().unwrap(), told.detail))
                .collect();
            assert_eq!(told, expected);
        }
    }

    #[test]
    fn texts_that_aws_would_refuse() {
        for good in ["200", "200,302", "200-399", "200-299,404"] {
            assert_eq!(check_matcher(good), Ok(()), "{good}");
        }
        for bad in ["", "100", "200-", "399-200", "600", "200,", "ok"] {
            assert!(check_matcher(bad).is_err(), "{bad}");
        }
        assert!(check_port("traffic-port").is_ok() && check_port("6443").is_ok());
        assert!(check_port("0").is_err() && check_port("70000").is_err() && check_port("traffic").is_err());
        assert!(check_path("/readyz").is_ok() && check_path("readyz").is_err());
        assert!(always(false).is_err());
    }
}
