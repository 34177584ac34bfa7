//! Certificates as they are encoded, with everything that a typed form would smooth over or refuse.

use std::iter::Peekable;
use std::vec::IntoIter;

use const_oid::ObjectIdentifier;
use der::asn1::AnyRef;
use der::{Decode, Reader, SliceReader, Tag, TagNumber, Tagged};

use crate::usage::KeyUsage;

use super::extensions::oid;

/// A certificate, taken apart.
pub(super) struct RawCertificate<'a> {
    pub(super) content: RawContent<'a>,
    /// The algorithm outside of what is signed.
    pub(super) algorithm: AnyRef<'a>,
}

/// `TBSCertificate`
pub(super) struct RawContent<'a> {
    /// The number inside of the explicit tag, where there is one.
    pub(super) version: Option<&'a [u8]>,
    pub(super) serial: &'a [u8],
    pub(super) algorithm: AnyRef<'a>,
    pub(super) issuer: AnyRef<'a>,
    pub(super) validity: AnyRef<'a>,
    pub(super) subject: AnyRef<'a>,
    pub(super) public_key: AnyRef<'a>,
    pub(super) has_unique_identifier: bool,
    pub(super) extensions: Option<Vec<RawExtension<'a>>>,
}

#[derive(Clone)]
pub(super) struct RawExtension<'a> {
    pub(super) oid: ObjectIdentifier,
    pub(super) critical: bool,
    /// Whether `FALSE` is written out, although it is the default.
    pub(super) default_is_encoded: bool,
    pub(super) value: &'a [u8],
}

impl<'a> RawCertificate<'a> {
    pub(super) fn decode(der: &'a [u8]) -> der::Result<Self> {
        let mut fields = Fields::of(AnyRef::from_der(der)?)?;
        let content = RawContent::decode(fields.expect(Tag::Sequence)?)?;
        let algorithm = fields.expect(Tag::Sequence)?;
        fields.expect(Tag::BitString)?;
        fields.finish()?;
        Ok(Self { content, algorithm })
    }

    pub(super) fn extensions(&self) -> &[RawExtension<'a>] {
        self.content.extensions.as_deref().unwrap_or_default()
    }

    pub(super) fn extension(&self, oid: ObjectIdentifier) -> Option<&RawExtension<'a>> {
        self.extensions().iter().find(|extension| extension.oid == oid)
    }

    /// Whether the basic constraints make it an authority's, as far as they can be read.
    pub(super) fn is_authority(&self) -> bool {
        self.extension(oid::BASIC_CONSTRAINTS).is_some_and(|extension| {
            Fields::inside(extension.value).is_ok_and(|mut fields| {
                fields.optional(Tag::Boolean).is_some_and(|flag| flag.value() == [0xff])
            })
        })
    }

    /// The bits of the key usage, if there is one that can be read.
    pub(super) fn key_usages(&self) -> Option<Vec<KeyUsage>> {
        let bits = AnyRef::from_der(self.extension(oid::KEY_USAGE)?.value).ok()?;
        named_bits(bits).map(|set| {
            let is_set = |(index, _): &(usize, KeyUsage)| set.contains(index);
            KeyUsage::ALL.into_iter().enumerate().filter(is_set).map(|(_, usage)| usage).collect()
        })
    }

    /// The purposes of the extended key usage, as far as they can be read.
    pub(super) fn purposes(&self) -> Vec<ObjectIdentifier> {
        let Some(extension) = self.extension(oid::EXTENDED_KEY_USAGE) else { return Vec::new() };
        Fields::inside(extension.value)
            .map(|fields| fields.rest().filter_map(|purpose| purpose.decode_as().ok()).collect())
            .unwrap_or_default()
    }

    /// Whether subject and issuer have the same name.
    pub(super) fn is_self_issued(&self) -> bool {
        self.content.issuer == self.content.subject
    }
}

impl<'a> RawContent<'a> {
    fn decode(content: AnyRef<'a>) -> der::Result<Self> {
        let mut fields = Fields::of(content)?;
        let version = fields.tagged(0).map(|tagged| integer(&mut Fields::of(tagged)?)).transpose()?;
        let serial = integer(&mut fields)?;
        let algorithm = fields.expect(Tag::Sequence)?;
        let issuer = fields.expect(Tag::Sequence)?;
        let validity = fields.expect(Tag::Sequence)?;
        let subject = fields.expect(Tag::Sequence)?;
        let public_key = fields.expect(Tag::Sequence)?;
        let unique = [fields.tagged(1), fields.tagged(2)];
        let extensions = fields.tagged(3).map(RawExtension::decode_tagged).transpose()?;
        fields.finish()?;
        Ok(Self {
            version,
            serial,
            algorithm,
            issuer,
            validity,
            subject,
            public_key,
            has_unique_identifier: unique.iter().any(Option::is_some),
            extensions,
        })
    }
}

