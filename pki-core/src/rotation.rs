//! Replacing an authority by another one while everything keeps working.

use jiff::Timestamp;
use rand_core::CryptoRng;

use crate::authority::CertificateAuthority;
use crate::certificate::Certificate;
use crate::chain::{TrustBundle, label};
use crate::error::Error;
use crate::finding::Finding;
use crate::issue::{Reissue, check_issued};

/// The replacement of a root by another one with another key.
///
/// It goes in three steps, and at each of them every two parties can talk: those that have made the step, and those that
/// have not.
///
/// | step | trusted are | new certificates are from | safe |
/// |---|---|---|---|
/// | [`Distribute`](RotationStep::Distribute) | both | the old authority | always |
/// | [`Switch`](RotationStep::Switch) | both | the new authority | once every verifier trusts both: [`check_switch`](Self::check_switch) |
/// | [`Retire`](RotationStep::Retire) | the new one | the new authority | once no certificate of the old one is in use: [`check_retire`](Self::check_retire) |
///
/// ```
/// use pki_core::{Rotation, RotationStep, TrustBundle};
/// # use pki_core::*;
/// # let mut rng = getrandom::rand_core::UnwrapErr(getrandom::SysRng);
/// # let now = "2026-11-22T12:00:00Z".parse().unwrap();
/// # let mut root = |name| {
/// #     let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256, &mut rng).unwrap();
/// #     let name = Identity { subject: DistinguishedName::common(name), ..Identity::default() };
/// #     let profile = SigningProfile::authority(AuthorityConstraint::default());
/// #     CertificateAuthority::self_signed(key, &name, &profile, now, &mut rng).unwrap().0
/// # };
/// # let (old, new) = (root("kubernetes-ca 2026"), root("kubernetes-ca 2031"));
///
/// let rotation = Rotation::new(&old, &new)?;
/// let before = TrustBundle::new([old.certificate().clone()]).unwrap();
/// assert!(rotation.check_switch([("kubelet of worker-0", &before)]).is_err());
///
/// let both = rotation.trust(RotationStep::Distribute);
/// assert_eq!(both.anchors().len(), 2);
/// assert!(rotation.check_switch([("kubelet of worker-0", &both)]).is_ok());
/// assert_eq!(rotation.issuer(RotationStep::Switch).certificate(), new.certificate());
/// # Ok::<(), pki_core::RotationError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Rotation<'a> {
    old: &'a CertificateAuthority,
    new: &'a CertificateAuthority,
}

/// A step of a [`Rotation`].
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum RotationStep {
    /// Every verifier is given the new root beside the old one.
    Distribute,
    /// Everything is issued anew, by the new root.
    Switch,
    /// The old root is taken away from every verifier.
    Retire,
}

impl<'a> Rotation<'a> {
    /// A rotation from `old` to `new`.
    ///
    /// # Errors
    ///
    /// Fails when both have the same key, in which case a renewal is all that is needed, and when one is not a root.
    pub fn new(old: &'a CertificateAuthority, new: &'a CertificateAuthority) -> Result<Self, RotationError> {
        for authority in [old, new] {
            if !authority.certificate().is_self_signed() {
                return Err(RotationError::NotARoot { authority: label(authority.certificate()) });
            }
        }
        if old.certificate().public_key() == new.certificate().public_key() {
            return Err(RotationError::SameKey { authority: label(new.certificate()) });
        }
        Ok(Self { old, new })
    }

    /// What verifiers trust at a step. Before the first step it is the old root alone.
    #[must_use]
    pub fn trust(&self, step: RotationStep) -> TrustBundle {
        let roots = match step {
            RotationStep::Distribute | RotationStep::Switch => vec![self.old, self.new],
            RotationStep::Retire => vec![self.new],
        };
        // Both are authorities, so that none is refused.
        TrustBundle::new(roots.into_iter().map(|root| root.certificate().clone())).unwrap_or_default()
    }

