//! The extensions that say where to find more. None of them is critical.

use der::Encode;
use der::asn1::{Ia5String, Null, OctetString};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::crl::dp::DistributionPoint;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{
    AccessDescription, AuthorityInfoAccessSyntax, CertificatePolicies, CrlDistributionPoints,
};

use crate::certificate::{CA_ISSUERS, OCSP, OCSP_NO_CHECK};
use crate::certificate_policy::CertificatePolicy;
use crate::http_url::HttpUrl;
use crate::profile::SigningProfile;

pub(super) fn authority_information_access(
    profile: &SigningProfile,
) -> der::Result<Option<AuthorityInfoAccessSyntax>> {
    let ocsp = profile.ocsp_urls.iter().map(|url| (OCSP, url));
    let issuers = profile.issuer_urls.iter().map(|url| (CA_ISSUERS, url));
    let list = ocsp
        .chain(issuers)
        .map(|(access_method, url)| Ok(AccessDescription { access_method, access_location: location(url)? }));
    list.collect::<der::Result<Vec<_>>>().map(|list| some(list).map(AuthorityInfoAccessSyntax))
}

/// Each URL is a point of its own: two in one point would be two places of the same list.
pub(super) fn crl_distribution_points(
    profile: &SigningProfile,
) -> der::Result<Option<CrlDistributionPoints>> {
    let points = profile.crl_distribution_points.iter().map(|url| {
        let distribution_point = Some(DistributionPointName::FullName(vec![location(url)?]));
        Ok(DistributionPoint { distribution_point, reasons: None, crl_issuer: None })
    });
    points.collect::<der::Result<Vec<_>>>().map(|list| some(list).map(CrlDistributionPoints))
}

pub(super) fn certificate_policies(profile: &SigningProfile) -> der::Result<Option<CertificatePolicies>> {
    let policies = profile.certificate_policies.iter().map(CertificatePolicy::encode);
    policies.collect::<der::Result<Vec<_>>>().map(|list| some(list).map(CertificatePolicies))
}

/// RFC 6960 §4.2.2.2.1.
pub(super) fn ocsp_no_check() -> der::Result<Extension> {
    Ok(Extension { extn_id: OCSP_NO_CHECK, critical: false, extn_value: OctetString::new(Null.to_der()?)? })
}

fn location(url: &HttpUrl) -> der::Result<GeneralName> {
    Ok(GeneralName::UniformResourceIdentifier(Ia5String::new(url.as_str())?))
}

/// An empty list is not allowed in any of these extensions.
fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}
