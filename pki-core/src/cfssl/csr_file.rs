//! `*-csr.json`: who a certificate is for, and with which key.

use std::str::FromStr;

use super::CfsslError;
use super::fields::Fields;
use super::unsupported::{IN_NAME, IN_REQUEST};
use crate::error::Error;
use crate::http_url::HttpUrl;
use crate::key::{KeyAlgorithm, KeyError};
use crate::name::DistinguishedName;
use crate::name_constraints::{GeneralSubtree, NameConstraintError, NameConstraints};
use crate::period::Period;
use crate::profile::{AuthorityConstraint, Identity, SigningProfile};
use crate::san::SubjectAltNames;

/// A certificate request as `cfssl gencert` reads it.
///
/// ```
/// use pki_core::KeyAlgorithm;
/// use pki_core::cfssl::CsrFile;
///
/// let file: CsrFile = r#"{
///     "CN": "kubernetes",
///     "hosts": ["127.0.0.1", "kubernetes.default"],
///     "key": {"algo": "rsa", "size": 2048},
///     "names": [{"C": "GB", "L": "London", "O": "Kubernetes"}]
/// }"#.parse()?;
/// assert_eq!(file.key, KeyAlgorithm::RSA_2048);
/// assert_eq!(file.identity.subject.to_string(), "CN=kubernetes,O=Kubernetes,L=London,C=GB");
///
/// let error = r#"{"CN": "x", "host": ["y"]}"#.parse::<CsrFile>().unwrap_err();
/// assert_eq!(error.to_string(), "host: unknown field (did you mean `hosts`?)");
/// # Ok::<(), pki_core::cfssl::CfsslError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CsrFile {
    /// Subject (`CN`, `names`, `serialnumber`) and alternative names (`hosts`).
    pub identity: Identity,
    /// The kind of key; ECDSA P-256 where the file has none, as in cfssl.
    pub key: KeyAlgorithm,
    /// The section `ca`, for authorities.
    pub ca: Option<CaSection>,
    /// `crl_url`, for a root: where its revocation lists are.
    pub crl_url: Option<HttpUrl>,
}

/// The section `ca` of a request file.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct CaSection {
    /// `expiry`.
    pub expiry: Option<Period>,
    /// `backdate`.
    pub backdate: Option<Period>,
    /// `pathlen`, and zero only together with `pathlenzero`.
    pub path_length: Option<u8>,
    /// `name_constraints`, which cfssl does not have: the lists `permitted` and `excluded`.
    pub name_constraints: NameConstraints,
}

impl CsrFile {
    /// Replaces all alternative names, as the option `-hostname` does.
    ///
    /// # Errors
    ///
    /// Every name that is invalid.
    pub fn with_hosts<S: AsRef<str>>(
        mut self,
        hosts: impl IntoIterator<Item = S>,
    ) -> Result<Self, Vec<Error>> {
        self.identity.subject_alt_names = SubjectAltNames::parse(hosts)?;
        Ok(self)
    }

    /// The profile of a root that `cfssl gencert -initca` makes from this file: five years of 365 days where the section
    /// `ca` says nothing else.
    #[must_use]
    pub fn root_profile(&self) -> SigningProfile {
        let ca = self.ca.clone().unwrap_or_default();
        let default = SigningProfile::authority(AuthorityConstraint { path_length: ca.path_length });
        SigningProfile {
            expiry: ca.expiry.unwrap_or(default.expiry),
            backdate: ca.backdate.unwrap_or(default.backdate),
            name_constraints: ca.name_constraints,
            crl_distribution_points: self.crl_url.iter().cloned().collect(),
            ..default
        }
    }
}

impl FromStr for CsrFile {
    type Err = CfsslError;

    fn from_str(json: &str) -> Result<Self, CfsslError> {
        let mut file = Fields::parse(json)?;
        let mut subject = DistinguishedName {
            common_name: file.filled("CN")?,
            serial_number: file.filled("serialnumber")?,
            ..DistinguishedName::default()
        };
        for (path, value) in file.array("names")? {
            add_name(&mut subject, Fields::new(path, value)?)?;
        }
        let hosts = file.strings("hosts")?;
        let subject_alt_names = SubjectAltNames::parse(&hosts).map_err(|errors| first_host(&errors))?;
        let key = file.object("key")?.map_or(Ok(KeyAlgorithm::EcdsaP256), key_algorithm)?;
        let ca = file.object("ca")?.map(ca_section).transpose()?;
        let crl_url = value(&mut file, "crl_url", HttpUrl::from_str)?;
        file.finish(IN_REQUEST)?;
        Ok(Self { identity: Identity { subject, subject_alt_names }, key, ca, crl_url })
    }
}

