use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::*;
use crate::Wait;
use crate::testing::{Server, ec2_error, ec2_reply};

fn wait() -> Wait {
    Wait::new(Duration::from_mins(1), CancellationToken::new())
}

fn described(state: &str, more: &str) -> (u16, String) {
    ec2_reply(
        "DescribeInstances",
        &format!(
            "<reservationSet><item><ownerId>123456789012</ownerId><instancesSet><item>\
             <instanceId>i-1</instanceId><instanceState><name>{state}</name></instanceState>{more}\
             </item></instancesSet></item></reservationSet>"
        ),
    )
}

const FULL: &str = "<imageId>ami-1</imageId><instanceType>t3.small</instanceType><keyName></keyName>\
    <privateIpAddress>10.0.0.10</privateIpAddress><sourceDestCheck>true</sourceDestCheck>\
    <placement><availabilityZone>us-east-2a</availabilityZone></placement>\
    <iamInstanceProfile><arn>arn:aws:iam::123456789012:instance-profile/path/node</arn></iamInstanceProfile>\
    <groupSet/><rootDeviceName>/dev/sda1</rootDeviceName>\
    <blockDeviceMapping>\
      <item><deviceName>/dev/sdb</deviceName><ebs><volumeId>vol-2</volumeId></ebs></item>\
      <item><deviceName>/dev/sda1</deviceName><ebs><volumeId>vol-1</volumeId>\
        <deleteOnTermination>true</deleteOnTermination></ebs></item>\
    </blockDeviceMapping>\
    <networkInterfaceSet>\
      <item><networkInterfaceId>eni-2</networkInterfaceId><attachment><deviceIndex>1</deviceIndex></attachment></item>\
      <item><networkInterfaceId>eni-1</networkInterfaceId><attachment><deviceIndex>0</deviceIndex></attachment>\
        <sourceDestCheck>false</sourceDestCheck><groupSet><item><groupId>sg-1</groupId></item></groupSet></item>\
    </networkInterfaceSet>\
    <metadataOptions><state>pending</state><httpTokens>required</httpTokens>\
      <httpPutResponseHopLimit>2</httpPutResponseHopLimit></metadataOptions>\
    <tagSet><item><key>Name</key><value>n</value></item><item><key>aws:x</key><value>y</value></item></tagSet>";

#[tokio::test]
async fn the_primary_interface_decides() {
    let server = Server::start(|_| described("running", FULL)).await;
    let instance = server.clients().ec2().instance("i-1").await.unwrap().unwrap();
    assert_eq!(instance.primary_interface_id.as_deref(), Some("eni-1"));
    assert_eq!(instance.interfaces, 2);
    assert_eq!(instance.security_group_ids, ["sg-1"]);
    assert!(!instance.source_dest_check);
    assert_eq!(instance.owner_id.as_deref(), Some("123456789012"));
    assert_eq!(instance.key_name, None);
    assert_eq!(instance.iam_instance_profile.as_deref(), Some("node"));
    let root = RootDevice {
        name: "/dev/sda1".into(),
        volume_id: Some("vol-1".into()),
        delete_on_termination: Some(true),
    };
    assert_eq!(instance.root_device, Some(root));
    assert!(instance.metadata_options_pending);
    assert_eq!(instance.metadata_options.http_tokens.as_deref(), Some("required"));
    assert_eq!(instance.metadata_options.http_endpoint, None);
    assert_eq!(instance.tags, Tags::from([("Name".into(), "n".into())]));
}

#[tokio::test]
async fn a_sparse_answer_is_understood() {
    let server = Server::start(|_| described("hibernated", "")).await;
    let instance = server.clients().ec2().instance("i-1").await.unwrap().unwrap();
    assert_eq!(instance.state.as_str(), "hibernated");
    assert!(instance.source_dest_check);
    assert_eq!(instance.root_device, None);
    let server = Server::start(|_| ec2_reply("DescribeInstances", "<reservationSet/>")).await;
    assert_eq!(server.clients().ec2().instance("i-1").await.unwrap(), None);
}

