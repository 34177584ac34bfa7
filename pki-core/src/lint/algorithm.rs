//! Algorithm identifiers (RFC 3279, RFC 4055, RFC 5758, RFC 8410) and keys.

use const_oid::ObjectIdentifier;
use der::asn1::AnyRef;
use der::{Encode, Tag, Tagged};

use super::raw::{Fields, RawCertificate, integer};
use super::report::Report;
use crate::finding::{FindingCode, Place};
use crate::key::{KeyError, PublicKey};

/// What stands in the place of parameters.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Parameters {
    Absent,
    Null,
    /// The object identifier of a curve.
    Curve,
}

/// A signature algorithm by its object identifier.
struct Known {
    oid: ObjectIdentifier,
    parameters: Parameters,
    /// Set when the hash is broken.
    weak: Option<&'static str>,
}

const SIGNATURES: [Known; 14] = [
    known("1.2.840.113549.1.1.11", Parameters::Null),
    known("1.2.840.113549.1.1.12", Parameters::Null),
    known("1.2.840.113549.1.1.13", Parameters::Null),
    known("1.2.840.113549.1.1.14", Parameters::Null),
    known("1.2.840.10045.4.3.1", Parameters::Absent),
    known("1.2.840.10045.4.3.2", Parameters::Absent),
    known("1.2.840.10045.4.3.3", Parameters::Absent),
    known("1.2.840.10045.4.3.4", Parameters::Absent),
    known("1.3.101.112", Parameters::Absent),
    known("1.3.101.113", Parameters::Absent),
    Known { weak: Some("MD2"), ..known("1.2.840.113549.1.1.2", Parameters::Null) },
    Known { weak: Some("MD5"), ..known("1.2.840.113549.1.1.4", Parameters::Null) },
    Known { weak: Some("SHA-1"), ..known("1.2.840.113549.1.1.5", Parameters::Null) },
    Known { weak: Some("SHA-1"), ..known("1.2.840.10045.4.1", Parameters::Absent) },
];

const KEYS: [Known; 6] = [
    known("1.2.840.113549.1.1.1", Parameters::Null),
    known("1.2.840.10045.2.1", Parameters::Curve),
    known("1.3.101.110", Parameters::Absent),
    known("1.3.101.111", Parameters::Absent),
    known("1.3.101.112", Parameters::Absent),
    known("1.3.101.113", Parameters::Absent),
];

const fn known(oid: &'static str, parameters: Parameters) -> Known {
    Known { oid: ObjectIdentifier::new_unwrap(oid), parameters, weak: None }
}

/// Checks the signature algorithm in both of its places.
pub(super) fn signature(inner: AnyRef<'_>, outer: AnyRef<'_>, report: &mut Report) -> der::Result<()> {
    let place = Place::Signature;
    report.add_if(inner != outer, FindingCode::AlgorithmMismatch, place, || {
        "the signature algorithm inside of what is signed is another than outside".to_owned()
    });
    let Some(known) = identifier(inner, &SIGNATURES, place, report)? else { return Ok(()) };
    if let Some(hash) = known.weak {
        report.add(FindingCode::WeakSignature, place, format!("the signature uses {hash}, which is broken"));
    }
    Ok(())
}

/// Checks the public key; gives it if this library knows its kind.
pub(super) fn public_key(info: AnyRef<'_>, report: &mut Report) -> der::Result<Option<PublicKey>> {
    parameters(info, report)?;
    let place = Place::PublicKey;
    match PublicKey::from_spki(&info.to_der()?) {
        Ok(key) => return Ok(Some(key)),
        Err(KeyError::RsaSize { bits }) if bits < 2048 => {
            let message = format!("the RSA key has {bits} bits; less than 2048 can be broken");
            report.add(FindingCode::WeakKey, place, message);
        }
        Err(KeyError::UnsupportedCurve { curve }) if WEAK_CURVES.contains(&curve.as_str()) => {
            report.add(FindingCode::WeakKey, place, format!("the curve {curve} is too small"));
        }
        Err(
            error @ (KeyError::UnsupportedCurve { .. }
            | KeyError::UnsupportedOid { .. }
            | KeyError::RsaSize { .. }),
        ) => {
            report.add(FindingCode::UnknownAlgorithm, place, error.to_string());
        }
        Err(error @ (KeyError::RsaExponent { .. } | KeyError::WeakRsa { .. })) => {
            report.add(FindingCode::WeakKey, place, error.to_string());
        }
        // The parameters were looked at before, and are the better explanation.
        Err(_) if report.has(FindingCode::AlgorithmParameters) => {}
        Err(error) => report.add(FindingCode::MalformedKey, place, error.to_string()),
    }
    Ok(None)
}

/// Checks those parts of a public key that need no decoding of the key itself.
pub(super) fn parameters(info: AnyRef<'_>, report: &mut Report) -> der::Result<()> {
    let mut fields = Fields::of(info)?;
    let algorithm = fields.expect(Tag::Sequence)?;
    let bits = fields.expect(Tag::BitString)?;
    fields.finish()?;
    let known = identifier(algorithm, &KEYS, Place::PublicKey, report)?;
    if known.is_some_and(|known| known.oid == KEYS[0].oid) {
        let mut fields = Fields::inside(bits.value().get(1..).unwrap_or_default())?;
        integer(&mut fields)?;
        exponent(integer(&mut fields)?, report);
    }
    Ok(())
}

/// P-192 and P-224.
const WEAK_CURVES: [&str; 3] = ["1.2.840.10045.3.1.1", "P-192", "P-224"];

/// What is below 65537, even or of more than 33 bits is refused when the key is read.
fn exponent(bytes: &[u8], report: &mut Report) {
    report.add_if(bytes != [1, 0, 1], FindingCode::RsaExponent, Place::PublicKey, || {
        "the RSA exponent is not 65537".to_owned()
    });
}

/// Looks an algorithm up and compares its parameters.
fn identifier(
    identifier: AnyRef<'_>,
    list: &'static [Known],
    place: Place,
    report: &mut Report,
) -> der::Result<Option<&'static Known>> {
    let mut fields = Fields::of(identifier)?;
    let oid: ObjectIdentifier = fields.expect(Tag::ObjectIdentifier)?.decode_as()?;
    let parameters = fields.next().ok();
    fields.finish()?;
    let Some(known) = list.iter().find(|known| known.oid == oid) else {
        let message = format!("the algorithm {oid} is unknown here; it was not looked at");
        report.add(FindingCode::UnknownAlgorithm, place, message);
        return Ok(None);
    };
    let (fits, wanted) = match known.parameters {
        Parameters::Absent => (parameters.is_none(), "no parameters at all"),
        Parameters::Null => (parameters.is_some_and(AnyRef::is_null), "the parameter NULL"),
        Parameters::Curve => (
            parameters.is_some_and(|p| p.tag() == Tag::ObjectIdentifier),
            "the name of a curve as its parameter",
        ),
    };
    report.add_if(!fits, FindingCode::AlgorithmParameters, place, || {
        format!("the algorithm {oid} must have {wanted}")
    });
    Ok(Some(known))
}

/// The bits of the public key, which key identifiers are hashes of.
pub(super) fn key_bits<'a>(certificate: &RawCertificate<'a>) -> der::Result<&'a [u8]> {
    let mut fields = Fields::of(certificate.content.public_key)?;
    fields.expect(Tag::Sequence)?;
    Ok(fields.expect(Tag::BitString)?.value().get(1..).unwrap_or_default())
}
