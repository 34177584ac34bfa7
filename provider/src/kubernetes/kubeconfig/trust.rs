//! Whether the certificates and keys of a kubeconfig go together: what would fail only at the first handshake.

use jiff::Timestamp;
use pki_core::{Certificate, CertificateError, ExtendedKeyUsage, KeyError, PrivateKey};
use tfplugin::diagnostic::Severity;
use tfplugin::prelude::*;

use super::Kubeconfig;

const NODE_USER: &str = "system:node:";
const NODE_GROUP: &str = "system:nodes";

/// Everything that is wrong whenever the file is used.
pub(super) fn problems(config: &Kubeconfig) -> Diagnostics {
    let mut found = Diagnostics::new();
    let authorities =
        certificates(&config.certificate_authority_pem, "certificate_authority_pem", &mut found);
    let client_authorities = certificates(&config.client_authority_pem, "client_authority_pem", &mut found);
    let chain = certificates(&config.client_certificate_pem, "client_certificate_pem", &mut found);
    let key = private_key(config, &mut found);
    let Some((client, intermediates)) = chain.as_ref().and_then(|chain| chain.split_first()) else {
        return found;
    };

    if key.is_some_and(|key| !client.matches_key(&key)) {
        let detail =
            format!("The key does not belong to the client certificate `{}`.", client.subject_text());
        found.error("client_key_pem", "Private Key of Another Certificate", detail);
    }
    if !allows_clients(client) {
        let detail = "The certificate's extended key usage has other purposes, but not client authentication, so the \
                      API server refuses it. Issue it with `client_auth`.";
        found.error("client_certificate_pem", "Not a Client Certificate", detail);
    }
    // While the authorities for clients are not known, the other ones say nothing.
    let issuers = if config.client_authority_pem.is_set() { client_authorities } else { authorities };
    if issuers.is_some_and(|issuers| !is_trusted(client, intermediates, &issuers)) {
        let detail = format!(
            "The certificate was issued by `{}`, and no given authority of that name has the key that signed it. If \
             the API server trusts another authority for clients, set `client_authority_pem`.",
            client.issuer_text()
        );
        found.error("client_certificate_pem", "Certificate Signed by Another Authority", detail);
    }
    identity(config, client, &mut found);
    found
}

/// Certificates that are out of date now: errors where a file would be made with them, otherwise warnings.
pub(super) fn expired(config: &Kubeconfig, now: Timestamp, is_new: bool) -> Diagnostics {
    let severity = if is_new { Severity::Error } else { Severity::Warning };
    let tell = |path: &str, certificate: &Certificate| {
        let (summary, detail) = if now < certificate.not_before() {
            ("Certificate Not Yet Valid", format!("It is valid from {}.", certificate.not_before()))
        } else {
            ("Certificate Expired", format!("It was valid until {}.", certificate.not_after()))
        };
        let detail = format!("The certificate `{}` cannot be used. {detail}", certificate.subject_text());
        Diagnostic { severity, ..Diagnostic::error(summary, detail).at(path) }
    };
    let read = |pem: &Attr<String>| Certificate::bundle_from_pem(pem.as_str()?).ok();
    let usable = |certificate: &Certificate| certificate.is_valid_at(now);

    let client = read(&config.client_certificate_pem).and_then(|chain| chain.into_iter().next());
    let mut told: Vec<_> = client
        .filter(|client| !usable(client))
        .iter()
        .map(|client| tell("client_certificate_pem", client))
        .collect();
    // One authority in use is enough: a bundle may hold the last one beside the next.
    let authorities = read(&config.certificate_authority_pem).unwrap_or_default();
    if !authorities.iter().any(usable) {
        told.extend(authorities.first().map(|authority| tell("certificate_authority_pem", authority)));
    }
    told.into_iter().collect()
}

/// Reads the certificates of an attribute, if it has any that can be read here.
fn certificates(pem: &Attr<String>, path: &str, found: &mut Diagnostics) -> Option<Vec<Certificate>> {
    match Certificate::bundle_from_pem(pem.as_str()?) {
        Ok(certificates) => Some(certificates),
        // kubectl knows more kinds of keys than can be checked here.
        Err(CertificateError::PublicKey(_)) => None,
        Err(problem) => {
            found.error(path, "Invalid Certificate", format!("kubectl could not read it: {problem}."));
            None
        }
    }
}