fn launch() -> Launch {
    Launch {
        image_id: "ami-1".into(),
        instance_type: "t3.small".into(),
        subnet_id: Some("subnet-1".into()),
        private_ip: Some("10.0.0.10".parse().unwrap()),
        security_group_ids: vec!["sg-1".into()],
        user_data: Some(b"#!/bin/sh\n".to_vec()),
        metadata_options: Some(MetadataOptions {
            http_tokens: Some("required".into()),
            http_put_response_hop_limit: Some(2),
            ..MetadataOptions::default()
        }),
        tags: Tags::from([("Name".into(), "n".into())]),
        volume_tags: Tags::from([("Name".into(), "v".into())]),
        ..Launch::default()
    }
}

fn launched() -> (u16, String) {
    let pending = "<ownerId>1</ownerId><instancesSet><item><instanceId>i-1</instanceId>\
        <instanceState><name>pending</name></instanceState></item></instancesSet>";
    ec2_reply("RunInstances", pending)
}

#[tokio::test]
async fn a_launch_says_all_in_one_call() {
    let server = Server::start(|_| launched()).await;
    let instance = server.clients().ec2().run_instance(&launch(), &wait()).await.unwrap();
    assert_eq!((&*instance.id, instance.state), ("i-1", InstanceState::Pending));
    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    for (name, value) in [
        ("ImageId", "ami-1"),
        ("MinCount", "1"),
        ("MaxCount", "1"),
        ("NetworkInterface.1.DeviceIndex", "0"),
        ("NetworkInterface.1.SubnetId", "subnet-1"),
        ("NetworkInterface.1.PrivateIpAddress", "10.0.0.10"),
        ("NetworkInterface.1.DeleteOnTermination", "true"),
        ("NetworkInterface.1.SecurityGroupId.1", "sg-1"),
        ("UserData", "IyEvYmluL3NoCg=="),
        ("MetadataOptions.HttpTokens", "required"),
        ("MetadataOptions.HttpPutResponseHopLimit", "2"),
        ("TagSpecification.1.ResourceType", "instance"),
        ("TagSpecification.2.ResourceType", "volume"),
        ("TagSpecification.2.Tag.1.Value", "v"),
    ] {
        assert_eq!(requests[0].get(name).map(String::as_str), Some(value), "{name}");
    }
    assert_eq!(requests[0]["ClientToken"].len(), 32);
    assert!(!requests[0].contains_key("NetworkInterface.1.AssociatePublicIpAddress"));
    assert!(!requests[0].keys().any(|name| name.starts_with("BlockDeviceMapping")));
}

#[tokio::test]
async fn a_root_volume_goes_to_the_device_the_image_names() {
    let server = Server::start(|request| match &*request["Action"] {
        "DescribeImages" => ec2_reply(
            "DescribeImages",
            "<imagesSet><item><imageId>ami-1</imageId><rootDeviceName>/dev/xvda</rootDeviceName></item></imagesSet>",
        ),
        _ => launched(),
    })
    .await;
    let root_volume =
        Some(RootVolume { size: Some(20), volume_type: Some("gp3".into()), ..RootVolume::default() });
    let launch = Launch { root_volume, ..launch() };
    server.clients().ec2().run_instance(&launch, &wait()).await.unwrap();
    let request = &server.requests()[1];
    assert_eq!(request["BlockDeviceMapping.1.DeviceName"], "/dev/xvda");
    assert_eq!(request["BlockDeviceMapping.1.Ebs.VolumeSize"], "20");
    assert!(!request.contains_key("BlockDeviceMapping.1.Ebs.Encrypted"));
}

