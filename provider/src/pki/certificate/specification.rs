//! From the arguments of `groundup_certificate` to what the certificate is to say.

use pki_core::kubernetes::{ClusterNames, Role};
use pki_core::{
    AuthorityConstraint, DistinguishedName, Identity, KeyAlgorithm, Period, SigningProfile, Strictness,
    SubjectAltNames, Usages,
};
use tfplugin::Presence;
use tfplugin::prelude::*;

use super::super::issuing::Issued as _;
use super::super::keys::Key;
use super::super::name_constraints::name_constraints;
use super::super::problems::{Places, SubjectPlace};
use super::super::specification::{Specification, read_usages};
use super::super::subject::{NameCollector, subject};
use super::super::times::DEFAULT_BACKDATE;
use super::Certificate;

impl Certificate {
    /// Arguments that exclude or need each other.
    pub(super) fn check_arguments(&self, check: &mut Check) {
        let request = ("cert_request_pem", self.cert_request_pem.presence());
        let subject = self.subject.any();
        let profile = self.profile.any();
        for other in [
            ("pkcs12_password", self.pkcs12_password.presence()),
            ("csr_json", self.csr_json.presence()),
            ("role", self.role.presence()),
            ("subject", subject),
            ("dns_names", self.dns_names.presence()),
            ("ip_addresses", self.ip_addresses.presence()),
            ("uris", self.uris.presence()),
            ("email_addresses", self.email_addresses.presence()),
        ]
        .into_iter()
        .chain(self.own.arguments())
        {
            check.at_most_one(&[request, other]);
        }
        check.at_most_one(&[("csr_json", self.csr_json.presence()), ("subject", subject)]);
        check.at_most_one(&[("csr_json", self.csr_json.presence()), ("role", self.role.presence())]);
        check.at_most_one(&[
            ("allowed_uses", self.allowed_uses.presence()),
            ("profile", profile),
            ("profile_json", self.profile_json.presence()),
        ]);
        self.key_source().check(check);
        self.check_pkcs12(check);
        self.times().check(check);
        let uses =
            self.allowed_uses.presence() | profile | self.profile_json.presence() | self.role.presence();
        if uses == Presence::Absent {
            let detail = "One of `allowed_uses`, `profile`, `profile_json`, `role` is required: it says what the \
                          certificate may be used for.";
            check.extend([Diagnostic::error("Missing Argument", detail)]);
        }
        self.check_dependents(check);
    }

    fn check_dependents(&self, check: &mut Check) {
        let mut needs = |name: &str, given: Presence, other: &str, other_given: Presence| {
            if given == Presence::Present && other_given == Presence::Absent {
                check.error(
                    name,
                    "Conflicting Arguments",
                    format!("`{name}` has no effect without `{other}`."),
                );
            }
        };
        let (role, file) = (self.role.presence(), self.profile_json.presence());
        needs("profile_name", self.profile_name.presence(), "profile_json", file);
        needs("node", self.node.presence(), "role", role);
        needs("cluster_domain", self.cluster_domain.presence(), "role", role);
        needs("service_cidrs", self.service_cidrs.presence(), "role", role);
        let password = self.pkcs12_password.presence();
        needs("pkcs12_encryption", self.pkcs12_encryption.presence(), "pkcs12_password", password);
        let authority = self.is_ca_certificate.presence();
        needs("max_path_length", self.max_path_length.presence(), "is_ca_certificate", authority);
    }

    /// What the certificate is to say.
    pub(super) fn specify(&self, key: &Key, strictness: Strictness) -> Specification {
        let mut problems = Vec::new();
        let role = self.role(&mut problems);
        let algorithm = key.algorithm();
        let (identity, mut places, identity_known) = self.identity(role.as_ref(), &mut problems);
        let (profile, profile_known) =
            self.signing_profile(role.as_ref(), algorithm, &mut places, &mut problems);
        Specification {
            identity,
            profile: SigningProfile { strictness, ..profile },
            key: key.public().cloned(),
            algorithm,
            identity_known: identity_known && !self.role.is_unknown(),
            profile_known: profile_known && problems.is_empty(),
            places,
            problems,
        }
    }

