//! Which certificates a revocation list covers.

use const_oid::ObjectIdentifier;
use der::asn1::{Ia5String, OctetString};
use der::{Decode, Encode};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::crl::IssuingDistributionPoint;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};

use super::CrlError;
use crate::certificate::Certificate;
use crate::http_url::HttpUrl;

/// `id-ce-issuingDistributionPoint` (RFC 5280 §5.2.5). The type of x509-cert carries the identifier of another
/// extension.
pub(super) const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.28");

/// Which certificates of its issuer a revocation list covers.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum CrlScope {
    /// All of them.
    #[default]
    All,
    /// Those that are no authorities.
    EndEntities,
    /// Those of authorities.
    Authorities,
}

impl CrlScope {
    /// Whether a certificate of the list's issuer would be in it if it were revoked.
    #[must_use]
    pub fn covers(self, certificate: &Certificate) -> bool {
        match self {
            Self::All => true,
            Self::EndEntities => !certificate.is_authority(),
            Self::Authorities => certificate.is_authority(),
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::All => "all certificates",
            Self::EndEntities => "certificates that are no authorities",
            Self::Authorities => "certificates of authorities",
        }
    }
}

/// The extension, if there is anything to say.
pub(super) fn encode(scope: CrlScope, urls: &[HttpUrl]) -> der::Result<Option<Extension>> {
    if scope == CrlScope::All && urls.is_empty() {
        return Ok(None);
    }
    let names = urls
        .iter()
        .map(|url| Ia5String::new(url.as_str()).map(GeneralName::UniformResourceIdentifier))
        .collect::<der::Result<Vec<_>>>()?;
    let point = IssuingDistributionPoint {
        distribution_point: (!names.is_empty()).then_some(DistributionPointName::FullName(names)),
        only_contains_user_certs: scope == CrlScope::EndEntities,
        only_contains_ca_certs: scope == CrlScope::Authorities,
        only_some_reasons: None,
        indirect_crl: false,
        only_contains_attribute_certs: false,
    };
    let extn_value = OctetString::new(point.to_der()?)?;
    Ok(Some(Extension { extn_id: OID, critical: true, extn_value }))
}

/// The scope, and the URLs among the names of the distribution point.
pub(super) fn decode(value: &[u8]) -> Result<(CrlScope, Vec<String>), CrlError> {
    let malformed = || CrlError::MalformedExtension { oid: OID.to_string() };
    let point = IssuingDistributionPoint::from_der(value).map_err(|_| malformed())?;
    if point.indirect_crl || point.only_contains_attribute_certs || point.only_some_reasons.is_some() {
        return Err(CrlError::Partial);
    }
    let scope = match (point.only_contains_user_certs, point.only_contains_ca_certs) {
        (false, false) => CrlScope::All,
        (true, false) => CrlScope::EndEntities,
        (false, true) => CrlScope::Authorities,
        (true, true) => return Err(malformed()),
    };
    let names = match point.distribution_point {
        Some(DistributionPointName::FullName(names)) => names,
        _ => Vec::new(),
    };
    let urls = names.into_iter().filter_map(|name| match name {
        GeneralName::UniformResourceIdentifier(url) => Some(url.to_string()),
        _ => None,
    });
    Ok((scope, urls.collect()))
}
