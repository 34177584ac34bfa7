//! Amazon resource names.

use std::fmt;
use std::str::FromStr;

/// The name of one object across all of AWS: `arn:partition:service:region:account:resource`.
///
/// The resource part is kept as it is: its shape differs between services, and between the services and their
/// emulators.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Arn {
    /// `aws`, `aws-cn`, `aws-us-gov`, ...
    pub partition: String,
    /// The service, such as `ec2`.
    pub service: String,
    /// The region; empty for global services.
    pub region: String,
    /// The twelve digits of the owning account; empty where the service has none.
    pub account: String,
    /// What the service calls the object.
    pub resource: String,
}

impl Arn {
    /// The name of an object in the partition that the region belongs to.
    pub fn new(service: &str, region: &str, account: &str, resource: impl Into<String>) -> Self {
        Self {
            partition: partition(region).to_owned(),
            service: service.to_owned(),
            region: region.to_owned(),
            account: account.to_owned(),
            resource: resource.into(),
        }
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { partition, service, region, account, resource } = self;
        write!(f, "arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

impl FromStr for Arn {
    type Err = ParseArnError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(6, ':');
        let mut next = || parts.next().map(str::to_owned).ok_or(ParseArnError);
        let prefix = next()?;
        let arn = Self {
            partition: next()?,
            service: next()?,
            region: next()?,
            account: next()?,
            resource: next()?,
        };
        let complete = prefix == "arn"
            && !arn.partition.is_empty()
            && !arn.service.is_empty()
            && !arn.resource.is_empty()
            && arn.account.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        complete.then_some(arn).ok_or(ParseArnError)
    }
}

/// The text is no Amazon resource name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an Amazon resource name, which looks like `arn:partition:service:region:account:resource`")]
pub struct ParseArnError;

/// The partition a region belongs to, by the first letters of its name.
#[must_use]
pub fn partition(region: &str) -> &'static str {
    const PREFIXES: [(&str, &str); 8] = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("us-isob-", "aws-iso-b"),
        ("us-isof-", "aws-iso-f"),
        ("eu-isoe-", "aws-iso-e"),
        ("us-iso-", "aws-iso"),
        ("eusc-", "aws-eusc"),
        ("", "aws"),
    ];
    PREFIXES.iter().find(|(prefix, _)| region.starts_with(prefix)).map_or("aws", |(_, partition)| partition)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_survives_the_round_trip() {
        for text in [
            "arn:aws:ec2:us-east-2:123456789012:vpc/vpc-0123456789abcdef0",
            "arn:aws:elasticloadbalancing:us-east-2:123456789012:loadbalancer/net/k8s/50dc6c495c0c9188",
            "arn:aws:iam::123456789012:user/path/name",
            "arn:aws:ec2:us-east-2::image/ami-1",
            "arn:aws:rds:eu-west-1:123456789012:db:with:colons",
        ] {
            assert_eq!(text.parse::<Arn>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_not_a_name_is_refused() {
        for text in
            ["", "null", "vpc-1", "arn:aws:ec2:us-east-2:123456789012", "arn:aws:ec2:::", "urn:a:b:c:d:e"]
        {
            assert_eq!(text.parse::<Arn>(), Err(ParseArnError), "{text}");
        }
    }

    #[test]
    fn regions_know_their_partition() {
        assert_eq!(partition("us-east-2"), "aws");
        assert_eq!(partition("cn-north-1"), "aws-cn");
        assert_eq!(partition("us-gov-west-1"), "aws-us-gov");
        assert_eq!(partition("us-isob-east-1"), "aws-iso-b");
        assert_eq!(partition("us-iso-east-1"), "aws-iso");
        assert_eq!(
            Arn::new("ec2", "cn-north-1", "1", "vpc/v").to_string(),
            "arn:aws-cn:ec2:cn-north-1:1:vpc/v"
        );
    }
}
