//! Network interfaces of instances.

use aws_sdk_ec2::types::AttributeBooleanValue;

use super::Ec2;
use crate::{Result, failed};

impl Ec2<'_> {
    /// Turns the check that an interface is source or destination of all its packets on or off. An instance that
    /// forwards packets, such as those of pods, needs it off.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn set_source_dest_check(&self, interface_id: &str, enabled: bool) -> Result<()> {
        let request =
            self.sdk().await?.modify_network_interface_attribute().network_interface_id(interface_id);
        let request = request.source_dest_check(AttributeBooleanValue::builder().value(enabled).build());
        request.send().await.map_err(failed("ec2:ModifyNetworkInterfaceAttribute"))?;
        Ok(())
    }

    /// Makes `groups` the security groups of an interface, and thereby of the instance whose primary interface it is.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn set_interface_groups(&self, interface_id: &str, groups: &[String]) -> Result<()> {
        let request =
            self.sdk().await?.modify_network_interface_attribute().network_interface_id(interface_id);
        let request = request.set_groups(Some(groups.to_vec()));
        request.send().await.map_err(failed("ec2:ModifyNetworkInterfaceAttribute"))?;
        Ok(())
    }
}
