//! `groundup_vpc_dhcp_options_association`: which DHCP options a VPC uses.

use aws::limits::DHCP_OPTIONS;
use tfplugin::prelude::*;

use super::object::{blame, import_id};
use crate::Client;
use crate::common::id::{DhcpOptionsId, VpcId};
use crate::common::wait::wait;

/// Makes a VPC use DHCP options. Without one, a VPC uses those of AWS, and it does so again when this is destroyed.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct VpcDhcpOptionsAssociation {
    /// Ids of the options and the VPC, joined by `-`.
    #[attr(computed)]
    id: Attr<String>,
    /// VPC that uses the options. A change replaces the association.
    #[attr(required, replace)]
    vpc_id: Attr<VpcId>,
    /// DHCP options to use, or `default` for those of AWS.
    #[attr(required, check = |id| options(id))]
    dhcp_options_id: Attr<String>,
    /// Time limits; by default 2 minutes to create, 2 to change, 3 to delete.
    #[attr(block = "single")]
    timeouts: Attr<Timeouts>,
}

/// The name of the options that AWS gives every VPC.
const DEFAULT: &str = "default";

fn options(id: &str) -> Result<(), String> {
    match id {
        DEFAULT => Ok(()),
        id => id.parse::<DhcpOptionsId>().map(drop).map_err(|error| format!("{error}.")),
    }
}

impl Resource for VpcDhcpOptionsAssociation {
    const TYPE: &'static str = "vpc_dhcp_options_association";
    type Client = Client;

    async fn plan(plan: &mut Plan<Self>, _: &Cx<Client>) -> Result<()> {
        plan.planned.id = plan.planned.name();
        Ok(())
    }

    async fn create(mut self, cx: &Cx<Client>, _: &Saved<Self>) -> Result<Self> {
        self.associate(cx, self.timeouts.create(DHCP_OPTIONS.create), "Unable to Associate DHCP Options")
            .await?;
        self.id = self.name();
        Ok(self)
    }

    async fn read(mut self, cx: &Cx<Client>) -> Result<Option<Self>> {
        let vpc = cx.client.aws().ec2().vpc(self.vpc_id.value()?.as_str()).await;
        let Some(vpc) = vpc.during("Unable to Read DHCP Options Association")? else { return Ok(None) };
        // AWS's own options in place of others mean that there is no association any more.
        if vpc.dhcp_options_id == DEFAULT && self.dhcp_options_id.as_str() != Some(DEFAULT) {
            return Ok(None);
        }
        self.dhcp_options_id = vpc.dhcp_options_id.into();
        self.id = self.name();
        Ok(Some(self))
    }

    async fn update(mut self, _: Self, cx: &Cx<Client>, _: &Saved<Self>) -> Result<Self> {
        self.associate(cx, self.timeouts.update(DHCP_OPTIONS.update), "Unable to Associate DHCP Options")
            .await?;
        self.id = self.name();
        Ok(self)
    }

    async fn delete(self, cx: &Cx<Client>) -> Result<()> {
        let ended = cx.client.aws().ec2().disassociate_dhcp_options(self.vpc_id.value()?.as_str()).await;
        ended.during("Unable to Disassociate DHCP Options")
    }

    /// By the id of the VPC.
    async fn import(id: ImportId, _: &Cx<Client>) -> Result<Self> {
        Ok(Self { vpc_id: import_id(&id)?, ..Self::default() })
    }
}

impl VpcDhcpOptionsAssociation {
    fn name(&self) -> Attr<String> {
        match (self.dhcp_options_id.known(), self.vpc_id.known()) {
            (Some(options), Some(vpc)) => format!("{options}-{vpc}").into(),
            _ => Attr::Unknown,
        }
    }

    async fn associate(&self, cx: &Cx<Client>, limit: std::time::Duration, summary: &str) -> Result<()> {
        let (options, vpc) = (self.dhcp_options_id.value()?, self.vpc_id.value()?);
        let associated =
            cx.client.aws().ec2().associate_dhcp_options(options, vpc.as_str(), &wait(cx, limit)).await;
        let blamed = [
            ("InvalidVpcID.NotFound", "vpc_id"),
            ("InvalidDhcpOptionID.NotFound", "dhcp_options_id"),
            ("InvalidDhcpOptionsID.NotFound", "dhcp_options_id"),
        ];
        associated.map_err(|error| blame(error, summary, &blamed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_is_known_with_its_parts() {
        let mut association = VpcDhcpOptionsAssociation {
            vpc_id: "vpc-01234567".parse::<VpcId>().unwrap().into(),
            dhcp_options_id: Attr::Unknown,
            ..VpcDhcpOptionsAssociation::default()
        };
        assert_eq!(association.name(), Attr::Unknown);
        association.dhcp_options_id = "dopt-01234567".into();
        assert_eq!(association.name().as_str(), Some("dopt-01234567-vpc-01234567"));
    }

    #[test]
    fn the_options_of_aws_have_a_name() {
        assert!(options("default").is_ok());
        assert!(options("dopt-01234567").is_ok());
        assert!(options("vpc-01234567").is_err());
    }
}
