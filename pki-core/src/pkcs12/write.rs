//! Writing PKCS#12 files.

use cms::content_info::{CmsVersion, ContentInfo};
use cms::encrypted_data::EncryptedData;
use cms::enveloped_data::EncryptedContentInfo;
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5911::{ID_DATA, ID_ENCRYPTED_DATA};
use der::Encode;
use der::asn1::{Any, BmpString, OctetString, SetOfVec};
use pkcs12::pfx::{Pfx, Version};
use pkcs12::safe_bag::{SafeBag, SafeContents};
use pkcs12::{CertBag, PKCS_12_CERT_BAG_OID, PKCS_12_PKCS8_KEY_BAG_OID, PKCS_12_X509_CERT_OID};
use rand_core::CryptoRng;
use sha1::{Digest, Sha1};
use x509_cert::attr::{Attribute, Attributes};

use super::{Pkcs12, Pkcs12Encryption, Pkcs12Error, mac};
use crate::certificate::Certificate;
use crate::encryption::Scheme;

/// The attribute `friendlyName` (RFC 2985 §5.5.1).
pub(super) const FRIENDLY_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.20");
/// The attribute `localKeyId`, which ties a certificate to its key (RFC 2985 §5.5.2).
const LOCAL_KEY_ID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.21");

const ITERATIONS: u32 = 100_000;

pub(super) fn encode(
    file: &Pkcs12,
    passphrase: &str,
    encryption: Pkcs12Encryption,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, Pkcs12Error> {
    let scheme = match encryption {
        Pkcs12Encryption::Modern => Scheme::Pbes2 { iterations: ITERATIONS },
        Pkcs12Encryption::Legacy => Scheme::LegacyTripleDes { iterations: ITERATIONS },
    };
    let attributes = attributes(file).map_err(malformed)?;

    // The order of OpenSSL: the certificates, encrypted, and then the key, which is encrypted by itself.
    let mut bags = vec![certificate(&file.certificate, Some(attributes.clone())).map_err(malformed)?];
    for other in &file.chain {
        bags.push(certificate(other, None).map_err(malformed)?);
    }
    let (algorithm, encrypted) = scheme.encrypt(&bags.to_der().map_err(malformed)?, passphrase, rng)?;
    let key = SafeBag {
        bag_id: PKCS_12_PKCS8_KEY_BAG_OID,
        bag_value: file.private_key.encrypted_pkcs8(scheme, passphrase, rng)?,
        bag_attributes: Some(attributes),
    };
    let encrypted = encrypted_data(algorithm, encrypted).map_err(malformed)?;
    let safes = vec![encrypted, data(&vec![key]).map_err(malformed)?].to_der().map_err(malformed)?;

    let mac_data = Some(mac::compute(&safes, passphrase, encryption, ITERATIONS, rng)?);
    let content = OctetString::new(safes).and_then(|safes| Any::encode_from(&safes)).map_err(malformed)?;
    let auth_safe = ContentInfo { content_type: ID_DATA, content };
    Pfx { version: Version::V3, auth_safe, mac_data }.to_der().map_err(malformed)
}

/// A name as PKCS#12 has it.
pub(super) fn friendly_name(name: &str) -> Result<BmpString, Pkcs12Error> {
    BmpString::from_utf8(name).map_err(|_| Pkcs12Error::FriendlyName)
}

/// What is said of the key and, in the same words, of its certificate.
fn attributes(file: &Pkcs12) -> der::Result<Attributes> {
    let id = OctetString::new(Sha1::digest(file.certificate.as_der()).to_vec())?;
    let mut attributes = Attributes::new();
    attributes.insert(attribute(LOCAL_KEY_ID, Any::encode_from(&id)?)?)?;
    if let Some(name) = &file.friendly_name {
        attributes.insert(attribute(FRIENDLY_NAME, Any::encode_from(&BmpString::from_utf8(name)?)?)?)?;
    }
    Ok(attributes)
}

fn attribute(oid: ObjectIdentifier, value: Any) -> der::Result<Attribute> {
    Ok(Attribute { oid, values: SetOfVec::from_iter([value])? })
}

fn certificate(certificate: &Certificate, bag_attributes: Option<Attributes>) -> der::Result<SafeBag> {
    let cert_value = OctetString::new(certificate.as_der())?;
    let bag_value = CertBag { cert_id: PKCS_12_X509_CERT_OID, cert_value }.to_der()?;
    Ok(SafeBag { bag_id: PKCS_12_CERT_BAG_OID, bag_value, bag_attributes })
}

fn encrypted_data(
    content_enc_alg: spki::AlgorithmIdentifierOwned,
    encrypted: Vec<u8>,
) -> der::Result<ContentInfo> {
    let encrypted_content = Some(OctetString::new(encrypted)?);
    let enc_content_info = EncryptedContentInfo { content_type: ID_DATA, content_enc_alg, encrypted_content };
    let data = EncryptedData { version: CmsVersion::V0, enc_content_info, unprotected_attrs: None };
    Ok(ContentInfo { content_type: ID_ENCRYPTED_DATA, content: Any::encode_from(&data)? })
}

fn data(contents: &SafeContents) -> der::Result<ContentInfo> {
    let content = Any::encode_from(&OctetString::new(contents.to_der()?)?)?;
    Ok(ContentInfo { content_type: ID_DATA, content })
}

fn malformed(_: der::Error) -> Pkcs12Error {
    Pkcs12Error::Malformed
}
