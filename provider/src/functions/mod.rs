//! Functions: pure, and callable without any configuration.

mod apiserver_sans;
mod cfssl;
mod cfssl_csr;
mod cfssl_profile;
mod cidr_host_name;
mod cloud_config;
mod encryption_config;
mod kubeconfig;
mod lint_certificate;
mod parse_certificate;
mod private_dns_domain;

use tfplugin::prelude::*;

use crate::provider::Client;

/// Adds this room's functions.
pub(crate) fn register(registry: Registry<Client>) -> Registry<Client> {
    registry
        .category("Compute")
        .function::<cloud_config::CloudConfig>()
        .category("Kubernetes")
        .function::<apiserver_sans::ApiserverSans>()
        .function::<cidr_host_name::CidrHostName>()
        .function::<encryption_config::RenderEncryptionConfig>()
        .function::<kubeconfig::RenderKubeconfig>()
        .function::<private_dns_domain::PrivateDnsDomain>()
        .category("Public Key Infrastructure")
        .function::<cfssl_csr::CfsslCsr>()
        .function::<cfssl_profile::CfsslProfile>()
        .function::<lint_certificate::LintCertificate>()
        .function::<parse_certificate::ParseCertificate>()
}
