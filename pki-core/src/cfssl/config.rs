//! `ca-config.json`: the profiles that certificates are signed with.

mod entry;

use std::collections::BTreeMap;
use std::str::FromStr;

use super::CfsslError;
use super::fields::Fields;
use super::unsupported::IN_FILE;
use crate::profile::SigningProfile;
use crate::suggest::nearest;

use entry::Entry;

/// A signing configuration.
///
/// Beside cfssl's fields a profile may have `name_constraints`, with the lists `permitted` and `excluded` of
/// [`NameConstraints`](crate::NameConstraints).
///
/// ```
/// use pki_core::Period;
/// use pki_core::cfssl::Config;
///
/// let config: Config = r#"{
///     "signing": {
///         "default": {"expiry": "8760h"},
///         "profiles": {"kubernetes": {"usages": ["signing", "server auth"], "expiry": "720h"}}
///     }
/// }"#.parse()?;
/// assert_eq!(config.profile("kubernetes")?.expiry, Period::hours(720));
/// assert_eq!(
///     config.profile("kubernetse").unwrap_err().to_string(),
///     "unknown profile `kubernetse` (did you mean `kubernetes`?); known is kubernetes",
/// );
/// # Ok::<(), pki_core::cfssl::CfsslError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Config {
    default: Entry,
    profiles: BTreeMap<String, Entry>,
}

impl Config {
    /// The profile with a name.
    ///
    /// # Errors
    ///
    /// Fails when there is no such profile, where cfssl would use its default; also when the profile has no usages, or
    /// neither it nor the default has an expiry.
    pub fn profile(&self, name: &str) -> Result<SigningProfile, CfsslError> {
        let entry = self.profiles.get(name).ok_or_else(|| CfsslError::UnknownProfile {
            name: name.to_owned(),
            suggestion: nearest(name, self.names()).map(str::to_owned),
            known: self.known(),
        })?;
        entry.resolve(&format!("signing.profiles.{name}"), &self.default)
    }

    /// The profile that is used when none is named.
    ///
    /// # Errors
    ///
    /// Fails when it has no usages or no expiry.
    pub fn default_profile(&self) -> Result<SigningProfile, CfsslError> {
        self.default.resolve("signing.default", &self.default)
    }

    /// The names of the profiles, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.profiles.keys().map(String::as_str)
    }

    fn known(&self) -> String {
        let names: Vec<&str> = self.names().collect();
        match names.as_slice() {
            [] => "there are no profiles".to_owned(),
            [only] => format!("known is {only}"),
            [first @ .., last] => format!("known are {} and {last}", first.join(", ")),
        }
    }
}

impl FromStr for Config {
    type Err = CfsslError;

    fn from_str(json: &str) -> Result<Self, CfsslError> {
        let mut file = Fields::parse(json)?;
        let mut signing =
            file.object("signing")?.ok_or(CfsslError::MissingField { path: "signing".to_owned() })?;
        file.finish(IN_FILE)?;
        let default = signing.object("default")?.map(Entry::parse).transpose()?.unwrap_or_default();
        let mut profiles = BTreeMap::new();
        if let Some(section) = signing.object("profiles")? {
            for (name, entry) in section.into_objects() {
                profiles.insert(name, Entry::parse(entry?)?);
            }
        }
        signing.finish(&[])?;
        Ok(Self { default, profiles })
    }
}

#[cfg(test)]
mod tests;
