//! Keys in every form, handed to OpenSSL, `GnuTLS`, OpenSSH and pyca/cryptography, and taken from them.
//!
//! What a program does not know is left out where it is tested: OpenSSL and `GnuTLS` read no OpenSSH keys, OpenSSH no
//! PKCS#8 of Ed25519, and pyca decrypts OpenSSH keys only with one more package.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use pki_core::{
    AuthorityConstraint, CertificateAuthority, DistinguishedName, Identity, KeyAlgorithm, Pkcs12,
    Pkcs12Encryption, PrivateKey, PublicKey, SigningProfile, SubjectAltNames,
};

use super::hierarchy::{Folder, rng};
use crate::support::tool;

const ALGORITHMS: [KeyAlgorithm; 5] = [
    KeyAlgorithm::RSA_2048,
    KeyAlgorithm::EcdsaP256,
    KeyAlgorithm::EcdsaP384,
    KeyAlgorithm::EcdsaP521,
    KeyAlgorithm::Ed25519,
];
const PASSPHRASE: &str = "correct-horse";
const COMMENT: &str = "ops@example.com";
const NAME: &str = "kubernetes";
const ENCRYPTIONS: [(&str, Pkcs12Encryption); 2] =
    [("modern.p12", Pkcs12Encryption::Modern), ("legacy.p12", Pkcs12Encryption::Legacy)];

const PRELUDE: &str = r#"
from cryptography.hazmat.primitives import hashes, serialization as s
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from pathlib import Path
password = b"correct-horse"
def read(name): return Path(name).read_bytes()
def spki(public): return public.public_bytes(s.Encoding.PEM, s.PublicFormat.SubjectPublicKeyInfo).decode()
def show(public): print(spki(public), end="")
"#;

/// Writes a file that only its owner can read, as `ssh-keygen` demands.
fn write(folder: &Folder, name: &str, content: impl AsRef<[u8]>) {
    folder.write(name, content);
    fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(0o600)).unwrap();
}

fn bytes(folder: &Folder, name: &str) -> Vec<u8> {
    fs::read(folder.path().join(name)).unwrap()
}

fn text(folder: &Folder, name: &str) -> String {
    String::from_utf8(bytes(folder, name)).unwrap()
}

#[track_caller]
fn python(folder: &Folder, script: &str) -> String {
    folder.python(&format!("{PRELUDE}\n{script}"))
}

/// A key of each kind, in a folder with all of its forms.
fn each() -> impl Iterator<Item = (Folder, PrivateKey)> {
    ALGORITHMS.into_iter().map(|algorithm| {
        let (folder, key) = (Folder::new(), PrivateKey::generate(algorithm, &mut rng()).unwrap());
        write(&folder, "traditional.pem", key.to_pem().as_bytes());
        write(&folder, "pkcs8.pem", key.to_pkcs8_pem().as_bytes());
        write(&folder, "pkcs8.der", key.to_pkcs8_der().as_slice());
        write(&folder, "encrypted.pem", key.to_encrypted_pem(PASSPHRASE, &mut rng()).unwrap());
        write(&folder, "id", key.to_openssh(COMMENT).as_bytes());
        write(&folder, "id-encrypted", key.to_encrypted_openssh(COMMENT, PASSPHRASE, &mut rng()).unwrap());
        write(&folder, "public.pem", key.public_key().to_pem());
        write(&folder, "id.pub", key.public_key().to_openssh(COMMENT));
        (folder, key)
    })
}

/// The key with a certificate and its authority, in both ways of encryption.
fn write_pkcs12(folder: &Folder, key: &PrivateKey) -> Pkcs12 {
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    let named = |name: &str| Identity {
        subject: DistinguishedName::common(name),
        subject_alt_names: SubjectAltNames::default(),
    };
    let authority = PrivateKey::generate(KeyAlgorithm::EcdsaP256, &mut rng()).unwrap();
    let profile = SigningProfile::authority(AuthorityConstraint { path_length: Some(0) });
    let (root, _) =
        CertificateAuthority::self_signed(authority, &named("Root"), &profile, now, &mut rng()).unwrap();
    let profile = SigningProfile::client(key.algorithm());
    let (certificate, _) = root.issue(&named("admin"), key.public_key(), &profile, now, &mut rng()).unwrap();
    let key = PrivateKey::from_pem(&key.to_pem()).unwrap();
    let file = Pkcs12::new(key, certificate, vec![root.certificate().clone()]).unwrap();
    let file = file.with_friendly_name(NAME).unwrap();
    for (name, encryption) in ENCRYPTIONS {
        write(folder, name, file.to_der(PASSPHRASE, encryption, &mut rng()).unwrap());
    }
    file
}

