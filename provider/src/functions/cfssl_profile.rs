//! `cfssl_profile`: a signing profile of cfssl as arguments.

use pki_core::cfssl::{CfsslError, Config};
use pki_core::{SigningProfile, Usages};
use tfplugin::prelude::*;

use super::cfssl::{refuse_unsaid, unreadable, urls};

const JSON: usize = 0;
const NAME: usize = 1;

/// The function.
pub(crate) struct CfsslProfile;

/// What a signing profile says, by the names of the arguments that say it.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Profile {
    /// What the key may be used for.
    #[attr(computed)]
    allowed_uses: Attr<Vec<String>>,
    /// Lifetime.
    #[attr(computed)]
    validity: Attr<String>,
    /// How long before now the validity begins: an argument of the block `profile`.
    #[attr(computed)]
    backdate: Attr<String>,
    /// Whether it makes certificates of authorities.
    #[attr(computed)]
    is_ca_certificate: Attr<bool>,
    /// How many authorities may stand below such an authority.
    #[attr(computed)]
    max_path_length: Attr<u8>,
    /// URLs of the issuer's revocation list.
    #[attr(computed)]
    crl_distribution_points: Attr<Vec<String>>,
    /// URLs of the issuer's OCSP responders.
    #[attr(computed)]
    ocsp_urls: Attr<Vec<String>>,
    /// URLs of the issuer's certificate.
    #[attr(computed)]
    issuer_urls: Attr<Vec<String>>,
}

impl Function for CfsslProfile {
    const NAME: &'static str = "cfssl_profile";
    const SUMMARY: &'static str = "A signing profile of cfssl as arguments";
    const DESCRIPTION: &'static str = "Reads one profile of a `ca-config.json` of cfssl into an object whose attributes \
        are named like the arguments of `groundup_certificate`; `backdate` is one of its block `profile`.\n\n\
        What cfssl silently ignores is an error: the name of a profile that is not there, for which cfssl takes the \
        default, unknown usages and unknown fields. So is what no argument can say; the resource also takes the file \
        itself, as `profile_json`.";
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::new("json", "Content of the file."),
        Parameter::new("name", "Name of the profile; `null` for the default profile."),
    ];
    type Args = (String, Attr<String>);
    type Output = Profile;

    fn call((json, name): Self::Args) -> std::result::Result<Profile, FunctionError> {
        let file: Config = json.parse().map_err(|problem| unreadable(JSON, &problem))?;
        let profile = match name.as_str() {
            Some(name) => file.profile(name),
            None => file.default_profile(),
        };
        let profile = profile.map_err(|problem| match problem {
            CfsslError::UnknownProfile { .. } => unreadable(NAME, &problem),
            _ => unreadable(JSON, &problem),
        })?;
        let path =
            name.as_str().map_or("signing.default".to_owned(), |name| format!("signing.profiles.{name}"));
        let base = SigningProfile::new(Usages::default());
        let said = [
            ("not_before", profile.not_before.is_some()),
            ("not_after", profile.not_after.is_some()),
            ("Policies", !profile.certificate_policies.is_empty()),
            ("ocsp_no_check", profile.ocsp_no_check),
            ("CSRWhitelist", profile.honoured != base.honoured),
            ("name_constraints", !profile.name_constraints.is_empty()),
        ];
        let said = said.map(|(field, is_said)| (format!("{path}.{field}"), is_said));
        refuse_unsaid(&said, "Give the resource the file itself, as `profile_json`.")?;
        Ok(Profile {
            allowed_uses: Attr::Known(profile.usages.names().map(str::to_owned).collect()),
            validity: profile.expiry.to_string().into(),
            backdate: profile.backdate.to_string().into(),
            is_ca_certificate: profile.authority.is_some().into(),
            max_path_length: profile.authority.and_then(|authority| authority.path_length).into(),
            crl_distribution_points: urls(&profile.crl_distribution_points),
            ocsp_urls: urls(&profile.ocsp_urls),
            issuer_urls: urls(&profile.issuer_urls),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"{"signing": {
        "default": {"expiry": "8760h", "crl_url": "http://crl.example.com/ca.crl"},
        "profiles": {
            "kubernetes": {"usages": ["signing", "key encipherment", "server auth"], "expiry": "720h", "backdate": "1h"},
            "intermediate": {"usages": ["cert sign"], "ca_constraint": {"is_ca": true, "max_path_len_zero": true}},
            "dated": {"usages": ["signing"], "not_after": "2030-01-01T00:00:00Z", "ocsp_no_check": true}
        }
    }}"#;

    fn call(json: &str, name: Option<&str>) -> std::result::Result<Profile, FunctionError> {
        CfsslProfile::call((json.to_owned(), name.map(str::to_owned).into()))
    }

    #[test]
    fn every_part_gets_the_name_of_its_argument() {
        let profile = call(FILE, Some("kubernetes")).unwrap();
        let expected = Profile {
            allowed_uses: Attr::Known(
                ["digital signature", "key encipherment", "server auth"].map(str::to_owned).to_vec(),
            ),
            validity: "720h".into(),
            backdate: "1h".into(),
            is_ca_certificate: false.into(),
            max_path_length: Attr::Null,
            crl_distribution_points: vec!["http://crl.example.com/ca.crl".to_owned()].into(),
            ocsp_urls: Vec::new().into(),
            issuer_urls: Vec::new().into(),
        };
        assert_eq!(profile, expected);
        let authority = call(FILE, Some("intermediate")).unwrap();
        assert_eq!((authority.is_ca_certificate, authority.max_path_length), (true.into(), 0.into()));
        assert_eq!(authority.validity.as_str(), Some("8760h"));
    }

    #[test]
    fn what_cfssl_passes_over_is_told_at_its_argument() {
        let told = call(FILE, Some("kubernetse")).unwrap_err();
        assert_eq!(
            (told.argument, told.text.as_str()),
            (
                Some(NAME),
                "unknown profile `kubernetse` (did you mean `kubernetes`?); known are dated, intermediate and \
                 kubernetes; cfssl silently takes the default profile."
            )
        );
        let told = call(FILE, None).unwrap_err();
        assert_eq!(
            (told.argument, told.text.as_str()),
            (Some(JSON), "signing.default: the profile has no usages.")
        );
        let usage = r#"{"signing": {"default": {"expiry": "1h", "usages": ["signing", "server_atuh"]}}}"#;
        assert_eq!(
            call(usage, None).unwrap_err().text,
            "signing.default.usages: unknown usage `server_atuh` (did you mean `server_auth`?); cfssl silently leaves it \
             out."
        );
    }

    #[test]
    fn what_no_argument_says_is_not_lost() {
        let told = call(FILE, Some("dated")).unwrap_err().text;
        let problem = |field: &str| {
            format!(
                "- signing.profiles.dated.{field}: There is no argument that says it. Give the resource the file \
                 itself, as `profile_json`."
            )
        };
        assert_eq!(told, format!("2 problems:\n{}\n{}", problem("not_after"), problem("ocsp_no_check")));
    }
}
