//! The IAM instance profile: the role an instance acts in.

use aws_sdk_ec2::types::{IamInstanceProfileAssociationState as State, IamInstanceProfileSpecification};

use super::super::{Ec2, filter};
use crate::limits::VISIBILITY;
use crate::{Error, Poll, Result, Safeguard, Wait, failed};

impl Ec2<'_> {
    /// Makes an instance act in the role of another profile, or of none.
    ///
    /// # Errors
    ///
    /// When the service refuses, or the patience ends.
    pub async fn set_iam_instance_profile(
        &self,
        instance_id: &str,
        profile: Option<&str>,
        wait: &Wait,
    ) -> Result<()> {
        let client = self.sdk().await?;
        let association = self.profile_association(instance_id).await?;
        let what = format!("IAM instance profile of {instance_id}");
        let change = || async {
            match (&association, profile) {
                (None, None) => Ok(()),
                (Some(id), None) => {
                    let request = client.disassociate_iam_instance_profile().association_id(id).send().await;
                    request.map(drop).map_err(failed("ec2:DisassociateIamInstanceProfile"))
                }
                (Some(id), Some(name)) => {
                    let request = client.replace_iam_instance_profile_association().association_id(id);
                    let request = request.iam_instance_profile(specification(name)).send().await;
                    request.map(drop).map_err(failed("ec2:ReplaceIamInstanceProfileAssociation"))
                }
                (None, Some(name)) => {
                    let request = client.associate_iam_instance_profile().instance_id(instance_id);
                    let request = request.iam_instance_profile(specification(name)).send().await;
                    request.map(drop).map_err(failed("ec2:AssociateIamInstanceProfile"))
                }
            }
        };
        let is_new = |error: &Error| is_unknown(error) && Safeguard::Visibility.is_on();
        wait.at_most(VISIBILITY).retry(&what, is_new, change).await?;
        wait.poll(&what, || async {
            let seen = self.instance(instance_id).await?.and_then(|instance| instance.iam_instance_profile);
            let settled = seen.as_deref() == profile;
            Ok(if settled {
                Poll::Ready(())
            } else {
                Poll::Pending(format!("still {}", seen.as_deref().unwrap_or("none")))
            })
        })
        .await
    }

    async fn profile_association(&self, instance_id: &str) -> Result<Option<String>> {
        let request = self.sdk().await?.describe_iam_instance_profile_associations();
        let request = request.filters(filter("instance-id", instance_id)).send().await;
        let reply = request.map_err(failed("ec2:DescribeIamInstanceProfileAssociations"))?;
        let mut associations = reply.iam_instance_profile_associations.unwrap_or_default().into_iter();
        let current =
            associations.find(|found| matches!(found.state, Some(State::Associated | State::Associating)));
        Ok(current.and_then(|association| association.association_id))
    }
}

pub(super) fn specification(name: &str) -> IamInstanceProfileSpecification {
    IamInstanceProfileSpecification::builder().name(name).build()
}

/// Whether EC2 does not know a profile; a new one takes some seconds to get there from IAM.
pub(super) fn is_unknown(error: &Error) -> bool {
    match error {
        Error::Service(error) => {
            error.code.as_deref() == Some("InvalidParameterValue")
                && error.message.to_ascii_lowercase().contains("iam instance profile")
        }
        _ => false,
    }
}

/// The name at the end of a profile's resource name, after any path.
pub(super) fn name(arn: String) -> String {
    arn.rsplit('/').next().map(str::to_owned).unwrap_or(arn)
}
