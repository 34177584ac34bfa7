//! The arguments that tell verifiers where to ask about a certificate.

use pki_core::{HttpUrl, SigningProfile};
use tfplugin::prelude::*;

/// Where revocation lists, OCSP responders and the issuer's certificate are found.
#[derive(Clone, Debug, Default, Model, PartialEq)]
#[expect(clippy::struct_field_names, reason = "the names are those of the arguments")]
pub(crate) struct Urls {
    /// URLs of the issuer's revocation list: where to find whether this certificate has been revoked. Plain `http`, because
    /// `https` would have to be verified first.
    #[attr(optional)]
    crl_distribution_points: Attr<Vec<Parsed<HttpUrl>>>,
    /// URLs of the issuer's OCSP responders.
    #[attr(optional)]
    ocsp_urls: Attr<Vec<Parsed<HttpUrl>>>,
    /// URLs of the issuer's certificate.
    #[attr(optional)]
    issuer_urls: Attr<Vec<Parsed<HttpUrl>>>,
}

impl Urls {
    /// A profile with these URLs in place of its own, kind by kind.
    pub(super) fn add_to(&self, profile: SigningProfile) -> SigningProfile {
        SigningProfile {
            crl_distribution_points: or(&self.crl_distribution_points, profile.crl_distribution_points),
            ocsp_urls: or(&self.ocsp_urls, profile.ocsp_urls),
            issuer_urls: or(&self.issuer_urls, profile.issuer_urls),
            ..profile
        }
    }

    pub(super) fn are_known(&self) -> bool {
        ![&self.crl_distribution_points, &self.ocsp_urls, &self.issuer_urls].into_iter().any(Attr::is_unknown)
    }
}

fn or(given: &Attr<Vec<Parsed<HttpUrl>>>, base: Vec<HttpUrl>) -> Vec<HttpUrl> {
    match given.known() {
        Some(urls) => urls.iter().map(|url| url.get().clone()).collect(),
        None => base,
    }
}
