//! The `profile` block of `groundup_certificate`.

use pki_core::{AuthorityConstraint, Period, SigningProfile};
use tfplugin::prelude::*;

use super::super::problems::Places;
use super::super::specification::read_usages;

/// A signing profile.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Profile {
    /// What the key may be used for, such as `signing`, `server auth` or `client_auth`.
    #[attr(required)]
    usages: Attr<Vec<String>>,
    /// Lifetime, such as `8760h`, `90d` or `1y`; a year of 365 days by default.
    #[attr(optional)]
    expiry: Attr<Parsed<Period>>,
    /// How long before now the validity begins, for clocks that are late; five minutes by default.
    #[attr(optional)]
    pub(super) backdate: Attr<Parsed<Period>>,
    /// Whether it makes certificates of authorities.
    #[attr(optional)]
    is_ca: Attr<bool>,
    /// How many authorities may stand below such an authority before a certificate that is none.
    #[attr(optional)]
    max_path_length: Attr<u8>,
}

impl Profile {
    /// The profile as the library has it, and whether it is known completely.
    pub(super) fn signing_profile(
        &self,
        places: &mut Places,
        problems: &mut Vec<Diagnostic>,
    ) -> (SigningProfile, bool) {
        let path = Path::from("profile").index(0);
        places.usages = Some(path.attr("usages"));
        places.validity = Some(path.attr("expiry"));
        places.authority = Some(path.attr("is_ca"));
        let (usages, known) = read_usages(&self.usages, &path.attr("usages"), problems);
        let constraint = AuthorityConstraint { path_length: self.max_path_length.known().copied() };
        let profile = SigningProfile {
            expiry: self.expiry.known().map_or(Period::days(365), |expiry| **expiry),
            backdate: self.backdate.known().map_or(Period::minutes(5), |backdate| **backdate),
            authority: self.is_ca.or(false).then_some(constraint),
            ..SigningProfile::new(usages)
        };
        let unknown = self.expiry.is_unknown()
            || self.backdate.is_unknown()
            || self.is_ca.is_unknown()
            || self.max_path_length.is_unknown();
        (profile, known && !unknown)
    }
}
