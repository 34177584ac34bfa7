//! Which names an authority may issue for, as this library, OpenSSL and rustls-webpki see it.

use std::process::Command;

use pki_core::{CertificateAuthority, KeyAlgorithm, NameConstraints, SigningProfile, Verifier};

use super::hierarchy::{Folder, authority_profile, identity, key, now, rng};
use crate::support::tool;

const ALGORITHM: KeyAlgorithm = KeyAlgorithm::Ed25519;

/// Permitted and excluded subtrees.
const CONSTRAINTS: [(&[&str], &[&str]); 10] = [
    (&["DNS:example.com"], &[]),
    (&["DNS:a.example.com", "DNS:example.org"], &[]),
    (&[], &["DNS:secret.example.com"]),
    (&["DNS:example.com"], &["DNS:secret.example.com"]),
    (&["IP:10.0.0.0/8"], &["IP:10.9.0.0/16"]),
    (&["IP:fd00::/8", "IP:10.1.2.3"], &[]),
    (&["email:ops@example.com", "email:.example.com"], &[]),
    (&["email:example.com"], &[]),
    (&["URI:.example.com"], &[]),
    (&[], &["URI:example.com"]),
];

const NAMES: [&str; 20] = [
    "example.com",
    "a.example.com",
    "b.a.example.com",
    "badexample.com",
    "example.org",
    "secret.example.com",
    "x.secret.example.com",
    "*.example.com",
    "*.a.example.com",
    "10.1.2.3",
    "10.9.0.1",
    "11.0.0.1",
    "fd00::1",
    "fe80::1",
    "ops@example.com",
    "dev@example.com",
    "ops@a.example.com",
    "https://example.com/x",
    "https://a.example.com/",
    "urn:example:x",
];

/// Where this library refuses what another verifier lets pass: the wildcard stands for the excluded name, too.
const STRICTER: [(&str, &str, &str); 2] = [
    ("openssl", "excluded DNS:secret.example.com", "*.example.com"),
    ("openssl", "permitted DNS:example.com excluded DNS:secret.example.com", "*.example.com"),
];

#[test]
fn verdicts_on_names_agree() {
    let mut stricter = Vec::new();
    for (permitted, excluded) in CONSTRAINTS {
        let constraints = NameConstraints::parse(permitted, excluded).unwrap();
        let label = label(permitted, excluded);
        let root = constrained(&constraints);
        // Taken apart, it does not know what is above it, and issues everything.
        let (middle, _) = root
            .intermediate(key(ALGORITHM), &identity("Middle", &[]), &authority_profile(), now(), &mut rng())
            .unwrap();
        let (middle, middle_key) = middle.into_parts();
        let middle = CertificateAuthority::new(middle, middle_key).unwrap();
        let folder = Folder::new();
        folder.write("root.pem", root.certificate().to_pem());
        folder.write("middle.pem", middle.certificate().to_pem());
        let above = [middle.certificate().clone()];
        for name in NAMES {
            let leaf_key = key(ALGORITHM);
            let profile = SigningProfile::server(ALGORITHM);
            let (leaf, _) = middle
                .issue(&identity("a", &[name]), leaf_key.public_key(), &profile, now(), &mut rng())
                .unwrap();
            folder.write("leaf.pem", leaf.to_pem());
            let ours = constraints.violations_in(&leaf).is_empty();
            let openssl = openssl_accepts(&folder);
            let roots = [root.certificate().clone()];
            let webpki = Verifier::new(&roots, now()).intermediates(&above).verify(&leaf).is_ok();
            // It refuses every name of a kind whose constraints it does not read: e-mail addresses and URIs.
            let read_by_webpki = !label.contains("email:") && !label.contains("URI:");
            let verdicts =
                [("openssl", openssl)].into_iter().chain(read_by_webpki.then_some(("webpki", webpki)));
            for (verifier, theirs) in verdicts {
                assert!(theirs || !ours, "{verifier} refuses `{name}` under {label}");
                if theirs && !ours {
                    stricter.push((verifier, label.clone(), name));
                }
            }
        }
    }
    let expected: Vec<_> = STRICTER.map(|(verifier, label, name)| (verifier, label.to_owned(), name)).into();
    assert_eq!(stricter, expected);
}

#[test]
fn openssl_shows_the_constraints() {
    let constraints = NameConstraints::parse(
        ["DNS:example.com", "IP:10.0.0.0/8", "IP:fd00::/8", "email:.example.com", "URI:.example.com"],
        ["email:ops@example.org"],
    )
    .unwrap();
    let folder = Folder::new();
    folder.write("root.pem", constrained(&constraints).certificate().to_pem());
    let text = folder.run("openssl x509 -in root.pem -noout -ext nameConstraints");
    assert_eq!(
        text.lines().map(str::trim).collect::<Vec<_>>(),
        [
            "X509v3 Name Constraints: critical",
            "Permitted:",
            "DNS:example.com",
            "IP:10.0.0.0/255.0.0.0",
            "IP:FD00:0:0:0:0:0:0:0/FF00:0:0:0:0:0:0:0",
            "email:.example.com",
            "URI:.example.com",
            "Excluded:",
            "email:ops@example.org",
        ]
    );
}

fn constrained(constraints: &NameConstraints) -> CertificateAuthority {
    let profile = SigningProfile { name_constraints: constraints.clone(), ..authority_profile() };
    let identity = identity("Bound", &[]);
    CertificateAuthority::self_signed(key(ALGORITHM), &identity, &profile, now(), &mut rng()).unwrap().0
}

fn openssl_accepts(folder: &Folder) -> bool {
    let time = now().as_second().to_string();
    let arguments =
        ["verify", "-attime", &time, "-CAfile", "root.pem", "-untrusted", "middle.pem", "leaf.pem"];
    let mut command = Command::new(tool::find("openssl"));
    command.args(arguments).current_dir(folder.path()).output().unwrap().status.success()
}

fn label(permitted: &[&str], excluded: &[&str]) -> String {
    let lists = [("permitted", permitted), ("excluded", excluded)];
    let texts = lists.into_iter().filter(|(_, list)| !list.is_empty());
    texts.map(|(kind, list)| format!("{kind} {}", list.join(" "))).collect::<Vec<_>>().join(" ")
}