#[tokio::test]
async fn an_address_still_taken_is_asked_for_again_with_the_same_token() {
    let count = std::sync::atomic::AtomicUsize::new(0);
    let server = Server::start(move |_| match count.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
        0 => ec2_error(400, "InvalidIPAddress.InUse", "Address 10.0.0.10 is in use."),
        1 => ec2_error(400, "InvalidSubnetID.NotFound", "The subnet ID 'subnet-1' does not exist"),
        2 => ec2_error(400, "InvalidParameterValue", "Value (node) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name"),
        _ => launched(),
    })
    .await;
    let quick = wait().paced(Duration::from_millis(1), Duration::from_millis(2));
    server.clients().ec2().run_instance(&launch(), &quick).await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 4);
    assert!(requests.iter().all(|request| request["ClientToken"] == requests[0]["ClientToken"]));
}

#[tokio::test]
async fn a_missing_image_is_told_at_once() {
    let server =
        Server::start(|_| ec2_error(400, "InvalidAMIID.NotFound", "The image id '[ami-1]' does not exist"))
            .await;
    let error = server.clients().ec2().run_instance(&launch(), &wait()).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn an_instance_that_falls_tells_why() {
    let reason = "<stateReason><code>Client.InvalidKMSKey.InvalidState</code><message>The KMS key is disabled</message></stateReason>";
    let server = Server::start(move |_| described("terminated", reason)).await;
    let error = server.clients().ec2().instance_running("i-1", false, &wait()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "instance i-1 to run failed: it is terminated: Client.InvalidKMSKey.InvalidState: The KMS key is disabled"
    );
}

#[tokio::test]
async fn a_public_address_is_awaited_when_there_will_be_one() {
    let count = std::sync::atomic::AtomicUsize::new(0);
    let server = Server::start(move |_| match count.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
        0 => described("pending", ""),
        1 => described("running", ""),
        _ => described("running", "<ipAddress>203.0.113.1</ipAddress>"),
    })
    .await;
    let instance = server.clients().ec2().instance_running("i-1", true, &wait()).await.unwrap();
    assert_eq!(instance.public_ip.as_deref(), Some("203.0.113.1"));
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_missing_instance_is_as_good_as_terminated() {
    let server = Server::start(|_| ec2_error(400, "InvalidInstanceID.NotFound", "no")).await;
    server.clients().ec2().terminate_instance("i-1", &wait()).await.unwrap();
    let server = Server::start(|_| ec2_error(400, "OperationNotPermitted", "protected")).await;
    assert!(server.clients().ec2().terminate_instance("i-1", &wait()).await.is_err());
}

#[tokio::test]
async fn user_data_is_decoded() {
    let server = Server::start(|_| {
        ec2_reply("DescribeInstanceAttribute", "<userData><value>IyEvYmluL3No\nCg==</value></userData>")
    })
    .await;
    assert_eq!(server.clients().ec2().user_data("i-1").await.unwrap().as_deref(), Some(&b"#!/bin/sh\n"[..]));
    let server = Server::start(|_| ec2_reply("DescribeInstanceAttribute", "<userData/>")).await;
    assert_eq!(server.clients().ec2().user_data("i-1").await.unwrap(), None);
}

#[tokio::test]
async fn a_disabled_endpoint_takes_no_other_option() {
    let server = Server::start(|request| match &*request["Action"] {
        "DescribeInstances" => described("running", ""),
        action => ec2_reply(action, ""),
    })
    .await;
    let options = MetadataOptions {
        http_endpoint: Some("disabled".into()),
        http_tokens: Some("required".into()),
        ..MetadataOptions::default()
    };
    server.clients().ec2().set_metadata_options("i-1", &options, &wait()).await.unwrap();
    let request = &server.requests()[0];
    assert_eq!(request["HttpEndpoint"], "disabled");
    assert!(!request.contains_key("HttpTokens"), "{request:?}");
}

#[tokio::test]
async fn an_address_that_stays_taken_is_told_with_its_holder() {
    let server = Server::start(|request| match &*request["Action"] {
        "DescribeNetworkInterfaces" => ec2_reply(
            "DescribeNetworkInterfaces",
            "<networkInterfaceSet>\
             <item><networkInterfaceId>eni-2</networkInterfaceId><subnetId>subnet-2</subnetId></item>\
             <item><networkInterfaceId>eni-1</networkInterfaceId><subnetId>subnet-1</subnetId>\
             <attachment><instanceId>i-old</instanceId></attachment></item></networkInterfaceSet>",
        ),
        _ => ec2_error(400, "InvalidIPAddress.InUse", "Address 10.0.0.10 is in use."),
    })
    .await;
    let short = Wait::new(Duration::from_millis(20), CancellationToken::new());
    let short = short.paced(Duration::from_millis(5), Duration::from_millis(5));
    let error = server.clients().ec2().run_instance(&launch(), &short).await.unwrap_err().to_string();
    assert!(error.contains("InvalidIPAddress.InUse: Address 10.0.0.10 is in use."), "{error}");
    assert!(error.ends_with("In the way: network interface eni-1 of instance i-old."), "{error}");
    let requests = server.requests();
    let question = requests.iter().find(|request| request["Action"] == "DescribeNetworkInterfaces").unwrap();
    assert_eq!(
        (&*question["Filter.1.Name"], &*question["Filter.1.Value.1"]),
        ("addresses.private-ip-address", "10.0.0.10")
    );
}

#[tokio::test]
async fn want_of_capacity_is_told_at_once_and_other_failures_pass() {
    let exhausted = || ec2_error(500, "InsufficientInstanceCapacity", "no t3.small");
    let starts = std::sync::atomic::AtomicUsize::new(0);
    let server = Server::start(move |request| match request["Action"].as_str() {
        "StartInstances" if starts.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0 => {
            ec2_error(500, "InternalError", "An internal error has occurred")
        }
        _ => exhausted(),
    })
    .await;
    let clients = server.clients_with_retries(4);
    let error = clients.ec2().run_instance(&launch(), &wait()).await.unwrap_err();
    assert!(error.has_code(&["InsufficientInstanceCapacity"]), "{error}");
    assert!(error.to_string().contains("Choose another zone or instance"), "{error}");
    let error = clients.ec2().start_instance("i-1", false, &wait()).await.unwrap_err();
    assert!(error.has_code(&["InsufficientInstanceCapacity"]), "{error}");
    assert_eq!(server.actions(), ["RunInstances", "StartInstances", "StartInstances"]);
}

#[tokio::test]
async fn a_reason_has_its_code_once() {
    for (code, message, told) in [
        (
            "Server.InternalError",
            "Internal error on launch",
            "Server.InternalError: Internal error on launch",
        ),
        ("Client.X", "Client.X: no", "Client.X: no"),
        ("Client.X", "", "Client.X"),
    ] {
        let reason = format!("<stateReason><code>{code}</code><message>{message}</message></stateReason>");
        let server = Server::start(move |_| described("terminated", &reason)).await;
        let seen = server.clients().ec2().instance("i-1").await.unwrap().unwrap();
        assert_eq!(seen.state_reason.as_deref(), Some(told));
    }
}

#[tokio::test]
async fn credits_that_are_refused_are_an_error() {
    let server = Server::start(|_| {
        ec2_reply(
            "ModifyInstanceCreditSpecification",
            "<unsuccessfulInstanceCreditSpecificationSet><item><instanceId>i-1</instanceId><error>\
             <code>InstanceCreditSpecification.NotSupported</code><message>not burstable</message></error></item>\
             </unsuccessfulInstanceCreditSpecificationSet>",
        )
    })
    .await;
    let error = server.clients().ec2().set_cpu_credits("i-1", "unlimited").await.unwrap_err();
    assert_eq!(error.to_string(), "change of the CPU credits of i-1 failed: not burstable");
}
