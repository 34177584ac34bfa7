//! Elastic Compute Cloud: networks, instances and what belongs to them, one file for each kind of object.
//!
//! Every look at the service goes through filters and pages: lists without them have much smaller allowances, and a
//! list of ids fails as a whole when one of them is gone.

mod availability_zone;
mod blockers;
mod condition;
mod delete;
mod dhcp_options;
mod image;
mod instance;
mod internet_gateway;
mod key_pair;
mod network_interface;
mod route;
mod route_set;
mod route_table;
mod route_table_association;
mod security_group;
mod security_group_rule;
mod security_group_rules;
mod subnet;
mod tags;
mod volume;
mod vpc;

use std::sync::Arc;

use aws_sdk_ec2::config::Builder;
use aws_sdk_ec2::types::Filter;

use crate::batch::{Answer, Batch, Described, Key};
use crate::creation::{OnlyWhenNothingHappened, Token};
use crate::reads::Reads;
use crate::{Clients, Result};

pub use availability_zone::AvailabilityZone;
pub use condition::Condition;
pub use dhcp_options::{DhcpConfiguration, DhcpOptions};
pub use image::{Image, ImageBlockDevice, ImageQuery};
pub use instance::{Instance, InstanceState, Launch, MetadataOptions, RootDevice, RootVolume};
pub use internet_gateway::{GatewayAttachment, InternetGateway};
pub use key_pair::KeyPair;
pub use route::{Destination, Route, RouteTarget};
pub use route_table::RouteTable;
pub use route_table_association::{Follower, RouteTableAssociation};
pub use security_group::{NewSecurityGroup, SecurityGroup};
pub use security_group_rule::{Direction, Peer, RuleSettings, SecurityGroupRule};
pub use subnet::{NewSubnet, Subnet, SubnetAttribute, SubnetAttributes};
pub use volume::{Volume, VolumeChange};
pub use vpc::{NewVpc, Vpc, VpcAttribute, VpcAttributes, VpcDefaults};

/// The operations of EC2; obtained from [`Clients::ec2`].
#[derive(Clone, Copy, Debug)]
pub struct Ec2<'a> {
    clients: &'a Clients,
}

impl<'a> Ec2<'a> {
    pub(crate) fn new(clients: &'a Clients) -> Self {
        Self { clients }
    }

    async fn sdk(&self) -> Result<&'a aws_sdk_ec2::Client> {
        self.clients.ec2_client().await
    }

    fn reads(self) -> &'a Reads {
        self.clients.reads()
    }

    /// The objects that have the property.
    async fn all<T>(&self, batch: &Batch<T>, property: &'static str, value: &str) -> Result<Answer<T>>
    where
        T: Described<Client = aws_sdk_ec2::Client>,
    {
        batch.get(self.sdk().await?, Key::new(property, value)).await
    }

    /// The object that has the property.
    async fn one<T>(&self, batch: &Batch<T>, property: &'static str, value: &str) -> Result<Option<T>>
    where
        T: Described<Client = aws_sdk_ec2::Client> + Clone,
    {
        let found = self.all(batch, property, value).await?;
        Ok(found.into_iter().next().map(Arc::unwrap_or_clone))
    }

    /// The objects that the creation with that token has made.
    async fn made_as<T>(&self, token: &Token) -> Result<Vec<T>>
    where
        T: Described<Client = aws_sdk_ec2::Client>,
    {
        T::describe(self.sdk().await?.clone(), tags::MARK, vec![token.to_string()]).await
    }
}

/// How many objects a page of most lists may hold.
const PAGE: i32 = 1000;

/// The configuration of a call that must not take effect twice: `.customize().config_override(once())`.
fn once() -> Builder {
    Builder::new().retry_classifier(OnlyWhenNothingHappened)
}

/// A filter by one value.
fn filter(name: &str, value: impl Into<String>) -> Filter {
    Filter::builder().name(name).values(value).build()
}

/// A filter by several values, of which one must match.
fn any_of(name: &str, values: Vec<String>) -> Filter {
    Filter::builder().name(name).set_values(Some(values)).build()
}