#[test]
fn openssl_reads_every_form() {
    for (folder, key) in each() {
        let public = key.public_key().to_pem();
        for form in ["traditional.pem", "pkcs8.pem", "pkcs8.der", "encrypted.pem"] {
            let pkey = format!("openssl pkey -in {form} -passin pass:{PASSPHRASE}");
            assert_eq!(folder.run(&format!("{pkey} -check -noout")), "Key is valid\n", "{form}");
            assert_eq!(folder.run(&format!("{pkey} -pubout")), public, "{form}");
        }
        assert_eq!(folder.run("openssl pkey -pubin -in public.pem"), public);
        // Not only is the key the same, but every byte.
        folder.run("openssl pkcs8 -topk8 -nocrypt -in traditional.pem -outform DER -out openssl.der");
        assert!(bytes(&folder, "openssl.der") == bytes(&folder, "pkcs8.der"), "{}", key.algorithm());

        let file = write_pkcs12(&folder, &key);
        for (name, _) in ENCRYPTIONS {
            let pkcs12 = format!("openssl pkcs12 -in {name} -passin pass:{PASSPHRASE} -noenc");
            write(&folder, "key.pem", folder.run(&format!("{pkcs12} -nocerts")));
            assert_eq!(folder.run("openssl pkey -in key.pem -pubout"), public, "{name}");
            let own = folder.run(&format!("{pkcs12} -nokeys -clcerts"));
            assert!(own.contains(&file.certificate().to_pem()), "{own}");
            assert!(own.contains(&format!("friendlyName: {NAME}\n")), "{own}");
            let above = folder.run(&format!("{pkcs12} -nokeys -cacerts"));
            assert!(above.contains(&file.chain()[0].to_pem()), "{above}");
        }
    }
}

#[test]
fn pkcs12_files_are_protected_as_they_say() {
    let (folder, key) = each().nth(1).unwrap();
    write_pkcs12(&folder, &key);
    let openssl = tool::find("openssl");
    for (name, mac, encryption) in [
        (
            "modern.p12",
            "MAC: sha256, Iteration 100000",
            "PBES2, PBKDF2, AES-256-CBC, Iteration 100000, PRF hmacWithSHA256",
        ),
        ("legacy.p12", "MAC: sha1, Iteration 100000", "pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 100000"),
    ] {
        let mut command = Command::new(&openssl);
        command.args(["pkcs12", "-info", "-noout", "-passin", "pass:correct-horse", "-in", name]);
        let report = command.current_dir(folder.path()).output().unwrap();
        let report = String::from_utf8(report.stderr).unwrap();
        assert!(report.starts_with(mac), "{report}");
        // The certificates and the key.
        assert_eq!(report.matches(encryption).count(), 2, "{report}");
    }
}

#[test]
fn gnutls_reads_every_form() {
    for (folder, key) in each() {
        let public = key.public_key().to_pem();
        for (form, options) in
            [("traditional.pem", ""), ("pkcs8.pem", ""), ("pkcs8.der", "--inder"), ("encrypted.pem", "")]
        {
            let passphrase = if form == "encrypted.pem" { PASSPHRASE } else { "''" };
            let load = format!("--load-privkey {form} {options} --password {passphrase}");
            assert_eq!(gnutls(&folder, &load), public, "{form}");
        }
        let info = folder.run("certtool --pubkey-info --load-pubkey public.pem");
        assert!(info.contains(&public), "{info}");

        let file = write_pkcs12(&folder, &key);
        for (name, _) in ENCRYPTIONS {
            let info =
                folder.run(&format!("certtool --p12-info --inder --infile {name} --password {PASSPHRASE}"));
            assert!(info.contains(&file.certificate().to_pem()), "{name}: {info}");
            assert!(info.contains(&file.chain()[0].to_pem()), "{name}: {info}");
            assert_eq!(info.matches(&format!("Friendly name: {NAME}\n")).count(), 2, "{name}: {info}");
            let (start, end) =
                ("-----BEGIN ENCRYPTED PRIVATE KEY-----", "-----END ENCRYPTED PRIVATE KEY-----");
            let inside = info.split_once(start).and_then(|(_, rest)| rest.split_once(end)).unwrap().0;
            write(&folder, "inside.pem", format!("{start}{inside}{end}\n"));
            let load = format!("--load-privkey inside.pem --password {PASSPHRASE}");
            assert_eq!(gnutls(&folder, &load), public, "{name}");
        }
    }
}

