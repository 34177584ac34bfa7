//! Reading PKCS#12 files.

use cms::content_info::ContentInfo;
use cms::encrypted_data::EncryptedData;
use const_oid::db::rfc5911::{ID_DATA, ID_ENCRYPTED_DATA};
use der::asn1::{AnyRef, BmpString, ContextSpecific, OctetString};
use der::{Decode, Encode};
use pkcs12::pbe_params::EncryptedPrivateKeyInfo;
use pkcs12::pfx::Pfx;
use pkcs12::safe_bag::{SafeBag, SafeContents};
use pkcs12::{
    AuthenticatedSafe, CertBag, PKCS_12_CERT_BAG_OID, PKCS_12_KEY_BAG_OID, PKCS_12_PKCS8_KEY_BAG_OID,
    PKCS_12_X509_CERT_OID,
};
use zeroize::{Zeroize, Zeroizing};

use super::write::FRIENDLY_NAME;
use super::{Pkcs12, Pkcs12Error, mac};
use crate::certificate::Certificate;
use crate::encryption;
use crate::key::PrivateKey;

/// The largest file that is read, in bytes.
const MAX_SIZE: usize = 1 << 20;
/// Each safe may be encrypted and so take its time. Programs write two.
const MAX_SAFES: usize = 8;
const MAX_CERTIFICATES: usize = 64;
/// How elements of indefinite length begin.
const INDEFINITE: u8 = 0x80;

pub(super) fn decode(der: &[u8], passphrase: &str) -> Result<Pkcs12, Pkcs12Error> {
    if der.len() > MAX_SIZE {
        return Err(Pkcs12Error::TooLarge);
    }
    if der.get(1) == Some(&INDEFINITE) {
        return Err(Pkcs12Error::IndefiniteLength);
    }
    let file = Pfx::from_der(der).map_err(malformed)?;
    let content = data(&file.auth_safe)?;
    let mac_data = file.mac_data.ok_or(Pkcs12Error::NoMac)?;
    mac::verify(&mac_data, &content, passphrase)?;
    open(&content, passphrase)
}

/// Reads what the checksum covers.
pub(super) fn open(content: &[u8], passphrase: &str) -> Result<Pkcs12, Pkcs12Error> {
    let safes = AuthenticatedSafe::from_der(content).map_err(malformed)?;
    if safes.len() > MAX_SAFES {
        return Err(Pkcs12Error::TooMany { what: "safes", limit: MAX_SAFES });
    }
    let mut found = Found::default();
    for safe in &safes {
        let contents = match safe.content_type {
            ID_ENCRYPTED_DATA => decrypted(safe, passphrase)?,
            _ => data(safe)?,
        };
        for bag in SafeContents::from_der(&contents).map_err(malformed)? {
            found.take(bag)?;
        }
    }
    found.into_file(passphrase)
}

/// What the bags hold, before any key is decrypted.
#[derive(Default)]
struct Found {
    keys: Vec<(KeyBag, Option<String>)>,
    certificates: Vec<(Certificate, Option<String>)>,
}

enum KeyBag {
    Plain(Zeroizing<Vec<u8>>),
    Encrypted(EncryptedPrivateKeyInfo),
}

