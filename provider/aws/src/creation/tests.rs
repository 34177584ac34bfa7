use std::fs;
use std::sync::Mutex;
use std::time::Duration;

use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::Kind;
use crate::ec2::{NewSecurityGroup, NewVpc};
use crate::testing::{Fields, Server, ec2_error, ec2_reply};

const VPC: &str = "<vpcId>vpc-1</vpcId><cidrBlock>10.0.0.0/16</cidrBlock>";
const MARK: &str = "TagSpecification.1.Tag.1.Value";

fn wait() -> Wait {
    let wait = Wait::new(Duration::from_secs(5), CancellationToken::new());
    wait.paced(Duration::from_millis(1), Duration::from_millis(1))
}

fn new() -> NewVpc {
    NewVpc { cidr_block: "10.0.0.0/16".into(), ..NewVpc::default() }
}

/// A service that answers the given creations one after the other, and finds a VPC from the given look on.
async fn service(creations: Vec<(u16, String)>, found_from: usize) -> Server {
    let (creations, looks) = (Mutex::new(creations.into_iter()), AtomicUsize::new(0));
    Server::start(move |request: &Fields| match request["Action"].as_str() {
        "DescribeVpcs" if looks.fetch_add(1, Ordering::SeqCst) + 1 < found_from => {
            ec2_reply("DescribeVpcs", "")
        }
        "DescribeVpcs" => ec2_reply("DescribeVpcs", &format!("<vpcSet><item>{VPC}</item></vpcSet>")),
        _ => creations.lock().unwrap().next().unwrap(),
    })
    .await
}

fn lost() -> (u16, String) {
    (502, "<html>Bad Gateway</html>".into())
}

fn made() -> (u16, String) {
    ec2_reply("CreateVpc", &format!("<vpc>{VPC}</vpc>"))
}

fn is_empty(folder: &TempDir) -> bool {
    fs::read_dir(folder.path()).unwrap().next().is_none()
}

#[tokio::test]
async fn what_got_no_answer_is_found_by_its_token() {
    let server = service(vec![lost()], 3).await;
    let vpc = server.clients().ec2().create_vpc(&new(), &wait()).await.unwrap();
    assert_eq!(vpc.id, "vpc-1");
    assert_eq!(server.actions(), ["CreateVpc", "DescribeVpcs", "DescribeVpcs", "DescribeVpcs"]);
    let requests = server.requests();
    assert_eq!(requests[0]["TagSpecification.1.Tag.1.Key"], "groundup:create-token");
    assert_eq!(requests[1]["Filter.1.Name"], "tag:groundup:create-token");
    assert_eq!(requests[1]["Filter.1.Value.1"], requests[0][MARK]);
}

#[tokio::test]
async fn what_is_not_found_is_asked_for_again_with_the_same_token() {
    let unreadable = ec2_reply("CreateVpc", "<vpc><state>pending</state></vpc>");
    let server = service(vec![unreadable, made()], usize::MAX).await;
    server.clients_with_retries(1).ec2().create_vpc(&new(), &wait()).await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), LOOKS + 2);
    assert_eq!(requests[0][MARK], requests[LOOKS + 1][MARK]);
}

#[tokio::test]
async fn a_refusal_ends_it() {
    let folder = TempDir::new().unwrap();
    let server = service(vec![ec2_error(400, "VpcLimitExceeded", "no more")], 1).await;
    let clients = server.clients_with_journal(folder.path());
    let error = clients.ec2().create_vpc(&new(), &wait()).await.unwrap_err();
    assert_eq!(error.code(), Some("VpcLimitExceeded"));
    assert_eq!(server.actions(), ["CreateVpc"]);
    assert!(is_empty(&folder));
}

#[tokio::test]
async fn what_nobody_can_tell_is_named() {
    let server = service(vec![lost()], usize::MAX).await;
    let error = server.clients().ec2().create_vpc(&new(), &wait()).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Connection);
    let token = &server.requests()[0][MARK];
    let end =
        format!("The VPC may have been made all the same, with the tag groundup:create-token = {token}.");
    assert!(error.to_string().ends_with(&end), "{error}");
    assert!(matches!(error, Error::Uncertain { recorded: false, .. }));
}

