//! Keys, certificate requests, certificates and authorities.

mod algorithm;
mod certificate;
mod certificate_authority;
mod certificate_data_source;
mod certificate_request;
mod certificate_revocation_list;
mod details;
mod ephemeral_private_key;
mod finding;
mod issuer;
mod issuing;
mod key_forms;
mod key_text;
mod keys;
mod name_constraints;
mod outputs;
mod pem;
mod private_key;
mod problems;
mod self_signed_certificate;
mod specification;
mod subject;
mod times;
mod trust_matrix;
mod urls;

use tfplugin::Registry;

pub(crate) use details::Details;
pub(crate) use finding::Finding;
pub(crate) use pem::CertificatePem;
pub(crate) use subject::Subject;

use crate::Client;

/// Adds this room's resources and data sources.
pub(crate) fn register(registry: Registry<Client>) -> Registry<Client> {
    registry
        .category("Public Key Infrastructure")
        .resource::<certificate::Certificate>()
        .resource::<certificate_authority::CertificateAuthority>()
        .resource::<certificate_request::CertificateRequest>()
        .resource::<certificate_revocation_list::CertificateRevocationList>()
        .resource::<private_key::PrivateKey>()
        .resource::<self_signed_certificate::SelfSignedCertificate>()
        .ephemeral::<ephemeral_private_key::EphemeralPrivateKey>()
        .data_source::<certificate_data_source::Certificate>()
        .data_source::<trust_matrix::TrustMatrix>()
}
