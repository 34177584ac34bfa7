//! The encryption of old PKCS#12 files: `pbeWithSHAAnd3-KeyTripleDES-CBC` (RFC 7292, appendix C).

use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use der::asn1::{Any, OctetString};
use des::TdesEde3;
use pkcs8::pkcs5::ObjectIdentifier;
use pkcs12::kdf::{Pkcs12KeyType, derive_key_utf8};
use pkcs12::pbe_params::Pkcs12PbeParams;
use rand_core::CryptoRng;
use sha1::Sha1;
use spki::AlgorithmIdentifierOwned;
use zeroize::Zeroizing;

use super::EncryptionError;

pub(super) const OID: ObjectIdentifier = pkcs12::PKCS_12_PBE_WITH_SHAAND3_KEY_TRIPLE_DES_CBC;

pub(super) fn encrypt(
    content: &[u8],
    passphrase: &str,
    iterations: u32,
    rng: &mut dyn CryptoRng,
) -> Result<(AlgorithmIdentifierOwned, Vec<u8>), EncryptionError> {
    let malformed = |_| EncryptionError::Malformed;
    let mut salt = [0; 16];
    rng.fill_bytes(&mut salt);
    let parameters = Pkcs12PbeParams {
        salt: OctetString::new(salt).map_err(malformed)?,
        iterations: i32::try_from(iterations).map_err(|_| EncryptionError::Malformed)?,
    };
    let (key, iv) = key_and_iv(&parameters, passphrase)?;
    let cipher =
        cbc::Encryptor::<TdesEde3>::new_from_slices(&key, &iv).map_err(|_| EncryptionError::Malformed)?;
    let encrypted = cipher.encrypt_padded_vec::<Pkcs7>(content);
    let parameters = Some(Any::encode_from(&parameters).map_err(malformed)?);
    Ok((AlgorithmIdentifierOwned { oid: OID, parameters }, encrypted))
}

pub(super) fn decrypt(
    parameters: &Any,
    content: &[u8],
    passphrase: &str,
) -> Result<Zeroizing<Vec<u8>>, EncryptionError> {
    let parameters: Pkcs12PbeParams = parameters.decode_as().map_err(|_| EncryptionError::Malformed)?;
    super::check_iterations(parameters.iterations.into())?;
    let (key, iv) = key_and_iv(&parameters, passphrase)?;
    let cipher =
        cbc::Decryptor::<TdesEde3>::new_from_slices(&key, &iv).map_err(|_| EncryptionError::Malformed)?;
    let decrypted = cipher.decrypt_padded_vec::<Pkcs7>(content);
    decrypted.map(Zeroizing::new).map_err(|_| EncryptionError::WrongPassphrase)
}

type Bytes = Zeroizing<Vec<u8>>;

fn key_and_iv(parameters: &Pkcs12PbeParams, passphrase: &str) -> Result<(Bytes, Bytes), EncryptionError> {
    let derive = |kind, length| {
        derive_key_utf8::<Sha1>(passphrase, parameters.salt.as_bytes(), kind, parameters.iterations, length)
            .map(Zeroizing::new)
            .map_err(|_| EncryptionError::PassphraseCharacters)
    };
    Ok((derive(Pkcs12KeyType::EncryptionKey, 24)?, derive(Pkcs12KeyType::Iv, 8)?))
}
