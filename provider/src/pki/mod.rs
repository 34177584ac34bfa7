//! Keys, certificate requests, certificates and authorities.

mod arguments;
mod certificate;
mod certificate_authority;
mod certificate_data_source;
mod certificate_request;
mod issuing;
mod keys;
mod outputs;
mod private_key;
mod problems;
mod self_signed_certificate;
mod subject;

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
