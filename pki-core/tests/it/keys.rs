//! Keys in every form, read and written by OpenSSL and OpenSSH.

use pki_core::{KeyAlgorithm, KeyError, PrivateKey, PublicKey};

use crate::support::{Files, key, root};

#[test]
fn openssl_reads_every_form() {
    for algorithm in KeyAlgorithm::ALL {
        let (files, key) = (Files::new(), key(algorithm));
        for (name, pem) in [("traditional.pem", key.to_pem()), ("pkcs8.pem", key.to_pkcs8_pem())] {
            files.write(name, &pem);
            let report = files.run(&format!("openssl pkey -in {name} -check -noout"));
            assert_eq!(report, "Key is valid\n", "{algorithm} {name}");
            assert_eq!(files.run(&format!("openssl pkey -in {name} -pubout")), key.public_key().to_pem());
        }
    }
}

#[test]
fn labels_say_which_form_it_is() {
    let labels = |algorithm| {
        let key = key(algorithm);
        [key.to_pem(), key.to_pkcs8_pem()].map(|pem| pem.lines().next().unwrap().to_owned())
    };
    let pkcs8 = "-----BEGIN PRIVATE KEY-----";
    assert_eq!(labels(KeyAlgorithm::RSA_2048), ["-----BEGIN RSA PRIVATE KEY-----", pkcs8]);
    assert_eq!(labels(KeyAlgorithm::EcdsaP256), ["-----BEGIN EC PRIVATE KEY-----", pkcs8]);
    assert_eq!(labels(KeyAlgorithm::Ed25519), [pkcs8, pkcs8]);
}

#[test]
fn ed25519_is_written_in_version_1() {
    let files = Files::new();
    files.write("key.pem", &key(KeyAlgorithm::Ed25519).to_pem());
    files.run("openssl pkey -in key.pem -outform DER -out openssl.der");
    let ours = files.run("openssl asn1parse -in key.pem -noout -out ours.der && wc -c < ours.der");
    assert_eq!(ours.trim(), "48");
    files.run("cmp ours.der openssl.der");
}

#[test]
fn this_library_reads_what_openssl_writes() {
    let files = Files::new();
    for (command, algorithm) in [
        ("openssl genrsa -traditional 2048", KeyAlgorithm::RSA_2048),
        ("openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048", KeyAlgorithm::RSA_2048),
        ("openssl ecparam -name prime256v1 -genkey", KeyAlgorithm::EcdsaP256),
        ("openssl ecparam -name secp384r1 -genkey -noout", KeyAlgorithm::EcdsaP384),
        ("openssl ecparam -name secp521r1 -genkey -noout", KeyAlgorithm::EcdsaP521),
        ("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256", KeyAlgorithm::EcdsaP256),
        ("openssl genpkey -algorithm ED25519", KeyAlgorithm::Ed25519),
    ] {
        let pem = files.run(command);
        let key = PrivateKey::from_pem(&pem).unwrap();
        assert_eq!(key.algorithm(), algorithm, "{command}");
        files.write("key.pem", &pem);
        let public = PublicKey::from_pem(&files.run("openssl pkey -in key.pem -pubout")).unwrap();
        assert_eq!(&public, key.public_key(), "{command}");
    }
}

#[test]
fn forms_convert_into_each_other() {
    for algorithm in KeyAlgorithm::ALL {
        let key = key(algorithm);
        let again = PrivateKey::from_pem(&key.to_pkcs8_pem()).unwrap();
        assert_eq!(*again.to_pem(), *key.to_pem());
        let again = PrivateKey::from_pem(&key.to_pem()).unwrap();
        assert_eq!(*again.to_pkcs8_pem(), *key.to_pkcs8_pem());
        let public = PublicKey::from_pem(&key.public_key().to_pem()).unwrap();
        assert_eq!((&public, public.algorithm()), (key.public_key(), algorithm));
    }
}

#[test]
fn openssh_reads_its_forms() {
    for algorithm in KeyAlgorithm::ALL {
        let (files, key) = (Files::new(), key(algorithm));
        files.write("id", &key.to_openssh("ops@example.com"));
        let line = key.public_key().to_openssh("ops@example.com");
        assert_eq!(files.run("ssh-keygen -y -f id").trim_end(), line, "{algorithm}");
        files.write("id.pub", &line);
        let sha256 = files.run("ssh-keygen -l -E sha256 -f id.pub");
        assert_eq!(sha256.split(' ').nth(1), Some(key.public_key().fingerprint_sha256().as_str()));
        let md5 = files.run("ssh-keygen -l -E md5 -f id.pub");
        assert_eq!(
            md5.split(' ').nth(1),
            Some(format!("MD5:{}", key.public_key().fingerprint_md5()).as_str())
        );
        // A signature proves that the private numbers are right, too.
        files.write("text", "hello");
        files.run("ssh-keygen -Y sign -f id -n file text");
        files.run("ssh-keygen -Y check-novalidate -n file -s text.sig < text");
    }
}

