//! Renewed, cross-signed and rotated authorities, and whole clusters, judged by OpenSSL and pkilint.

use jiff::{SignedDuration, Timestamp};
use pki_core::kubernetes::{Layout, LayoutForm, Node};
use pki_core::{Chain, KeyAlgorithm, Reissue, Rotation, RotationStep};

use super::hierarchy::{Folder, intermediate, now, rng, root, server};

const P256: KeyAlgorithm = KeyAlgorithm::EcdsaP256;

fn verify(at: Timestamp, rest: &str) -> String {
    format!("openssl verify -x509_strict -attime {} {rest}", at.as_second())
}

#[test]
fn openssl_accepts_old_certificates_below_a_renewed_authority() {
    let root = root("Root", KeyAlgorithm::RSA_2048);
    let middle = intermediate(&root, "Middle", P256);
    let leaf = server(&middle, "a.example");
    // Half a year before the old ones end, when a leaf of the last year is still valid.
    let later = root.certificate().not_after() - SignedDuration::from_hours(180 * 24);
    let (new_root, _) = root.renew_root(&Reissue::default(), later, &mut rng()).unwrap();
    let (new_leaf, _) = middle.renew(&leaf, &Reissue::default(), later, &mut rng()).unwrap();
    let (new_middle, _) = root.renew(middle.certificate(), &Reissue::default(), later, &mut rng()).unwrap();

    let folder = Folder::new();
    for (name, certificate) in [
        ("root.pem", root.certificate()),
        ("new-root.pem", &new_root),
        ("middle.pem", middle.certificate()),
        ("new-middle.pem", &new_middle),
        ("leaf.pem", &leaf),
        ("new-leaf.pem", &new_leaf),
    ] {
        folder.write(name, certificate.to_pem());
    }
    folder.run(&verify(later, "-check_ss_sig -CAfile new-root.pem new-root.pem"));
    for (root, middle) in
        [("root", "middle"), ("root", "new-middle"), ("new-root", "middle"), ("new-root", "new-middle")]
    {
        folder.run(&verify(later, &format!("-CAfile {root}.pem -untrusted {middle}.pem new-leaf.pem")));
    }
    folder.run(&verify(
        now() + SignedDuration::from_hours(1),
        "-CAfile root.pem -untrusted middle.pem leaf.pem",
    ));
    for pair in ["new-root.pem new-middle.pem", "root.pem new-middle.pem", "new-middle.pem new-leaf.pem"] {
        folder.lint(&format!("lint_pkix_signer_signee_cert_chain lint -s NOTICE {pair}"));
    }
}

#[test]
fn openssl_follows_the_links_of_a_rotation() {
    let (old, new) = (root("Old", KeyAlgorithm::RSA_2048), root("New", P256));
    let rotation = Rotation::new(&old, &new).unwrap();
    let terms = Reissue::default();
    let of_old = server(&old, "a.example");
    let (again, _) = rotation.reissue(&of_old, &terms, now(), &mut rng()).unwrap();
    let (new_by_old, _) = rotation.new_signed_by_old(&terms, now(), &mut rng()).unwrap();
    let (old_by_new, _) = rotation.old_signed_by_new(&terms, now(), &mut rng()).unwrap();

    let folder = Folder::new();
    folder.write("old.pem", old.certificate().to_pem());
    folder.write("new.pem", rotation.trust(RotationStep::Retire).to_pem());
    folder.write("both.pem", rotation.trust(RotationStep::Switch).to_pem());
    folder.write("of-old.pem", of_old.to_pem());
    folder.write("of-new.pem", again.to_pem());
    folder.write("new-by-old.pem", new_by_old.to_pem());
    folder.write("old-by-new.pem", old_by_new.to_pem());
    for leaf in ["of-old.pem", "of-new.pem"] {
        folder.run(&verify(
            now(),
            &format!("-purpose sslserver -verify_hostname a.example -CAfile both.pem {leaf}"),
        ));
    }
    folder.fail(&verify(now(), "-CAfile old.pem of-new.pem"));
    folder.run(&verify(now(), "-CAfile old.pem -untrusted new-by-old.pem of-new.pem"));
    folder.fail(&verify(now(), "-CAfile new.pem of-old.pem"));
    folder.run(&verify(now(), "-CAfile new.pem -untrusted old-by-new.pem of-old.pem"));
    for pair in ["old.pem new-by-old.pem", "new.pem old-by-new.pem", "new-by-old.pem of-new.pem"] {
        folder.lint(&format!("lint_pkix_signer_signee_cert_chain lint -s NOTICE {pair}"));
    }
}

