//! Elastic Load Balancing version 2: network load balancers and what belongs to them, one file for each kind of
//! object.

use crate::{Clients, Result};

/// The operations of Elastic Load Balancing; obtained from [`Clients::elbv2`].
#[derive(Clone, Copy, Debug)]
pub struct Elbv2<'a> {
    clients: &'a Clients,
}

impl<'a> Elbv2<'a> {
    pub(crate) fn new(clients: &'a Clients) -> Self {
        Self { clients }
    }

    #[expect(dead_code, reason = "every operation begins with it")]
    async fn sdk(&self) -> Result<&'a aws_sdk_elasticloadbalancingv2::Client> {
        self.clients.elbv2_client().await
    }
}