fn private_key(config: &Kubeconfig, found: &mut Diagnostics) -> Option<PrivateKey> {
    match PrivateKey::from_pem(config.client_key_pem.known()?.expose()) {
        Ok(key) => Some(key),
        Err(
            KeyError::UnsupportedCurve { .. } | KeyError::UnsupportedOid { .. } | KeyError::RsaSize { .. },
        ) => None,
        Err(problem) => {
            found.error(
                "client_key_pem",
                "Invalid Private Key",
                format!("kubectl could not use it: {problem}."),
            );
            None
        }
    }
}

/// Without the extension, every purpose is allowed.
fn allows_clients(certificate: &Certificate) -> bool {
    let purposes = certificate.extended_key_usages();
    purposes.is_empty()
        || purposes
            .iter()
            .any(|purpose| matches!(purpose, ExtendedKeyUsage::ClientAuth | ExtendedKeyUsage::Any))
}

/// Whether an authority signed the certificate, or an intermediate one that leads to an authority.
fn is_trusted(certificate: &Certificate, intermediates: &[Certificate], authorities: &[Certificate]) -> bool {
    if authorities.iter().any(|authority| certificate == authority || certificate.is_signed_by(authority)) {
        return true;
    }
    intermediates.iter().enumerate().any(|(index, issuer)| {
        let others = [&intermediates[..index], &intermediates[index + 1..]].concat();
        certificate.is_signed_by(issuer) && is_trusted(issuer, &others, authorities)
    })
}

/// The API server takes user and groups from the certificate, whatever the file calls the user.
fn identity(config: &Kubeconfig, client: &Certificate, found: &mut Diagnostics) {
    let Some(user) = config.user.known().map(Parsed::text) else { return };
    let subject = client.subject();
    let common_name = subject.common_name.as_deref().unwrap_or_default();
    if !user.starts_with("system:") {
        return;
    }
    if !user.starts_with(NODE_USER) {
        if common_name != user {
            let detail =
                format!("The API server takes the name from the certificate: it will be `{common_name}`.");
            found.warn("user", "User Differs from Certificate", detail);
        }
        return;
    }
    if common_name != user {
        let detail = format!(
            "A kubelet is known by the common name of its certificate, which is `{common_name}`. Node authorization \
             refuses `{user}` everything else."
        );
        found.error("user", "Certificate of Another Node", detail);
    }
    if !subject.organization.iter().any(|group| group == NODE_GROUP) {
        let detail = format!(
            "A kubelet's certificate needs the organization `{NODE_GROUP}`. The subject is `{}`.",
            client.subject_text()
        );
        found.error("client_certificate_pem", "Not a Kubelet's Certificate", detail);
    }
}

#[cfg(test)]
mod tests {
    use pki_core::{
        AuthorityConstraint, CertificateAuthority, DistinguishedName, Identity, KeyAlgorithm, Period,
        SigningProfile, Usages,
    };

    use super::super::values::EntryName;
    use super::*;

    const NODE: &str = "system:node:ip-172-31-0-20";

    fn rng() -> impl getrandom::rand_core::CryptoRng {
        getrandom::rand_core::UnwrapErr(getrandom::SysRng)
    }

