//! What a certificate takes from the request that it is issued for.

use x509_cert::name::Name;

use super::IssueError;
use crate::csr::CertificateRequest;
use crate::error::Error;
use crate::finding::{Finding, FindingCode, Place};
use crate::name::{self, DistinguishedName};
use crate::profile::{Identity, RequestField, SigningProfile};
use crate::san::{SubjectAltName, SubjectAltNames};

/// Names that replace those of a certificate request.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct RequestOverrides {
    /// The subject.
    pub subject: Option<DistinguishedName>,
    /// All alternative names; an empty list removes them.
    pub subject_alt_names: Option<SubjectAltNames>,
}

/// Who a certificate for a request is about.
#[derive(Debug)]
pub(crate) struct Requested {
    /// The subject as the request encodes it, with attributes that this library has no field for.
    pub(crate) subject: Option<Name>,
    pub(crate) identity: Identity,
    pub(crate) findings: Vec<Finding>,
}

impl Requested {
    /// Applies the overrides, and the profile's decision about what is taken over.
    pub(crate) fn new(
        request: &CertificateRequest,
        overrides: &RequestOverrides,
        profile: &SigningProfile,
    ) -> Result<Self, Vec<Error>> {
        let (mut errors, mut findings) = (Vec::new(), Vec::new());
        if request.asks_for_authority() && profile.authority.is_none() {
            errors.push(IssueError::RequestAsksForAuthority.into());
        }
        for oid in request.unknown_critical_extensions() {
            errors.push(IssueError::RequestAsksForUnknown { oid: oid.clone() }.into());
        }
        findings.extend(ignored_usages(request, profile));
        findings.extend(ignored_extensions(request));
        let mut identity = Identity {
            subject: overrides.subject.clone().unwrap_or_default(),
            subject_alt_names: overrides.subject_alt_names.clone().unwrap_or_default(),
        };
        let mut subject = None;
        if overrides.subject.is_none() && takes_subject(request, profile, &mut findings) {
            subject = Some(request.encoded_subject().clone());
            identity.subject = request.subject();
            let (found, wrong) = name::check_encoded(request.encoded_subject());
            findings.extend(found);
            errors.extend(wrong);
        }
        if overrides.subject_alt_names.is_none() {
            identity.subject_alt_names = taken_names(request, profile, &mut findings);
        }
        let findings = profile.strictness.judge(findings, errors)?;
        Ok(Self { subject, identity, findings })
    }
}

fn ignored_usages(request: &CertificateRequest, profile: &SigningProfile) -> Option<Finding> {
    let (asked, given) = (&request.requested().usages, &profile.usages);
    let missing: Vec<String> = asked
        .names()
        .filter(|name| !given.names().any(|given| given == *name))
        .map(|name| format!("`{name}`"))
        .chain(request.unknown_extended_key_usages().iter().cloned())
        .collect();
    let message = format!(
        "the certificate request asks for {}, which the signing profile does not give",
        missing.join(", ")
    );
    (!missing.is_empty()).then(|| Finding::new(FindingCode::RequestUsageIgnored, Place::Usages, message))
}

fn ignored_extensions(request: &CertificateRequest) -> impl Iterator<Item = Finding> {
    request.other_extensions().iter().map(|oid| {
        let message = format!(
            "the certificate request asks for the extension {oid}, which only the signing profile decides about"
        );
        Finding::new(FindingCode::RequestExtensionIgnored, Place::Request, message)
    })
}

fn takes_subject(
    request: &CertificateRequest,
    profile: &SigningProfile,
    findings: &mut Vec<Finding>,
) -> bool {
    let taken = profile.honoured.contains(&RequestField::Subject);
    if !taken && !request.encoded_subject().is_empty() {
        findings.push(ignored_name("subject", &request.subject_text()));
    }
    taken
}

fn taken_names(
    request: &CertificateRequest,
    profile: &SigningProfile,
    findings: &mut Vec<Finding>,
) -> SubjectAltNames {
    let mut taken = SubjectAltNames::default();
    for name in request.subject_alt_names() {
        let (field, kind) = match name {
            SubjectAltName::Dns(_) => (RequestField::DnsNames, "DNS name"),
            SubjectAltName::Ip(_) => (RequestField::IpAddresses, "IP address"),
            SubjectAltName::Email(_) => (RequestField::EmailAddresses, "e-mail address"),
            SubjectAltName::Uri(_) => (RequestField::Uris, "URI"),
        };
        if profile.honoured.contains(&field) {
            taken.push(name.clone());
        } else {
            findings.push(ignored_name(kind, &name.to_string()));
        }
    }
    taken
}

fn ignored_name(kind: &str, name: &str) -> Finding {
    let message = format!(
        "the certificate request asks for the {kind} `{name}`, which the signing profile does not take over"
    );
    Finding::new(FindingCode::RequestNameIgnored, Place::Request, message)
}
