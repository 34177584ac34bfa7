//! What a certificate says about where to find more.

use const_oid::ObjectIdentifier;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{AuthorityInfoAccessSyntax, CertificatePolicies, CrlDistributionPoints};

use super::extensions::get;
use super::{Certificate, CertificateError};
use crate::certificate_policy::CertificatePolicy;

/// `id-ad-ocsp`
pub(crate) const OCSP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1");
/// `id-ad-caIssuers`
pub(crate) const CA_ISSUERS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.2");
/// `id-pkix-ocsp-nocheck`
pub(crate) const OCSP_NO_CHECK: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.5");

#[derive(Clone, Debug)]
pub(super) struct Pointers {
    crl_distribution_points: Vec<String>,
    ocsp_urls: Vec<String>,
    issuer_urls: Vec<String>,
    certificate_policies: Vec<CertificatePolicy>,
    ocsp_no_check: bool,
}

impl Pointers {
    pub(super) fn new(list: &[Extension]) -> Result<Self, CertificateError> {
        let points = get::<CrlDistributionPoints>(list)?.map(|points| points.0).unwrap_or_default();
        let full_names = points.iter().filter_map(|point| match &point.distribution_point {
            Some(DistributionPointName::FullName(names)) => Some(names),
            _ => None,
        });
        let access = get::<AuthorityInfoAccessSyntax>(list)?.map(|access| access.0).unwrap_or_default();
        let locations = |method| {
            let of_method = access.iter().filter(move |description| description.access_method == method);
            of_method.filter_map(|description| uri(&description.access_location)).collect()
        };
        let policies = get::<CertificatePolicies>(list)?.map(|policies| policies.0).unwrap_or_default();
        Ok(Self {
            crl_distribution_points: full_names.flatten().filter_map(uri).collect(),
            ocsp_urls: locations(OCSP),
            issuer_urls: locations(CA_ISSUERS),
            certificate_policies: policies.iter().map(CertificatePolicy::decode).collect(),
            ocsp_no_check: list.iter().any(|extension| extension.extn_id == OCSP_NO_CHECK),
        })
    }
}

impl Certificate {
    /// Where the issuer's revocation lists are (RFC 5280 §4.2.1.13). They are given as they stand, of whatever scheme.
    #[must_use]
    pub fn crl_distribution_points(&self) -> &[String] {
        &self.parsed.pointers.crl_distribution_points
    }

    /// Where the issuer's OCSP responders are (RFC 5280 §4.2.2.1), as they stand.
    #[must_use]
    pub fn ocsp_urls(&self) -> &[String] {
        &self.parsed.pointers.ocsp_urls
    }

    /// Where the issuer's certificate is (RFC 5280 §4.2.2.1), as it stands.
    #[must_use]
    pub fn issuer_urls(&self) -> &[String] {
        &self.parsed.pointers.issuer_urls
    }

    /// The policies that it was issued under (RFC 5280 §4.2.1.4).
    #[must_use]
    pub fn certificate_policies(&self) -> &[CertificatePolicy] {
        &self.parsed.pointers.certificate_policies
    }

    /// Whether verifiers of this OCSP responder's answers need not ask whether it is revoked itself (RFC 6960 §4.2.2.2.1).
    #[must_use]
    pub fn has_ocsp_no_check(&self) -> bool {
        self.parsed.pointers.ocsp_no_check
    }
}

fn uri(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::UniformResourceIdentifier(uri) => Some(uri.to_string()),
        _ => None,
    }
}
