//! The `credit_specification` block.

use aws::ec2;
use tfplugin::prelude::*;

use super::Instance;
use super::launch::first;
use super::observe::{Take, known_mut};
use crate::Client;

string_enum! {
    /// What happens when the credits are used up.
    pub(crate) enum Credits {
        Standard = "standard",
        Unlimited = "unlimited",
    }
}

/// How the instance gets CPU credits.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct CreditSpecification {
    /// What happens when the credits are used up: with `standard` the instance becomes slow, with `unlimited` it costs
    /// more. By default `t2` is `standard`, and the other types are `unlimited`.
    #[attr(optional, computed, keep)]
    pub(super) cpu_credits: Attr<Credits>,
}

/// Whether a type of instance works with credits.
pub(super) fn is_burstable(instance_type: &str) -> bool {
    let family = instance_type.split_once('.').map_or(instance_type, |(family, _)| family);
    ["t2", "t3", "t3a", "t4g"].contains(&family)
}

/// What an instance has of which nobody says anything.
fn usual(instance_type: &str) -> &'static str {
    if instance_type.starts_with("t2.") { "standard" } else { "unlimited" }
}

impl Instance {
    pub(super) fn validate_credits(&self, check: &mut Check) {
        let credits = first(&self.credit_specification).is_some_and(|block| block.cpu_credits.is_set());
        if let Some(instance_type) = self.instance_type.as_str().filter(|name| credits && !is_burstable(name))
        {
            let path = Path::from("credit_specification").index(0).attr("cpu_credits");
            let detail =
                format!("Instances of type `{instance_type}` need no CPU credits: this has no effect.");
            check.warn(path, "Argument Without Effect", detail);
        }
    }

    /// Reads how the instance gets credits, where the model speaks of it and the instance needs them.
    pub(super) async fn take_credits(
        &mut self,
        take: Take,
        seen: &ec2::Instance,
        cx: &Cx<Client>,
    ) -> Result<()> {
        let open = |block: &CreditSpecification| take == Take::Everything || block.cpu_credits.is_unknown();
        let Some(block) = known_mut(&mut self.credit_specification).first_mut().filter(|block| open(block))
        else {
            return Ok(());
        };
        let credits = if is_burstable(&seen.instance_type) {
            cx.client.aws().ec2().cpu_credits(&seen.id).await.during("Unable to Read Instance")?
        } else {
            None
        };
        take.reported(&mut block.cpu_credits, credits.and_then(|word| word.parse().ok()));
        Ok(())
    }

    /// Fills the block of an imported instance, when somebody has chosen how it gets credits.
    pub(super) async fn take_imported_credits(
        &mut self,
        seen: &ec2::Instance,
        cx: &Cx<Client>,
    ) -> Result<()> {
        if is_burstable(&seen.instance_type) {
            let credits = cx.client.aws().ec2().cpu_credits(&seen.id).await;
            let credits = credits.during("Unable to Import Instance")?;
            if credits.is_some_and(|credits| credits != usual(&seen.instance_type)) {
                self.credit_specification = vec![CreditSpecification::default()].into();
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_told_by_the_type() {
        for burstable in ["t2.micro", "t3.small", "t3a.medium", "t4g.2xlarge"] {
            assert!(is_burstable(burstable), "{burstable}");
        }
        for other in ["m7g.large", "trn1.2xlarge", "t1.micro"] {
            assert!(!is_burstable(other), "{other}");
        }
        assert_eq!((usual("t2.micro"), usual("t3.small")), ("standard", "unlimited"));
    }

    #[test]
    fn credits_of_other_types_are_warned_about() {
        let told = |instance_type: &str| {
            let block = CreditSpecification { cpu_credits: Credits::Unlimited.into() };
            let instance = Instance {
                instance_type: instance_type.into(),
                credit_specification: vec![block].into(),
                ..Instance::default()
            };
            let mut check = Check::default();
            instance.validate_credits(&mut check);
            check.iter().map(|told| told.detail.clone()).collect::<Vec<_>>()
        };
        assert_eq!(told("t3.small"), Vec::<String>::new());
        assert_eq!(
            told("m7g.large"),
            ["Instances of type `m7g.large` need no CPU credits: this has no effect."]
        );
    }
}
