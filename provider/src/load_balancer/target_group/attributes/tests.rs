use super::super::super::changed;
use super::*;

fn group(protocol: Protocol, target_type: TargetType) -> NlbTargetGroup {
    NlbTargetGroup {
        protocol: protocol.into(),
        target_type: target_type.into(),
        stickiness: Vec::new().into(),
        target_health_state: Vec::new().into(),
        target_group_health: Vec::new().into(),
        ..NlbTargetGroup::default()
    }
}

fn sticky() -> Attr<Vec<Stickiness>> {
    vec![Stickiness { enabled: true.into(), kind: StickinessType::SourceIp.into() }].into()
}

fn state(cuts: bool, seconds: u32) -> Attr<Vec<TargetHealthState>> {
    let block = TargetHealthState {
        enable_unhealthy_connection_termination: cuts.into(),
        unhealthy_draining_interval: seconds.into(),
    };
    vec![block].into()
}

fn health() -> Attr<Vec<TargetGroupHealth>> {
    let failover = DnsFailover {
        minimum_healthy_targets_count: OFF.into(),
        minimum_healthy_targets_percentage: "50".into(),
    };
    let block =
        TargetGroupHealth { dns_failover: vec![failover].into(), unhealthy_state_routing: Vec::new().into() };
    vec![block].into()
}

fn sent(group: &NlbTargetGroup) -> Attributes {
    changed(&wanted(&NlbTargetGroup::default()), &wanted(group))
}

#[test]
fn what_aws_chooses_depends_on_protocol_and_targets() {
    let none = Attributes::new();
    for (protocol, target_type, expected) in [
        (Protocol::Tcp, TargetType::Instance, (false, true)),
        (Protocol::Tcp, TargetType::Ip, (false, false)),
        (Protocol::Tls, TargetType::Ip, (false, false)),
        (Protocol::Udp, TargetType::Ip, (true, true)),
    ] {
        let (termination, client_ip, cross_zone) = left_to_aws(&group(protocol, target_type), &none).unwrap();
        assert_eq!((termination, client_ip), expected, "{protocol} {target_type}");
        assert_eq!(cross_zone, CrossZone::AsLoadBalancer);
    }
    let told = [(CLIENT_IP, "true"), (TERMINATION, "true"), (CROSS_ZONE, "false")];
    let told = attributes(told.map(|(key, value)| (key, Some(value.to_owned()))));
    let left = left_to_aws(&group(Protocol::Tcp, TargetType::Ip), &told).unwrap();
    assert_eq!(left, (true, true, CrossZone::False));
}

#[test]
fn a_new_group_is_sent_only_what_differs_from_the_default() {
    let mut group = group(Protocol::Tcp, TargetType::Ip);
    group.connection_termination = Attr::Unknown;
    assert_eq!(sent(&group), Attributes::new());
    group.deregistration_delay = 30.into();
    group.preserve_client_ip = false.into();
    group.target_group_health = health();
    let expected = [(DELAY, "30"), (CLIENT_IP, "false"), (FAILOVER_COUNT, OFF), (FAILOVER_PERCENTAGE, "50")];
    assert_eq!(sent(&group), attributes(expected.map(|(key, value)| (key, Some(value.to_owned())))));
}

#[test]
fn what_is_asked_for_is_read_back() {
    let plain = group(Protocol::Tcp, TargetType::Ip);
    let full = NlbTargetGroup {
        deregistration_delay: 30.into(),
        load_balancing_cross_zone_enabled: CrossZone::True.into(),
        stickiness: sticky(),
        target_health_state: state(false, 60),
        target_group_health: health(),
        ..plain.clone()
    };
    for asked in [plain.clone(), full] {
        let mut seen = plain.clone();
        observe(&mut seen, &wanted(&asked)).unwrap();
        assert_eq!(wanted(&seen), {
            let mut settled = asked.clone();
            observe(&mut settled, &wanted(&asked)).unwrap();
            wanted(&settled)
        });
        assert_eq!(seen.stickiness, asked.stickiness);
        assert_eq!(seen.target_health_state, asked.target_health_state);
        assert_eq!(seen.target_group_health, asked.target_group_health);
    }
}

#[test]
fn a_block_that_says_the_default_stays() {
    let mut group = NlbTargetGroup {
        target_health_state: state(true, 0),
        target_group_health: vec![TargetGroupHealth {
            dns_failover: Vec::new().into(),
            unhealthy_state_routing: Vec::new().into(),
        }]
        .into(),
        ..group(Protocol::Tcp, TargetType::Ip)
    };
    let before = group.clone();
    observe(&mut group, &Attributes::new()).unwrap();
    assert_eq!(group.target_health_state, before.target_health_state);
    assert_eq!(group.target_group_health, before.target_group_health);
}

#[test]
fn what_aws_would_refuse_is_told_at_its_place() {
    let tcp = group(Protocol::Tcp, TargetType::Ip);
    for (group, expected) in [
        (tcp.clone(), vec![]),
        (
            NlbTargetGroup { preserve_client_ip: false.into(), ..group(Protocol::Udp, TargetType::Ip) },
            vec![(
                "preserve_client_ip",
                "AWS always preserves the addresses of clients for UDP and TCP_UDP.",
            )],
        ),
        (
            NlbTargetGroup { stickiness: sticky(), ..group(Protocol::Tls, TargetType::Ip) },
            vec![("stickiness[0].enabled", "AWS knows no stickiness with the protocol TLS.")],
        ),
        (
            NlbTargetGroup { target_health_state: state(false, 1), ..group(Protocol::Udp, TargetType::Ip) },
            vec![(
                "target_health_state[0]",
                "The block has a meaning only with the protocols TCP and TLS, not with UDP.",
            )],
        ),
        (
            NlbTargetGroup { target_health_state: state(true, 1), ..tcp },
            vec![(
                "target_health_state[0].unhealthy_draining_interval",
                "Connections that are cut have no time to end by themselves.",
            )],
        ),
    ] {
        let mut check = Check::default();
        validate(&group, &mut check);
        let told: Vec<_> = check
            .iter()
            .map(|told| (told.path.as_ref().unwrap().to_string(), told.detail.as_str()))
            .collect();
        assert_eq!(told.iter().map(|(path, detail)| (path.as_str(), *detail)).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn numbers_and_off() {
    for (text, count, percentage) in [
        ("1", true, true),
        ("off", true, true),
        ("101", true, false),
        ("0", false, false),
        ("on", false, false),
    ] {
        assert_eq!(
            (check_count(text).is_ok(), check_percentage(text).is_ok()),
            (count, percentage),
            "{text}"
        );
    }
    assert_eq!(check_seconds(360_001).unwrap_err(), "360001 is not between 0 and 360000.");
}
