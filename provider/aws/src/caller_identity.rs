//! Who the credentials belong to.

use crate::{Error, Result, failed};

const OPERATION: &str = "sts:GetCallerIdentity";

/// Who the credentials belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallerIdentity {
    /// The twelve digits of the account.
    pub account_id: String,
    /// The resource name of the user or assumed role.
    pub arn: String,
    /// The unique id of the user or assumed role.
    pub user_id: String,
}

impl CallerIdentity {
    pub(crate) async fn ask(client: &aws_sdk_sts::Client) -> Result<Self> {
        let reply = client.get_caller_identity().send().await.map_err(failed(OPERATION))?;
        match (reply.account, reply.arn, reply.user_id) {
            (Some(account_id), Some(arn), Some(user_id)) => Ok(Self { account_id, arn, user_id }),
            _ => Err(Error::reply(OPERATION, "the reply names no account, resource name or user id")),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Server;

    #[tokio::test]
    async fn a_reply_without_an_account_is_refused() {
        let reply = |account: &str| {
            format!(
                r#"<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
                <Arn>arn:aws:iam::123456789012:user/u</Arn><UserId>U</UserId>{account}
                </GetCallerIdentityResult></GetCallerIdentityResponse>"#
            )
        };
        let body = reply("<Account>123456789012</Account>");
        let server = Server::start(move |_| (200, body.clone())).await;
        let clients = server.clients();
        let identity = clients.caller_identity().await.unwrap();
        assert_eq!((&*identity.account_id, &*identity.user_id), ("123456789012", "U"));
        let body = reply("");
        let server = Server::start(move |_| (200, body.clone())).await;
        let error = server.clients().caller_identity().await.unwrap_err();
        assert!(error.to_string().starts_with("sts:GetCallerIdentity: unexpected reply"), "{error}");
    }
}