#[tokio::test]
async fn what_a_killed_process_made_is_taken_over() {
    let folder = TempDir::new().unwrap();
    let server = service(vec![lost()], LOOKS + 2).await;
    let killed = server.clients_with_journal(folder.path());
    let error = killed.ec2().create_vpc(&new(), &wait()).await.unwrap_err();
    assert!(matches!(error, Error::Uncertain { recorded: true, .. }));
    drop(killed);

    let next = server.clients_with_journal(folder.path());
    assert_eq!(next.ec2().create_vpc(&new(), &wait()).await.unwrap().id, "vpc-1");
    assert_eq!(server.actions().iter().filter(|action| *action == "CreateVpc").count(), 1);
    next.settle();
    assert!(is_empty(&folder));
}

#[tokio::test]
async fn what_a_killed_process_only_wanted_is_created_with_its_token() {
    let folder = TempDir::new().unwrap();
    let server = service(vec![lost(), made()], usize::MAX).await;
    let killed = server.clients_with_journal(folder.path());
    killed.ec2().create_vpc(&new(), &wait()).await.unwrap_err();
    drop(killed);
    let next = server.clients_with_journal(folder.path());
    next.ec2().create_vpc(&new(), &wait()).await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 1 + LOOKS + LOOKS + 1);
    assert_eq!(requests[0][MARK], requests[requests.len() - 1][MARK]);
}

#[test]
fn another_request_is_another_creation() {
    let (vpc, other) = (new(), NewVpc { cidr_block: "10.1.0.0/16".into(), ..NewVpc::default() });
    let one = digest("VPC", &vpc, "us-east-2");
    assert_eq!(one.len(), 64);
    assert_eq!(one, digest("VPC", &vpc, "us-east-2"));
    assert_ne!(one, digest("VPC", &other, "us-east-2"));
    assert_ne!(one, digest("VPC", &vpc, "us-east-1"));
    assert_ne!(one, digest("subnet", &vpc, "us-east-2"));
}

#[tokio::test]
async fn a_duplicate_of_a_first_attempt_is_somebody_elses() {
    let server = Server::start(|request| match request["Action"].as_str() {
        "CreateSecurityGroup" => ec2_error(400, "InvalidGroup.Duplicate", "exists"),
        action => ec2_reply(
            action,
            "<securityGroupInfo><item><groupId>sg-1</groupId><groupName>k8s</groupName></item></securityGroupInfo>",
        ),
    })
    .await;
    let new = NewSecurityGroup { name: "k8s".into(), vpc_id: "vpc-1".into(), ..NewSecurityGroup::default() };
    let error = server.clients().ec2().create_security_group(&new, &wait()).await.unwrap_err();
    assert_eq!(error.to_string(), "security group k8s exists already: sg-1");
    assert_eq!(server.actions(), ["CreateSecurityGroup", "DescribeSecurityGroups"]);
}

#[tokio::test]
async fn a_duplicate_after_doubt_is_ours_if_it_has_our_token() {
    for ours in [true, false] {
        let (creations, looks) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let server = Server::start(move |request| match request["Action"].as_str() {
            "CreateSecurityGroup" if creations.fetch_add(1, Ordering::SeqCst) == 0 => lost(),
            "CreateSecurityGroup" => ec2_error(400, "InvalidGroup.Duplicate", "exists"),
            // It shows only after the second attempt.
            action
                if request["Filter.1.Name"] == "vpc-id"
                    || ours && looks.fetch_add(1, Ordering::SeqCst) >= LOOKS =>
            {
                ec2_reply(
                    action,
                    "<securityGroupInfo><item><groupId>sg-1</groupId></item></securityGroupInfo>",
                )
            }
            action => ec2_reply(action, ""),
        })
        .await;
        let clients = server.clients_with_retries(1);
        let new =
            NewSecurityGroup { name: "k8s".into(), vpc_id: "vpc-1".into(), ..NewSecurityGroup::default() };
        let created = clients.ec2().create_security_group(&new, &wait()).await;
        match created {
            Ok(group) => assert!(ours && group.id == "sg-1"),
            Err(error) => {
                assert!(!ours);
                assert_eq!(error.to_string(), "security group k8s exists already: sg-1");
            }
        }
    }
}
