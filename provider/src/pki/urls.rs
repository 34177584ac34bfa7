//! The arguments that tell verifiers where to ask about a certificate.

use pki_core::{HttpUrl, SigningProfile};
use tfplugin::prelude::*;

/// Where revocation lists, OCSP responders and the issuer's certificate are found.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_field_names, reason = "the names are those of the arguments")]
pub(super) struct Urls<'a> {
    pub(super) crl_distribution_points: &'a Attr<Vec<Parsed<HttpUrl>>>,
    pub(super) ocsp_urls: &'a Attr<Vec<Parsed<HttpUrl>>>,
    pub(super) issuer_urls: &'a Attr<Vec<Parsed<HttpUrl>>>,
}

impl Urls<'_> {
    /// A profile with these URLs in place of its own, kind by kind.
    pub(super) fn add_to(&self, profile: SigningProfile) -> SigningProfile {
        SigningProfile {
            crl_distribution_points: or(self.crl_distribution_points, profile.crl_distribution_points),
            ocsp_urls: or(self.ocsp_urls, profile.ocsp_urls),
            issuer_urls: or(self.issuer_urls, profile.issuer_urls),
            ..profile
        }
    }

    pub(super) fn are_known(&self) -> bool {
        ![self.crl_distribution_points, self.ocsp_urls, self.issuer_urls].into_iter().any(Attr::is_unknown)
    }
}

fn or(given: &Attr<Vec<Parsed<HttpUrl>>>, base: Vec<HttpUrl>) -> Vec<HttpUrl> {
    match given.known() {
        Some(urls) => urls.iter().map(|url| url.get().clone()).collect(),
        None => base,
    }
}
