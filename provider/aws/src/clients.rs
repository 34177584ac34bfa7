//! The service clients, made on first use.

mod credentials;
mod load;
mod shared_files;

use std::sync::{Arc, OnceLock};

use aws_config::SdkConfig;
use tokio::sync::OnceCell;

use self::load::load;
use crate::batch::Watch;
use crate::config::Config;
use crate::ec2::Ec2;
use crate::elbv2::Elbv2;
use crate::journal::Journal;
use crate::reads::Reads;
use crate::{Arn, CallerIdentity, Error, Result, partition};

/// Access to AWS in one region with one set of credentials.
///
/// Making one costs nothing: configuration files, environment and credentials are looked at when the first operation
/// runs. Share it behind an `Arc`.
#[derive(Debug)]
pub struct Clients {
    config: Config,
    sdk: OnceCell<Sdk>,
    identity: OnceCell<CallerIdentity>,
    reads: Reads,
    pub(crate) journal: Arc<Journal>,
}

/// The SDK's clients of one region.
#[derive(Debug)]
pub(crate) struct Sdk {
    shared: SdkConfig,
    region: String,
    ec2: OnceLock<aws_sdk_ec2::Client>,
    elbv2: OnceLock<aws_sdk_elasticloadbalancingv2::Client>,
    sts: OnceLock<aws_sdk_sts::Client>,
}

impl Clients {
    /// Keeps the settings for the first operation.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let journal = Arc::new(Journal::new(config.state_dir.clone()));
        Self { config, sdk: OnceCell::new(), identity: OnceCell::new(), reads: Reads::default(), journal }
    }

    /// The operations of Elastic Compute Cloud.
    #[must_use]
    pub fn ec2(&self) -> Ec2<'_> {
        Ec2::new(self)
    }

    /// The operations of Elastic Load Balancing version 2.
    #[must_use]
    pub fn elbv2(&self) -> Elbv2<'_> {
        Elbv2::new(self)
    }

    /// The region of every call.
    ///
    /// # Errors
    ///
    /// [`Error::NoRegion`] when none is configured anywhere.
    pub async fn region(&self) -> Result<&str> {
        Ok(&self.sdk().await?.region)
    }

    /// The partition the region belongs to: `aws`, `aws-cn`, `aws-us-gov`, ...
    ///
    /// # Errors
    ///
    /// [`Error::NoRegion`] when none is configured anywhere.
    pub async fn partition(&self) -> Result<&'static str> {
        Ok(partition(self.region().await?))
    }

    /// The account the credentials belong to. Asked once, then remembered.
    ///
    /// # Errors
    ///
    /// When the region or credentials are missing, or the service refuses them.
    pub async fn account_id(&self) -> Result<&str> {
        Ok(&self.caller_identity().await?.account_id)
    }

    /// Who the credentials belong to. Needs no permission. Asked once, then remembered.
    ///
    /// # Errors
    ///
    /// When the region or credentials are missing, or the service refuses them.
    pub async fn caller_identity(&self) -> Result<&CallerIdentity> {
        self.identity.get_or_try_init(|| async { CallerIdentity::ask(self.sts_client().await?).await }).await
    }

    /// The name of an EC2 object of this region. `owner` is the account that owns it; without one the account of the
    /// credentials is meant.
    ///
    /// # Errors
    ///
    /// When the region is missing, or the account is needed and cannot be asked for.
    pub async fn ec2_arn(&self, owner: Option<&str>, kind: &str, id: &str) -> Result<Arn> {
        let account = match owner {
            Some(owner) => owner,
            None => self.account_id().await?,
        };
        let region = self.region().await?;
        Ok(Arn::new("ec2", region, account, format!("{kind}/{id}")))
    }

    /// The reads that share calls.
    pub(crate) fn reads(&self) -> &Reads {
        &self.reads
    }

    /// How often a call is made before it counts as failed.
    pub(crate) fn attempts(&self) -> u32 {
        load::attempts(&self.config)
    }

    pub(crate) async fn ec2_client(&self) -> Result<&aws_sdk_ec2::Client> {
        let sdk = self.sdk().await?;
        Ok(sdk.ec2.get_or_init(|| {
            let mut config = aws_sdk_ec2::config::Builder::from(&sdk.shared);
            config = config.interceptor(Watch::new(&self.reads.scope));
            if let Some(url) = &self.config.endpoints.ec2 {
                config = config.endpoint_url(url);
            }
            aws_sdk_ec2::Client::from_conf(config.build())
        }))
    }

    pub(crate) async fn elbv2_client(&self) -> Result<&aws_sdk_elasticloadbalancingv2::Client> {
        let sdk = self.sdk().await?;
        Ok(sdk.elbv2.get_or_init(|| {
            let mut config = aws_sdk_elasticloadbalancingv2::config::Builder::from(&sdk.shared);
            config = config.interceptor(Watch::new(&self.reads.scope));
            if let Some(url) = &self.config.endpoints.elbv2 {
                config = config.endpoint_url(url);
            }
            aws_sdk_elasticloadbalancingv2::Client::from_conf(config.build())
        }))
    }

    pub(crate) async fn sts_client(&self) -> Result<&aws_sdk_sts::Client> {
        let sdk = self.sdk().await?;
        Ok(sdk.sts.get_or_init(|| {
            let mut config = aws_sdk_sts::config::Builder::from(&sdk.shared);
            if let Some(url) = &self.config.endpoints.sts {
                config = config.endpoint_url(url);
            }
            aws_sdk_sts::Client::from_conf(config.build())
        }))
    }

    async fn sdk(&self) -> Result<&Sdk> {
        self.sdk.get_or_try_init(|| async { Sdk::new(load(&self.config).await?) }).await
    }
}

