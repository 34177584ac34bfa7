//! Keys, certificate requests, certificates and authorities.

mod certificate;
mod certificate_authority;
mod certificate_data_source;
mod certificate_request;
mod issuer;
mod issuing;
mod keys;
mod outputs;
mod pem;
mod private_key;
mod problems;
mod self_signed_certificate;
mod specification;
mod subject;
mod times;

use tfplugin::Registry;

use crate::Client;

/// Adds this room's resources and data sources.
pub(crate) fn register(registry: Registry<Client>) -> Registry<Client> {
    registry
        .category("Public Key Infrastructure")
        .resource::<certificate::Certificate>()
        .resource::<certificate_authority::CertificateAuthority>()
        .resource::<certificate_request::CertificateRequest>()
        .resource::<private_key::PrivateKey>()
        .resource::<self_signed_certificate::SelfSignedCertificate>()
        .data_source::<certificate_data_source::Certificate>()
}
