//! Derived keys and what they sign are, byte for byte, those of `data/derived`.

use std::convert::Infallible;
use std::num::NonZeroU32;

use getrandom::rand_core::{TryCryptoRng, TryRng};
use jiff::Timestamp;
use pki_core::{
    Certificate, CertificateRequest, KeyAlgorithm, KeyLabel, PrivateKey, Seed, SigningProfile,
    SymmetricAlgorithm, SymmetricKey,
};
use serde_json::Value;

use crate::support::identity;

/// Gives the bytes 1, 2, 3 and so on: the serial number of the vectors.
struct Counter(u8);

impl TryRng for Counter {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes).map(|()| u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes).map(|()| u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for byte in bytes {
            self.0 += 1;
            *byte = self.0;
        }
        Ok(())
    }
}

impl TryCryptoRng for Counter {}

fn hex(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(bytes)
}

fn vectors() -> Vec<Value> {
    serde_json::from_str(include_str!("../data/derived/vectors.json")).unwrap()
}

fn text<'a>(vector: &'a Value, field: &str) -> &'a str {
    vector[field].as_str().unwrap()
}

fn inputs(vector: &Value) -> (Seed, KeyLabel, NonZeroU32) {
    let generation = u32::try_from(vector["generation"].as_u64().unwrap()).unwrap();
    (
        text(vector, "seed").parse().unwrap(),
        text(vector, "label").parse().unwrap(),
        generation.try_into().unwrap(),
    )
}

#[test]
fn key_pairs_certificates_and_requests_are_the_promised_ones() {
    let mut count = 0;
    for vector in vectors() {
        let Ok(algorithm) = text(&vector, "algorithm").parse::<KeyAlgorithm>() else { continue };
        let (seed, label, generation) = inputs(&vector);
        let key = PrivateKey::derive(algorithm, &seed, &label, generation).unwrap();
        assert_eq!(*key.to_pem(), text(&vector, "key"), "{algorithm} {label} {generation}");
        let public = pki_core::PublicKey::from_pem(&key.public_key().to_pem()).unwrap();
        assert_eq!(&public, key.public_key());
        assert_eq!(hex(key.public_key().as_spki()), text(&vector, "spki"));

        let identity = identity("kubernetes", &["kubernetes", "10.32.0.1"]);
        let request = CertificateRequest::create(&key, &identity).unwrap();
        assert_eq!(hex(request.as_der()), text(&vector, "request"));
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let profile = SigningProfile {
            self_signed_authority_key_identifier: false,
            ..SigningProfile::server(algorithm)
        };
        let (certificate, _) =
            Certificate::self_signed(&key, &identity, &profile, now, &mut Counter(0)).unwrap();
        assert_eq!(hex(certificate.as_der()), text(&vector, "certificate"));
        count += 1;
    }
    assert_eq!(count, 15);
}

#[test]
fn symmetric_keys_are_the_promised_ones() {
    let mut count = 0;
    for vector in vectors() {
        let algorithm = match text(&vector, "algorithm") {
            "secretbox" => SymmetricAlgorithm::SecretBox,
            "aes-256" => SymmetricAlgorithm::Aes256,
            _ => continue,
        };
        let (seed, label, generation) = inputs(&vector);
        let key = SymmetricKey::derive(algorithm, &seed, &label, generation).unwrap();
        assert_eq!(*key.to_base64(), text(&vector, "key"), "{algorithm} {label} {generation}");
        assert_eq!(format!("{key:?}"), "SymmetricKey(..)");
        count += 1;
    }
    assert_eq!(count, 10);
}

#[test]
fn every_input_counts() {
    let key = |seed: u8, label: &str, generation: u32| {
        let seed = Seed::from_bytes([seed; 32]);
        let label = label.parse().unwrap();
        let key = PrivateKey::derive(KeyAlgorithm::EcdsaP256, &seed, &label, generation.try_into().unwrap())
            .unwrap();
        key.public_key().fingerprint_sha256()
    };
    let mut keys = vec![key(1, "a", 1), key(2, "a", 1), key(1, "b", 1), key(1, "a", 2), key(1, "a", 11)];
    assert_eq!(keys[0], key(1, "a", 1));
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 5);
}

#[test]
fn rsa_is_never_derived() {
    let seed = Seed::from_bytes([1; 32]);
    let label = "prod/ca".parse().unwrap();
    let error = PrivateKey::derive(KeyAlgorithm::RSA_2048, &seed, &label, NonZeroU32::MIN).unwrap_err();
    assert_eq!(
        error.to_string(),
        "RSA-2048 keys are never derived from a seed; derive ECDSA-P256, ECDSA-P384 or Ed25519, or generate the key"
    );
}