#[test]
fn comments_cannot_add_lines() {
    let line = key(KeyAlgorithm::Ed25519).public_key().to_openssh("a\nssh-ed25519 AAAA evil");
    assert_eq!(line.lines().count(), 1);
}

#[test]
fn identifiers_are_those_of_openssl() {
    let (files, key) = (Files::new(), key(KeyAlgorithm::EcdsaP256));
    files.write("key.pem", key.public_key().to_pem().as_str());
    let sha1 = files.run("openssl pkey -pubin -in key.pem -outform DER | sha1sum");
    assert_eq!(sha1.split(' ').next(), Some(key.public_key().id().as_str()));
}

#[test]
fn refuses_in_plain_words() {
    let files = Files::new();
    let error = |pem: &str| PrivateKey::from_pem(pem).unwrap_err().to_string();
    let encrypted = "the private key is encrypted; decrypt it first (`openssl pkey -in KEY`)";
    files.write("key.pem", &key(KeyAlgorithm::RSA_2048).to_pem());
    assert_eq!(error(&files.run("openssl pkcs8 -topk8 -in key.pem -passout pass:x")), encrypted);
    assert_eq!(error(&files.run("openssl rsa -traditional -aes128 -in key.pem -passout pass:x")), encrypted);
    assert_eq!(
        error(&files.run("openssl genrsa 1024")),
        "the RSA key has 1024 bits; at least 2048 and at most 8192 are accepted"
    );
    assert_eq!(
        error(&files.run("openssl ecparam -name secp256k1 -genkey -noout")),
        "the elliptic curve `secp256k1` is not supported; use P-256, P-384 or P-521"
    );
    assert_eq!(
        error(&files.run("openssl genpkey -algorithm X25519")),
        "keys of the algorithm 1.3.101.110 are not supported"
    );
    assert_eq!(error(""), "no PEM block found: expected `-----BEGIN PRIVATE KEY-----`");
    assert_eq!(error("junk"), "line 1 is outside of any PEM block");
    let pem = key(KeyAlgorithm::EcdsaP256).to_pem();
    assert_eq!(error(&format!("{}\njunk", *pem)), "line 7 is outside of any PEM block");
    assert_eq!(error(&format!("{}{}", *pem, *pem)), "expected one PEM block, found 2");
    assert_eq!(
        error(&root(KeyAlgorithm::EcdsaP256, None).certificate().to_pem()),
        "a PEM block `CERTIFICATE` is not a supported private key"
    );
}

#[test]
fn refuses_trailing_data_and_numbers_that_do_not_fit() {
    let files = Files::new();
    for algorithm in [KeyAlgorithm::RSA_2048, KeyAlgorithm::EcdsaP256, KeyAlgorithm::Ed25519] {
        files.write("key.pem", &key(algorithm).to_pkcs8_pem());
        let script = "openssl pkey -in key.pem -outform DER -out k.der && printf x >> k.der && \
                      (echo '-----BEGIN PRIVATE KEY-----'; base64 k.der; echo '-----END PRIVATE KEY-----')";
        let error = PrivateKey::from_pem(&files.run(script)).unwrap_err();
        assert_eq!(error, KeyError::Malformed { what: "private key (PKCS#8)" }, "{algorithm}");
    }
    // The public half of another key inside.
    let halves = [key(KeyAlgorithm::EcdsaP256), key(KeyAlgorithm::EcdsaP256)].map(|key| {
        files.write("key.pem", &key.to_pem());
        files
            .run("openssl ec -in key.pem -outform DER -out k.der 2>/dev/null; xxd -p -c 1000 k.der")
            .trim()
            .to_owned()
    });
    let mixed = format!("{}{}", &halves[0][..halves[0].len() - 128], &halves[1][halves[1].len() - 128..]);
    files.write("mixed.hex", &mixed);
    let pem = files.run(
        "xxd -r -p mixed.hex > m.der; echo '-----BEGIN EC PRIVATE KEY-----'; base64 -w 64 m.der; \
         echo '-----END EC PRIVATE KEY-----'",
    );
    assert!(PrivateKey::from_pem(&pem).is_err());
}

#[test]
fn debug_output_has_no_secrets() {
    for algorithm in KeyAlgorithm::ALL {
        let key = key(algorithm);
        let shown = format!("{key:?}");
        assert_eq!(
            shown,
            format!(
                "PrivateKey {{ public: PublicKey({algorithm} {}), .. }}",
                key.public_key().fingerprint_sha256()
            )
        );
    }
}
