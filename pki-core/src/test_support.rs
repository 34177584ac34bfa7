//! What unit tests have in common.

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use jiff::Timestamp;

use crate::{
    AuthorityConstraint, Certificate, CertificateAuthority, DistinguishedName, Identity, KeyAlgorithm,
    PrivateKey, SigningProfile, SubjectAltNames,
};

pub(crate) fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

/// A Sunday in 2026, whatever the clock says.
pub(crate) fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

pub(crate) fn key() -> PrivateKey {
    PrivateKey::generate(KeyAlgorithm::EcdsaP256, &mut rng()).unwrap()
}

pub(crate) fn identity(common_name: &str, names: &[&str]) -> Identity {
    Identity {
        subject: DistinguishedName::common(common_name),
        subject_alt_names: SubjectAltNames::parse(names).unwrap(),
    }
}

pub(crate) fn root(common_name: &str) -> CertificateAuthority {
    let profile = SigningProfile::authority(AuthorityConstraint { path_length: None });
    CertificateAuthority::self_signed(key(), &identity(common_name, &[]), &profile, now(), &mut rng())
        .unwrap()
        .0
}

pub(crate) fn intermediate(parent: &CertificateAuthority, common_name: &str) -> CertificateAuthority {
    let profile = SigningProfile::authority(AuthorityConstraint { path_length: None });
    let identity = identity(common_name, &[]);
    parent.intermediate(key(), &identity, &profile, now(), &mut rng()).unwrap().0
}

pub(crate) fn leaf(parent: &CertificateAuthority, name: &str) -> Certificate {
    let key = key();
    let profile = SigningProfile::server(key.algorithm());
    parent.issue(&identity(name, &[name]), key.public_key(), &profile, now(), &mut rng()).unwrap().0
}
