//! One profile of a signing configuration.

use std::collections::BTreeSet;
use std::str::FromStr;

use jiff::Timestamp;

use crate::certificate_policy::CertificatePolicy;
use crate::cfssl::CfsslError;
use crate::cfssl::csr_file::{name_constraints, path_length, period, value};
use crate::cfssl::fields::Fields;
use crate::cfssl::unsupported::IN_PROFILE;
use crate::http_url::HttpUrl;
use crate::name_constraints::NameConstraints;
use crate::period::Period;
use crate::profile::{AuthorityConstraint, RequestField, SigningProfile};
use crate::time::parse_time;
use crate::usage::Usages;

/// A profile as it is written, before it takes what it lacks from the default.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Entry {
    usages: Usages,
    expiry: Option<Period>,
    backdate: Option<Period>,
    not_before: Option<Timestamp>,
    not_after: Option<Timestamp>,
    authority: Option<AuthorityConstraint>,
    name_constraints: NameConstraints,
    crl_url: Option<HttpUrl>,
    ocsp_url: Option<HttpUrl>,
    issuer_urls: Vec<HttpUrl>,
    ocsp_no_check: bool,
    policies: Vec<CertificatePolicy>,
    honoured: Option<BTreeSet<RequestField>>,
}

impl Entry {
    pub(super) fn parse(mut fields: Fields) -> Result<Self, CfsslError> {
        let usages_path = fields.path("usages");
        let usages = Usages::parse(fields.strings("usages")?).map_err(|mut errors| CfsslError::Value {
            path: usages_path,
            source: Box::new(errors.swap_remove(0)),
        })?;
        let entry = Self {
            usages,
            expiry: period(&mut fields, "expiry")?,
            backdate: period(&mut fields, "backdate")?,
            not_before: value(&mut fields, "not_before", parse_time)?,
            not_after: value(&mut fields, "not_after", parse_time)?,
            authority: authority(&mut fields)?,
            name_constraints: name_constraints(&mut fields)?,
            crl_url: value(&mut fields, "crl_url", HttpUrl::from_str)?,
            ocsp_url: value(&mut fields, "ocsp_url", HttpUrl::from_str)?,
            issuer_urls: issuer_urls(&mut fields)?,
            ocsp_no_check: fields.boolean("ocsp_no_check")?.unwrap_or(false),
            policies: policies(&mut fields)?,
            honoured: fields.object("CSRWhitelist")?.map(honoured).transpose()?,
        };
        fields.finish(IN_PROFILE)?;
        Ok(entry)
    }

    pub(super) fn resolve(&self, path: &str, default: &Self) -> Result<SigningProfile, CfsslError> {
        if self.usages.is_empty() {
            return Err(CfsslError::NoUsages { path: path.to_owned() });
        }
        let base = SigningProfile::new(self.usages.clone());
        let expiry = self.expiry.or(default.expiry);
        let expiry = match self.not_after {
            // The date counts.
            Some(_) => expiry.unwrap_or(base.expiry),
            None => expiry.ok_or_else(|| CfsslError::MissingField { path: format!("{path}.expiry") })?,
        };
        let one = |own: &Option<HttpUrl>, other: &Option<HttpUrl>| {
            own.iter().chain(other).take(1).cloned().collect::<Vec<_>>()
        };
        let issuer_urls = if self.issuer_urls.is_empty() { &default.issuer_urls } else { &self.issuer_urls };
        Ok(SigningProfile {
            expiry,
            backdate: self.backdate.unwrap_or(base.backdate),
            not_before: self.not_before,
            not_after: self.not_after,
            authority: self.authority,
            name_constraints: self.name_constraints.clone(),
            crl_distribution_points: one(&self.crl_url, &default.crl_url),
            ocsp_urls: one(&self.ocsp_url, &default.ocsp_url),
            issuer_urls: issuer_urls.clone(),
            certificate_policies: self.policies.clone(),
            ocsp_no_check: self.ocsp_no_check,
            honoured: self.honoured.clone().unwrap_or(base.honoured),
            ..base
        })
    }
}

/// `ca_constraint`, or `is_ca` alone, which version 1.2.0 has.
fn authority(fields: &mut Fields) -> Result<Option<AuthorityConstraint>, CfsslError> {
    let is_authority = fields.boolean("is_ca")?.unwrap_or(false);
    let unlimited = is_authority.then_some(AuthorityConstraint { path_length: None });
    match fields.object("ca_constraint")? {
        Some(constraint) => constraint_of(constraint),
        None => Ok(unlimited),
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

fn issuer_urls(fields: &mut Fields) -> Result<Vec<HttpUrl>, CfsslError> {
    let path = fields.path("issuer_urls");
    let urls = fields.strings("issuer_urls")?.into_iter().enumerate();
    urls.map(|(index, url)| {
        url.parse().map_err(|error: crate::http_url::HttpUrlError| {
            CfsslError::value(format!("{path}[{index}]"), error)
        })
    })
    .collect()
}

fn policies(fields: &mut Fields) -> Result<Vec<CertificatePolicy>, CfsslError> {
    let entries = fields.array("Policies")?;
    entries.into_iter().map(|(path, json)| policy(Fields::new(path, json)?)).collect()
}

fn policy(mut fields: Fields) -> Result<CertificatePolicy, CfsslError> {
    let path = fields.path("ID");
    let missing = || CfsslError::MissingField { path: path.clone() };
    let mut policy = value(&mut fields, "ID", CertificatePolicy::new)?.ok_or_else(missing)?;
    for (path, json) in fields.array("Qualifiers")? {
        let mut qualifier = Fields::new(path.clone(), json)?;
        let kind_path = qualifier.path("Type");
        let (kind, text) = (qualifier.filled("Type")?, qualifier.filled("Value")?.unwrap_or_default());
        qualifier.finish(&[])?;
        policy = match kind.as_deref() {
            Some("id-qt-cps") => policy.with_cps(&text),
            Some("id-qt-unotice") => policy.with_user_notice(&text),
            _ => {
                return Err(CfsslError::Type { path: kind_path, expected: "`id-qt-cps` or `id-qt-unotice`" });
            }
        }
        .map_err(|error| CfsslError::value(path, error))?;
    }
    fields.finish(&[])?;
    Ok(policy)
}

/// What a profile takes over from requests: what is true, as soon as there is a list.
fn honoured(mut fields: Fields) -> Result<BTreeSet<RequestField>, CfsslError> {
    let mut taken = BTreeSet::new();
    for (name, field) in [
        ("Subject", RequestField::Subject),
        ("DNSNames", RequestField::DnsNames),
        ("IPAddresses", RequestField::IpAddresses),
        ("EmailAddresses", RequestField::EmailAddresses),
        ("URIs", RequestField::Uris),
    ] {
        if fields.boolean(name)?.unwrap_or(false) {
            taken.insert(field);
        }
    }
    // A certificate is always for the key of its request, and signed as the issuer's key demands.
    for name in ["PublicKey", "PublicKeyAlgorithm", "SignatureAlgorithm"] {
        let path = fields.path(name);
        if fields.boolean(name)? == Some(false) {
            return Err(CfsslError::Type {
                path,
                expected: "true, as a certificate is always for the key of its request",
            });
        }
    }
    fields.finish(&[])?;
    Ok(taken)
}
