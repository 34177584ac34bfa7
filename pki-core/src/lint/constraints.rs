//! Name constraints (RFC 5280 §4.2.1.10).

use der::asn1::AnyRef;
use der::{Tag, Tagged};

use super::alt_names::{DNS_NAME, IP_ADDRESS, RFC822_NAME, URI};
use super::facts::Facts;
use super::raw::{Fields, RawExtension, context_number};
use super::report::Report;
use crate::finding::{FindingCode, Place};
use crate::san::DnsName;

const PLACE: Place = Place::Extension("nameConstraints");

pub(super) fn check(_: &Facts<'_>, extension: &RawExtension<'_>, report: &mut Report) -> der::Result<()> {
    let mut fields = Fields::inside(extension.value)?;
    let lists = [fields.tagged(0), fields.tagged(1)];
    fields.finish()?;
    let mut is_empty = lists.iter().all(Option::is_none);
    for list in lists.into_iter().flatten() {
        let subtrees = Fields::of(list)?;
        is_empty |= subtrees.is_empty();
        for subtree in subtrees.rest() {
            subtree.tag().assert_eq(Tag::Sequence)?;
            check_subtree(subtree, report)?;
        }
    }
    report.add_if(is_empty, FindingCode::NameConstraintsEmpty, PLACE, || {
        "nameConstraints have an empty list of subtrees, or none".to_owned()
    });
    Ok(())
}

fn check_subtree(subtree: AnyRef<'_>, report: &mut Report) -> der::Result<()> {
    let mut fields = Fields::of(subtree)?;
    let base = fields.next()?;
    let (minimum, maximum) = (fields.tagged(0), fields.tagged(1));
    fields.finish()?;
    let minimum_is_default = minimum.is_some_and(|minimum| minimum.value() == [0]);
    report.add_if(minimum_is_default, FindingCode::EncodedDefault, PLACE, || {
        "a name constraint has the minimum 0, which is the default".to_owned()
    });
    report.add_if(
        maximum.is_some() || (minimum.is_some() && !minimum_is_default),
        FindingCode::NameConstraintDistance,
        PLACE,
        || "a name constraint has a minimum or a maximum".to_owned(),
    );
    match context_number(base) {
        Some(IP_ADDRESS) => {
            report.add_if(!is_network(base.value()), FindingCode::NameConstraintAddress, PLACE, || {
                "an address constraint is not an address with a mask of leading ones".to_owned()
            });
        }
        Some(kind @ (DNS_NAME | RFC822_NAME | URI)) => check_host(kind, base.value(), report),
        Some(0..=8) => {}
        _ => return Err(base.tag().value_error().into()),
    }
    Ok(())
}

/// Four or sixteen octets and as many of mask.
fn is_network(octets: &[u8]) -> bool {
    if !matches!(octets.len(), 8 | 32) {
        return false;
    }
    let (address, mask) = octets.split_at(octets.len() / 2);
    let ones = mask.iter().take_while(|byte| **byte == 0xff).count();
    let rest = mask.get(ones..).unwrap_or_default();
    let is_contiguous = rest.first().is_none_or(|byte| byte.leading_ones() + byte.trailing_zeros() >= 8)
        && rest.iter().skip(1).all(|byte| *byte == 0);
    is_contiguous && address.iter().zip(mask).all(|(address, mask)| address & !mask == 0)
}

fn check_host(kind: u32, bytes: &[u8], report: &mut Report) {
    let text = String::from_utf8_lossy(bytes);
    report.add_if(kind == DNS_NAME && text.starts_with('.'), FindingCode::NameConstraintDot, PLACE, || {
        format!("the DNS constraint `{text}` begins with a dot, which verifiers read in different ways")
    });
    let host = match kind {
        RFC822_NAME => text.rsplit_once('@').map_or(&*text, |(_, host)| host),
        _ => &text,
    };
    // An empty constraint covers every name.
    let host = host.strip_prefix('.').unwrap_or(host);
    let is_host = host.is_empty() || DnsName::new(host).is_ok_and(|name| !name.is_wildcard());
    report.add_if(!is_host || !bytes.is_ascii(), FindingCode::NameConstraintSyntax, PLACE, || {
        format!("the name constraint `{text}` is not a host or domain")
    });
}