#[test]
fn openssl_takes_chains_as_they_are_written() {
    let root = root("Root", P256);
    let outer = intermediate(&root, "Outer", P256);
    let inner = intermediate(&outer, "Inner", P256);
    let leaf = server(&inner, "a.example");
    let pile = [root.certificate(), &leaf, outer.certificate(), inner.certificate()].map(Clone::clone);
    let chain = Chain::order(pile).unwrap();
    let folder = Folder::new();
    folder.write("root.pem", chain.root().unwrap().to_pem());
    folder.write("chain.pem", chain.chain_pem());
    folder.write("full.pem", chain.full_chain_pem());
    folder.run(&verify(now(), "-CAfile root.pem -untrusted chain.pem chain.pem"));
    let subjects = |file: &str| {
        let text = folder.run(&format!("openssl storeutl -noout -text -certs {file}"));
        let lines = text.lines().filter_map(|line| line.trim().strip_prefix("Subject: "));
        // With spaces or without, as the version has it.
        lines.map(|subject| subject.replace(" = ", "=")).collect::<Vec<_>>()
    };
    assert_eq!(subjects("chain.pem"), ["CN=a.example", "CN=Inner", "CN=Outer"]);
    assert_eq!(subjects("full.pem"), ["CN=a.example", "CN=Inner", "CN=Outer", "CN=Root"]);
}

#[test]
fn openssl_accepts_every_certificate_of_a_cluster() {
    let mut kubeadm = Layout::new(LayoutForm::ThreeAuthorities);
    kubeadm.cluster.service_cidrs = vec!["10.96.0.0/12".parse().unwrap(), "fd00:96::/112".parse().unwrap()];
    kubeadm.control_plane = vec![Node::new("m0.k8s.example", ["10.0.0.10"])];
    kubeadm.workers = vec![Node::new("w0.k8s.example", ["10.0.0.20", "fd00::20"])];
    let mut tutorial = Layout::tutorial("us-east-2").unwrap();
    tutorial.service_account_certificate = true;

    for (layout, expected) in [(kubeadm, 15), (tutorial, 10)] {
        let folder = Folder::new();
        let issued = layout.issue(now(), &mut rng()).unwrap();
        let mut checked = 0;
        for item in &issued {
            for file in item.files().unwrap() {
                folder.write(&file.path, file.content.as_bytes());
            }
            folder.run(&format!("openssl pkey -check -noout -in {}", item.item().key_file()));
            if let Some(request) = item.item().request_file() {
                folder.run(&format!("openssl req -verify -noout -in {request}"));
            }
            let Some(file) = item.item().certificate_file() else { continue };
            let authority = item.item().authority().unwrap_or(item.item().name());
            let authority = issued.iter().find(|other| other.item().name() == authority).unwrap();
            let authority = authority.item().certificate_file().unwrap();
            let extended = &item.item().profile().usages.extended;
            let is_for = |usage: &str| extended.iter().any(|known| known.as_str() == usage);
            for (purpose, usage) in [("sslserver", "server auth"), ("sslclient", "client auth")] {
                let command = verify(now(), &format!("-purpose {purpose} -CAfile {authority} {file}"));
                if is_for(usage) {
                    folder.run(&command);
                } else if !item.item().is_authority() {
                    let refused = folder.fail(&command);
                    assert!(refused.contains("unsuitable certificate purpose"), "{file}: {refused}");
                }
            }
            folder.run(&verify(now(), &format!("-CAfile {authority} {file}")));
            checked += 1;
        }
        assert_eq!(checked, expected);
    }
}
