//! The region of every call.

use aws_config::imds;
use aws_config::imds::region::ImdsRegionProvider;

use super::shared_files::SharedFiles;
use crate::config::{Config, is_set, variable};
use crate::setup_error::SetupError;

/// The region that the configuration, the environment, the profile or the machine names.
pub(super) async fn region(
    config: &Config,
    files: &SharedFiles,
    metadata: Option<&imds::Client>,
) -> Result<String, SetupError> {
    let argument = config.region.clone().map(|region| (region, "`region`".to_owned()));
    let environment = || {
        let names = ["AWS_REGION", "AWS_DEFAULT_REGION"];
        names.into_iter().find_map(|name| Some((variable(name)?, name.to_owned())))
    };
    let profile = || {
        files.get("region").map(|region| (region.to_owned(), format!("the AWS profile `{}`", files.profile)))
    };
    let found = match argument.or_else(environment).or_else(profile) {
        Some(found) => Some(found),
        // Whoever has keys is hardly on an instance with a role, and would wait for an answer in vain.
        None if config.has_static_keys() || is_set("AWS_ACCESS_KEY_ID") => None,
        None => machine(metadata).await,
    };
    let Some((region, origin)) = found else {
        return Err(SetupError::NoRegion { profile: files.profile.clone() });
    };
    if !config.skip_region_validation {
        check_region(&region).map_err(|reason| SetupError::UnknownRegion { origin, reason })?;
    }
    Ok(region)
}

async fn machine(metadata: Option<&imds::Client>) -> Option<(String, String)> {
    let region = ImdsRegionProvider::builder().imds_client(metadata?.clone()).build().region().await?;
    Some((region.to_string(), "the instance metadata service".to_owned()))
}

/// Areas of the world, some of them partitions of their own.
const AREAS: [&str; 17] = [
    "af", "ap", "ca", "cn", "eu", "eu-isoe", "eusc-de", "il", "me", "mx", "sa", "us", "us-gov", "us-iso",
    "us-isob", "us-isof", "us-isog",
];
const DIRECTIONS: [&str; 9] =
    ["central", "east", "north", "northeast", "northwest", "south", "southeast", "southwest", "west"];

/// Checks the name of a region by the rules that AWS names its regions by: new regions need no new provider, and what
/// is mistyped breaks them.
///
/// # Errors
///
/// When there can be no such region.
pub fn check_region(name: &str) -> Result<(), String> {
    let is_region = || {
        let (rest, number) = name.rsplit_once('-')?;
        let (area, direction) = rest.rsplit_once('-')?;
        let number: u8 = number.parse().ok()?;
        Some(AREAS.contains(&area) && DIRECTIONS.contains(&direction) && (1..=9).contains(&number))
    };
    if is_region() == Some(true) {
        return Ok(());
    }
    let meant = nearest(name).map(|region| format!(" Did you mean `{region}`?")).unwrap_or_default();
    Err(format!(
        "`{name}` is not the name of an AWS region such as `us-east-2`.{meant} Where another service stands in for \
         AWS, set `skip_region_validation`."
    ))
}

/// Regions that people mean.
const USUAL: [&str; 17] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-south-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

fn nearest(name: &str) -> Option<&'static str> {
    // An availability zone is a region and a letter.
    let name = name.to_ascii_lowercase();
    let (distance, region) = USUAL.map(|region| (distance(&name, region), region)).into_iter().min()?;
    (distance <= 3).then_some(region)
}

/// How many letters to insert, remove or replace.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in to.bytes().enumerate() {
            let cost = (diagonal + usize::from(a != b)).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = std::mem::replace(&mut row[j + 1], cost);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_of_all_partitions_are_known() {
        for region in USUAL.into_iter().chain([
            "ap-southeast-7",
            "me-central-1",
            "il-central-1",
            "mx-central-1",
            "af-south-1",
            "cn-northwest-1",
            "us-gov-east-1",
            "us-iso-west-1",
            "us-isob-east-1",
            "us-isof-south-1",
            "eu-isoe-west-1",
            "eusc-de-east-1",
        ]) {
            assert_eq!(check_region(region), Ok(()), "{region}");
        }
    }

    #[test]
    fn what_is_mistyped_is_told() {
        for (name, meant) in [
            ("us-esat-2", "us-east-2"),
            ("us-east-2a", "us-east-2"),
            ("US-EAST-1", "us-east-1"),
            ("eu-centrall-1", "eu-central-1"),
            ("useast1", "us-east-1"),
        ] {
            let error = check_region(name).unwrap_err();
            assert!(error.contains(&format!("Did you mean `{meant}`?")), "{name}: {error}");
        }
        for name in ["", "moon", "us-east", "us-east-0", "us-east-1-1", "global"] {
            let error = check_region(name).unwrap_err();
            assert!(error.starts_with(&format!("`{name}` is not the name")), "{error}");
        }
    }
}