    fn now() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }

    fn key() -> PrivateKey {
        PrivateKey::generate(KeyAlgorithm::Ed25519, &mut rng()).unwrap()
    }

    fn subject(common_name: &str, organization: &str) -> Identity {
        let organization = vec![organization.to_owned()];
        Identity {
            subject: DistinguishedName { organization, ..DistinguishedName::common(common_name) },
            ..Identity::default()
        }
    }

    fn authority_for(days: u64) -> SigningProfile {
        SigningProfile {
            expiry: Period::days(days),
            ..SigningProfile::authority(AuthorityConstraint::default())
        }
    }

    fn authority() -> CertificateAuthority {
        let profile = authority_for(3650);
        CertificateAuthority::self_signed(key(), &subject("Kubernetes", "k8s"), &profile, now(), &mut rng())
            .unwrap()
            .0
    }

    fn client(
        authority: &CertificateAuthority,
        common_name: &str,
        organization: &str,
    ) -> (String, PrivateKey) {
        let key = key();
        let profile = SigningProfile::new(Usages::client(key.algorithm()));
        let identity = subject(common_name, organization);
        let (certificate, _) =
            authority.issue(&identity, key.public_key(), &profile, now(), &mut rng()).unwrap();
        (certificate.to_pem(), key)
    }

    fn config(
        authority: &CertificateAuthority,
        user: &str,
        (certificate, key): &(String, PrivateKey),
    ) -> Kubeconfig {
        Kubeconfig {
            user: Parsed::<EntryName>::new(user).unwrap().into(),
            certificate_authority_pem: authority.certificate().to_pem().into(),
            client_certificate_pem: certificate.clone().into(),
            client_key_pem: Secret::new(key.to_pem().as_str()).into(),
            ..Kubeconfig::default()
        }
    }

    fn told(found: &Diagnostics) -> Vec<(Severity, String, &str)> {
        let place = |told: &Diagnostic| told.path.as_ref().map(ToString::to_string).unwrap_or_default();
        found.iter().map(|told| (told.severity, place(told), told.summary.as_str())).collect()
    }

    fn error(path: &str, summary: &'static str) -> (Severity, String, &'static str) {
        (Severity::Error, path.to_owned(), summary)
    }

    #[test]
    fn what_belongs_together_is_accepted() {
        let authority = authority();
        let kubelet = config(&authority, NODE, &client(&authority, NODE, NODE_GROUP));
        assert_eq!(told(&problems(&kubelet)), []);
        let admin = config(&authority, "admin", &client(&authority, "someone", "system:masters"));
        assert_eq!(told(&problems(&admin)), []);
    }

    #[test]
    fn every_problem_is_told_at_its_attribute() {
        let (authority, other) = (authority(), authority());
        let server = {
            let (profile, key) = (SigningProfile::new(Usages::server(KeyAlgorithm::Ed25519)), key());
            let identity = subject("kubernetes", "k8s");
            let issued = other.issue(&identity, key.public_key(), &profile, now(), &mut rng()).unwrap();
            (issued.0.to_pem(), self::key())
        };
        let problems = problems(&config(&authority, NODE, &server));
        assert_eq!(
            told(&problems),
            [
                error("client_key_pem", "Private Key of Another Certificate"),
                error("client_certificate_pem", "Not a Client Certificate"),
                error("client_certificate_pem", "Certificate Signed by Another Authority"),
                error("user", "Certificate of Another Node"),
                error("client_certificate_pem", "Not a Kubelet's Certificate"),
            ]
        );
    }

    #[test]
    fn another_authority_for_clients_can_be_named() {
        let (servers, clients) = (authority(), authority());
        let mut config = config(&servers, "admin", &client(&clients, "admin", "system:masters"));
        assert_eq!(problems(&config).iter().count(), 1);
        config.client_authority_pem = Attr::Unknown;
        assert_eq!(told(&problems(&config)), []);
        config.client_authority_pem = clients.certificate().to_pem().into();
        assert_eq!(told(&problems(&config)), []);
    }

    #[test]
    fn intermediate_certificates_lead_to_the_authority() {
        let root = authority();
        let profile = authority_for(365);
        let identity = subject("Kubernetes clients", "k8s");
        let (middle, _) = root.intermediate(key(), &identity, &profile, now(), &mut rng()).unwrap();
        let (certificate, key) = client(&middle, "admin", "system:masters");
        let alone = config(&root, "admin", &(certificate.clone(), key));
        assert_eq!(
            told(&problems(&alone)),
            [error("client_certificate_pem", "Certificate Signed by Another Authority")]
        );
        let chained = certificate + &middle.certificate().to_pem();
        let complete = Kubeconfig { client_certificate_pem: chained.into(), ..alone };
        assert_eq!(told(&problems(&complete)), []);
    }

    #[test]
    fn garbage_is_told_without_repeating_it() {
        let config = Kubeconfig {
            certificate_authority_pem: "ca".into(),
            client_certificate_pem: "cert".into(),
            client_key_pem: Secret::new("hunter2").into(),
            ..Kubeconfig::default()
        };
        let problems = problems(&config);
        assert_eq!(
            told(&problems),
            [
                error("certificate_authority_pem", "Invalid Certificate"),
                error("client_certificate_pem", "Invalid Certificate"),
                error("client_key_pem", "Invalid Private Key"),
            ]
        );
        assert!(!format!("{problems:?}").contains("hunter2"));
    }

    #[test]
    fn only_a_new_file_is_refused_for_its_age() {
        let authority = authority();
        let config = config(&authority, "admin", &client(&authority, "admin", "system:masters"));
        assert!(expired(&config, now(), true).is_empty());

        let later: Timestamp = "2028-01-01T00:00:00Z".parse().unwrap();
        assert_eq!(
            told(&expired(&config, later, true)),
            [error("client_certificate_pem", "Certificate Expired")]
        );
        assert!(!expired(&config, later, false).has_error());

        let much_later: Timestamp = "2040-01-01T00:00:00Z".parse().unwrap();
        assert_eq!(expired(&config, much_later, true).iter().count(), 2);

        let before: Timestamp = "2020-01-01T00:00:00Z".parse().unwrap();
        assert_eq!(told(&expired(&config, before, true))[0].2, "Certificate Not Yet Valid");
    }
}