impl Sdk {
    fn new(shared: SdkConfig) -> Result<Self> {
        let region = shared.region().map(ToString::to_string).ok_or(Error::NoRegion)?;
        tracing::debug!(region, "AWS configuration loaded");
        Ok(Self { shared, region, ec2: OnceLock::new(), elbv2: OnceLock::new(), sts: OnceLock::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Secret, variable};
    use crate::testing::Server;

    #[test]
    fn a_client_is_made_without_touching_anything() {
        let clients = Clients::new(Config {
            shared_config_files: vec!["/nonexistent/config".into()],
            ..Config::default()
        });
        assert!(clients.sdk.get().is_none());
    }

    #[tokio::test]
    async fn a_missing_region_is_named_at_the_first_call() {
        let config = Config {
            profile: Some("nobody".into()),
            shared_config_files: vec!["/dev/null".into()],
            shared_credentials_files: vec!["/dev/null".into()],
            access_key: Some("a".into()),
            secret_key: Some(Secret::new("b")),
            ..Config::default()
        };
        if variable("AWS_REGION").is_some() || variable("AWS_DEFAULT_REGION").is_some() {
            return;
        }
        let error = Clients::new(config).region().await.unwrap_err();
        assert!(matches!(error, Error::NoRegion), "{error:?}");
        assert!(error.to_string().contains("AWS_REGION"), "{error}");
    }

    #[tokio::test]
    async fn the_account_is_asked_once() {
        let server = Server::start(|_| {
            (
                200,
                r#"<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
                <Arn>arn:aws:iam::123456789012:user/u</Arn><UserId>U</UserId><Account>123456789012</Account>
                </GetCallerIdentityResult></GetCallerIdentityResponse>"#
                    .into(),
            )
        })
        .await;
        let clients = server.clients();
        assert_eq!(clients.account_id().await.unwrap(), "123456789012");
        let arn = clients.ec2_arn(None, "vpc", "vpc-1").await.unwrap();
        assert_eq!(arn.to_string(), "arn:aws:ec2:us-east-2:123456789012:vpc/vpc-1");
        assert_eq!(server.actions(), ["GetCallerIdentity"]);
    }
}
