use aws::ec2::Route;

use super::*;

fn to_gateway(cidr: &str) -> InlineRoute {
    InlineRoute {
        cidr_block: Attr::parse(cidr).unwrap(),
        gateway_id: Attr::parse("igw-01234567").unwrap(),
        ..InlineRoute::default()
    }
}

fn to_interface(cidr: &str) -> InlineRoute {
    InlineRoute {
        gateway_id: Attr::parse("").unwrap(),
        network_interface_id: Attr::parse("eni-01234567").unwrap(),
        ..to_gateway(cidr)
    }
}

fn seen(cidr: &str, state: &str) -> Route {
    Route {
        destination: Some(Destination::Ipv4(cidr.into())),
        state: state.into(),
        origin: "CreateRoute".into(),
        ..Route::default()
    }
}

fn by_gateway(cidr: &str, state: &str) -> Route {
    Route { gateway_id: Some("igw-01234567".into()), ..seen(cidr, state) }
}

fn by_instance(cidr: &str, state: &str) -> Route {
    Route {
        instance_id: Some("i-01234567".into()),
        network_interface_id: Some("eni-01234567".into()),
        ..seen(cidr, state)
    }
}

fn table(routes: Vec<Route>) -> RouteTable {
    RouteTable { id: "rtb-01234567".into(), routes, ..RouteTable::default() }
}

fn problems(routes: Vec<InlineRoute>) -> Vec<(String, String)> {
    let mut check = Check::default();
    InlineRoutes::validate(&InlineRoutes(routes).into(), &mut check);
    check
        .iter()
        .map(|told| (told.path.clone().unwrap_or_default().to_string(), told.detail.clone()))
        .collect()
}

#[test]
fn what_is_still_true_keeps_its_words() {
    let written = InlineRoutes(vec![to_gateway("0.0.0.0/0"), to_interface("10.200.0.0/24")]);
    let local = Route {
        gateway_id: Some("local".into()),
        origin: "CreateRouteTable".into(),
        ..seen("10.0.0.0/16", "active")
    };
    let propagated = Route {
        gateway_id: Some("vgw-01234567".into()),
        origin: "EnableVgwRoutePropagation".into(),
        ..seen("10.9.0.0/16", "active")
    };
    let endpoint = Route {
        destination: Some(Destination::PrefixList("pl-01234567".into())),
        gateway_id: Some("vpce-01234567".into()),
        ..seen("", "active")
    };
    let others = [local, propagated, endpoint];
    let own = [by_instance("10.200.0.0/24", "active"), by_gateway("0.0.0.0/0", "active")];
    let now = written.as_seen(&table(others.into_iter().chain(own).collect())).unwrap();
    assert_eq!(now, written);
}

#[test]
fn what_leads_elsewhere_or_nowhere_shows() {
    let written = InlineRoutes(vec![
        to_gateway("0.0.0.0/0"),
        to_interface("10.200.0.0/24"),
        to_interface("10.200.1.0/24"),
    ]);
    let now = written
        .as_seen(&table(vec![
            by_instance("0.0.0.0/0", "active"),
            by_instance("10.200.0.0/24", "blackhole"),
            by_gateway("192.168.0.0/16", "blackhole"),
        ]))
        .unwrap();
    let everything = InlineRoute { gateway_id: Attr::Null, ..to_interface("0.0.0.0/0") };
    assert_eq!(now.0, [everything, to_gateway("192.168.0.0/16")]);
    assert!(!now.same(&written));
}

#[test]
fn an_empty_text_is_no_target() {
    let spelt_out = InlineRoute {
        ipv6_cidr_block: Attr::parse("").unwrap(),
        nat_gateway_id: Attr::parse("").unwrap(),
        ..to_gateway("0.0.0.0/0")
    };
    assert_eq!(problems(vec![spelt_out.clone()]), []);
    assert!(InlineRoutes(vec![spelt_out]).same(&InlineRoutes(vec![to_gateway("0.0.0.0/0")])));
}

#[test]
fn every_problem_is_told() {
    let two_targets =
        InlineRoute { nat_gateway_id: Attr::parse("nat-01234567").unwrap(), ..to_gateway("0.0.0.0/0") };
    let open = InlineRoute { gateway_id: Attr::Unknown, ..to_gateway("10.0.0.0/8") };
    assert_eq!(problems(vec![open]), []);
    let told = problems(vec![two_targets, InlineRoute { cidr_block: Attr::Null, ..to_gateway("0.0.0.0/0") }]);
    assert_eq!(
        told[0].1,
        "A route has one target: `nat_gateway_id` cannot be set together with `gateway_id`."
    );
    assert!(told[1].1.starts_with("A route has one destination: one of `cidr_block`"), "{told:?}");
    let told = problems(vec![to_gateway("0.0.0.0/0"), to_interface("0.0.0.0/0")]);
    assert_eq!(told[0].1, "Two routes lead to 0.0.0.0/0; a table has one route to a destination.");
}

#[test]
fn packets_within_the_vpc_take_no_gateway() {
    let routes = InlineRoutes(vec![
        to_gateway("0.0.0.0/0"),
        to_gateway("10.0.1.0/24"),
        to_interface("10.0.2.0/24"),
        InlineRoute { gateway_id: Attr::parse("local").unwrap(), ..to_gateway("10.0.0.0/16") },
    ]);
    let told = routes.inside("10.0.0.0/16".parse().unwrap());
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with("10.0.1.0/24 lies in the range of the VPC, 10.0.0.0/16."), "{told:?}");
}