/// The public half of a key, as `certtool` sees it.
#[track_caller]
fn gnutls(folder: &Folder, load: &str) -> String {
    let info = folder.run(&format!("certtool --pubkey-info {load}"));
    info[info.find("-----BEGIN").unwrap()..].to_owned()
}

#[test]
fn openssh_reads_its_forms() {
    for (folder, key) in each() {
        let line = key.public_key().to_openssh(COMMENT);
        let algorithm = key.algorithm();
        assert_eq!(folder.run("ssh-keygen -y -P '' -f id").trim_end(), line, "{algorithm}");
        assert_eq!(folder.run("ssh-keygen -y -P correct-horse -f id-encrypted").trim_end(), line);
        if algorithm != KeyAlgorithm::Ed25519 {
            let without_comment = key.public_key().to_openssh("");
            for form in ["traditional.pem", "pkcs8.pem", "encrypted.pem"] {
                let line = folder.run(&format!("ssh-keygen -y -P {PASSPHRASE} -f {form}"));
                assert_eq!(line.trim_end(), without_comment.trim_end(), "{form}");
            }
        }
        let sha256 = folder.run("ssh-keygen -l -E sha256 -f id.pub");
        assert_eq!(sha256.split(' ').nth(1), Some(key.public_key().fingerprint_sha256().as_str()));
        let md5 = folder.run("ssh-keygen -l -E md5 -f id.pub");
        assert_eq!(
            md5.split(' ').nth(1),
            Some(format!("MD5:{}", key.public_key().fingerprint_md5()).as_str())
        );
        // A signature proves that the private numbers are right, too.
        write(&folder, "text", "hello");
        folder.run("ssh-keygen -q -Y sign -f id -n file text");
        write(&folder, "allowed", format!("{COMMENT} {line}"));
        let mut verify = Command::new(tool::find("ssh-keygen"));
        verify.args(["-Y", "verify", "-f", "allowed", "-I", COMMENT, "-n", "file", "-s", "text.sig"]);
        let text = fs::File::open(folder.path().join("text")).unwrap();
        tool::succeed(verify.current_dir(folder.path()).stdin(text));
    }
}

#[test]
fn pyca_reads_every_form() {
    for (folder, key) in each() {
        let file = write_pkcs12(&folder, &key);
        let public = key.public_key().to_pem();
        let read = python(
            &folder,
            r#"
for form in "traditional.pem", "pkcs8.pem": show(s.load_pem_private_key(read(form), None).public_key())
show(s.load_der_private_key(read("pkcs8.der"), None).public_key())
show(s.load_pem_private_key(read("encrypted.pem"), password).public_key())
show(s.load_ssh_private_key(read("id"), None).public_key())
show(s.load_pem_public_key(read("public.pem")))
show(s.load_ssh_public_key(read("id.pub")))
for name in "modern.p12", "legacy.p12":
    file = pkcs12.load_pkcs12(read(name), password)
    show(file.key.public_key())
    assert file.cert.friendly_name == b"kubernetes", file.cert
"#,
        );
        assert_eq!(read, public.repeat(9), "{}", key.algorithm());
        let read = python(
            &folder,
            r#"
for name in "modern.p12", "legacy.p12":
    file = pkcs12.load_pkcs12(read(name), password)
    for certificate in [file.cert] + file.additional_certs:
        print(certificate.certificate.public_bytes(s.Encoding.PEM).decode(), end="")
"#,
        );
        assert_eq!(read, (file.certificate().to_pem() + &file.chain()[0].to_pem()).repeat(2));
    }
}

