//! `ca-config.json`: the profiles that certificates are signed with.

use std::collections::BTreeMap;
use std::str::FromStr;

use super::CfsslError;
use super::csr_file::{path_length, period};
use super::fields::Fields;
use crate::period::Period;
use crate::profile::{AuthorityConstraint, SigningProfile};
use crate::suggest::nearest;
use crate::usage::Usages;

/// A signing configuration.
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
        file.finish(&["auth_keys", "remotes", "ocsp"])?;
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

/// A profile as it is written, before it takes what it lacks from the default.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
struct Entry {
    usages: Usages,
    expiry: Option<Period>,
    backdate: Option<Period>,
    authority: Option<AuthorityConstraint>,
}

impl Entry {
    fn parse(mut fields: Fields) -> Result<Self, CfsslError> {
        let usages_path = fields.path("usages");
        let usages = Usages::parse(fields.strings("usages")?).map_err(|mut errors| CfsslError::Value {
            path: usages_path,
            source: Box::new(errors.swap_remove(0)),
        })?;
        let entry = Self {
            usages,
            expiry: period(&mut fields, "expiry")?,
            backdate: period(&mut fields, "backdate")?,
            authority: match fields.object("ca_constraint")? {
                Some(constraint) => constraint_of(constraint)?,
                None => None,
            },
        };
        fields.finish(&UNSUPPORTED)?;
        Ok(entry)
    }

    fn resolve(&self, path: &str, default: &Self) -> Result<SigningProfile, CfsslError> {
        if self.usages.is_empty() {
            return Err(CfsslError::NoUsages { path: path.to_owned() });
        }
        let base = SigningProfile::new(self.usages.clone());
        let expiry = self.expiry.or(default.expiry);
        Ok(SigningProfile {
            expiry: expiry.ok_or_else(|| CfsslError::MissingField { path: format!("{path}.expiry") })?,
            backdate: self.backdate.unwrap_or(base.backdate),
            authority: self.authority,
            ..base
        })
    }
}

fn constraint_of(mut fields: Fields) -> Result<Option<AuthorityConstraint>, CfsslError> {
    let is_authority = fields.boolean("is_ca")?.unwrap_or(false);
    let path = fields.path("max_path_len");
    let length = fields.number("max_path_len")?;
    let zero = fields.boolean("max_path_len_zero")?.unwrap_or(false);
    fields.finish(&[])?;
    let path_length = path_length(path, length, zero)?;
    Ok(is_authority.then_some(AuthorityConstraint { path_length }))
}

/// What cfssl's profiles also have.
const UNSUPPORTED: [&str; 22] = [
    "not_before",
    "not_after",
    "issuer_urls",
    "ocsp_url",
    "crl_url",
    "ocsp_no_check",
    "name_whitelist",
    "Policies",
    "CSRWhitelist",
    "copy_extensions",
    "allowed_extensions",
    "auth_key",
    "prev_auth_key",
    "auth_remote",
    "remote",
    "ct_log_servers",
    "cert_store",
    "lint_error_level",
    "ignored_lints",
    "ignored_lint_sources",
    "ClientProvidesSerialNumbers",
    "is_ca",
];

#[cfg(test)]
mod tests {
    use super::*;

    const GUIDE: &str = r#"{"signing": {
        "default": {"expiry": "8760h"},
        "profiles": {
            "kubernetes": {"usages": ["signing", "key encipherment", "server auth", "client auth"], "expiry": "8760h"},
            "ca": {"usages": ["cert sign", "crl sign"], "ca_constraint": {"is_ca": true, "max_path_len": 0, "max_path_len_zero": true}}
        }
    }}"#;

    fn error(json: &str) -> String {
        json.parse::<Config>().unwrap_err().to_string()
    }

    #[test]
    fn reads_the_profiles_of_the_guide() {
        let config: Config = GUIDE.parse().unwrap();
        let kubernetes = config.profile("kubernetes").unwrap();
        assert_eq!(kubernetes.usages, Usages::server_and_client(crate::KeyAlgorithm::RSA_2048));
        assert_eq!((kubernetes.expiry, kubernetes.backdate), (Period::hours(8760), Period::minutes(5)));
        assert_eq!(kubernetes.authority, None);
        let ca = config.profile("ca").unwrap();
        assert_eq!(ca.authority, Some(AuthorityConstraint { path_length: Some(0) }));
        assert_eq!(ca.expiry, Period::hours(8760));
    }

    #[test]
    fn a_wrong_profile_is_an_error() {
        let config: Config = GUIDE.parse().unwrap();
        assert_eq!(
            config.profile("x").unwrap_err().to_string(),
            "unknown profile `x`; known are ca and kubernetes"
        );
        assert_eq!(
            config.default_profile().unwrap_err().to_string(),
            "signing.default: the profile has no usages"
        );
        let empty: Config = r#"{"signing": {}}"#.parse().unwrap();
        assert_eq!(empty.profile("x").unwrap_err().to_string(), "unknown profile `x`; there are no profiles");
    }

    #[test]
    fn refuses_in_plain_words() {
        assert_eq!(error("{}"), "signing: the field is missing");
        assert_eq!(
            error(r#"{"signing": {"profile": {}}}"#),
            "signing.profile: unknown field (did you mean `profiles`?)"
        );
        assert_eq!(
            error(r#"{"signing": {"profiles": {"a": {"usages": ["server atuh"]}}}}"#),
            "signing.profiles.a.usages: unknown usage `server atuh` (did you mean `server auth`?)"
        );
        assert_eq!(
            error(r#"{"signing": {"profiles": {"a": {"expire": "1h"}}}}"#),
            "signing.profiles.a.expire: unknown field (did you mean `expiry`?)"
        );
        assert_eq!(
            error(r#"{"signing": {"profiles": {"a": {"auth_key": "k"}}}}"#),
            "signing.profiles.a.auth_key: this field of cfssl is not supported"
        );
        let config: Config = r#"{"signing": {"profiles": {"a": {"usages": ["any"]}}}}"#.parse().unwrap();
        assert_eq!(
            config.profile("a").unwrap_err().to_string(),
            "signing.profiles.a.expiry: the field is missing"
        );
    }
}
