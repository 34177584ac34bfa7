use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::*;
use crate::testing::{Server, ec2_error, ec2_reply};

fn wait() -> Wait {
    Wait::new(Duration::from_secs(5), CancellationToken::new())
        .paced(Duration::from_millis(1), Duration::from_millis(5))
}

fn rule(protocol: &str, ports: (i32, i32), cidr: &str, description: &str) -> RuleSettings {
    RuleSettings {
        protocol: protocol.into(),
        from_port: Some(ports.0),
        to_port: Some(ports.1),
        peer: Peer::Ipv4(cidr.into()),
        description: Some(description.into()),
    }
}

fn item(id: &str, ports: (i32, i32), cidr: &str, description: &str) -> String {
    format!(
        "<item><securityGroupRuleId>{id}</securityGroupRuleId><groupId>sg-1</groupId><isEgress>false</isEgress>\
         <ipProtocol>tcp</ipProtocol><fromPort>{}</fromPort><toPort>{}</toPort><cidrIpv4>{cidr}</cidrIpv4>\
         <description>{description}</description></item>",
        ports.0, ports.1
    )
}

fn rules(items: &[String]) -> (u16, String) {
    let items = items.concat();
    ec2_reply("DescribeSecurityGroupRules", &format!("<securityGroupRuleSet>{items}</securityGroupRuleSet>"))
}

#[tokio::test]
async fn only_what_differs_is_touched_and_new_comes_before_old_goes() {
    let looks = AtomicUsize::new(0);
    let server = Server::start(move |request| match request["Action"].as_str() {
        "DescribeSecurityGroupRules" if looks.fetch_add(1, Ordering::SeqCst) == 0 => rules(&[
            item("sgr-1", (22, 22), "10.0.0.0/8", "same"),
            item("sgr-2", (80, 80), "10.0.0.0/8", "old words"),
            item("sgr-3", (443, 443), "0.0.0.0/0", "foreign"),
        ]),
        "DescribeSecurityGroupRules" => rules(&[
            item("sgr-1", (22, 22), "10.0.0.0/8", "same"),
            item("sgr-2", (80, 80), "10.0.0.0/8", "new words"),
            item("sgr-4", (6443, 6443), "0.0.0.0/0", "api"),
        ]),
        action => ec2_reply(action, "<return>true</return>"),
    })
    .await;
    let wanted = [
        rule("6", (22, 22), "10.0.0.0/8", "same"),
        rule("TCP", (80, 80), "10.0.0.0/8", "new words"),
        rule("tcp", (6443, 6443), "0.0.0.0/0", "api"),
    ];
    server.clients().ec2().set_rules(Direction::Ingress, "sg-1", &wanted, &wait()).await.unwrap();
    assert_eq!(
        server.actions(),
        [
            "DescribeSecurityGroupRules",
            "AuthorizeSecurityGroupIngress",
            "ModifySecurityGroupRules",
            "RevokeSecurityGroupIngress",
            "DescribeSecurityGroupRules"
        ]
    );
    let requests = server.requests();
    assert_eq!(requests[1]["IpPermissions.1.FromPort"], "6443");
    assert!(!requests[1].contains_key("IpPermissions.2.FromPort"));
    assert_eq!(requests[2]["SecurityGroupRule.1.SecurityGroupRuleId"], "sgr-2");
    assert_eq!(requests[2]["SecurityGroupRule.1.SecurityGroupRule.Description"], "new words");
    assert_eq!(requests[3]["SecurityGroupRuleId.1"], "sgr-3");
}

