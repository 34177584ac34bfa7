//! Names as they are compared.

use const_oid::ObjectIdentifier;
use x509_cert::name::Name;

use super::encode::decode_value;

/// A name in a form whose parts are equal where the names mean the same: without regard to case, to the number of spaces
/// and to the string types (RFC 5280 §7.1).
pub(crate) fn comparable(name: &Name) -> Vec<Vec<(ObjectIdentifier, Vec<u8>)>> {
    let part = |rdn: &x509_cert::name::RelativeDistinguishedName| {
        let mut pairs: Vec<_> = rdn
            .iter()
            .map(|pair| {
                let value = decode_value(pair.value.to_ref()).map(|text| fold(&text).into_bytes());
                (pair.oid, value.unwrap_or_else(|| pair.value.value().to_vec()))
            })
            .collect();
        pairs.sort();
        pairs
    };
    name.iter_rdn().map(part).collect()
}

fn fold(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}
