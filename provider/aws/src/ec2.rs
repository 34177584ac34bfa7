//! Elastic Compute Cloud: networks, instances and what belongs to them, one file for each kind of object.
//!
//! Every look at the service goes through filters and pages: lists without them have much smaller allowances, and a
//! list of ids fails as a whole when one of them is gone.

mod tags;

use aws_sdk_ec2::types::Filter;

use crate::{Clients, Result};

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
}

/// A filter by one value.
fn filter(name: &str, value: impl Into<String>) -> Filter {
    Filter::builder().name(name).values(value).build()
}
