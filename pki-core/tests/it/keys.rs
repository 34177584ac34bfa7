//! Keys in every form, as OpenSSL, OpenSSH and `GnuTLS` wrote them; `tests/data/keys/make.sh` says how.

use std::path::Path;

use pki_core::{EncryptionError, KeyAlgorithm, KeyError, PemError, PrivateKey, PublicKey};
use proptest::prelude::*;

use crate::support::{key, rng};

const PASSPHRASE: &str = "correct-horse";
const NAMES: [(&str, KeyAlgorithm); 5] = [
    ("rsa", KeyAlgorithm::RSA_2048),
    ("p256", KeyAlgorithm::EcdsaP256),
    ("p384", KeyAlgorithm::EcdsaP384),
    ("p521", KeyAlgorithm::EcdsaP521),
    ("ed25519", KeyAlgorithm::Ed25519),
];

fn file(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/keys");
    std::fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn read(name: &str) -> PrivateKey {
    PrivateKey::from_pem(&file(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn der(pem: &str) -> Vec<u8> {
    // OpenSSH has longer lines.
    let mut der = Vec::new();
    pem_rfc7468::Decoder::new_detect_wrap(pem.as_bytes()).unwrap().decode_to_end(&mut der).unwrap();
    der
}

fn error(pem: &str) -> String {
    PrivateKey::from_pem(pem).unwrap_err().to_string()
}

#[test]
fn reads_and_writes_what_openssl_does() {
    for (name, algorithm) in NAMES {
        let key = read(&format!("{name}.pkcs8.pem"));
        assert_eq!(key.algorithm(), algorithm);
        assert_eq!(*key.to_pkcs8_pem(), file(&format!("{name}.pkcs8.pem")));
        assert_eq!(*key.to_pkcs8_der(), der(&file(&format!("{name}.pkcs8.pem"))));
        assert_eq!(key.public_key().to_pem(), file(&format!("{name}.spki.pem")));
        assert_eq!(PublicKey::from_pem(&file(&format!("{name}.spki.pem"))).as_ref(), Ok(key.public_key()));
        if algorithm != KeyAlgorithm::Ed25519 {
            let traditional = file(&format!("{name}.traditional.pem"));
            assert_eq!(*key.to_pem(), traditional);
            assert_eq!(*read(&format!("{name}.traditional.pem")).to_pem(), traditional);
        }
    }
}

#[test]
fn reads_and_writes_what_openssh_does() {
    for (name, algorithm) in NAMES {
        let key = read(&format!("{name}.openssh"));
        assert_eq!(key.algorithm(), algorithm);
        let line = file(&format!("{name}.openssh.pub"));
        assert_eq!(key.public_key().to_openssh(&format!("{name}@example.com")), line.trim_end());
        assert_eq!(PublicKey::from_openssh(&line).as_ref(), Ok(key.public_key()));
        let again = PrivateKey::from_pem(&key.to_openssh("another comment")).unwrap();
        assert_eq!(*again.to_pem(), *key.to_pem());
        if algorithm != KeyAlgorithm::Ed25519 {
            assert_eq!(*key.to_pkcs8_pem(), file(&format!("{name}.pkcs8.pem")));
        }
    }
}

#[test]
fn knows_every_form_without_its_label() {
    for (name, _) in NAMES {
        let key = read(&format!("{name}.openssh"));
        for pem in [key.to_pem(), key.to_pkcs8_pem(), key.to_openssh("")] {
            assert_eq!(PrivateKey::from_der(&der(&pem)).unwrap().public_key(), key.public_key());
        }
    }
    let encrypted = der(&file("encrypted-aes256.pem"));
    let key = PrivateKey::from_encrypted_der(&encrypted, PASSPHRASE).unwrap();
    assert_eq!(key.public_key(), read("p256.pkcs8.pem").public_key());
    assert_eq!(PrivateKey::from_der(&encrypted).unwrap_err(), KeyError::Encrypted);
    assert_eq!(
        PrivateKey::from_der(&der(&file("p256.spki.pem"))).unwrap_err(),
        KeyError::Malformed { what: "private key" }
    );
}

/// Version 2 of PKCS#8 has the public half, too. This is the example of RFC 8410 §10.3.
#[test]
fn reads_pkcs8_version_2() {
    let pem = "-----BEGIN PRIVATE KEY-----\n\
               MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
               oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB\n\
               Z9w7lshQhqowtrbLDFw4rXAxZuE=\n\
               -----END PRIVATE KEY-----\n";
    let public = "-----BEGIN PUBLIC KEY-----\n\
                  MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n\
                  -----END PUBLIC KEY-----\n";
    let key = PrivateKey::from_pem(pem).unwrap();
    assert_eq!(key.public_key().to_pem(), public);
    // The public half of another key.
    let wrong = pem.replace("gSEAGb9ECWmEzf6F", "gSEAGb9ECWmEzf6G");
    assert!(matches!(
        PrivateKey::from_pem(&wrong),
        Err(KeyError::Inconsistent { .. } | KeyError::Malformed { .. })
    ));
}

#[test]
fn skips_the_parameters_before_a_key() {
    assert_eq!(*read("with-parameters.pem").to_pem(), file("p256.traditional.pem"));
}

#[test]
fn reads_numbers_that_are_too_long_or_too_short() {
    for length in [31, 33] {
        let read = read(&format!("gnutls-{length}.pem"));
        assert_eq!(*read.to_pem(), file(&format!("gnutls-{length}-openssl.pem")));
    }
}

#[test]
fn reads_encrypted_keys() {
    for name in [
        "encrypted-aes256.pem",
        "encrypted-aes128-sha1.pem",
        "encrypted-scrypt.pem",
        "encrypted-3des-pkcs12.pem",
        "encrypted-certtool.pem",
        "encrypted.openssh",
        "encrypted-chacha.openssh",
    ] {
        let pem = file(name);
        let key = PrivateKey::from_encrypted_pem(&pem, PASSPHRASE)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(*key.to_pkcs8_pem(), file("p256.pkcs8.pem"), "{name}");
        assert_eq!(PrivateKey::from_pem(&pem).unwrap_err(), KeyError::Encrypted, "{name}");
        for wrong in ["", "wrong", "correct-horse "] {
            assert_eq!(
                PrivateKey::from_encrypted_pem(&pem, wrong).unwrap_err(),
                KeyError::Encryption(EncryptionError::WrongPassphrase),
                "{name}: {wrong:?}"
            );
        }
    }
}

#[test]
fn writes_encrypted_keys() {
    for (name, _) in NAMES {
        let key = read(&format!("{name}.openssh"));
        let pem = key.to_encrypted_pem("pässwort", &mut rng()).unwrap();
        assert_eq!(*PrivateKey::from_encrypted_pem(&pem, "pässwort").unwrap().to_pem(), *key.to_pem());
        assert_ne!(pem, key.to_encrypted_pem("pässwort", &mut rng()).unwrap());
        let openssh = key.to_encrypted_openssh("me@here", "pässwort", &mut rng()).unwrap();
        assert_eq!(*PrivateKey::from_encrypted_pem(&openssh, "pässwort").unwrap().to_pem(), *key.to_pem());
    }
    let key = key(KeyAlgorithm::Ed25519);
    let empty = KeyError::Encryption(EncryptionError::EmptyPassphrase);
    assert_eq!(key.to_encrypted_pem("", &mut rng()).as_ref(), Err(&empty));
    assert_eq!(key.to_encrypted_openssh("", "", &mut rng()), Err(empty));
}

#[test]
fn says_what_to_do_about_passphrases() {
    let error = |name: &str| PrivateKey::from_encrypted_pem(&file(name), PASSPHRASE).unwrap_err().to_string();
    let needless = "a passphrase is given, but the private key is not encrypted; leave the passphrase out";
    for name in ["p256.pkcs8.pem", "p256.traditional.pem", "p256.openssh", "rsa.traditional.pem"] {
        assert_eq!(error(name), needless, "{name}");
    }
    let unsupported = |scheme| {
        format!(
            "the private key: encryption with {scheme} is not supported: decrypt with the tool that wrote it, or convert \
             a key with `openssl pkcs8 -topk8 -v2 aes-256-cbc -in KEY`"
        )
    };
    assert_eq!(error("encrypted-3des-pbes2.pem"), unsupported("des-ede3-cbc (1.2.840.113549.3.7)"));
    assert_eq!(error("encrypted-md5-des.pem"), unsupported("1.2.840.113549.1.5.3"));
    assert_eq!(
        error("encrypted-traditional.pem"),
        unsupported("OpenSSL's traditional method (`Proc-Type: 4,ENCRYPTED`)")
    );
    let missing = PrivateKey::from_pem(&file("encrypted-traditional.pem")).unwrap_err();
    assert_eq!(missing, KeyError::Encrypted);
    assert_eq!(
        missing.to_string(),
        "the private key is encrypted; give its passphrase, or decrypt it first (`openssl pkey -in KEY`, for OpenSSH keys \
         `ssh-keygen -p -f KEY`)"
    );
    let wrong = PrivateKey::from_encrypted_pem(&file("encrypted-aes256.pem"), "x").unwrap_err().to_string();
    assert_eq!(
        wrong,
        "the private key: the passphrase does not fit: it is wrong, or the encrypted content is damaged"
    );
}

#[test]
fn refuses_what_is_no_good_key() {
    let exponent = |number| {
        format!(
            "the public exponent of the RSA key is {number}; odd ones from 65537 to 8589934591 are accepted: make a new key"
        )
    };
    let damaged = |what| {
        format!(
            "the numbers of the {what} do not fit together; it is damaged, so take it from its source again"
        )
    };
    for (name, message) in [
        ("refused-rsa-1024.pem", "the RSA key has 1024 bits; at least 2048 and at most 8192 are accepted".to_owned()),
        ("refused-rsa-exponent-3.pem", exponent("3")),
        ("refused-rsa-large-exponent.pem", exponent("of 256 bytes")),
        ("refused-rsa-3-primes.pem", "keys of the algorithm RSA with more than two primes are not supported".to_owned()),
        ("refused-rsa-pss.pem", "keys of the algorithm 1.2.840.113549.1.1.10 (id-RSASSA-PSS) are not supported".to_owned()),
        ("refused-x25519.pem", "keys of the algorithm 1.3.101.110 (id-X25519) are not supported".to_owned()),
        ("refused-ed448.pem", "keys of the algorithm 1.3.101.113 (id-Ed448) are not supported".to_owned()),
        (
            "refused-secp256k1.pem",
            "the elliptic curve `secp256k1` is not supported; use P-256, P-384 or P-521".to_owned(),
        ),
        (
            "refused-explicit.pem",
            "the elliptic curve `with explicit parameters` is not supported; use P-256, P-384 or P-521".to_owned(),
        ),
        (
            "weak-close-primes-private.pem",
            "the RSA key is weak: its primes are too close to each other (CVE-2022-26320); make a new key, and revoke what \
             this one has signed"
                .to_owned(),
        ),
        ("damaged-rsa-crt.pem", damaged("RSA private key (PKCS#1)")),
        ("damaged-rsa-exponent.pem", damaged("RSA private key (PKCS#1)")),
        ("damaged-rsa-composite.pem", damaged("RSA private key (PKCS#1)")),
    ] {
        assert_eq!(error(&file(name)), message, "{name}");
    }
}

#[test]
fn refuses_weak_public_keys() {
    let error = |name: &str| PublicKey::from_pem(&file(name)).unwrap_err().to_string();
    assert_eq!(
        error("weak-roca.pem"),
        "the RSA key is weak: its modulus comes from the faulty generator known as ROCA (CVE-2017-15361); make a new key, \
         and revoke what this one has signed"
    );
    assert_eq!(
        error("weak-close-primes.pem"),
        "the RSA key is weak: its primes are too close to each other (CVE-2022-26320); make a new key, and revoke what \
         this one has signed"
    );
}

#[test]
fn refuses_text_that_is_not_one_key() {
    let pem = file("p256.pkcs8.pem");
    assert_eq!(error(""), "no PEM block found: expected `-----BEGIN PRIVATE KEY-----`");
    assert_eq!(error("junk"), "line 1 is outside of any PEM block");
    assert_eq!(error(&format!("{pem}\njunk")), "line 7 is outside of any PEM block");
    assert_eq!(error(&pem.repeat(2)), "expected one PEM block, found 2");
    assert_eq!(error(&file("leaf.crt")), "a PEM block `CERTIFICATE` is not a supported private key");
    let many = "-----BEGIN A-----\nAQID\n-----END A-----\n".repeat(513);
    assert_eq!(error(&many), "the PEM text has more than 512 blocks");
    assert_eq!(PrivateKey::from_pem(&"x".repeat(1 << 21)).unwrap_err(), KeyError::Pem(PemError::TooLarge));
}

#[test]
fn refuses_trailing_data() {
    let trailing = |what| Err::<(), _>(KeyError::TrailingData { what });
    for (name, _) in NAMES {
        let key = read(&format!("{name}.pkcs8.pem"));
        let longer = |pem: &str| [der(pem), vec![0]].concat();
        let read = |pem: &str| PrivateKey::from_der(&longer(pem)).map(drop);
        assert_eq!(read(&key.to_pkcs8_pem()), trailing("private key"), "{name}");
        assert_eq!(read(&key.to_pem()), trailing("private key"), "{name}");
        assert!(read(&key.to_openssh("")).is_err(), "{name}");
        let public = PublicKey::from_spki(&longer(&key.public_key().to_pem())).map(drop);
        assert_eq!(public, trailing("public key"), "{name}");
    }
    assert_eq!(
        PublicKey::from_spki(&[der(&file("p256.spki.pem")), vec![0]].concat()).unwrap_err().to_string(),
        "the public key is followed by data that does not belong to it; cut the data off"
    );
}

/// The last byte of these encodings belongs to the point.
#[test]
fn refuses_points_that_are_not_on_their_curve() {
    for name in ["p256", "p384", "p521"] {
        let mut spki = der(&file(&format!("{name}.spki.pem")));
        *spki.last_mut().unwrap() ^= 1;
        assert_eq!(PublicKey::from_spki(&spki), Err(KeyError::Inconsistent { what: "public key" }), "{name}");
    }
}

#[test]
fn refuses_the_public_half_of_another_key() {
    for algorithm in [KeyAlgorithm::EcdsaP256, KeyAlgorithm::EcdsaP384, KeyAlgorithm::EcdsaP521] {
        let halves = [key(algorithm), key(algorithm)].map(|key| der(&key.to_pem()));
        // The private half comes first, and the second half of the encoding is the public one alone.
        let at = halves[0].len() / 2;
        let mixed = [&halves[0][..at], &halves[1][at..]].concat();
        let error = PrivateKey::from_der(&mixed).unwrap_err();
        assert_eq!(error, KeyError::Inconsistent { what: "elliptic curve private key (SEC1)" });
    }
    // OpenSSH writes the public half of Ed25519 three times: change all of them.
    let (one, other) = (key(KeyAlgorithm::Ed25519), key(KeyAlgorithm::Ed25519));
    let [ours, theirs] = [&one, &other].map(|key| der(&key.public_key().to_pem())[12..].to_vec());
    let mut bytes = der(&one.to_openssh(""));
    let places: Vec<_> = (0..bytes.len() - 32).filter(|&at| bytes[at..at + 32] == ours).collect();
    assert_eq!(places.len(), 3);
    for at in places {
        bytes[at..at + 32].copy_from_slice(&theirs);
    }
    let error = PrivateKey::from_der(&bytes).unwrap_err();
    assert_eq!(error, KeyError::Inconsistent { what: "OpenSSH private key" });
}

#[test]
fn identifies_keys_as_other_programs_do() {
    let public = PublicKey::from_pem(&file("p256.spki.pem")).unwrap();
    assert_eq!(public.fingerprint_sha256(), "SHA256:Dq60ORKX4LzB2CFldj0ykvc4T6KtGaV/7avMsZ1g8Nw");
    assert_eq!(public.fingerprint_md5(), "8f:f8:54:57:4c:df:dd:6a:24:bd:da:5e:88:a8:d9:17");
    assert_eq!(public.spki_sha256(), "3db77da3ad013832d992f9ab832651be4ad685e76adfbbfc39498fad9efc8eb0");
    assert_eq!(public.id(), "fe2e6000a41d53540368ec7dbb9e7ecf105aed96");
}

/// What the API server takes as `--service-account-key-file`.
#[test]
fn reads_the_keys_of_service_accounts() {
    let text = format!(
        "the old one\n{}{}{}{}",
        file("rsa.spki.pem"),
        file("leaf.crt"),
        file("root.crt"),
        "-----BEGIN RSA PUBLIC KEY-----\n".to_owned() + &pkcs1_public() + "-----END RSA PUBLIC KEY-----\n"
    );
    let keys = PublicKey::bundle_from_pem(&text).unwrap();
    let expected = ["rsa", "p256", "p384", "rsa"]
        .map(|name| PublicKey::from_pem(&file(&format!("{name}.spki.pem"))).unwrap());
    assert_eq!(keys, expected);

    let error = |text: &str| PublicKey::bundle_from_pem(text).unwrap_err().to_string();
    assert_eq!(error(&file("p256.pkcs8.pem")), "a PEM block `PRIVATE KEY` is not a supported public key");
    assert_eq!(error("nothing"), "no PEM block found: expected `-----BEGIN PUBLIC KEY-----`");
    let damaged =
        file("leaf.crt").replace("-----BEGIN CERTIFICATE-----\nMII", "-----BEGIN CERTIFICATE-----\nMIA");
    assert_eq!(error(&damaged), "the certificate is malformed");
}

/// PKCS#1 is the content of the bit string at the end of a `SubjectPublicKeyInfo`.
fn pkcs1_public() -> String {
    let spki = der(&file("rsa.spki.pem"));
    let pem = pem_rfc7468::encode_string("X", pem_rfc7468::LineEnding::LF, &spki[24..]).unwrap();
    pem.lines().filter(|line| !line.starts_with('-')).fold(String::new(), |text, line| text + line + "\n")
}

#[test]
fn forms_convert_into_each_other() {
    for algorithm in KeyAlgorithm::ALL {
        let key = key(algorithm);
        for pem in [key.to_pem(), key.to_pkcs8_pem(), key.to_openssh("x")] {
            let again = PrivateKey::from_pem(&pem).unwrap();
            assert_eq!(*again.to_pkcs8_pem(), *key.to_pkcs8_pem());
        }
        let public = PublicKey::from_pem(&key.public_key().to_pem()).unwrap();
        assert_eq!((&public, public.algorithm()), (key.public_key(), algorithm));
        assert_eq!(PublicKey::from_openssh(&public.to_openssh("")).as_ref(), Ok(&public));
    }
}

#[test]
fn comments_cannot_add_lines() {
    let line = key(KeyAlgorithm::Ed25519).public_key().to_openssh("a\nssh-ed25519 AAAA evil");
    assert_eq!(line.lines().count(), 1);
}

#[test]
fn debug_output_has_no_secrets() {
    for algorithm in KeyAlgorithm::ALL {
        let key = key(algorithm);
        let fingerprint = key.public_key().fingerprint_sha256();
        let expected = format!("PrivateKey {{ public: PublicKey({algorithm} {fingerprint}), .. }}");
        assert_eq!(format!("{key:?}"), expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn never_panics(form in 0_usize..8, at in any::<prop::sample::Index>(), value in any::<u8>()) {
        let names = [
            "rsa.traditional.pem", "rsa.openssh", "p256.traditional.pem", "p384.pkcs8.pem", "p521.openssh",
            "ed25519.pkcs8.pem", "ed25519.openssh", "p256.openssh",
        ];
        let mut der = der(&file(names[form]));
        let at = at.index(der.len());
        der[at] = value;
        let _ = PrivateKey::from_der(&der);
    }

    #[test]
    fn public_keys_never_panic(form in 0_usize..5, at in any::<prop::sample::Index>(), value in any::<u8>()) {
        let name = NAMES[form].0;
        let mut spki = der(&file(&format!("{name}.spki.pem")));
        let at = at.index(spki.len());
        spki[at] = value;
        let _ = PublicKey::from_spki(&spki);
        let mut line = file(&format!("{name}.openssh.pub")).into_bytes();
        let at = at % line.len();
        line[at] = value & 0x7f;
        let _ = PublicKey::from_openssh(&String::from_utf8(line).unwrap());
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = PrivateKey::from_der(&bytes);
        let _ = PrivateKey::from_encrypted_der(&bytes, "x");
        let _ = PublicKey::from_spki(&bytes);
    }
}
