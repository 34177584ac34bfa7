//! Internet gateways: the way out of a VPC.

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::ResourceType;

use super::{Ec2, PAGE, any_of, once, tags};
use crate::batch::{Described, Key};
use crate::creation::{Creation, Token};
use crate::error::IgnoreNotFound;
use crate::wait::is_blocked;
use crate::{Error, Result, Tags, Wait, failed};

/// An internet gateway as the service describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InternetGateway {
    /// The id, which begins with `igw-`.
    pub id: String,
    /// The account that owns it.
    pub owner_id: Option<String>,
    /// The VPC it is attached to.
    pub attachment: Option<GatewayAttachment>,
    /// The tags.
    pub tags: Tags,
}

/// The tie of a gateway to a VPC.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GatewayAttachment {
    /// The VPC.
    pub vpc_id: String,
    /// `attaching`, `available`, `detaching` or `detached`.
    pub state: String,
}

const ID: &str = "internet-gateway-id";
const ATTACHED: &str = "attachment.vpc-id";

impl Ec2<'_> {
    /// Creates an internet gateway that is attached to nothing.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn create_internet_gateway(&self, tags: &Tags, wait: &Wait) -> Result<InternetGateway> {
        let client = self.sdk().await?;
        let attempt = |token: Token| async move {
            let tags = tags::specification(ResourceType::InternetGateway, tags, Some(&token));
            let request = client.create_internet_gateway().set_tag_specifications(tags);
            let reply = request.customize().config_override(once()).send().await;
            let gateway = reply.map_err(failed("ec2:CreateInternetGateway"))?.internet_gateway;
            let gateway = gateway.map(InternetGateway::from_sdk).filter(|gateway| !gateway.id.is_empty());
            gateway.ok_or_else(|| Error::reply("ec2:CreateInternetGateway", "the reply has no id"))
        };
        let look = |token: Token| async move {
            Ok(self.made_as::<InternetGateway>(&token).await?.into_iter().next())
        };
        let creation = Creation { kind: "internet gateway", tagged: true, request: tags, wait };
        self.clients.create(creation, attempt, look).await
    }

    /// The internet gateway of that id.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn internet_gateway(&self, id: &str) -> Result<Option<InternetGateway>> {
        self.one(&self.reads().internet_gateways, ID, id).await
    }

    /// The internet gateway that is attached to a VPC.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn internet_gateway_of(&self, vpc_id: &str) -> Result<Option<InternetGateway>> {
        self.one(&self.reads().internet_gateways, ATTACHED, vpc_id).await
    }

    /// Awaits that a new internet gateway can be used.
    ///
    /// # Errors
    ///
    /// When the service refuses or the time is over.
    pub async fn internet_gateway_visible(&self, id: &str, wait: &Wait) -> Result<InternetGateway> {
        wait.visible(&format!("internet gateway {id}"), || self.internet_gateway(id)).await
    }

    /// Attaches an internet gateway to a VPC and awaits that it works. That it is attached to that VPC already is as
    /// good.
    ///
    /// # Errors
    ///
    /// When the service refuses, for instance because the VPC has a gateway already; when the time is over.
    pub async fn attach_internet_gateway(&self, id: &str, vpc_id: &str, wait: &Wait) -> Result<()> {
        let client = self.sdk().await?;
        let attach = || async {
            let request = client.attach_internet_gateway().internet_gateway_id(id).vpc_id(vpc_id);
            request.send().await.map_err(failed("ec2:AttachInternetGateway")).map(drop)
        };
        let what = format!("internet gateway {id} to be attached to VPC {vpc_id}");
        if let Err(error) = wait.retry_new(&what, attach).await {
            let attached = error.has_code(&["Resource.AlreadyAssociated"])
                && self.internet_gateway(id).await?.is_some_and(|gateway| gateway.is_attached_to(vpc_id));
            if !attached {
                return Err(error);
            }
        }
        // An attached gateway is "available"; the other states are those of its cousins.
        let unsettled = |gateway: &InternetGateway| {
            let attachment = gateway.attachment.as_ref().filter(|attachment| attachment.vpc_id == vpc_id);
            let state = attachment.map_or("detached", |attachment| attachment.state.as_str());
            Ok((!matches!(state, "available" | "attached")).then(|| state.to_owned()))
        };
        wait.settle(&what, || self.internet_gateway(id), unsettled).await?;
        Ok(())
    }

    /// Detaches an internet gateway, patiently while something in the VPC has a public address, and awaits that it is
    /// detached. That it is not attached is as good.
    ///
    /// # Errors
    ///
    /// When the service refuses; when the time is over, with the names of what has a public address.
    pub async fn detach_internet_gateway(&self, id: &str, vpc_id: &str, wait: &Wait) -> Result<()> {
        let client = self.sdk().await?;
        let what = format!("detachment of internet gateway {id} from VPC {vpc_id}");
        let detach = || async {
            let request = client.detach_internet_gateway().internet_gateway_id(id).vpc_id(vpc_id);
            request.send().await.map_err(failed("ec2:DetachInternetGateway")).map(drop)
        };
        let blockers = || self.blockers_of_internet_gateway(vpc_id);
        let detached = wait.retry_blocked(&what, is_blocked, detach, blockers).await;
        if detached.ignore_not_found()?.is_none() {
            return Ok(());
        }
        let look = || async {
            let gateway = self.internet_gateway(id).await?;
            Ok(gateway.filter(|gateway| gateway.is_attached_to(vpc_id)))
        };
        wait.gone(&what, look).await
    }

    /// Deletes a detached internet gateway and awaits that it is gone.
    ///
    /// # Errors
    ///
    /// When the service refuses or the time is over.
    pub async fn delete_internet_gateway(&self, id: &str, wait: &Wait) -> Result<()> {
        let client = self.sdk().await?;
        let delete = || async {
            let request = client.delete_internet_gateway().internet_gateway_id(id);
            request.send().await.map_err(failed("ec2:DeleteInternetGateway")).map(drop)
        };
        let blockers = || async {
            let attachment = self.internet_gateway(id).await?.and_then(|gateway| gateway.attachment);
            Ok(attachment
                .map(|attachment| format!("the attachment to VPC {}", attachment.vpc_id))
                .into_iter()
                .collect())
        };
        let what = format!("internet gateway {id}");
        self.delete(&what, delete, blockers, || self.internet_gateway(id), wait).await
    }
}

