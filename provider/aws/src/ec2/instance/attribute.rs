//! Attributes that the description of an instance does not tell: each costs a call of its own.

use aws_sdk_ec2::operation::describe_instance_attribute::DescribeInstanceAttributeOutput;
use aws_sdk_ec2::types::InstanceAttributeName;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::super::Ec2;
use crate::{Error, Result, failed};

const OPERATION: &str = "ec2:DescribeInstanceAttribute";

impl Ec2<'_> {
    /// The user data of an instance.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn user_data(&self, instance_id: &str) -> Result<Option<Vec<u8>>> {
        let reply = self.attribute(instance_id, InstanceAttributeName::UserData).await?;
        let encoded = reply.user_data.and_then(|attribute| attribute.value);
        let decode = |text: String| BASE64_STANDARD.decode(text.split_whitespace().collect::<String>());
        let decoded = encoded.filter(|text| !text.is_empty()).map(decode).transpose();
        decoded.map_err(|error| Error::reply(OPERATION, format!("the user data is not base64: {error}")))
    }

    /// Whether an instance is protected from being terminated.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn api_termination_disabled(&self, instance_id: &str) -> Result<bool> {
        let reply = self.attribute(instance_id, InstanceAttributeName::DisableApiTermination).await?;
        Ok(reply.disable_api_termination.and_then(|attribute| attribute.value).unwrap_or_default())
    }

    /// What becomes of an instance that shuts itself down: `stop` or `terminate`.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn shutdown_behavior(&self, instance_id: &str) -> Result<Option<String>> {
        let name = InstanceAttributeName::InstanceInitiatedShutdownBehavior;
        let reply = self.attribute(instance_id, name).await?;
        Ok(reply.instance_initiated_shutdown_behavior.and_then(|attribute| attribute.value))
    }

    /// How an instance of a burstable type gets credits: `standard` or `unlimited`.
    ///
    /// # Errors
    ///
    /// When the service refuses, as it does for other types.
    pub async fn cpu_credits(&self, instance_id: &str) -> Result<Option<String>> {
        let request = self.sdk().await?.describe_instance_credit_specifications().instance_ids(instance_id);
        let reply = request.send().await.map_err(failed("ec2:DescribeInstanceCreditSpecifications"))?;
        let found = reply.instance_credit_specifications.unwrap_or_default().pop();
        Ok(found.and_then(|specification| specification.cpu_credits))
    }

    async fn attribute(
        &self,
        instance_id: &str,
        name: InstanceAttributeName,
    ) -> Result<DescribeInstanceAttributeOutput> {
        let request = self.sdk().await?.describe_instance_attribute().instance_id(instance_id);
        request.attribute(name).send().await.map_err(failed(OPERATION))
    }
}
