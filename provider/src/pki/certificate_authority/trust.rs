//! What to trust while one root takes over from another.

use jiff::Timestamp;
use pki_core::{Certificate as X509, PublicKey};
use tfplugin::prelude::*;

use super::CertificateAuthority;

impl CertificateAuthority {
    /// What to trust, given what there was before.
    pub(super) fn trust(&self, prior: Option<&Self>, now: Timestamp) -> Attr<String> {
        match &self.ca_cert_pem {
            Attr::Known(issuers) => issuers.get().chain().last().map(X509::to_pem).into(),
            Attr::Unknown => Attr::Unknown,
            Attr::Null => {
                let Some(roots) = self.roots() else { return Attr::Unknown };
                let before = prior.and_then(|prior| prior.trust_bundle_pem.as_str());
                let before = before.and_then(|before| X509::bundle_from_pem(before).ok()).unwrap_or_default();
                let bundle = bundle(roots, &before, &self.dropped(prior), now);
                bundle.iter().map(X509::to_pem).collect::<String>().into()
            }
        }
    }

    /// The root that signs, and the others that are trusted, as soon as all are known.
    fn roots(&self) -> Option<Vec<X509>> {
        let signing = self.outputs.cert_pem.as_str();
        let others = match &self.trusted_cert_pems {
            Attr::Null => Vec::new(),
            Attr::Unknown => return None,
            Attr::Known(pems) => {
                let trusted = self.generations()?.trusted;
                let pems = trusted.iter().filter_map(|generation| pems.get(&generation.to_string()));
                pems.map(Attr::as_str).filter(|pem| *pem != signing).collect()
            }
        };
        std::iter::once(signing).chain(others).map(|pem| X509::from_pem(pem?).ok()).collect()
    }

    /// The keys of generations that are not trusted any more.
    fn dropped(&self, prior: Option<&Self>) -> Vec<PublicKey> {
        let Some((now, prior)) = self.generations().zip(prior) else { return Vec::new() };
        let before = prior.generations().map(|before| before.trusted).unwrap_or_default();
        let dropped = before.difference(&now.trusted);
        dropped
            .filter_map(|generation| Some(prior.certificate_of(*generation)?.public_key().clone()))
            .collect()
    }
}

/// Roots, and those before them that are still of use: of other keys or names, valid, and not of a key that was dropped.
fn bundle(mut roots: Vec<X509>, before: &[X509], dropped: &[PublicKey], now: Timestamp) -> Vec<X509> {
    let is_dropped = |earlier: &X509| dropped.contains(earlier.public_key());
    if before.starts_with(&roots) && !before.iter().any(is_dropped) {
        // Nothing has changed, and no plan changes by the mere passing of time.
        return before.to_vec();
    }
    let current = roots.len();
    for earlier in before {
        let same =
            |root: &X509| root.public_key() == earlier.public_key() && root.subject() == earlier.subject();
        if !roots[..current].iter().any(same) && !is_dropped(earlier) && earlier.is_valid_at(now) {
            roots.push(earlier.clone());
        }
    }
    roots
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use pki_core::{
        AuthorityConstraint, CertificateAuthority as Authority, DistinguishedName, Identity, KeyAlgorithm,
        Period, PrivateKey, Rotation, RotationStep, SigningProfile, TrustBundle,
    };

    use super::super::super::keys::rng;
    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }

    fn key() -> PrivateKey {
        PrivateKey::generate(KeyAlgorithm::EcdsaP256, &mut rng()).unwrap()
    }

    fn root(key: &PrivateKey, name: &str) -> Authority {
        let identity = Identity { subject: DistinguishedName::common(name), ..Identity::default() };
        let profile = SigningProfile {
            expiry: Period::days(10),
            ..SigningProfile::authority(AuthorityConstraint::default())
        };
        let key = PrivateKey::from_pem(&key.to_pem()).unwrap();
        Authority::self_signed(key, &identity, &profile, now(), &mut rng()).unwrap().0
    }

    fn certificates<const N: usize>(roots: [&Authority; N]) -> Vec<X509> {
        roots.map(|root| root.certificate().clone()).to_vec()
    }

    fn after(roots: Vec<X509>, before: &[X509]) -> Vec<X509> {
        bundle(roots, before, &[], now())
    }

    #[test]
    fn the_bundle_of_each_step_is_that_of_a_rotation() {
        let (old, new) = (root(&key(), "root"), root(&key(), "root"));
        let rotation = Rotation::new(&old, &new).unwrap();
        let trusts = |bundle: &[X509]| TrustBundle::new(bundle.to_vec()).unwrap();
        let expected = |step| rotation.trust(step).anchors().to_vec();

        let alone = after(certificates([&old]), &[]);
        assert!(rotation.check_switch([("a kubelet", &trusts(&alone))]).is_err());
        let added = after(certificates([&old, &new]), &alone);
        assert_eq!(added, expected(RotationStep::Distribute));
        assert_eq!(rotation.check_switch([("a kubelet", &trusts(&added))]), Ok(()));
        let switched = after(certificates([&new, &old]), &added);
        let mut sorted = switched.clone();
        sorted.reverse();
        assert_eq!(sorted, expected(RotationStep::Switch));
        let dropped = [old.certificate().public_key().clone()];
        let alone = bundle(certificates([&new]), &switched, &dropped, now());
        assert_eq!(alone, expected(RotationStep::Retire));
    }

    #[test]
    fn a_renewed_root_takes_the_place_of_the_one_before() {
        let key = key();
        let (first, renewed, other) = (root(&key, "root"), root(&key, "root"), root(&self::key(), "root"));
        let before = certificates([&first, &other]);
        assert_eq!(after(certificates([&renewed, &other]), &before), certificates([&renewed, &other]));
        // Another name is another root.
        let renamed = root(&key, "new");
        assert_eq!(
            after(certificates([&renamed]), &certificates([&first])),
            certificates([&renamed, &first])
        );
    }

    #[test]
    fn what_a_dropped_key_has_signed_goes_with_it() {
        let (old, new) = (key(), key());
        let (root, renamed, next) = (root(&old, "root"), root(&old, "new"), self::root(&new, "new"));
        let before = certificates([&next, &renamed, &root]);
        let left = bundle(certificates([&next]), &before, &[old.public_key().clone()], now());
        assert_eq!(left, certificates([&next]));
    }

    #[test]
    fn an_earlier_root_stays_until_it_ends_and_something_changes() {
        let (old, new, third) = (root(&key(), "root"), root(&key(), "root"), root(&key(), "root"));
        let before = certificates([&new, &old]);
        let later = now() + SignedDuration::from_hours(24 * 11);
        assert_eq!(bundle(certificates([&new]), &before, &[], later), before);
        assert_eq!(bundle(certificates([&third]), &before, &[], now()), certificates([&third, &new, &old]));
        assert_eq!(bundle(certificates([&third]), &before, &[], later), certificates([&third]));
    }
}