/// That `read`, which this library made of a file, is the key whose public half a program shows.
#[track_caller]
fn same(folder: &Folder, read: &PrivateKey, show: &str, what: &str) {
    let shown = PublicKey::from_pem(&folder.run(show)).unwrap();
    assert_eq!(read.public_key(), &shown, "{what}");
}

#[test]
fn reads_what_openssl_writes() {
    let folder = Folder::new();
    for command in [
        "openssl genrsa -traditional 2048",
        "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072",
        "openssl ecparam -name prime256v1 -genkey",
        "openssl ecparam -name secp384r1 -genkey -noout",
        "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521",
        "openssl genpkey -algorithm ED25519",
    ] {
        write(&folder, "key.pem", folder.run(command));
        let show = "openssl pkey -in key.pem -pubout";
        same(&folder, &PrivateKey::from_pem(&text(&folder, "key.pem")).unwrap(), show, command);
        for encryption in [
            "",
            "-v2 aes-128-cbc",
            "-v2 aes-192-cbc -v2prf hmacWithSHA512",
            "-v2 aes-256-cbc -v2prf hmacWithSHA1 -iter 10000",
            "-scrypt",
            "-v1 PBE-SHA1-3DES",
        ] {
            let convert = format!("openssl pkcs8 -topk8 -in key.pem -passout pass:{PASSPHRASE} {encryption}");
            let read = PrivateKey::from_encrypted_pem(&folder.run(&convert), PASSPHRASE);
            same(&folder, &read.unwrap_or_else(|error| panic!("{convert}: {error}")), show, &convert);
        }
    }
}

#[test]
fn reads_what_gnutls_writes() {
    let folder = Folder::new();
    for kind in [
        "--key-type rsa --bits 2048",
        "--key-type ecdsa --curve secp256r1",
        "--key-type ecdsa --curve secp384r1",
        "--key-type ecdsa --curve secp521r1",
        "--key-type ed25519",
    ] {
        folder.run(&format!("certtool --generate-privkey {kind} --no-text --outfile key.pem"));
        let public = PublicKey::from_pem(&gnutls(&folder, "--load-privkey key.pem")).unwrap();
        let read = PrivateKey::from_pem(&text(&folder, "key.pem")).unwrap();
        assert_eq!(read.public_key(), &public, "{kind}");
        for cipher in ["aes-128", "aes-256", "3des-pkcs12"] {
            folder.run(&format!(
                "certtool --to-p8 --load-privkey key.pem --password {PASSPHRASE} --pkcs-cipher {cipher} --outfile key.p8"
            ));
            let read = PrivateKey::from_encrypted_pem(&text(&folder, "key.p8"), PASSPHRASE);
            let read = read.unwrap_or_else(|error| panic!("{kind} {cipher}: {error}"));
            assert_eq!(read.public_key(), &public, "{kind} {cipher}");
        }
    }
}

#[test]
fn reads_what_openssh_writes() {
    for kind in ["rsa -b 2048", "ecdsa -b 256", "ecdsa -b 384", "ecdsa -b 521", "ed25519"] {
        for (passphrase, format) in [
            ("''", ""),
            (PASSPHRASE, "-a 4"),
            (PASSPHRASE, "-a 4 -Z aes128-ctr"),
            (PASSPHRASE, "-a 4 -Z aes256-gcm@openssh.com"),
            ("''", "-m PEM"),
            (PASSPHRASE, "-m PKCS8"),
        ] {
            let folder = Folder::new();
            let command = format!("ssh-keygen -q -t {kind} -N {passphrase} -C {COMMENT} {format} -f id");
            folder.run(&command);
            let read = if passphrase == PASSPHRASE {
                PrivateKey::from_encrypted_pem(&text(&folder, "id"), PASSPHRASE)
            } else {
                PrivateKey::from_pem(&text(&folder, "id"))
            };
            let read = read.unwrap_or_else(|error| panic!("{command}: {error}"));
            let line = text(&folder, "id.pub");
            assert_eq!(read.public_key().to_openssh(COMMENT), line.trim_end(), "{command}");
            assert_eq!(PublicKey::from_openssh(&line).as_ref(), Ok(read.public_key()), "{command}");
        }
    }
}

