//! Issuing a certificate for a request.

use std::fs;
use std::process::Command;

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use jiff::Timestamp;
use pki_core::{
    AuthorityConstraint, CertificateAuthority, CertificateRequest, DistinguishedName, Identity, KeyAlgorithm,
    PrivateKey, SigningProfile, SubjectAltNames,
};

use super::bundle::CONFIG;
use super::{Series, cpu_of, own_cpu};
use crate::support::tool;

/// Processor time of reading a request, checking it and signing a certificate in this process, and of `cfssl sign`
/// without the start of the program.
pub(super) fn series(algorithm: KeyAlgorithm, runs: usize) -> Series {
    let cfssl = tool::find("cfssl");
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &str| fs::write(folder.path().join(name), content).unwrap();

    let mut rng = UnwrapErr(SysRng);
    let key = PrivateKey::generate(algorithm, &mut rng).unwrap();
    write("ca-key.pem", &key.to_pem());
    let root = Identity { subject: DistinguishedName::common("Kubernetes"), ..Identity::default() };
    let profile = SigningProfile::authority(AuthorityConstraint::default());
    let (authority, _) =
        CertificateAuthority::self_signed(key, &root, &profile, Timestamp::now(), &mut rng).unwrap();
    write("ca.pem", &authority.certificate().to_pem());
    let identity = Identity {
        subject: DistinguishedName::common("kubernetes"),
        subject_alt_names: SubjectAltNames::parse(["kubernetes", "10.32.0.1", "127.0.0.1"]).unwrap(),
    };
    let request =
        CertificateRequest::create(&PrivateKey::generate(algorithm, &mut rng).unwrap(), &identity).unwrap();
    let request = request.to_pem();
    write("request.csr", &request);
    write("ca-config.json", CONFIG);

    let profile = SigningProfile::server(algorithm);
    let ours = || {
        own_cpu(|| {
            let request = CertificateRequest::from_pem(&request).unwrap();
            authority.issue_from_request(&request, &profile, Timestamp::now(), &mut rng).unwrap();
        })
    };
    let arguments = [
        "sign",
        "-ca=ca.pem",
        "-ca-key=ca-key.pem",
        "-config=ca-config.json",
        "-profile=kubernetes",
        "request.csr",
    ];
    let theirs = || cpu_of(Command::new(&cfssl).args(arguments).current_dir(folder.path()));
    Series::measure(runs, ours, theirs).without_start(|| cpu_of(Command::new(&cfssl).arg("version")))
}