    fn role(&self, problems: &mut Vec<Diagnostic>) -> Option<Role> {
        let name = self.role.as_str()?;
        if self.node.is_unknown() {
            // The name alone can be judged; the node's follows.
            return None;
        }
        Role::parse(name, self.node.as_str())
            .map_err(|error| {
                let detail = sentence(&error.to_string());
                let place = if Role::NAMES.contains(&name) { "node" } else { "role" };
                let place = if place == "node" && self.node.is_null() { "role" } else { place };
                problems.push(Diagnostic::error("Invalid Role", detail).at(place));
            })
            .ok()
    }

    fn identity(&self, role: Option<&Role>, problems: &mut Vec<Diagnostic>) -> (Identity, Places, bool) {
        let mut places = Places { subject: Some(SubjectPlace::Block), ..Places::default() };
        if self.is_for_request() {
            places.subject = Some(SubjectPlace::Argument("cert_request_pem"));
            return match &self.cert_request_pem {
                Attr::Known(request) => (request.0.identity(), places, true),
                _ => (Identity::default(), places, false),
            };
        }
        let mut known = !self.csr_json.is_unknown() && !self.node.is_unknown();
        let mut name = role.map(Role::subject).unwrap_or_default();
        let mut inherited = SubjectAltNames::default();
        let mut source = "role";
        if let Some(file) = self.csr_json.known() {
            name = file.identity.subject.clone();
            inherited = file.identity.subject_alt_names.clone();
            source = "csr_json";
            places.subject = Some(SubjectPlace::Argument("csr_json"));
        }
        if let Some(role) = role {
            match self.names_of(role) {
                Some(Ok(names)) => inherited = names,
                Some(Err(error)) => {
                    problems.push(Diagnostic::error("Invalid Role", sentence(&error.to_string())).at("role"));
                }
                None => known = false,
            }
        }
        if let Some((given, complete)) = subject(&self.subject) {
            name = over(given, name);
            known &= complete;
        }
        let (names, name_places, complete) = NameCollector::new()
            .add_all(source, &inherited)
            .add_arguments(&self.dns_names, &self.ip_addresses, &self.uris, &self.email_addresses)
            .finish();
        places.names = name_places;
        (Identity { subject: name, subject_alt_names: names }, places, known && complete)
    }

    /// The names that follow from a role; `None` while what they follow from is unknown.
    fn names_of(
        &self,
        role: &Role,
    ) -> Option<Result<SubjectAltNames, pki_core::kubernetes::KubernetesError>> {
        if self.cluster_domain.is_unknown() || self.service_cidrs.is_unknown() {
            return None;
        }
        let defaults = ClusterNames::default();
        let cluster = ClusterNames {
            domain: self.cluster_domain.or(defaults.domain),
            service_cidrs: self.service_cidrs.or_default().iter().map(|range| *range.get()).collect(),
        };
        Some(role.subject_alt_names(&cluster, std::iter::empty::<&str>()))
    }

