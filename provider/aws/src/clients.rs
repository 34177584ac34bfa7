//! The service clients, made on first use.

mod credentials;
mod http;
mod load;
mod profile;
mod proxy;
mod region;
mod repeats;
mod role;
mod route;
mod shared_files;
mod tls;
mod web_identity;

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use tokio::sync::OnceCell;

use self::load::{Loaded, load};
use self::repeats::Repeats;
use crate::batch::Watch;
use crate::config::Config;
use crate::ec2::Ec2;
use crate::elbv2::Elbv2;
use crate::journal::Journal;
use crate::reads::Reads;
use crate::{Arn, CallerIdentity, Error, IgnoredTags, Result, SetupError, partition};

pub use proxy::check_proxy_url;
pub use region::check_region;
pub(crate) use route::Unreached;
pub use tls::check_bundle;

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Access to AWS in one region with one set of credentials.
///
/// Making one costs nothing: configuration files, environment and credentials are looked at when the first operation
/// runs. Share it behind an `Arc`.
#[derive(Debug)]
pub struct Clients {
    config: Config,
    sdk: OnceCell<Result<Sdk, Arc<SetupError>>>,
    ready: OnceCell<Result<(), Arc<SetupError>>>,
    identity: OnceCell<CallerIdentity>,
    reads: Reads,
    pub(crate) journal: Arc<Journal>,
}

/// The SDK's clients of one region.
#[derive(Debug)]
struct Sdk {
    loaded: Loaded,
    ec2: OnceLock<aws_sdk_ec2::Client>,
    elbv2: OnceLock<aws_sdk_elasticloadbalancingv2::Client>,
}

impl Clients {
    /// Keeps the settings for the first operation.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let journal = Arc::new(Journal::new(config.state_dir.clone()));
        Self {
            config,
            sdk: OnceCell::new(),
            ready: OnceCell::new(),
            identity: OnceCell::new(),
            reads: Reads::default(),
            journal,
        }
    }

    /// Whether AWS can be used: whether the settings are complete, and the credentials work and belong to an account
    /// that may be worked on. Found out once, before the first operation of a service.
    ///
    /// # Errors
    ///
    /// [`Error::Setup`], the same each time.
    pub async fn ready(&self) -> Result<()> {
        // Everything that reaches AWS waits for this: in a box, or each of these futures would hold all of it.
        let ready = self.ready.get_or_init(|| -> BoxFuture<'_, _> { Box::pin(self.check()) }).await;
        ready.clone().map_err(Error::Setup)
    }

    /// Whether settings are missing that another object decides later, so that nothing can be said about AWS yet.
    #[must_use]
    pub fn is_unresolved(&self) -> bool {
        !self.config.unresolved.is_empty()
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

    /// The tags that belong to somebody else.
    #[must_use]
    pub const fn ignored_tags(&self) -> &IgnoredTags {
        &self.config.ignored_tags
    }

    /// The region of every call.
    ///
    /// # Errors
    ///
    /// [`Error::Setup`] when none is configured anywhere.
    pub async fn region(&self) -> Result<&str> {
        Ok(&self.sdk().await?.loaded.region)
    }

    /// The partition the region belongs to: `aws`, `aws-cn`, `aws-us-gov`, ...
    ///
    /// # Errors
    ///
    /// [`Error::Setup`] when none is configured anywhere.
    pub async fn partition(&self) -> Result<&'static str> {
        Ok(partition(self.region().await?))
    }

    /// The account the credentials belong to. Asked once, then remembered; empty when it shall not be asked for.
    ///
    /// # Errors
    ///
    /// When the region or credentials are missing, or the service refuses them.
    pub async fn account_id(&self) -> Result<&str> {
        if self.config.skip_requesting_account_id && self.identity.get().is_none() {
            return Ok("");
        }
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
        load::attempts(&self.config, None)
    }

    pub(crate) async fn ec2_client(&self) -> Result<&aws_sdk_ec2::Client> {
        self.ready().await?;
        let sdk = self.sdk().await?;
        Ok(sdk.ec2.get_or_init(|| {
            let mut config = aws_sdk_ec2::config::Builder::from(&sdk.loaded.shared);
            config = config.interceptor(Watch::new(&self.reads.scope)).interceptor(Repeats);
            if let Some(url) = &self.config.endpoints.ec2 {
                config = config.endpoint_url(url);
            }
            aws_sdk_ec2::Client::from_conf(config.build())
        }))
    }

    pub(crate) async fn elbv2_client(&self) -> Result<&aws_sdk_elasticloadbalancingv2::Client> {
        self.ready().await?;
        let sdk = self.sdk().await?;
        Ok(sdk.elbv2.get_or_init(|| {
            let mut config = aws_sdk_elasticloadbalancingv2::config::Builder::from(&sdk.loaded.shared);
            config = config.interceptor(Watch::new(&self.reads.scope)).interceptor(Repeats);
            if let Some(url) = &self.config.endpoints.elbv2 {
                config = config.endpoint_url(url);
            }
            aws_sdk_elasticloadbalancingv2::Client::from_conf(config.build())
        }))
    }

    /// Asking who one is needs no permission, and no certainty about it either.
    pub(crate) async fn sts_client(&self) -> Result<&aws_sdk_sts::Client> {
        Ok(&self.sdk().await?.loaded.sts)
    }

    async fn sdk(&self) -> Result<&Sdk> {
        self.loaded().await.map_err(Error::Setup)
    }

    async fn loaded(&self) -> Result<&Sdk, Arc<SetupError>> {
        let make = || -> BoxFuture<'_, _> {
            Box::pin(async {
                let loaded = load(&self.config).await.map_err(Arc::new)?;
                Ok(Sdk { loaded, ec2: OnceLock::new(), elbv2: OnceLock::new() })
            })
        };
        self.sdk.get_or_init(make).await.as_ref().map_err(Arc::clone)
    }

    async fn check(&self) -> Result<(), Arc<SetupError>> {
        let sdk = self.loaded().await?;
        let (_, origin) = sdk.loaded.credentials.find().await?;
        if !self.config.validates_credentials() {
            return Ok(());
        }
        let identity = match self.caller_identity().await {
            Ok(identity) => identity,
            Err(Error::Setup(error)) => return Err(error),
            Err(error) => return Err(Arc::new(SetupError::Refused { origin, error: Box::new(error) })),
        };
        let account = &identity.account_id;
        let allowed = self.config.accounts.check(account);
        allowed.map_err(|reason| Arc::new(SetupError::Account { origin, account: account.clone(), reason }))
    }
}

#[cfg(test)]
mod tests;
