use crate::testing::{Fields, Server, ec2_error, ec2_reply};

const INTERFACES: &str = "<networkInterfaceSet>\
    <item><networkInterfaceId>eni-1</networkInterfaceId><attachment><instanceId>i-1</instanceId></attachment>\
    <association><publicIp>203.0.113.7</publicIp></association></item>\
    <item><networkInterfaceId>eni-2</networkInterfaceId><description>ELB net/k8s/1</description></item>\
    </networkInterfaceSet>";

/// A VPC with one of each.
fn everything(request: &Fields) -> (u16, String) {
    let action = request["Action"].as_str();
    let body = match action {
        "DescribeNetworkInterfaces" => INTERFACES,
        "DescribeSubnets" => {
            "<subnetSet><item><subnetId>subnet-1</subnetId><vpcId>vpc-1</vpcId></item></subnetSet>"
        }
        "DescribeSecurityGroups" => {
            "<securityGroupInfo><item><groupId>sg-1</groupId><groupName>default</groupName></item>\
             <item><groupId>sg-2</groupId><groupName>web</groupName></item></securityGroupInfo>"
        }
        "DescribeRouteTables" => {
            "<routeTableSet><item><routeTableId>rtb-1</routeTableId><vpcId>vpc-1</vpcId><associationSet>\
             <item><routeTableAssociationId>rtbassoc-1</routeTableAssociationId><main>true</main></item>\
             </associationSet></item><item><routeTableId>rtb-2</routeTableId></item></routeTableSet>"
        }
        "DescribeInternetGateways" => {
            "<internetGatewaySet><item><internetGatewayId>igw-1</internetGatewayId><attachmentSet><item><vpcId>vpc-1</vpcId></item></attachmentSet></item></internetGatewaySet>"
        }
        "DescribeVpcEndpoints" => {
            "<vpcEndpointSet><item><vpcEndpointId>vpce-1</vpcEndpointId><serviceName>s3</serviceName></item>\
             </vpcEndpointSet>"
        }
        "DescribeVpcPeeringConnections" if request["Filter.1.Name"].starts_with("requester") => {
            "<vpcPeeringConnectionSet><item><vpcPeeringConnectionId>pcx-1</vpcPeeringConnectionId></item>\
             </vpcPeeringConnectionSet>"
        }
        "DescribeNetworkAcls" => {
            "<networkAclSet><item><networkAclId>acl-1</networkAclId></item></networkAclSet>"
        }
        _ => "",
    };
    ec2_reply(action, body)
}

const INSTANCE: &str = "network interface eni-1 of instance i-1 (203.0.113.7)";
const BALANCER: &str = "network interface eni-2 of network load balancer k8s";

#[tokio::test]
async fn everything_in_a_vpc_is_named() {
    let server = Server::start(everything).await;
    let named = server.clients().ec2().blockers_of_vpc("vpc-1").await.unwrap();
    assert_eq!(
        named,
        [
            "subnet subnet-1",
            INSTANCE,
            BALANCER,
            "security group sg-2 (web)",
            "route table rtb-2",
            "internet gateway igw-1",
            "VPC endpoint vpce-1 of s3",
            "peering connection pcx-1",
            "network ACL acl-1",
        ]
    );
}

#[tokio::test]
async fn only_public_addresses_hold_a_gateway() {
    let server = Server::start(everything).await;
    let clients = server.clients();
    assert_eq!(clients.ec2().blockers_of_internet_gateway("vpc-1").await.unwrap(), [INSTANCE]);
    assert_eq!(clients.ec2().blockers_of_subnet("subnet-1").await.unwrap(), [INSTANCE, BALANCER]);
    assert_eq!(server.requests()[1]["Filter.1.Name"], "subnet-id");
}

#[tokio::test]
async fn a_group_is_held_by_interfaces_and_rules_of_others() {
    let server = Server::start(everything).await;
    let named = server.clients().ec2().blockers_of_security_group("sg-1").await.unwrap();
    assert_eq!(
        named,
        [
            INSTANCE,
            BALANCER,
            "an ingress rule of security group sg-2 (web)",
            "an egress rule of security group sg-2 (web)",
        ]
    );
}

#[tokio::test]
async fn a_main_table_is_held_by_its_vpc() {
    let server = Server::start(everything).await;
    let named = server.clients().ec2().blockers_of_route_table("rtb-1").await.unwrap();
    assert_eq!(named, ["VPC vpc-1, of which it is the main table"]);
}

#[tokio::test]
async fn what_may_not_be_looked_at_hides_nothing_else() {
    let denied = || ec2_error(403, "UnauthorizedOperation", "no");
    let server = Server::start(move |request| match request["Action"].as_str() {
        "DescribeNetworkInterfaces" => denied(),
        _ => everything(request),
    })
    .await;
    let named = server.clients().ec2().blockers_of_security_group("sg-1").await.unwrap();
    assert_eq!(named.len(), 2, "{named:?}");

    let server = Server::start(move |_| denied()).await;
    let error = server.clients().ec2().blockers_of_vpc("vpc-1").await.unwrap_err();
    assert!(error.has_code(&["UnauthorizedOperation"]), "{error}");
}