impl Found {
    fn take(&mut self, mut bag: SafeBag) -> Result<(), Pkcs12Error> {
        let name = friendly_name(&bag);
        match bag.bag_id {
            PKCS_12_KEY_BAG_OID => {
                let value = AnyRef::from_der(&bag.bag_value).map_err(malformed)?.value().to_vec();
                bag.bag_value.zeroize();
                self.keys.push((KeyBag::Plain(Zeroizing::new(value)), name));
            }
            PKCS_12_PKCS8_KEY_BAG_OID => {
                let info = ContextSpecific::from_der(&bag.bag_value).map_err(malformed)?.value;
                self.keys.push((KeyBag::Encrypted(info), name));
            }
            PKCS_12_CERT_BAG_OID => {
                if self.certificates.len() == MAX_CERTIFICATES {
                    return Err(Pkcs12Error::TooMany { what: "certificates", limit: MAX_CERTIFICATES });
                }
                let value: CertBag = ContextSpecific::from_der(&bag.bag_value).map_err(malformed)?.value;
                if value.cert_id != PKCS_12_X509_CERT_OID {
                    return Err(Pkcs12Error::UnsupportedContent { oid: value.cert_id.to_string() });
                }
                self.certificates.push((Certificate::from_der(value.cert_value.as_bytes())?, name));
            }
            // Revocation lists and secrets of applications are no part of what is wanted; a nested safe would hide keys.
            pkcs12::PKCS_12_SAFE_CONTENTS_BAG_OID => {
                return Err(Pkcs12Error::UnsupportedContent { oid: bag.bag_id.to_string() });
            }
            _ => {}
        }
        Ok(())
    }

    fn into_file(mut self, passphrase: &str) -> Result<Pkcs12, Pkcs12Error> {
        let (key, name) = match (self.keys.pop(), self.keys.len()) {
            (Some(only), 0) => only,
            (Some(_), others) => return Err(Pkcs12Error::SeveralPrivateKeys { count: others + 1 }),
            (None, _) => return Err(Pkcs12Error::NoPrivateKey),
        };
        let private_key = match key {
            KeyBag::Plain(der) => PrivateKey::from_der(&der)?,
            KeyBag::Encrypted(info) => PrivateKey::from_der(&encryption::decrypt(
                &info.encryption_algorithm,
                info.encrypted_data.as_bytes(),
                passphrase,
            )?)?,
        };
        let own = self.certificates.iter().position(|(certificate, _)| certificate.matches_key(&private_key));
        let (certificate, name_of_certificate) =
            self.certificates.remove(own.ok_or(Pkcs12Error::NoCertificate)?);
        let others = self.certificates.into_iter().map(|(other, _)| other);
        let chain = ordered(&certificate, others.filter(|other| *other != certificate).collect());
        Ok(Pkcs12 { private_key, certificate, chain, friendly_name: name.or(name_of_certificate) })
    }
}

/// The certificates from the issuer upwards, and then those that are not above.
fn ordered(certificate: &Certificate, mut others: Vec<Certificate>) -> Vec<Certificate> {
    let mut chain: Vec<Certificate> = Vec::with_capacity(others.len());
    loop {
        let last = chain.last().unwrap_or(certificate);
        match others.iter().position(|other| last.is_signed_by(other)) {
            Some(index) => chain.push(others.remove(index)),
            None => break,
        }
    }
    chain.extend(others);
    chain
}

fn friendly_name(bag: &SafeBag) -> Option<String> {
    let attribute = bag.bag_attributes.as_ref()?.iter().find(|attribute| attribute.oid == FRIENDLY_NAME)?;
    let name: BmpString = attribute.values.get(0)?.decode_as().ok()?;
    Some(name.to_string())
}

fn data(content: &ContentInfo) -> Result<Zeroizing<Vec<u8>>, Pkcs12Error> {
    if content.content_type != ID_DATA {
        return Err(Pkcs12Error::UnsupportedContent { oid: content.content_type.to_string() });
    }
    let data: OctetString = content.content.decode_as().map_err(malformed)?;
    Ok(Zeroizing::new(data.into_bytes().into()))
}

fn decrypted(content: &ContentInfo, passphrase: &str) -> Result<Zeroizing<Vec<u8>>, Pkcs12Error> {
    let der = content.content.to_der().map_err(malformed)?;
    let info = EncryptedData::from_der(&der).map_err(malformed)?.enc_content_info;
    let encrypted = info.encrypted_content.ok_or(Pkcs12Error::Malformed)?;
    Ok(encryption::decrypt(&info.content_enc_alg, encrypted.as_bytes(), passphrase)?)
}

fn malformed(_: der::Error) -> Pkcs12Error {
    Pkcs12Error::Malformed
}
