use super::*;

fn groups(ids: &[&str]) -> Attr<BTreeSet<SecurityGroupId>> {
    ids.iter().map(|id| id.parse().unwrap()).collect::<BTreeSet<SecurityGroupId>>().into()
}

fn places(nlb: &Nlb) -> Vec<String> {
    let mut check = Check::default();
    nlb.validate(&mut check);
    check.iter().map(|told| told.path.as_ref().map(ToString::to_string).unwrap_or_default()).collect()
}

fn nlb() -> Nlb {
    let subnets = BTreeSet::from(["subnet-01234567".parse::<SubnetId>().unwrap()]);
    Nlb { subnets: subnets.into(), subnet_mapping: Vec::new().into(), ..Nlb::default() }
}

#[test]
fn arguments_must_fit_each_other() {
    let named = Nlb { name: "k8s".into(), name_prefix: "k8s-".into(), ..nlb() };
    let switched = Nlb { private_link_rules: OnOff::Off.into(), ..nlb() };
    for (nlb, expected) in [
        (nlb(), vec![]),
        (named, vec!["name_prefix"]),
        (Nlb { subnets: Attr::Null, ..nlb() }, vec![""]),
        (Nlb { subnets: BTreeSet::new().into(), ..nlb() }, vec!["subnets"]),
        (Nlb { security_groups: Attr::Unknown, ..switched.clone() }, vec![]),
        (Nlb { security_groups: groups(&["sg-01234567"]), ..switched.clone() }, vec![]),
        (Nlb { security_groups: groups(&[]), ..switched.clone() }, vec![PRIVATE_LINK_RULES]),
        (switched, vec![PRIVATE_LINK_RULES]),
    ] {
        assert_eq!(places(&nlb), expected);
    }
}

#[test]
fn the_rules_of_groups_apply_where_there_are_groups() {
    for (groups, before, after) in [
        (groups(&["sg-01234567"]), Attr::Unknown, OnOff::On.into()),
        (groups(&["sg-01234567"]), OnOff::Off.into(), OnOff::Off.into()),
        (groups(&[]), OnOff::Off.into(), Attr::Null),
        (Attr::Unknown, Attr::Unknown, Attr::Unknown),
    ] {
        let mut planned = Nlb { security_groups: groups, private_link_rules: before, ..nlb() };
        planned.plan_private_link_rules();
        assert_eq!(planned.private_link_rules, after);
    }
}
