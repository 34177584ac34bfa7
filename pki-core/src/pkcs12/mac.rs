//! The checksum of a PKCS#12 file, keyed by its passphrase (RFC 7292, §4 and appendix B).

use const_oid::db::rfc5912::{ID_SHA_1, ID_SHA_256, ID_SHA_384, ID_SHA_512};
use der::asn1::{Any, Null, OctetString};
use hmac::digest::block_api::BlockSizeUser;
use hmac::digest::{Digest, FixedOutputReset, OutputSizeUser};
use hmac::{EagerHash, Hmac, KeyInit, Mac};
use pkcs12::kdf::{Pkcs12KeyType, derive_key_utf8};
use pkcs12::{DigestInfo, MacData};
use rand_core::CryptoRng;
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};
use spki::AlgorithmIdentifierOwned;
use zeroize::Zeroizing;

use super::{Pkcs12Encryption, Pkcs12Error};
use crate::encryption::{self, EncryptionError};

/// The checksum of `content`.
pub(super) fn compute(
    content: &[u8],
    passphrase: &str,
    encryption: Pkcs12Encryption,
    iterations: u32,
    rng: &mut dyn CryptoRng,
) -> Result<MacData, Pkcs12Error> {
    let malformed = |_| Pkcs12Error::Malformed;
    let mut salt = [0; 16];
    rng.fill_bytes(&mut salt);
    let iterations = i32::try_from(iterations).map_err(|_| Pkcs12Error::Malformed)?;
    let (oid, tag) = match encryption {
        Pkcs12Encryption::Modern => (ID_SHA_256, tag::<Sha256>(content, passphrase, &salt, iterations)?),
        Pkcs12Encryption::Legacy => (ID_SHA_1, tag::<Sha1>(content, passphrase, &salt, iterations)?),
    };
    let algorithm = AlgorithmIdentifierOwned { oid, parameters: Some(Any::from(Null)) };
    let mac = DigestInfo { algorithm, digest: OctetString::new(tag).map_err(malformed)? };
    Ok(MacData { mac, mac_salt: OctetString::new(salt).map_err(malformed)?, iterations })
}

/// Checks a checksum, which a wrong passphrase does not give either.
pub(super) fn verify(data: &MacData, content: &[u8], passphrase: &str) -> Result<(), Pkcs12Error> {
    encryption::check_iterations(data.iterations.into())?;
    match data.mac.algorithm.oid {
        ID_SHA_1 => matches::<Sha1>(data, content, passphrase),
        ID_SHA_256 => matches::<Sha256>(data, content, passphrase),
        ID_SHA_384 => matches::<Sha384>(data, content, passphrase),
        ID_SHA_512 => matches::<Sha512>(data, content, passphrase),
        oid => Err(encryption::unsupported(oid).into()),
    }
}

/// The hash functions that HMAC and the derivation of its key can both use.
trait Hash: EagerHash + Digest + FixedOutputReset + BlockSizeUser + OutputSizeUser {}

impl<T: EagerHash + Digest + FixedOutputReset + BlockSizeUser + OutputSizeUser> Hash for T {}

fn tag<D: Hash>(
    content: &[u8],
    passphrase: &str,
    salt: &[u8],
    iterations: i32,
) -> Result<Vec<u8>, Pkcs12Error> {
    Ok(keyed::<D>(content, passphrase, salt, iterations)?.finalize().into_bytes().to_vec())
}

fn matches<D: Hash>(data: &MacData, content: &[u8], passphrase: &str) -> Result<(), Pkcs12Error> {
    keyed::<D>(content, passphrase, data.mac_salt.as_bytes(), data.iterations)?
        .verify_slice(data.mac.digest.as_bytes())
        .map_err(|_| EncryptionError::WrongPassphrase.into())
}

fn keyed<D: Hash>(
    content: &[u8],
    passphrase: &str,
    salt: &[u8],
    iterations: i32,
) -> Result<Hmac<D>, Pkcs12Error> {
    let length = <D as OutputSizeUser>::output_size();
    let key = derive_key_utf8::<D>(passphrase, salt, Pkcs12KeyType::Mac, iterations, length)
        .map(Zeroizing::new)
        .map_err(|_| EncryptionError::PassphraseCharacters)?;
    let mut mac = Hmac::<D>::new_from_slice(&key).map_err(|_| Pkcs12Error::Malformed)?;
    mac.update(content);
    Ok(mac)
}
