use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use proptest::prelude::*;

use super::*;

/// Any structure will do.
const CONTENT: [u8; 4] = [0x04, 2, 1, 2];

const SCHEMES: [Scheme; 2] = [Scheme::Pbes2 { iterations: 2 }, Scheme::LegacyTripleDes { iterations: 2 }];

fn encrypt(scheme: Scheme, passphrase: &str) -> Result<(AlgorithmIdentifierOwned, Vec<u8>), EncryptionError> {
    scheme.encrypt(&CONTENT, passphrase, &mut UnwrapErr(SysRng))
}

#[test]
fn salts_differ_each_time() {
    for scheme in SCHEMES {
        assert_ne!(encrypt(scheme, "x").unwrap(), encrypt(scheme, "x").unwrap());
    }
}

#[test]
fn refuses_an_empty_passphrase() {
    for scheme in SCHEMES {
        let error = encrypt(scheme, "").unwrap_err();
        assert_eq!(
            error.to_string(),
            "the passphrase is empty: choose one, or use a form without encryption"
        );
    }
}

/// 256 wrong passphrases meet what looks like the right padding once on average.
#[test]
fn recognises_wrong_passphrases() {
    for scheme in SCHEMES {
        let (algorithm, encrypted) = encrypt(scheme, "right").unwrap();
        assert_eq!(decrypt(&algorithm, &encrypted, "right").unwrap().as_slice(), CONTENT);
        for wrong in 0..1000 {
            let result = decrypt(&algorithm, &encrypted, &format!("wrong {wrong}"));
            assert_eq!(result, Err(EncryptionError::WrongPassphrase));
        }
    }
}

#[test]
fn does_no_unreasonable_work() {
    let iterations = |iterations: u32| {
        let kdf = pkcs5::pbes2::Pbkdf2Params::hmac_sha256(iterations, &[0; 16]).unwrap().into();
        decrypt(&pbes2_identifier(kdf), &[0; 16], "x").unwrap_err().to_string()
    };
    let excess = "the file demands too much work to derive its key: 10000001 iterations; at most 10000000 iterations \
                  is accepted";
    assert_eq!(iterations(MAX_ITERATIONS + 1), excess);
    assert_eq!(iterations(0), "the parameters of the encryption are malformed");

    let (mut algorithm, encrypted) = encrypt(SCHEMES[1], "x").unwrap();
    let parameters = pkcs12::pbe_params::Pkcs12PbeParams {
        salt: der::asn1::OctetString::new([0; 8]).unwrap(),
        iterations: 10_000_001,
    };
    algorithm.parameters = Some(Any::encode_from(&parameters).unwrap());
    assert_eq!(decrypt(&algorithm, &encrypted, "x").unwrap_err().to_string(), excess);
}

#[test]
fn does_not_fill_the_memory() {
    for (log_n, block_size, parallelism, demand) in [
        (22, 8, 1, "scrypt with 4294967296 bytes, 1 times"),
        (14, 8, 17, "scrypt with 16777216 bytes, 17 times"),
    ] {
        let parameters = pkcs5::scrypt::Params::new(log_n, block_size, parallelism).unwrap();
        let kdf = pkcs5::pbes2::ScryptParams::from_params_and_salt(parameters, &[0; 16]).unwrap().into();
        let error = decrypt(&pbes2_identifier(kdf), &[0; 16], "x").unwrap_err();
        let limit = "268435456 bytes, 16 times";
        assert_eq!(error, EncryptionError::TooMuchWork { demand: demand.to_owned(), limit });
    }
}

fn pbes2_identifier(kdf: Kdf) -> AlgorithmIdentifierOwned {
    let encryption = pkcs5::pbes2::EncryptionScheme::Aes256Cbc { iv: [0; 16] };
    let parameters = Parameters { kdf, encryption }.to_der().unwrap();
    AlgorithmIdentifierOwned { oid: PBES2_OID, parameters: Some(Any::from_der(&parameters).unwrap()) }
}

proptest! {
    #[test]
    fn decrypts_what_it_encrypts(
        passphrase in "[a-zA-Z0-9 äß€]{1,40}",
        content in proptest::collection::vec(any::<u8>(), 0..100),
    ) {
        let content = der::asn1::OctetString::new(content).unwrap().to_der().unwrap();
        for scheme in SCHEMES {
            let (algorithm, encrypted) = scheme.encrypt(&content, &passphrase, &mut UnwrapErr(SysRng)).unwrap();
            let decrypted = decrypt(&algorithm, &encrypted, &passphrase).unwrap();
            prop_assert_eq!(decrypted.as_slice(), content.as_slice());
        }
    }

    #[test]
    fn never_panics(
        scheme in 0_usize..2,
        at in any::<prop::sample::Index>(),
        value in any::<u8>(),
        content in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        let (algorithm, _) = encrypt(SCHEMES[scheme], "x").unwrap();
        let mut der = algorithm.to_der().unwrap();
        let at = at.index(der.len());
        // Not the number of iterations: ten million are allowed and take seconds.
        let iterations = der.windows(3).position(|bytes| bytes == [0x02, 1, 2]).unwrap();
        prop_assume!(!(iterations..iterations + 3).contains(&at));
        der[at] = value;
        if let Ok(algorithm) = AlgorithmIdentifierOwned::from_der(&der) {
            let _ = decrypt(&algorithm, &content, "x");
        }
    }
}
