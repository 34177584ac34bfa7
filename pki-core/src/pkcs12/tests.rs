use std::path::Path;

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use proptest::prelude::*;

use super::*;
use crate::encryption::EncryptionError;
use crate::key::KeyAlgorithm;

const PASSPHRASE: &str = "correct-horse";

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/keys").join(name)).unwrap()
}

fn certificate(name: &str) -> Certificate {
    Certificate::from_pem(&String::from_utf8(bytes(name)).unwrap()).unwrap()
}

fn key(name: &str) -> PrivateKey {
    PrivateKey::from_pem(&String::from_utf8(bytes(name)).unwrap()).unwrap()
}

fn error(der: &[u8]) -> String {
    Pkcs12::from_der(der, PASSPHRASE).unwrap_err().to_string()
}

fn file() -> Pkcs12 {
    let chain = vec![certificate("intermediate.crt"), certificate("root.crt")];
    Pkcs12::new(key("p256.pkcs8.pem"), certificate("leaf.crt"), chain).unwrap()
}

#[test]
fn reads_the_files_of_other_programs() {
    for name in ["openssl.p12", "openssl-3des.p12", "openssl-plain.p12", "certtool.p12", "keytool.p12"] {
        let read =
            Pkcs12::from_der(&bytes(name), PASSPHRASE).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(read.private_key().public_key(), file().private_key().public_key(), "{name}");
        assert_eq!(read.certificate(), file().certificate(), "{name}");
        // Put in order, for they were the wrong way round.
        assert_eq!(read.chain(), file().chain(), "{name}");
        assert_eq!(read.friendly_name(), Some("leaf"), "{name}");
    }
}

#[test]
fn reads_what_it_writes() {
    let mut rng = UnwrapErr(SysRng);
    for encryption in [Pkcs12Encryption::Modern, Pkcs12Encryption::Legacy] {
        for name in [None, Some("Schlüssel €")] {
            let file = name.map_or_else(|| Ok(file()), |name| file().with_friendly_name(name)).unwrap();
            let der = file.to_der("pässwort", encryption, &mut rng).unwrap();
            let read = Pkcs12::from_der(&der, "pässwort").unwrap();
            assert_eq!(*read.private_key().to_pem(), *file.private_key().to_pem());
            assert_eq!((read.certificate(), read.chain()), (file.certificate(), file.chain()));
            assert_eq!(read.friendly_name(), name);
            assert_eq!(
                Pkcs12::from_der(&der, "passwort").unwrap_err(),
                Pkcs12Error::Encryption(EncryptionError::WrongPassphrase)
            );
        }
    }
}

#[test]
fn refuses_in_plain_words() {
    let whole = bytes("openssl.p12");
    for (der, message) in [
        (
            bytes("openssl-rc2.p12"),
            "the PKCS#12 file: encryption with pbewithSHAAnd40BitRC2-CBC (1.2.840.113549.1.12.1.6) is not supported: \
             decrypt with the tool that wrote it, or convert a key with `openssl pkcs8 -topk8 -v2 aes-256-cbc -in KEY`",
        ),
        (
            bytes("openssl-nomac.p12"),
            "the PKCS#12 file has no MAC, so nothing shows whether it is whole; write it anew with one",
        ),
        (
            bytes("openssl-nokeys.p12"),
            "the PKCS#12 file has no private key; it may be a trust store, whose certificates are better kept in PEM",
        ),
        (
            bytes("truststore.p12"),
            "the PKCS#12 file has no private key; it may be a trust store, whose certificates are better kept in PEM",
        ),
        ([whole.clone(), vec![0]].concat(), "the PKCS#12 file is malformed or has trailing data"),
        (whole[..100].to_vec(), "the PKCS#12 file is malformed or has trailing data"),
        (Vec::new(), "the PKCS#12 file is malformed or has trailing data"),
        (vec![0x30; (1 << 20) + 1], "the PKCS#12 file is larger than 1 MiB"),
        (
            vec![0x30, 0x80, 0, 0],
            "the PKCS#12 file has elements of indefinite length, which are not supported; write it anew with \
             `openssl pkcs12 -in FILE -noenc | openssl pkcs12 -export`",
        ),
    ] {
        assert_eq!(error(&der), message);
    }
    let wrong = Pkcs12::from_der(&whole, "wrong").unwrap_err();
    assert_eq!(
        wrong.to_string(),
        "the PKCS#12 file: the passphrase does not fit: it is wrong, or the encrypted content is damaged"
    );
}

#[test]
fn notices_damage() {
    let mut der = bytes("openssl.p12");
    let middle = der.len() / 2;
    der[middle] ^= 1;
    assert_eq!(Pkcs12::from_der(&der, PASSPHRASE).unwrap_err(), EncryptionError::WrongPassphrase.into());
}

#[test]
fn writes_nothing_that_cannot_be_read() {
    let mut rng = UnwrapErr(SysRng);
    let stranger = PrivateKey::generate(KeyAlgorithm::EcdsaP256, &mut rng).unwrap();
    assert_eq!(
        Pkcs12::new(stranger, certificate("leaf.crt"), Vec::new()).unwrap_err().to_string(),
        "the certificate `CN=leaf.example.com` is not that of the private key; give the key that it was issued for"
    );
    assert_eq!(file().with_friendly_name("😀").unwrap_err(), Pkcs12Error::FriendlyName);
    for encryption in [Pkcs12Encryption::Modern, Pkcs12Encryption::Legacy] {
        assert_eq!(
            file().to_der("", encryption, &mut rng),
            Err(Pkcs12Error::Encryption(EncryptionError::EmptyPassphrase))
        );
        assert_eq!(
            file().to_der("😀", encryption, &mut rng),
            Err(Pkcs12Error::Encryption(EncryptionError::PassphraseCharacters))
        );
    }
}

#[test]
fn debug_output_has_no_secrets() {
    let shown = format!("{:?}", file());
    assert!(
        shown.starts_with("Pkcs12 { private_key: PrivateKey { public: PublicKey(ECDSA-P256 SHA256:"),
        "{shown}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Behind the checksum, where mistakes of other programs would be.
    #[test]
    fn never_panics(at in any::<prop::sample::Index>(), value in any::<u8>()) {
        let file = <::pkcs12::pfx::Pfx as der::Decode>::from_der(&bytes("openssl-plain.p12")).unwrap();
        let content: der::asn1::OctetString = file.auth_safe.content.decode_as().unwrap();
        let mut content = content.into_bytes().into_vec();
        let at = at.index(content.len());
        content[at] = value;
        let _ = read::open(&content, "");
    }

    #[test]
    fn never_panics_outside(at in any::<prop::sample::Index>(), value in any::<u8>()) {
        let mut der = bytes("openssl.p12");
        // Further back is the number of iterations.
        let at = at.index(der.len() - 8);
        der[at] = value;
        let _ = Pkcs12::from_der(&der, PASSPHRASE);
    }
}
