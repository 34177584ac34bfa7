//! Kinds of objects: where answers and requests name them, and how.

use serde::{Deserialize, Serialize};

use super::message::{Reply, Request};

/// A kind of object that can be hidden or be in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names are AWS's own")]
pub enum Kind {
    Vpc,
    DhcpOptions,
    Subnet,
    InternetGateway,
    RouteTable,
    RouteTableAssociation,
    SecurityGroup,
    SecurityGroupRule,
    KeyPair,
    Instance,
    /// The metadata options of an instance.
    MetadataOptions,
    Volume,
    /// The modification of a volume.
    VolumeModification,
    NetworkInterface,
    LoadBalancer,
    TargetGroup,
    Listener,
    /// A target of any target group, by its id.
    Target,
}

/// How AWS speaks of a kind of object.
#[derive(Debug)]
pub(super) struct Words {
    /// The action that lists such objects.
    pub(super) describe: &'static str,
    /// The parameter that names one, without numbers.
    pub(super) parameter: &'static str,
    /// Where an answer has the identifier, below the object's element.
    pub(super) id: &'static [&'static str],
    /// Where an answer has the state; empty where there is none.
    pub(super) state: &'static [&'static str],
    /// Where an answer has the reason of the state; empty where there is none.
    pub(super) reason: &'static [&'static str],
    /// The code when there is no such object.
    pub(super) not_found: &'static str,
}

impl Kind {
    pub(super) const fn words(self) -> Words {
        let (describe, parameter, id, state, reason, not_found): (_, _, &[_], &[_], &[_], _) = match self {
            Self::Vpc => ("DescribeVpcs", "VpcId", &["vpcId"], &["state"], &[], "InvalidVpcID.NotFound"),
            Self::DhcpOptions => (
                "DescribeDhcpOptions",
                "DhcpOptionsId",
                &["dhcpOptionsId"],
                &[],
                &[],
                "InvalidDhcpOptionID.NotFound",
            ),
            Self::Subnet => {
                ("DescribeSubnets", "SubnetId", &["subnetId"], &["state"], &[], "InvalidSubnetID.NotFound")
            }
            Self::InternetGateway => (
                "DescribeInternetGateways",
                "InternetGatewayId",
                &["internetGatewayId"],
                &["attachmentSet", "item", "state"],
                &[],
                "InvalidInternetGatewayID.NotFound",
            ),
            Self::RouteTable => (
                "DescribeRouteTables",
                "RouteTableId",
                &["routeTableId"],
                &[],
                &[],
                "InvalidRouteTableID.NotFound",
            ),
            Self::RouteTableAssociation => (
                "DescribeRouteTables",
                "AssociationId",
                &["routeTableAssociationId"],
                &["associationState", "state"],
                &["associationState", "statusMessage"],
                "InvalidAssociationID.NotFound",
            ),
            Self::SecurityGroup => {
                ("DescribeSecurityGroups", "GroupId", &["groupId"], &[], &[], "InvalidGroup.NotFound")
            }
            Self::SecurityGroupRule => (
                "DescribeSecurityGroupRules",
                "SecurityGroupRuleId",
                &["securityGroupRuleId"],
                &[],
                &[],
                "InvalidSecurityGroupRuleId.NotFound",
            ),
            Self::KeyPair => {
                ("DescribeKeyPairs", "KeyName", &["keyName"], &[], &[], "InvalidKeyPair.NotFound")
            }
            Self::Instance => (
                "DescribeInstances",
                "InstanceId",
                &["instanceId"],
                &["instanceState", "name"],
                &["stateReason", "message"],
                "InvalidInstanceID.NotFound",
            ),
            Self::MetadataOptions => (
                "DescribeInstances",
                "InstanceId",
                &["instanceId"],
                &["metadataOptions", "state"],
                &[],
                "InvalidInstanceID.NotFound",
            ),
            Self::Volume => {
                ("DescribeVolumes", "VolumeId", &["volumeId"], &["status"], &[], "InvalidVolume.NotFound")
            }
            Self::VolumeModification => (
                "DescribeVolumesModifications",
                "VolumeId",
                &["volumeId"],
                &["modificationState"],
                &["statusMessage"],
                "InvalidVolumeModification.NotFound",
            ),
            Self::NetworkInterface => (
                "DescribeNetworkInterfaces",
                "NetworkInterfaceId",
                &["networkInterfaceId"],
                &["status"],
                &[],
                "InvalidNetworkInterfaceID.NotFound",
            ),
            Self::LoadBalancer => (
                "DescribeLoadBalancers",
                "LoadBalancerArn",
                &["LoadBalancerArn"],
                &["State", "Code"],
                &["State", "Reason"],
                "LoadBalancerNotFound",
            ),
            Self::TargetGroup => (
                "DescribeTargetGroups",
                "TargetGroupArn",
                &["TargetGroupArn"],
                &[],
                &[],
                "TargetGroupNotFound",
            ),
            Self::Listener => {
                ("DescribeListeners", "ListenerArn", &["ListenerArn"], &[], &[], "ListenerNotFound")
            }
            Self::Target => (
                "DescribeTargetHealth",
                "Targets.member.Id",
                &["Target", "Id"],
                &["TargetHealth", "State"],
                &["TargetHealth", "Reason"],
                "InvalidTarget",
            ),
        };
        Words { describe, parameter, id, state, reason, not_found }
    }

    /// The objects of this kind that a call is about: those it names, and those its answer tells of.
    pub(super) fn objects(self, request: &Request, reply: &Reply) -> Vec<String> {
        let words = self.words();
        let mut objects: Vec<_> = request.values(words.parameter).map(str::to_owned).collect();
        if let Some(mut document) = reply.document() {
            document.visit(words.id, &mut |_, id| objects.push(id.to_owned()));
            if self == Self::RouteTableAssociation {
                // The answers of the calls that make associations have a name of their own for it.
                objects.extend(document.texts("associationId").into_iter().map(str::to_owned));
                objects.extend(document.texts("newAssociationId").into_iter().map(str::to_owned));
            }
        }
        objects.sort();
        objects.dedup();
        objects
    }
}