/// One entry of `names`. Several entries give several organizations and units, but one of everything else.
fn add_name(subject: &mut DistinguishedName, mut entry: Fields) -> Result<(), CfsslError> {
    for (field, slot) in [
        ("C", &mut subject.country),
        ("ST", &mut subject.province),
        ("L", &mut subject.locality),
        ("E", &mut subject.email_address),
    ] {
        let path = entry.path(field);
        match (entry.filled(field)?, &*slot) {
            (Some(value), Some(earlier)) if value != *earlier => {
                return Err(CfsslError::SecondValue { path });
            }
            (Some(value), _) => *slot = Some(value),
            (None, _) => {}
        }
    }
    subject.organization.extend(entry.filled("O")?);
    subject.organizational_unit.extend(entry.filled("OU")?);
    entry.finish(IN_NAME)
}

fn key_algorithm(mut key: Fields) -> Result<KeyAlgorithm, CfsslError> {
    let (algo_path, size_path) = (key.path("algo"), key.path("size"));
    let algo = key.string("algo")?.ok_or(CfsslError::MissingField { path: algo_path.clone() })?;
    let size = key.number("size")?;
    key.finish(&[])?;
    let needed = || CfsslError::MissingField { path: size_path.clone() };
    match algo.as_str() {
        "rsa" => {
            KeyAlgorithm::rsa(size.ok_or_else(needed)?).map_err(|error| CfsslError::value(size_path, error))
        }
        "ecdsa" => match size.ok_or_else(needed)? {
            256 => Ok(KeyAlgorithm::EcdsaP256),
            384 => Ok(KeyAlgorithm::EcdsaP384),
            521 => Ok(KeyAlgorithm::EcdsaP521),
            other => {
                let curve = format!("P-{other}");
                Err(CfsslError::value(size_path, KeyError::UnsupportedCurve { curve }))
            }
        },
        "ed25519" => match size {
            None | Some(0 | 256) => Ok(KeyAlgorithm::Ed25519),
            Some(_) => Err(CfsslError::KeySize {
                path: size_path,
                message: "keys of ed25519 have no size".to_owned(),
            }),
        },
        _ => Err(CfsslError::value(algo_path, KeyError::UnknownAlgorithm { name: algo })),
    }
}

fn ca_section(mut ca: Fields) -> Result<CaSection, CfsslError> {
    let path = ca.path("pathlen");
    let length = ca.number("pathlen")?;
    let zero = ca.boolean("pathlenzero")?.unwrap_or(false);
    let section = CaSection {
        expiry: period(&mut ca, "expiry")?,
        backdate: period(&mut ca, "backdate")?,
        path_length: path_length(path, length, zero)?,
        name_constraints: name_constraints(&mut ca)?,
    };
    ca.finish(&[])?;
    Ok(section)
}

/// In cfssl a length of 0 means none, unless a second field says that it means 0.
pub(super) fn path_length(path: String, length: Option<u32>, zero: bool) -> Result<Option<u8>, CfsslError> {
    match (length.unwrap_or(0), zero) {
        (0, zero) => Ok(zero.then_some(0)),
        (length, _) => u8::try_from(length)
            .map(Some)
            .map_err(|_| CfsslError::Type { path, expected: "a path length of at most 255" }),
    }
}

/// A duration; empty means absent.
pub(super) fn period(fields: &mut Fields, field: &'static str) -> Result<Option<Period>, CfsslError> {
    value(fields, field, Period::from_str)
}

/// A text that is parsed; empty means absent.
pub(super) fn value<T, E: Into<Error>>(
    fields: &mut Fields,
    field: &'static str,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<Option<T>, CfsslError> {
    let path = fields.path(field);
    fields.filled(field)?.map(|text| parse(&text).map_err(|error| CfsslError::value(path, error))).transpose()
}

/// The lists `permitted` and `excluded`.
pub(super) fn name_constraints(fields: &mut Fields) -> Result<NameConstraints, CfsslError> {
    let Some(mut lists) = fields.object("name_constraints")? else { return Ok(NameConstraints::default()) };
    let mut subtrees = |list: &'static str| -> Result<Vec<GeneralSubtree>, CfsslError> {
        let path = lists.path(list);
        let texts = lists.strings(list)?.into_iter().enumerate();
        let read = texts.map(|(index, text)| {
            text.parse()
                .map_err(|error: NameConstraintError| CfsslError::value(format!("{path}[{index}]"), error))
        });
        read.collect()
    };
    let (permitted, excluded) = (subtrees("permitted")?, subtrees("excluded")?);
    lists.finish(&[])?;
    Ok(NameConstraints { permitted, excluded, ..NameConstraints::default() })
}

fn first_host(errors: &[Error]) -> CfsslError {
    match errors.first() {
        Some(Error::SubjectAltName { index, source }) => {
            let source = Error::SubjectAltName { index: *index, source: source.clone() };
            CfsslError::value(format!("hosts[{index}]"), source)
        }
        _ => CfsslError::Type { path: "hosts".to_owned(), expected: "names and addresses" },
    }
}

#[cfg(test)]
mod tests;