impl Described for InternetGateway {
    type Client = Client;

    async fn describe(client: Client, property: &'static str, values: Vec<String>) -> Result<Vec<Self>> {
        let pages = client
            .describe_internet_gateways()
            .filters(any_of(property, values))
            .into_paginator()
            .page_size(PAGE);
        let found =
            pages.items().send().try_collect().await.map_err(failed("ec2:DescribeInternetGateways"))?;
        Ok(found.into_iter().map(Self::from_sdk).collect())
    }

    fn keys(&self) -> Vec<Key> {
        let attached = self.attachment.iter().map(|attachment| Key::new(ATTACHED, &attachment.vpc_id));
        attached.chain([Key::new(ID, &self.id)]).collect()
    }

    fn is_unique(_: &str) -> bool {
        true
    }
}

impl InternetGateway {
    fn is_attached_to(&self, vpc_id: &str) -> bool {
        let attachment = self.attachment.as_ref();
        attachment.is_some_and(|attachment| attachment.vpc_id == vpc_id && attachment.state != "detached")
    }

    fn from_sdk(gateway: aws_sdk_ec2::types::InternetGateway) -> Self {
        let attachment = gateway.attachments.unwrap_or_default().into_iter().next();
        Self {
            id: gateway.internet_gateway_id.unwrap_or_default(),
            owner_id: gateway.owner_id,
            attachment: attachment.map(|attachment| GatewayAttachment {
                vpc_id: attachment.vpc_id.unwrap_or_default(),
                state: attachment.state.map(|state| state.to_string()).unwrap_or_default(),
            }),
            tags: tags::from_sdk(gateway.tags),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::testing::{Server, ec2_error, ec2_reply};

    fn attached_to(vpc: &str) -> String {
        format!(
            "<internetGatewaySet><item><internetGatewayId>igw-1</internetGatewayId><attachmentSet><item>\
             <vpcId>{vpc}</vpcId><state>available</state></item></attachmentSet></item></internetGatewaySet>"
        )
    }

    async fn attach(attached: &'static str) -> Result<()> {
        let server = Server::start(|request| match request["Action"].as_str() {
            "AttachInternetGateway" => ec2_error(400, "Resource.AlreadyAssociated", "already"),
            action => ec2_reply(action, &attached_to(attached)),
        })
        .await;
        let wait = Wait::new(Duration::from_secs(5), CancellationToken::new());
        server.clients().ec2().attach_internet_gateway("igw-1", "vpc-1", &wait).await
    }

    #[tokio::test]
    async fn an_attachment_that_exists_is_as_good_as_a_new_one() {
        attach("vpc-1").await.unwrap();
        let error = attach("vpc-2").await.unwrap_err();
        assert_eq!(error.code(), Some("Resource.AlreadyAssociated"));
    }

    #[tokio::test]
    async fn detaching_what_is_detached_is_no_error() {
        let server = Server::start(|_| ec2_error(400, "Gateway.NotAttached", "not attached")).await;
        let wait = Wait::new(Duration::from_secs(5), CancellationToken::new());
        server.clients().ec2().detach_internet_gateway("igw-1", "vpc-1", &wait).await.unwrap();
        assert_eq!(server.actions(), ["DetachInternetGateway"]);
    }
}
