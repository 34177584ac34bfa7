//! The `metadata_options` block.

use aws::ec2;
use tfplugin::prelude::*;

use super::observe::Take;

string_enum! {
    /// On or off.
    pub(crate) enum Switch {
        Enabled = "enabled",
        Disabled = "disabled",
    }
}

string_enum! {
    /// Whether session tokens are needed.
    pub(crate) enum Tokens {
        Optional = "optional",
        Required = "required",
    }
}

/// How the instance metadata service answers on the instance. What is not set is decided by the image and the account.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct MetadataOptions {
    /// Whether the service answers at all: `enabled` or `disabled`.
    #[attr(optional, computed, keep)]
    http_endpoint: Attr<Switch>,
    /// Whether the service answers over IPv6 as well: `enabled` or `disabled`.
    #[attr(optional, computed, keep)]
    http_protocol_ipv6: Attr<Switch>,
    /// Over how many hops the answer to a token request may travel, 1 to 64. Containers with a network of their own
    /// need 2.
    #[attr(optional, computed, keep, check = |limit| hops(*limit))]
    http_put_response_hop_limit: Attr<i32>,
    /// Whether session tokens are needed (IMDSv2): `optional` or `required`. `required` keeps a tricked web
    /// application from handing out the instance's credentials.
    #[attr(optional, computed, keep)]
    http_tokens: Attr<Tokens>,
    /// Whether the instance sees its own tags: `enabled` or `disabled`.
    #[attr(optional, computed, keep)]
    instance_metadata_tags: Attr<Switch>,
}

impl MetadataOptions {
    pub(super) fn validate(&self, check: &mut Check, path: &Path) {
        if self.http_endpoint.known() != Some(&Switch::Disabled) {
            return;
        }
        let others = [
            ("http_protocol_ipv6", self.http_protocol_ipv6.is_set()),
            ("http_put_response_hop_limit", self.http_put_response_hop_limit.is_set()),
            ("http_tokens", self.http_tokens.is_set()),
            ("instance_metadata_tags", self.instance_metadata_tags.is_set()),
        ];
        for (name, _) in others.into_iter().filter(|(_, is_set)| *is_set) {
            let detail = format!(
                "With `http_endpoint = \"disabled\"` nothing answers: `{name}` counts once it is enabled."
            );
            check.warn(path.attr(name), "Argument Without Effect", detail);
        }
    }

    /// The options to ask for; those not decided here stay as they are in `current`.
    pub(super) fn wanted(&self, current: &ec2::MetadataOptions) -> ec2::MetadataOptions {
        let switch = |wanted: &Attr<Switch>, current: &Option<String>| {
            wanted.known().map(ToString::to_string).or_else(|| current.clone())
        };
        ec2::MetadataOptions {
            http_endpoint: switch(&self.http_endpoint, &current.http_endpoint),
            http_tokens: self
                .http_tokens
                .known()
                .map(ToString::to_string)
                .or_else(|| current.http_tokens.clone()),
            http_put_response_hop_limit: self
                .http_put_response_hop_limit
                .known()
                .copied()
                .or(current.http_put_response_hop_limit),
            http_protocol_ipv6: switch(&self.http_protocol_ipv6, &current.http_protocol_ipv6),
            instance_metadata_tags: switch(&self.instance_metadata_tags, &current.instance_metadata_tags),
        }
    }

    /// Takes over what AWS tells.
    pub(super) fn take(&mut self, take: Take, seen: &ec2::MetadataOptions) {
        let switch = |word: &Option<String>| word.as_deref().and_then(|word| word.parse().ok());
        let was_disabled = self.http_endpoint.known() == Some(&Switch::Disabled);
        take.reported(&mut self.http_endpoint, switch(&seen.http_endpoint));
        // Of a disabled endpoint EC2 takes no other option, so that what is configured is no news to it.
        let is_disabled = was_disabled && self.http_endpoint.known() == Some(&Switch::Disabled);
        let take = if is_disabled { Take::Unknown } else { take };
        take.reported(&mut self.http_protocol_ipv6, switch(&seen.http_protocol_ipv6));
        take.reported(&mut self.http_put_response_hop_limit, seen.http_put_response_hop_limit);
        take.reported(&mut self.http_tokens, seen.http_tokens.as_deref().and_then(|word| word.parse().ok()));
        take.reported(&mut self.instance_metadata_tags, switch(&seen.instance_metadata_tags));
    }
}

fn hops(hops: i32) -> Result<(), String> {
    match hops {
        1..=64 => Ok(()),
        _ => Err(format!("The hop limit is a number from 1 to 64, not {hops}.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_decided_stays() {
        let options = MetadataOptions { http_tokens: Tokens::Required.into(), ..MetadataOptions::default() };
        let current = ec2::MetadataOptions {
            http_tokens: Some("optional".into()),
            http_put_response_hop_limit: Some(1),
            ..ec2::MetadataOptions::default()
        };
        let wanted = options.wanted(&current);
        assert_eq!(wanted.http_tokens.as_deref(), Some("required"));
        assert_eq!(wanted.http_put_response_hop_limit, Some(1));
        assert_eq!(wanted.http_endpoint, None);
    }

    #[test]
    fn what_is_not_reported_is_kept() {
        let mut options = MetadataOptions {
            http_endpoint: Attr::Unknown,
            http_tokens: Tokens::Required.into(),
            instance_metadata_tags: Switch::Enabled.into(),
            ..MetadataOptions::default()
        };
        let seen =
            ec2::MetadataOptions { http_tokens: Some("optional".into()), ..ec2::MetadataOptions::default() };
        options.take(Take::Everything, &seen);
        assert_eq!(options.http_tokens, Tokens::Optional.into());
        assert_eq!(options.http_endpoint, Attr::Null);
        assert_eq!(options.instance_metadata_tags, Switch::Enabled.into());
    }

    #[test]
    fn a_disabled_endpoint_says_nothing_about_the_others() {
        let mut options = MetadataOptions {
            http_endpoint: Switch::Disabled.into(),
            http_tokens: Tokens::Required.into(),
            ..MetadataOptions::default()
        };
        let seen = ec2::MetadataOptions {
            http_endpoint: Some("disabled".into()),
            http_tokens: Some("optional".into()),
            ..ec2::MetadataOptions::default()
        };
        options.take(Take::Everything, &seen);
        assert_eq!(options.http_tokens, Tokens::Required.into());
        let mut check = Check::default();
        options.validate(&mut check, &Path::from("metadata_options").index(0));
        let told: Vec<_> = check.iter().map(|told| told.path.as_ref().unwrap().to_string()).collect();
        assert_eq!(told, ["metadata_options[0].http_tokens"]);
        options
            .take(Take::Everything, &ec2::MetadataOptions { http_endpoint: Some("enabled".into()), ..seen });
        assert_eq!(options.http_tokens, Tokens::Optional.into());
    }

    #[test]
    fn hop_limits_have_a_range() {
        assert!(hops(1).is_ok() && hops(64).is_ok());
        assert!(hops(0).is_err() && hops(65).is_err());
    }
}
