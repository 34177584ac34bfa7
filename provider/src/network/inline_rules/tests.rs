use aws::ec2::Peer;

use super::*;
use crate::common::cidr::Ipv4Cidr;

fn rule(protocol: &str, ports: (i32, i32), cidrs: &[&str]) -> InlineRule {
    InlineRule {
        protocol: Attr::parse(protocol).unwrap(),
        from_port: ports.0.into(),
        to_port: ports.1.into(),
        cidr_blocks: cidrs
            .iter()
            .map(|cidr| Parsed::<Ipv4Cidr>::new(*cidr).unwrap())
            .collect::<Vec<_>>()
            .into(),
        ..InlineRule::default()
    }
}

fn single(protocol: &str, ports: Option<(i32, i32)>, peer: Peer) -> RuleSettings {
    RuleSettings {
        protocol: protocol.into(),
        from_port: ports.map(|ports| ports.0),
        to_port: ports.map(|ports| ports.1),
        peer,
        description: None,
    }
}

fn ipv4(cidr: &str) -> Peer {
    Peer::Ipv4(cidr.into())
}

fn group(id: &str) -> Peer {
    Peer::Group { id: id.into(), owner_id: None }
}

fn problems(rules: Vec<InlineRule>) -> Vec<(String, String)> {
    let mut check = Check::default();
    InlineRules::validate(&InlineRules(rules).into(), "ingress", &mut check);
    check
        .iter()
        .map(|told| (told.path.clone().unwrap_or_default().to_string(), told.detail.clone()))
        .collect()
}

#[test]
fn grouping_order_and_spelling_do_not_matter() {
    let merged = InlineRules(vec![rule("tcp", (22, 22), &["10.0.0.0/8", "192.168.0.0/16"])]);
    let split = InlineRules(vec![
        rule("6", (22, 22), &["192.168.0.0/16"]),
        InlineRule {
            description: "".into(),
            own_group: false.into(),
            ..rule("TCP", (22, 22), &["10.0.0.0/8"])
        },
    ]);
    assert!(merged.same(&split));
    let everything = |port| InlineRules(vec![rule("-1", (port, port), &["0.0.0.0/0"])]);
    assert!(everything(0).same(&everything(-1)));
    let worded = InlineRule { description: "ssh".into(), ..rule("tcp", (22, 22), &["10.0.0.0/8"]) };
    assert!(!InlineRules(vec![worded]).same(&InlineRules(vec![rule("tcp", (22, 22), &["10.0.0.0/8"])])));
}

#[test]
fn what_is_still_true_keeps_its_words() {
    let written = InlineRules(vec![
        rule("6", (22, 22), &["192.168.0.0/16", "10.0.0.0/8"]),
        InlineRule { own_group: true.into(), ..rule("-1", (0, 0), &[]) },
    ]);
    let seen = [
        single("tcp", Some((22, 22)), ipv4("10.0.0.0/8")),
        single("tcp", Some((22, 22)), ipv4("192.168.0.0/16")),
        single("-1", None, group("sg-1")),
    ];
    assert_eq!(written.as_seen(&seen, "sg-1").unwrap(), written);
}

#[test]
fn what_is_gone_and_what_is_foreign_shows() {
    let written = InlineRules(vec![
        rule("tcp", (22, 22), &["10.0.0.0/8", "192.168.0.0/16"]),
        rule("tcp", (443, 443), &["0.0.0.0/0"]),
    ]);
    let seen = [
        single("tcp", Some((22, 22)), ipv4("10.0.0.0/8")),
        single("udp", Some((53, 53)), group("sg-12345678")),
        single("udp", Some((53, 53)), group("sg-1")),
        single("-1", None, ipv4("10.1.0.0/16")),
    ];
    let now = written.as_seen(&seen, "sg-1").unwrap();
    let foreign = InlineRule {
        cidr_blocks: Attr::Null,
        security_groups: BTreeSet::from([Parsed::new("sg-12345678").unwrap()]).into(),
        own_group: true.into(),
        ..rule("udp", (53, 53), &[])
    };
    let expected = [rule("tcp", (22, 22), &["10.0.0.0/8"]), rule("-1", (0, 0), &["10.1.0.0/16"]), foreign];
    assert_eq!(now.0, expected);
    assert!(!now.same(&written));
}

#[test]
fn an_import_finds_every_rule() {
    let seen = [single("tcp", Some((22, 22)), ipv4("10.0.0.0/8")), single("50", None, ipv4("10.0.0.0/8"))];
    let found = InlineRules::default().as_seen(&seen, "sg-1").unwrap();
    let written =
        InlineRules(vec![rule("tcp", (22, 22), &["10.0.0.0/8"]), rule("50", (0, 0), &["10.0.0.0/8"])]);
    assert!(found.same(&written));
}

#[test]
fn what_is_not_known_yet_is_not_compared() {
    let open = InlineRules(vec![InlineRule { cidr_blocks: Attr::Unknown, ..rule("tcp", (22, 22), &[]) }]);
    assert!(open.same(&open.clone()));
    assert!(!open.same(&InlineRules(vec![rule("tcp", (22, 22), &["10.0.0.0/8"])])));
    assert!(open.singles("sg-1").is_err());
}

#[test]
fn every_problem_is_told() {
    assert_eq!(
        problems(vec![rule("tcp", (22, 22), &["10.0.0.0/8"]), rule("-1", (0, 0), &["0.0.0.0/0"])]),
        []
    );
    let nobody = InlineRule { cidr_blocks: Attr::Null, ..rule("udp", (53, 52), &[]) };
    let told = problems(vec![rule("-1", (80, 0), &["0.0.0.0/0"]), nobody]);
    let details: Vec<_> = told.iter().map(|(_, detail)| detail.as_str()).collect();
    assert_eq!(details[0], "A rule for all protocols is one for all ports: `from_port` is 0, not 80.");
    assert!(details[1].starts_with("One of `cidr_blocks`"), "{details:?}");
    assert_eq!(details[2], "The last port, 52, comes before the first one, 53.");
    assert!(told.iter().all(|(path, _)| path.starts_with("ingress")), "{told:?}");
}

#[test]
fn descriptions_alone_do_not_tell_rules_apart() {
    let worded =
        |text: &str| InlineRule { description: text.into(), ..rule("tcp", (22, 24), &["10.0.0.0/8"]) };
    assert_eq!(problems(vec![worded("a"), worded("a")]), []);
    let told = problems(vec![worded("a"), worded("b")]);
    assert_eq!(told[0].0, "ingress");
    assert!(told[0].1.ends_with("which AWS does not take: tcp 22-24, for 10.0.0.0/8."), "{told:?}");
}
