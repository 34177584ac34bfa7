//! Name constraints in DER.

use std::net::IpAddr;

use der::asn1::{Ia5String, OctetString};
use ipnet::IpNet;
use x509_cert::ext::pkix::constraints::name::{self as pkix, GeneralSubtree as EncodedSubtree};
use x509_cert::ext::pkix::name::GeneralName;

use super::NameConstraints;
use super::directory::DirectoryName;
use super::host::{Extent, HostSubtree};
use super::subtree::{EmailSubtree, GeneralSubtree};
use crate::san::EmailAddress;

/// Encodes constraints. An empty list is absent, and so are the distances, as the standard demands.
pub(crate) fn encode(constraints: &NameConstraints) -> der::Result<pkix::NameConstraints> {
    Ok(pkix::NameConstraints {
        permitted_subtrees: encode_list(&constraints.permitted)?,
        excluded_subtrees: encode_list(&constraints.excluded)?,
    })
}

/// Decodes constraints; what cannot be honoured is kept in words.
pub(crate) fn decode(encoded: &pkix::NameConstraints) -> NameConstraints {
    let mut constraints = NameConstraints::default();
    for (list, decoded) in [
        (&encoded.permitted_subtrees, &mut constraints.permitted),
        (&encoded.excluded_subtrees, &mut constraints.excluded),
    ] {
        for subtree in list.iter().flatten() {
            match decode_subtree(subtree) {
                Ok(subtree) => decoded.push(subtree),
                Err(odd) => constraints.odd.push(odd),
            }
        }
    }
    constraints
}

fn encode_list(list: &[GeneralSubtree]) -> der::Result<Option<Vec<EncodedSubtree>>> {
    if list.is_empty() {
        return Ok(None);
    }
    let encoded = list.iter().map(|subtree| {
        let base = encode_base(subtree)?;
        Ok(EncodedSubtree { base, minimum: 0, maximum: None })
    });
    encoded.collect::<der::Result<_>>().map(Some)
}

fn encode_base(subtree: &GeneralSubtree) -> der::Result<GeneralName> {
    Ok(match subtree {
        GeneralSubtree::Dns(hosts) => GeneralName::DnsName(Ia5String::new(&hosts.text())?),
        GeneralSubtree::Ip(net) => GeneralName::IpAddress(OctetString::new(octets(net))?),
        GeneralSubtree::Email(mailboxes) => GeneralName::Rfc822Name(Ia5String::new(&mailboxes.to_string())?),
        GeneralSubtree::Uri(hosts) => GeneralName::UniformResourceIdentifier(Ia5String::new(&hosts.text())?),
        GeneralSubtree::Directory(name) => GeneralName::DirectoryName(name.0.clone()),
    })
}

/// The address and then the mask.
fn octets(net: &IpNet) -> Vec<u8> {
    match net {
        IpNet::V4(net) => [net.network().octets(), net.netmask().octets()].concat(),
        IpNet::V6(net) => [net.network().octets(), net.netmask().octets()].concat(),
    }
}

fn decode_subtree(subtree: &EncodedSubtree) -> Result<GeneralSubtree, String> {
    if subtree.minimum != 0 || subtree.maximum.is_some() {
        return Err("a subtree with distances".to_owned());
    }
    let malformed = |kind: &str, text: &str| format!("the {kind} `{text}`");
    match &subtree.base {
        GeneralName::DnsName(text) => HostSubtree::decode(text.as_str(), Extent::HostAndBelow)
            .map(GeneralSubtree::Dns)
            .ok_or_else(|| malformed("DNS name", text.as_str())),
        GeneralName::UniformResourceIdentifier(text) => HostSubtree::decode(text.as_str(), Extent::Host)
            .map(GeneralSubtree::Uri)
            .ok_or_else(|| malformed("host of URIs", text.as_str())),
        GeneralName::Rfc822Name(text) => decode_email(text.as_str())
            .map(GeneralSubtree::Email)
            .ok_or_else(|| malformed("e-mail address", text.as_str())),
        GeneralName::IpAddress(bytes) => decode_range(bytes.as_bytes())
            .map(GeneralSubtree::Ip)
            .ok_or_else(|| "an IP address range without a contiguous mask".to_owned()),
        GeneralName::DirectoryName(name) => Ok(GeneralSubtree::Directory(DirectoryName(name.clone()))),
        GeneralName::OtherName(_) => Err("a subtree of the kind otherName".to_owned()),
        GeneralName::EdiPartyName(_) => Err("a subtree of the kind ediPartyName".to_owned()),
        GeneralName::RegisteredId(_) => Err("a subtree of the kind registeredID".to_owned()),
    }
}

fn decode_email(text: &str) -> Option<EmailSubtree> {
    if text.contains('@') {
        return EmailAddress::new(text).ok().map(EmailSubtree::Mailbox);
    }
    HostSubtree::decode(text, Extent::Host).map(EmailSubtree::Hosts)
}

fn decode_range(bytes: &[u8]) -> Option<IpNet> {
    let half = bytes.split_at_checked(bytes.len() / 2)?;
    let (address, mask): (IpAddr, IpAddr) = match bytes.len() {
        8 => (<[u8; 4]>::try_from(half.0).ok()?.into(), <[u8; 4]>::try_from(half.1).ok()?.into()),
        32 => (<[u8; 16]>::try_from(half.0).ok()?.into(), <[u8; 16]>::try_from(half.1).ok()?.into()),
        _ => return None,
    };
    IpNet::with_netmask(address, mask).ok().map(|net| net.trunc())
}