#[tokio::test]
async fn rules_that_are_there_already_are_looked_at_again() {
    let looks = AtomicUsize::new(0);
    let server = Server::start(move |request| match request["Action"].as_str() {
        "DescribeSecurityGroupRules" if looks.fetch_add(1, Ordering::SeqCst) == 0 => rules(&[]),
        "DescribeSecurityGroupRules" => rules(&[item("sgr-1", (22, 22), "10.0.0.0/8", "ssh")]),
        _ => ec2_error(400, "InvalidPermission.Duplicate", "the specified rule already exists"),
    })
    .await;
    let wanted = [rule("tcp", (22, 22), "10.0.0.0/8", "ssh")];
    server.clients().ec2().set_rules(Direction::Ingress, "sg-1", &wanted, &wait()).await.unwrap();
    assert_eq!(
        server.actions(),
        ["DescribeSecurityGroupRules", "AuthorizeSecurityGroupIngress", "DescribeSecurityGroupRules"]
    );
}

#[tokio::test]
async fn old_rules_go_first_when_there_is_no_room() {
    let (looks, tries) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let server = Server::start(move |request| match request["Action"].as_str() {
        "DescribeSecurityGroupRules" if looks.fetch_add(1, Ordering::SeqCst) == 0 => {
            rules(&[item("sgr-1", (22, 22), "10.0.0.0/8", "")])
        }
        "DescribeSecurityGroupRules" => rules(&[item("sgr-2", (23, 23), "10.0.0.0/8", "")]),
        "AuthorizeSecurityGroupIngress" if tries.fetch_add(1, Ordering::SeqCst) == 0 => {
            ec2_error(400, "RulesPerSecurityGroupLimitExceeded", "too many")
        }
        action => ec2_reply(action, "<return>true</return>"),
    })
    .await;
    let wanted = [rule("tcp", (23, 23), "10.0.0.0/8", "")];
    server.clients().ec2().set_rules(Direction::Ingress, "sg-1", &wanted, &wait()).await.unwrap();
    assert_eq!(
        server.actions()[1..4],
        ["AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress", "AuthorizeSecurityGroupIngress"]
    );
}

#[tokio::test]
async fn merged_permissions_are_single_rules() {
    let server = Server::start(|_| {
        ec2_reply(
            "DescribeSecurityGroups",
            "<securityGroupInfo><item><groupId>sg-1</groupId><ownerId>1</ownerId><groupName>g</groupName>\
             <ipPermissions><item><ipProtocol>6</ipProtocol><fromPort>22</fromPort><toPort>22</toPort>\
             <ipRanges><item><cidrIp>10.0.0.0/8</cidrIp><description>a</description></item>\
             <item><cidrIp>10.1.0.0/16</cidrIp></item></ipRanges></item></ipPermissions>\
             <ipPermissionsEgress><item><ipProtocol>-1</ipProtocol><fromPort>-1</fromPort><toPort>-1</toPort><groups>\
             <item><groupId>sg-1</groupId><userId>1</userId></item><item><groupId>sg-2</groupId><userId>2</userId>\
             </item></groups></item></ipPermissionsEgress></item></securityGroupInfo>",
        )
    })
    .await;
    let group = server.clients().ec2().security_group("sg-1").await.unwrap().unwrap();
    let narrow = RuleSettings { description: None, ..rule("tcp", (22, 22), "10.1.0.0/16", "") };
    assert_eq!(group.ingress, [rule("tcp", (22, 22), "10.0.0.0/8", "a"), narrow]);
    let peers: Vec<_> = group.egress.iter().map(|rule| rule.peer.clone()).collect();
    let of = |id: &str, owner_id| Peer::Group { id: id.into(), owner_id };
    assert_eq!(peers, [of("sg-1", None), of("sg-2", Some("2".into()))]);
    assert_eq!((group.egress[0].from_port, group.egress[0].to_port), (None, None));
}

#[test]
fn protocols_without_ports_are_compared_without_them() {
    let other = RuleSettings { from_port: None, to_port: None, ..rule("50", (0, 0), "10.0.0.0/8", "") };
    assert_eq!(traffic(&rule("50", (-1, -1), "10.0.0.0/8", "x")), traffic(&other));
    assert_ne!(
        traffic(&rule("tcp", (1, 1), "10.0.0.0/8", "")),
        traffic(&rule("tcp", (2, 2), "10.0.0.0/8", ""))
    );
}