#[test]
fn reads_what_pyca_writes() {
    let folder = Folder::new();
    for make in [
        "rsa.generate_private_key(65537, 2048)",
        "ec.generate_private_key(ec.SECP256R1())",
        "ec.generate_private_key(ec.SECP384R1())",
        "ec.generate_private_key(ec.SECP521R1())",
        "ed25519.Ed25519PrivateKey.generate()",
    ] {
        let public = python(
            &folder,
            &format!(
                r#"
key = {make}
plain, best = s.NoEncryption(), s.BestAvailableEncryption(password)
def write(name, form, encryption): Path(name).write_bytes(key.private_bytes(s.Encoding.PEM, form, encryption))
write("pkcs8.pem", s.PrivateFormat.PKCS8, plain)
write("encrypted.pem", s.PrivateFormat.PKCS8, best)
write("id", s.PrivateFormat.OpenSSH, plain)
show(key.public_key())
from cryptography import x509
import datetime
name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "x")])
start = datetime.datetime(2026, 1, 1)
hash = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
certificate = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    .serial_number(1).not_valid_before(start).not_valid_after(start).sign(key, hash))
legacy = (s.PrivateFormat.PKCS12.encryption_builder().kdf_rounds(2000)
    .key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC).hmac_hash(hashes.SHA1()).build(password))
for file, how in ("modern.p12", best), ("legacy.p12", legacy):
    Path(file).write_bytes(pkcs12.serialize_key_and_certificates(b"kubernetes", key, certificate, None, how))
"#
            ),
        );
        let public = PublicKey::from_pem(&public).unwrap();
        for form in ["pkcs8.pem", "id"] {
            let read = PrivateKey::from_pem(&text(&folder, form)).unwrap();
            assert_eq!(read.public_key(), &public, "{make} {form}");
        }
        let read = PrivateKey::from_encrypted_pem(&text(&folder, "encrypted.pem"), PASSPHRASE).unwrap();
        assert_eq!(read.public_key(), &public, "{make}");
        for (name, _) in ENCRYPTIONS {
            let read = Pkcs12::from_der(&bytes(&folder, name), PASSPHRASE).unwrap();
            assert_eq!(read.private_key().public_key(), &public, "{make} {name}");
            assert_eq!(read.friendly_name(), Some(NAME), "{make} {name}");
        }
    }
}

#[test]
fn reads_the_pkcs12_files_of_openssl_and_gnutls() {
    let (folder, key) = each().nth(1).unwrap();
    let ours = write_pkcs12(&folder, &key);
    write(&folder, "leaf.crt", ours.certificate().to_pem());
    write(&folder, "root.crt", ours.chain()[0].to_pem());
    write(&folder, "all.crt", ours.certificate().to_pem() + &ours.chain()[0].to_pem());
    let openssl = format!(
        "openssl pkcs12 -export -inkey pkcs8.pem -in leaf.crt -certfile root.crt -name {NAME} -passout pass:{PASSPHRASE} \
         -out made.p12"
    );
    let gnutls = format!(
        "certtool --to-p12 --load-privkey pkcs8.pem --load-certificate all.crt --p12-name {NAME} --password {PASSPHRASE} \
         --outder --outfile made.p12"
    );
    for command in [
        openssl.clone(),
        format!("{openssl} -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1"),
        format!("{openssl} -keypbe AES-128-CBC -certpbe AES-128-CBC -macalg sha512"),
        format!("{openssl} -certpbe NONE"),
        gnutls.clone(),
        format!("{gnutls} --pkcs-cipher 3des-pkcs12"),
    ] {
        folder.run(&command);
        let read = Pkcs12::from_der(&bytes(&folder, "made.p12"), PASSPHRASE);
        let read = read.unwrap_or_else(|error| panic!("{command}: {error}"));
        assert_eq!(read.private_key().public_key(), key.public_key(), "{command}");
        assert_eq!((read.certificate(), read.chain()), (ours.certificate(), ours.chain()), "{command}");
        assert_eq!(read.friendly_name(), Some(NAME), "{command}");
    }
}
