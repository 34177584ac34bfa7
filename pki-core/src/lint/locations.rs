//! Where to find the issuer and its revocations (RFC 5280 §4.2.1.13, §4.2.2.1).

use const_oid::ObjectIdentifier;
use der::Tag;
use der::asn1::AnyRef;

use super::alt_names::URI;
use super::facts::Facts;
use super::raw::{Fields, RawExtension, context_number};
use super::report::Report;
use crate::finding::{FindingCode, Place};

pub(super) fn access(_: &Facts<'_>, extension: &RawExtension<'_>, report: &mut Report) -> der::Result<()> {
    const PLACE: Place = Place::Extension("authorityInfoAccess");
    let list = Fields::inside(extension.value)?;
    report.add_if(list.is_empty(), FindingCode::LocationsEmpty, PLACE, || "there is no location".to_owned());
    for description in list.rest() {
        let mut fields = Fields::of(description)?;
        fields.expect(Tag::ObjectIdentifier)?.decode_as::<ObjectIdentifier>()?;
        location(fields.next()?, PLACE, report);
        fields.finish()?;
    }
    Ok(())
}

pub(super) fn distribution_points(
    _: &Facts<'_>,
    extension: &RawExtension<'_>,
    report: &mut Report,
) -> der::Result<()> {
    const PLACE: Place = Place::Extension("cRLDistributionPoints");
    let list = Fields::inside(extension.value)?;
    report.add_if(list.is_empty(), FindingCode::LocationsEmpty, PLACE, || "there is no location".to_owned());
    for point in list.rest() {
        let mut fields = Fields::of(point)?;
        let (name, _reasons, issuer) = (fields.tagged(0), fields.tagged(1), fields.tagged(2));
        fields.finish()?;
        report.add_if(
            name.is_none() && issuer.is_none(),
            FindingCode::DistributionPointWithoutLocation,
            PLACE,
            || "a distribution point names neither a location nor an issuer".to_owned(),
        );
        if let Some(name) = name
            && let Some(full) = Fields::of(name)?.tagged(0)
        {
            Fields::of(full)?.rest().for_each(|name| location(name, PLACE, report));
        }
    }
    Ok(())
}

/// A URL must not need a certificate to be fetched. LDAP is allowed by the standard, for whoever still has it.
fn location(name: AnyRef<'_>, place: Place, report: &mut Report) {
    if context_number(name) != Some(URI) {
        return;
    }
    let text = String::from_utf8_lossy(name.value());
    let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    report.add_if(
        !matches!(scheme.as_deref(), Some("http" | "ldap")) || crate::san::Uri::new(&text).is_err(),
        FindingCode::LocationNotHttp,
        place,
        || format!("`{text}` is not a plain http URL"),
    );
}