    /// Who issues new certificates at a step.
    #[must_use]
    pub fn issuer(&self, step: RotationStep) -> &'a CertificateAuthority {
        match step {
            RotationStep::Distribute => self.old,
            RotationStep::Switch | RotationStep::Retire => self.new,
        }
    }

    /// Whether the new root may begin to issue: every verifier, given by a name and what it trusts, has it already, and
    /// still has the old one.
    ///
    /// # Errors
    ///
    /// Every root that is missing, and where.
    pub fn check_switch<'b>(
        &self,
        verifiers: impl IntoIterator<Item = (&'b str, &'b TrustBundle)>,
    ) -> Result<(), Vec<RotationError>> {
        let mut errors = Vec::new();
        for (verifier, bundle) in verifiers {
            for root in [self.old.certificate(), self.new.certificate()] {
                // A renewed certificate of the same key serves as well.
                let same = |anchor: &&Certificate| {
                    anchor.public_key() == root.public_key()
                        && anchor.encoded_subject() == root.encoded_subject()
                };
                if bundle.anchors().iter().find(same).is_none() {
                    let (verifier, root) = (verifier.to_owned(), label(root));
                    errors.push(RotationError::NotTrusted { verifier, root });
                }
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// Whether the old root may be taken away: none of the certificates in use is from it. Those of an intermediate
    /// authority below it are from it when the intermediate's certificate is.
    ///
    /// # Errors
    ///
    /// Every certificate that the old root has issued.
    pub fn check_retire<'b>(
        &self,
        in_use: impl IntoIterator<Item = &'b Certificate>,
    ) -> Result<(), Vec<RotationError>> {
        let errors: Vec<RotationError> = in_use
            .into_iter()
            .filter(|certificate| certificate.is_issued_by(self.old.certificate()))
            .map(|certificate| RotationError::InUse { certificate: label(certificate) })
            .collect();
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// Issues a certificate of the old root anew by the new one: the same subject, key and names. This is what the
    /// second step does to each of them.
    ///
    /// # Errors
    ///
    /// Fails when the old root has not issued the certificate, and everything that the new one may not do.
    pub fn reissue(
        &self,
        certificate: &Certificate,
        terms: &Reissue,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(Certificate, Vec<Finding>), Vec<Error>> {
        check_issued(certificate, self.old.certificate()).map_err(|error| vec![error.into()])?;
        self.new.take_over(certificate, terms, now, rng)
    }

    /// The new root's key, signed by the old one. Sent along with certificates of the new root, it makes them acceptable
    /// to verifiers that know the old root alone: those that cannot be reached before the switch.
    ///
    /// # Errors
    ///
    /// Everything that the old root may not do: with a path length of 0 it cannot vouch for another authority.
    pub fn new_signed_by_old(
        &self,
        terms: &Reissue,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(Certificate, Vec<Finding>), Vec<Error>> {
        self.old.cross_sign(self.new.certificate(), terms, now, rng)
    }

    /// The old root's key, signed by the new one. Sent along with certificates of the old root, it makes them acceptable
    /// to verifiers that know the new root alone: those that join after the switch.
    ///
    /// # Errors
    ///
    /// Everything that the new root may not do: with a path length of 0 it cannot vouch for another authority.
    pub fn old_signed_by_new(
        &self,
        terms: &Reissue,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(Certificate, Vec<Finding>), Vec<Error>> {
        self.new.cross_sign(self.old.certificate(), terms, now, rng)
    }
}

/// A step of a rotation would break something.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RotationError {
    /// One is issued by another authority.
    #[error("{authority} is not a root, and is replaced by its issuer")]
    NotARoot {
        /// Subject and serial number.
        authority: String,
    },
    /// The new root has the key of the old one.
    #[error(
        "{authority} has the key of the old root: nothing has to be rotated, every certificate stays valid"
    )]
    SameKey {
        /// Subject and serial number of the new root.
        authority: String,
    },
    /// A verifier does not know a root.
    #[error("{verifier} does not trust {root}; give it the bundle of both roots first")]
    NotTrusted {
        /// The verifier.
        verifier: String,
        /// Subject and serial number of the root.
        root: String,
    },
    /// A certificate of the old root is still in use.
    #[error("{certificate} is from the old root and would be refused; issue it anew first")]
    InUse {
        /// Subject and serial number.
        certificate: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::Chain;
    use crate::test_support::{intermediate, leaf, now, rng, root};

    #[test]
    fn every_step_keeps_everything_verifiable() {
        let (old, new) = (root("Old"), root("New"));
        let rotation = Rotation::new(&old, &new).unwrap();
        let before = TrustBundle::new([old.certificate().clone()]).unwrap();
        let of_old = Chain::order([leaf(&old, "a.example")]).unwrap();
        let (again, _) = rotation.reissue(of_old.leaf(), &Reissue::default(), now(), &mut rng()).unwrap();
        assert_eq!(again.public_key(), of_old.leaf().public_key());
        assert_eq!(again.subject_alt_names(), of_old.leaf().subject_alt_names());
        let of_new = Chain::order([again]).unwrap();

        let vouches = |bundle: &TrustBundle| [bundle.vouches_for(&of_old), bundle.vouches_for(&of_new)];
        assert_eq!(vouches(&before), [true, false]);
        assert_eq!(vouches(&rotation.trust(RotationStep::Distribute)), [true, true]);
        assert_eq!(vouches(&rotation.trust(RotationStep::Switch)), [true, true]);
        assert_eq!(vouches(&rotation.trust(RotationStep::Retire)), [false, true]);
        let issuers = [RotationStep::Distribute, RotationStep::Switch, RotationStep::Retire]
            .map(|step| rotation.issuer(step).certificate().subject_text());
        assert_eq!(issuers, ["CN=Old", "CN=New", "CN=New"]);
    }

    #[test]
    fn links_help_those_who_know_one_root_alone() {
        let (old, new) = (root("Old"), root("New"));
        let rotation = Rotation::new(&old, &new).unwrap();
        let terms = Reissue::default();
        let (to_new, _) = rotation.new_signed_by_old(&terms, now(), &mut rng()).unwrap();
        let (to_old, _) = rotation.old_signed_by_new(&terms, now(), &mut rng()).unwrap();
        let sent = |leaf, link: &Certificate| Chain::order([link.clone(), leaf]).unwrap();
        let of_new = sent(leaf(&new, "a.example"), &to_new);
        let of_old = sent(leaf(&old, "a.example"), &to_old);
        assert!(TrustBundle::new([old.certificate().clone()]).unwrap().vouches_for(&of_new));
        assert!(rotation.trust(RotationStep::Retire).vouches_for(&of_old));
    }

    #[test]
    fn unsafe_steps_are_refused_with_what_is_missing() {
        let (old, new) = (root("Old"), root("New"));
        let rotation = Rotation::new(&old, &new).unwrap();
        let only =
            |authority: &CertificateAuthority| TrustBundle::new([authority.certificate().clone()]).unwrap();
        let (only_old, only_new) = (only(&old), only(&new));
        let both = rotation.trust(RotationStep::Distribute);
        let errors = rotation
            .check_switch([("worker-0", &only_old), ("worker-1", &both), ("worker-2", &only_new)])
            .unwrap_err();
        let text = |error: &RotationError| error.to_string();
        assert_eq!(
            errors.iter().map(text).collect::<Vec<_>>(),
            [
                format!(
                    "worker-0 does not trust {}; give it the bundle of both roots first",
                    label(new.certificate())
                ),
                format!(
                    "worker-2 does not trust {}; give it the bundle of both roots first",
                    label(old.certificate())
                ),
            ]
        );
        let (renewed, _) = old.renew_root(&Reissue::default(), now(), &mut rng()).unwrap();
        let renewed = TrustBundle::new([renewed, new.certificate().clone()]).unwrap();
        assert_eq!(rotation.check_switch([("worker-3", &renewed)]), Ok(()));

        let in_use = [leaf(&old, "a.example"), leaf(&new, "b.example")];
        assert_eq!(
            rotation.check_retire(&in_use),
            Err(vec![RotationError::InUse { certificate: label(&in_use[0]) }])
        );
        assert_eq!(rotation.check_retire(&in_use[1..]), Ok(()));
    }

    #[test]
    fn needs_two_roots_with_different_keys() {
        let old = root("Old");
        let middle = intermediate(&old, "Middle");
        assert_eq!(
            Rotation::new(&old, &middle).unwrap_err().to_string(),
            format!("{} is not a root, and is replaced by its issuer", label(middle.certificate()))
        );
        assert_eq!(
            Rotation::new(&old, &old).unwrap_err().to_string(),
            format!(
                "{} has the key of the old root: nothing has to be rotated, every certificate stays valid",
                label(old.certificate())
            )
        );
        let new = root("New");
        let errors = Rotation::new(&old, &new)
            .unwrap()
            .reissue(&leaf(&new, "a.example"), &Reissue::default(), now(), &mut rng())
            .unwrap_err();
        assert_eq!(errors[0].to_string(), "the certificate of CN=a.example was not issued by CN=Old");
    }
}
