//! `groundup_caller_identity`: who the AWS credentials belong to.

use tfplugin::prelude::*;

use crate::Client;

/// The account, user and ARN that the AWS credentials of the provider belong to. Needs no permission.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct CallerIdentity {
    /// The twelve digits of the account.
    #[attr(computed)]
    account_id: Attr<String>,
    /// ARN of the user or assumed role.
    #[attr(computed)]
    arn: Attr<String>,
    /// The account, as `account_id`.
    #[attr(computed)]
    id: Attr<String>,
    /// Unique identifier of the user or assumed role.
    #[attr(computed)]
    user_id: Attr<String>,
}

impl DataSource for CallerIdentity {
    const TYPE: &'static str = "caller_identity";
    type Client = Client;

    async fn read(self, cx: &Cx<Client>) -> Result<Self> {
        let identity = cx.client.aws().caller_identity().await.during("Unable to Identify the Caller")?;
        Ok(Self {
            id: identity.account_id.clone().into(),
            account_id: identity.account_id.clone().into(),
            arn: identity.arn.clone().into(),
            user_id: identity.user_id.clone().into(),
        })
    }
}