    /// The signing profile, and whether it is known completely.
    fn signing_profile(
        &self,
        role: Option<&Role>,
        algorithm: Option<KeyAlgorithm>,
        places: &mut Places,
        problems: &mut Vec<Diagnostic>,
    ) -> (SigningProfile, bool) {
        let described = role.is_some() || self.csr_json.is_set() || self.profile_json.is_set();
        let (mut profile, mut known) = self.base_profile(role, algorithm, places, problems);
        match self.times().validity() {
            Attr::Known(expiry) => {
                profile.expiry = expiry;
                places.validity = Some(self.times().validity_place());
            }
            Attr::Unknown => known = false,
            Attr::Null => {}
        }
        if let Some(is_authority) = self.is_ca_certificate.known() {
            places.authority = Some("is_ca_certificate".into());
            profile.authority = is_authority
                .then(|| AuthorityConstraint { path_length: self.max_path_length.known().copied() });
        }
        let (constraints, constraints_known) = name_constraints(&self.name_constraints);
        if !constraints.is_empty() {
            profile.name_constraints = constraints;
        }
        profile = self.urls.add_to(profile);
        known &= constraints_known && self.urls.are_known();
        places.issuer = Some("ca_cert_pem".into());
        known &= !self.is_ca_certificate.is_unknown() && !self.max_path_length.is_unknown();
        known &= !self.set_subject_key_id.is_unknown() && !self.role.is_unknown() && !self.node.is_unknown();
        profile.subject_key_identifier = self
            .set_subject_key_id
            .or(described || self.profile.known().is_some_and(|blocks| !blocks.is_empty()));
        (profile, known)
    }

    /// How long before it is issued the validity begins.
    pub(super) fn backdate(&self) -> Period {
        let block = self.profile.known().and_then(|blocks| blocks.first());
        if let Some(block) = block {
            return block.backdate.known().map_or(DEFAULT_BACKDATE, |backdate| **backdate);
        }
        let file = self.profile_json.known().and_then(|config| match self.profile_name.as_str() {
            Some(name) => config.profile(name).ok(),
            None => config.default_profile().ok(),
        });
        file.map_or(DEFAULT_BACKDATE, |profile| profile.backdate)
    }

    fn base_profile(
        &self,
        role: Option<&Role>,
        algorithm: Option<KeyAlgorithm>,
        places: &mut Places,
        problems: &mut Vec<Diagnostic>,
    ) -> (SigningProfile, bool) {
        if let Some([block, ..]) = self.profile.known().map(Vec::as_slice) {
            return block.signing_profile(places, problems);
        }
        if self.profile_json.is_set() {
            places.usages = Some("profile_json".into());
            let Some(config) = self.profile_json.known().filter(|_| !self.profile_name.is_unknown()) else {
                return (SigningProfile::new(Usages::default()), false);
            };
            let named = self.profile_name.as_str();
            let profile = named.map_or_else(|| config.default_profile(), |name| config.profile(name));
            return match profile {
                Ok(profile) => (profile, true),
                Err(error) => {
                    let place = if named.is_some() { "profile_name" } else { "profile_json" };
                    problems
                        .push(Diagnostic::error("Invalid Profile", sentence(&error.to_string())).at(place));
                    (SigningProfile::new(Usages::default()), false)
                }
            };
        }
        if self.allowed_uses.is_set() {
            places.usages = Some("allowed_uses".into());
            let (usages, known) = read_usages(&self.allowed_uses, &Path::from("allowed_uses"), problems);
            return (SigningProfile::new(usages), known);
        }
        places.usages = Some("role".into());
        match (role, algorithm) {
            (Some(role), Some(algorithm)) => (role.profile(algorithm), true),
            _ => (SigningProfile::new(Usages::default()), false),
        }
    }
}

/// A name with the attributes of another where it has none itself.
fn over(given: DistinguishedName, base: DistinguishedName) -> DistinguishedName {
    let many = |given: Vec<String>, base: Vec<String>| if given.is_empty() { base } else { given };
    DistinguishedName {
        common_name: given.common_name.or(base.common_name),
        organization: many(given.organization, base.organization),
        organizational_unit: many(given.organizational_unit, base.organizational_unit),
        locality: given.locality.or(base.locality),
        province: given.province.or(base.province),
        country: given.country.or(base.country),
        street_address: many(given.street_address, base.street_address),
        postal_code: given.postal_code.or(base.postal_code),
        serial_number: given.serial_number.or(base.serial_number),
        email_address: given.email_address.or(base.email_address),
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