impl<'a> RawExtension<'a> {
    /// The list of extensions inside of its explicit tag.
    pub(super) fn decode_tagged(tagged: AnyRef<'a>) -> der::Result<Vec<Self>> {
        let mut outer = Fields::of(tagged)?;
        let list = outer.expect(Tag::Sequence)?;
        outer.finish()?;
        Self::decode_list(list)
    }

    pub(super) fn decode_list(list: AnyRef<'a>) -> der::Result<Vec<Self>> {
        Fields::of(list)?.rest().map(Self::decode).collect()
    }

    fn decode(extension: AnyRef<'a>) -> der::Result<Self> {
        let mut fields = Fields::of(extension)?;
        let oid = fields.expect(Tag::ObjectIdentifier)?.decode_as()?;
        let flag = fields.optional(Tag::Boolean).map(AnyRef::decode_as::<bool>).transpose()?;
        let value = fields.expect(Tag::OctetString)?.value();
        fields.finish()?;
        let (critical, default_is_encoded) = (flag == Some(true), flag == Some(false));
        Ok(Self { oid, critical, default_is_encoded, value })
    }
}

/// The elements inside of a constructed value, one after the other.
pub(super) struct Fields<'a> {
    fields: Peekable<IntoIter<AnyRef<'a>>>,
}

impl<'a> Fields<'a> {
    /// The elements of a value, whatever its tag.
    pub(super) fn of(value: AnyRef<'a>) -> der::Result<Self> {
        let mut reader = SliceReader::new(value.value())?;
        let mut fields = Vec::with_capacity(8);
        while !reader.is_finished() {
            fields.push(AnyRef::decode(&mut reader)?);
        }
        Ok(Self { fields: fields.into_iter().peekable() })
    }

    /// The elements of an encoded `SEQUENCE`.
    pub(super) fn inside(der: &'a [u8]) -> der::Result<Self> {
        let sequence = AnyRef::from_der(der)?;
        sequence.tag().assert_eq(Tag::Sequence)?;
        Self::of(sequence)
    }

    /// The next element, which must have this tag.
    pub(super) fn expect(&mut self, tag: Tag) -> der::Result<AnyRef<'a>> {
        let next = self.next()?;
        next.tag().assert_eq(tag)?;
        Ok(next)
    }

    /// The next element.
    pub(super) fn next(&mut self) -> der::Result<AnyRef<'a>> {
        self.fields.next().ok_or_else(|| der::ErrorKind::Failed.into())
    }

    /// The next element, if it has this tag.
    pub(super) fn optional(&mut self, tag: Tag) -> Option<AnyRef<'a>> {
        self.fields.next_if(|next| next.tag() == tag)
    }

    /// The tag of the next element.
    pub(super) fn peek(&mut self) -> Option<Tag> {
        self.fields.peek().map(Tagged::tag)
    }

    /// The next element, if it has this context-specific tag.
    pub(super) fn tagged(&mut self, number: u32) -> Option<AnyRef<'a>> {
        self.fields.next_if(|next| context_number(*next) == Some(number))
    }

    pub(super) fn rest(self) -> impl Iterator<Item = AnyRef<'a>> {
        self.fields
    }

    pub(super) fn is_empty(&self) -> bool {
        self.fields.len() == 0
    }

    /// Nothing may be left.
    pub(super) fn finish(&self) -> der::Result<()> {
        if self.is_empty() { Ok(()) } else { Err(der::ErrorKind::Failed.into()) }
    }
}

/// The number of a context-specific tag.
pub(super) fn context_number(value: AnyRef<'_>) -> Option<u32> {
    match value.tag() {
        Tag::ContextSpecific { number: TagNumber(number), .. } => Some(number),
        _ => None,
    }
}

/// The bytes of an integer, which must have as few as possible.
pub(super) fn integer<'a>(fields: &mut Fields<'a>) -> der::Result<&'a [u8]> {
    let bytes = fields.expect(Tag::Integer)?.value();
    match bytes {
        [] | [0, 0..=0x7f, ..] | [0xff, 0x80..=0xff, ..] => {
            Err(der::ErrorKind::Noncanonical { tag: Tag::Integer }.into())
        }
        _ => Ok(bytes),
    }
}

/// The numbers of the bits that are set.
pub(super) fn named_bits(bits: AnyRef<'_>) -> Option<Vec<usize>> {
    let ([unused @ 0..=7, bytes @ ..], Tag::BitString) = (bits.value(), bits.tag()) else { return None };
    let count = (bytes.len() * 8).checked_sub(usize::from(*unused))?;
    Some((0..count).filter(|index| bytes[index / 8] & (0x80 >> (index % 8)) != 0).collect())
}

/// Whether named bits end with a bit that is set, without padding that is.
pub(super) fn is_trimmed(bits: AnyRef<'_>) -> bool {
    match bits.value() {
        [0] => true,
        [unused, .., last] => last.trailing_zeros() == u32::from(*unused),
        _ => false,
    }
}
