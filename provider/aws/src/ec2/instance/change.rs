//! Changing what an existing instance is like.

use aws_sdk_ec2::operation::modify_instance_attribute::builders::ModifyInstanceAttributeFluentBuilder;
use aws_sdk_ec2::primitives::Blob;
use aws_sdk_ec2::types::{
    AttributeBooleanValue, AttributeValue, EbsInstanceBlockDeviceSpecification,
    InstanceBlockDeviceMappingSpecification, InstanceCreditSpecificationRequest,
    InstanceMetadataEndpointState, SecureBlobAttributeValue,
};

use super::super::Ec2;
use super::MetadataOptions;
use crate::limits::METADATA_OPTIONS;
use crate::{Error, Poll, Result, Safeguard, Wait, failed};

impl Ec2<'_> {
    /// Makes a stopped instance one of another type.
    ///
    /// # Errors
    ///
    /// When the service refuses, as it does while the instance runs.
    pub async fn set_instance_type(&self, id: &str, instance_type: &str) -> Result<()> {
        let value = AttributeValue::builder().value(instance_type).build();
        send(self.modify(id).await?.instance_type(value)).await
    }

    /// Replaces the user data of a stopped instance.
    ///
    /// # Errors
    ///
    /// When the service refuses, as it does while the instance runs.
    pub async fn set_user_data(&self, id: &str, data: &[u8]) -> Result<()> {
        let value = SecureBlobAttributeValue::builder().value(Blob::new(data)).build();
        send(self.modify(id).await?.user_data(value)).await
    }

    /// Protects an instance from being terminated, or no longer does.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn set_api_termination_disabled(&self, id: &str, disabled: bool) -> Result<()> {
        let value = AttributeBooleanValue::builder().value(disabled).build();
        send(self.modify(id).await?.disable_api_termination(value)).await
    }

    /// Decides what becomes of an instance that shuts itself down: `stop` or `terminate`.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn set_shutdown_behavior(&self, id: &str, behavior: &str) -> Result<()> {
        let value = AttributeValue::builder().value(behavior).build();
        send(self.modify(id).await?.instance_initiated_shutdown_behavior(value)).await
    }

    /// Decides how an instance of a burstable type gets credits: `standard` or `unlimited`.
    ///
    /// # Errors
    ///
    /// When the service refuses, for the instance or for the whole request.
    pub async fn set_cpu_credits(&self, id: &str, credits: &str) -> Result<()> {
        const OPERATION: &str = "ec2:ModifyInstanceCreditSpecification";
        let specification =
            InstanceCreditSpecificationRequest::builder().instance_id(id).cpu_credits(credits).build();
        let request = self.sdk().await?.modify_instance_credit_specification();
        let request = request.instance_credit_specifications(specification).send().await;
        let refused = request.map_err(failed(OPERATION))?.unsuccessful_instance_credit_specifications;
        match refused.unwrap_or_default().pop().and_then(|item| item.error).and_then(|error| error.message) {
            Some(reason) => Err(Error::Failed { what: format!("change of the CPU credits of {id}"), reason }),
            None => Ok(()),
        }
    }

    /// Decides whether a volume goes with the instance.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn set_delete_on_termination(&self, id: &str, device_name: &str, delete: bool) -> Result<()> {
        let ebs = EbsInstanceBlockDeviceSpecification::builder().delete_on_termination(delete).build();
        let mapping =
            InstanceBlockDeviceMappingSpecification::builder().device_name(device_name).ebs(ebs).build();
        send(self.modify(id).await?.block_device_mappings(mapping)).await
    }

    /// Turns detailed monitoring on or off.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn set_monitoring(&self, id: &str, enabled: bool) -> Result<()> {
        let client = self.sdk().await?;
        if enabled {
            let request = client.monitor_instances().instance_ids(id).send().await;
            request.map(drop).map_err(failed("ec2:MonitorInstances"))
        } else {
            let request = client.unmonitor_instances().instance_ids(id).send().await;
            request.map(drop).map_err(failed("ec2:UnmonitorInstances"))
        }
    }

    /// Changes how the metadata service answers on an instance, and waits until it does. Everything that is known
    /// should be given: what is `None` the service may reset.
    ///
    /// # Errors
    ///
    /// When the service refuses, or the patience ends.
    pub async fn set_metadata_options(&self, id: &str, options: &MetadataOptions, wait: &Wait) -> Result<()> {
        let endpoint = options.http_endpoint.as_deref().map(InstanceMetadataEndpointState::from);
        let disabled = endpoint == Some(InstanceMetadataEndpointState::Disabled);
        let mut request = self.sdk().await?.modify_instance_metadata_options().instance_id(id);
        request = request.set_http_endpoint(endpoint);
        // The service refuses all other options together with a disabled endpoint.
        if !disabled {
            request = request
                .set_http_tokens(options.http_tokens.as_deref().map(Into::into))
                .set_http_put_response_hop_limit(options.http_put_response_hop_limit)
                .set_http_protocol_ipv6(options.http_protocol_ipv6.as_deref().map(Into::into))
                .set_instance_metadata_tags(options.instance_metadata_tags.as_deref().map(Into::into));
        }
        request.send().await.map_err(failed("ec2:ModifyInstanceMetadataOptions"))?;
        let wait = wait.at_pace(METADATA_OPTIONS);
        wait.poll(&format!("metadata options of {id}"), || async {
            let pending = self.instance(id).await?.is_some_and(|instance| instance.metadata_options_pending);
            Ok(if pending && Safeguard::MetadataWait.is_on() {
                Poll::Pending("pending".into())
            } else {
                Poll::Ready(())
            })
        })
        .await
    }

    async fn modify(&self, id: &str) -> Result<ModifyInstanceAttributeFluentBuilder> {
        Ok(self.sdk().await?.modify_instance_attribute().instance_id(id))
    }
}

async fn send(request: ModifyInstanceAttributeFluentBuilder) -> Result<()> {
    request.send().await.map_err(failed("ec2:ModifyInstanceAttribute"))?;
    Ok(())
}
