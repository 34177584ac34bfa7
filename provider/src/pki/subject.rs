//! The `subject` block, and the names a certificate is valid for.

use std::str::FromStr;

use pki_core::{DistinguishedName, SanError, SubjectAltName, SubjectAltNames};
use tfplugin::prelude::*;

/// The subject of a certificate: its distinguished name.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Subject {
    /// Common name (CN): at most 64 characters. Kubernetes takes it as the user name of a client.
    #[attr(optional)]
    pub(super) common_name: Attr<String>,
    /// Organization (O): at most 64 characters. Kubernetes takes it as a group of a client.
    #[attr(optional)]
    pub(super) organization: Attr<String>,
    /// Organizational unit (OU): at most 64 characters.
    #[attr(optional)]
    pub(super) organizational_unit: Attr<String>,
    /// Street address: at most 128 characters each.
    #[attr(optional)]
    pub(super) street_address: Attr<Vec<String>>,
    /// Locality (L), a city: at most 128 characters.
    #[attr(optional)]
    pub(super) locality: Attr<String>,
    /// State or province (ST): at most 128 characters.
    #[attr(optional)]
    pub(super) province: Attr<String>,
    /// Country (C): a two-letter code of ISO 3166-1.
    #[attr(optional)]
    pub(super) country: Attr<String>,
    /// Postal code: at most 40 characters.
    #[attr(optional)]
    pub(super) postal_code: Attr<String>,
    /// Serial number of the subject, which is not the certificate's: at most 64 characters.
    #[attr(optional)]
    pub(super) serial_number: Attr<String>,
    /// E-mail address.
    #[attr(optional)]
    pub(super) email_address: Attr<String>,
}

impl Subject {
    /// The arguments that say a name. Of several organizations and units they can say the first.
    pub(crate) fn of(name: &DistinguishedName) -> Self {
        let street_address = &name.street_address;
        Self {
            common_name: name.common_name.clone().into(),
            organization: name.organization.first().cloned().into(),
            organizational_unit: name.organizational_unit.first().cloned().into(),
            street_address: (!street_address.is_empty()).then(|| street_address.clone()).into(),
            locality: name.locality.clone().into(),
            province: name.province.clone().into(),
            country: name.country.clone().into(),
            postal_code: name.postal_code.clone().into(),
            serial_number: name.serial_number.clone().into(),
            email_address: name.email_address.clone().into(),
        }
    }

    /// The name, as far as it is known; the flag says whether it is known completely.
    fn name(&self) -> (DistinguishedName, bool) {
        let one = |attribute: &Attr<String>| attribute.known().cloned();
        let many = |attribute: &Attr<String>| attribute.known().cloned().into_iter().collect();
        let name = DistinguishedName {
            common_name: one(&self.common_name),
            organization: many(&self.organization),
            organizational_unit: many(&self.organizational_unit),
            locality: one(&self.locality),
            province: one(&self.province),
            country: one(&self.country),
            street_address: self.street_address.or_default(),
            postal_code: one(&self.postal_code),
            serial_number: one(&self.serial_number),
            email_address: one(&self.email_address),
        };
        let texts = [
            &self.common_name,
            &self.organization,
            &self.organizational_unit,
            &self.locality,
            &self.province,
            &self.country,
            &self.postal_code,
            &self.serial_number,
            &self.email_address,
        ];
        let complete = !self.street_address.is_unknown() && !texts.into_iter().any(Attr::is_unknown);
        (name, complete)
    }
}

/// The name in a `subject` block, as far as it is known; the flag says whether it is known completely. `None` without a
/// block.
pub(super) fn subject(blocks: &Attr<Vec<Subject>>) -> Option<(DistinguishedName, bool)> {
    match blocks {
        Attr::Null => None,
        Attr::Unknown => Some((DistinguishedName::default(), false)),
        Attr::Known(blocks) => blocks.first().map(Subject::name),
    }
}

/// Names of one kind: the elements of `dns_names`, `ip_addresses` and so on, each read as its kind.
pub(crate) type Names<T> = Vec<Attr<Parsed<T>>>;

macro_rules! names {
    ($($(#[$meta:meta])* $name:ident: $read:path;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub(crate) struct $name(SubjectAltName);

        impl FromStr for $name {
            type Err = SanError;

            fn from_str(text: &str) -> std::result::Result<Self, SanError> {
                $read(text).map(Self)
            }
        }

        impl From<&$name> for SubjectAltName {
            fn from(name: &$name) -> Self {
                name.0.clone()
            }
        }
    )+};
}

names! {
    /// A DNS name.
    DnsName: SubjectAltName::dns;
    /// An IP address.
    IpAddress: SubjectAltName::ip;
    /// An e-mail address.
    EmailAddress: SubjectAltName::email;
    /// A URI.
    Uri: SubjectAltName::uri;
}

/// All names in the order of the arguments, and whether all are known.
#[derive(Debug)]
pub(super) struct NameCollector {
    names: SubjectAltNames,
    places: Vec<Path>,
    complete: bool,
}

impl NameCollector {
    pub(super) fn new() -> Self {
        Self { names: SubjectAltNames::default(), places: Vec::new(), complete: true }
    }

    /// Adds the names of the arguments that every resource with names has.
    pub(super) fn add_arguments(
        self,
        dns_names: &Attr<Names<DnsName>>,
        ip_addresses: &Attr<Names<IpAddress>>,
        uris: &Attr<Names<Uri>>,
        email_addresses: &Attr<Names<EmailAddress>>,
    ) -> Self {
        self.add("dns_names", dns_names)
            .add("ip_addresses", ip_addresses)
            .add("uris", uris)
            .add("email_addresses", email_addresses)
    }

    /// Adds the names of an argument.
    fn add<T>(mut self, argument: &str, names: &Attr<Names<T>>) -> Self
    where
        for<'a> &'a T: Into<SubjectAltName>,
    {
        self.complete &= !names.is_unknown();
        for (index, name) in names.known().into_iter().flatten().enumerate() {
            match name {
                Attr::Known(name) => self.push(name.get().into(), Path::from(argument).index(index)),
                Attr::Null | Attr::Unknown => self.complete &= name.is_null(),
            }
        }
        self
    }

    /// Adds names that come from elsewhere than a list argument.
    pub(super) fn add_all(mut self, place: &str, names: &SubjectAltNames) -> Self {
        names.iter().for_each(|name| self.push(name.clone(), Path::from(place)));
        self
    }

    pub(super) fn finish(self) -> (SubjectAltNames, Vec<Path>, bool) {
        (self.names, self.places, self.complete)
    }

    fn push(&mut self, name: SubjectAltName, place: Path) {
        let before = self.names.len();
        self.names.push(name);
        if self.names.len() > before {
            self.places.push(place);
        }
    }
}
