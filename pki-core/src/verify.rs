//! Verifying certificates: is there a path to a trusted authority, for this name, this purpose and this time?
//!
//! Paths are built by rustls-webpki (RFC 5280 §6, without certificate policies). What it leaves to its callers is checked
//! here on the path it finds: the right of every authority to sign certificates, and the dates and the constraint of the
//! root.

mod algorithms;
mod error;
mod explain;
mod path;
mod purpose;

#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::time::Duration;

use jiff::Timestamp;
use rustls_pki_types::{CertificateDer, ServerName, TrustAnchor, UnixTime};
use webpki::{
    BorrowedCertRevocationList, CertRevocationList, EndEntityCert, ExpirationPolicy,
    RevocationOptionsBuilder, VerifiedPath,
};

use crate::certificate::Certificate;
use crate::san::SubjectAltName;

use algorithms::ALGORITHMS;
pub use error::{Refusal, VerifyError};
pub use purpose::Purpose;

/// Verifies certificates against trusted authorities.
///
/// ```
/// use pki_core::{Purpose, SubjectAltName, Verifier};
/// # use pki_core::*;
/// # let mut rng = getrandom::rand_core::UnwrapErr(getrandom::SysRng);
/// # let now: jiff::Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
/// # let identity = |name: &str, names: &[&str]| Identity {
/// #     subject: DistinguishedName::common(name),
/// #     subject_alt_names: SubjectAltNames::parse(names).unwrap(),
/// #     ..Default::default()
/// # };
/// # let key = PrivateKey::generate(KeyAlgorithm::Ed25519, &mut rng).unwrap();
/// # let profile = SigningProfile::authority(Default::default());
/// # let (ca, _) =
/// #     CertificateAuthority::self_signed(key, &identity("Kubernetes", &[]), &profile, now, &mut rng).unwrap();
/// # let key = PrivateKey::generate(KeyAlgorithm::Ed25519, &mut rng).unwrap();
/// # let profile = SigningProfile::server(KeyAlgorithm::Ed25519);
/// # let names = identity("kube-apiserver", &["kubernetes.default", "10.32.0.1"]);
/// # let (server, _) = ca.issue(&names, key.public_key(), &profile, now, &mut rng).unwrap();
/// # let root = ca.certificate().clone();
///
/// let (trusted, name) = ([root], "10.32.0.1".parse::<SubjectAltName>().unwrap());
/// let verifier = Verifier::new(&trusted, now).purpose(Purpose::Server).name(&name);
/// let path = verifier.verify(&server)?;
/// assert_eq!(path.iter().map(|c| c.subject_text()).collect::<Vec<_>>(), ["CN=kube-apiserver", "CN=Kubernetes"]);
///
/// let error = Verifier::new(&trusted, now).purpose(Purpose::Client).verify(&server).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "the certificate `CN=kube-apiserver` is not for `client auth` but for `server auth`: add the usage and issue it \
///      anew",
/// );
/// # Ok::<(), VerifyError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Verifier<'a> {
    authorities: &'a [Certificate],
    intermediates: &'a [Certificate],
    revocation_lists: Vec<&'a [u8]>,
    purpose: Purpose,
    name: Option<&'a SubjectAltName>,
    time: Timestamp,
}

impl<'a> Verifier<'a> {
    /// Trusts these authorities, at this time; for every purpose and every name, and without looking for revocations.
    #[must_use]
    pub fn new(authorities: &'a [Certificate], time: Timestamp) -> Self {
        Self {
            authorities,
            intermediates: &[],
            revocation_lists: Vec::new(),
            purpose: Purpose::Any,
            name: None,
            time,
        }
    }

    /// Adds certificates that may stand between the certificate and a trusted authority, in any order. They are not
    /// trusted themselves.
    #[must_use]
    pub fn intermediates(self, intermediates: &'a [Certificate]) -> Self {
        Self { intermediates, ..self }
    }

    /// Looks every certificate but the root up in revocation lists (DER, RFC 5280 §5). With one list or more, each of
    /// the certificates needs a current list of its issuer.
    #[must_use]
    pub fn revocation_lists(self, lists: impl IntoIterator<Item = &'a [u8]>) -> Self {
        Self { revocation_lists: lists.into_iter().collect(), ..self }
    }

    /// Asks for a purpose.
    #[must_use]
    pub fn purpose(self, purpose: Purpose) -> Self {
        Self { purpose, ..self }
    }

    /// Asks for a name that the certificate must be for. Wildcards of the certificate count for DNS names; addresses,
    /// e-mail addresses and URIs must be among its names as they are. The common name never counts (RFC 9525).
    #[must_use]
    pub fn name(self, name: &'a SubjectAltName) -> Self {
        Self { name: Some(name), ..self }
    }

    /// Verifies a certificate; gives the path from it to the trusted root. A certificate that is itself among the
    /// trusted ones is a path of its own.
    ///
    /// # Errors
    ///
    /// Fails when no path is found on which everything is right, for the reason that came nearest to one.
    pub fn verify(&self, certificate: &Certificate) -> Result<Vec<Certificate>, VerifyError> {
        let explain = |error| self.explain(certificate, error);
        let authorities: Vec<_> = self.authorities.iter().map(der).collect();
        let anchors: Vec<TrustAnchor> = authorities
            .iter()
            .zip(self.authorities)
            .map(|(der, authority)| {
                webpki::anchor_from_trusted_cert(der)
                    .map_err(|error| VerifyError::malformed(authority, &error))
            })
            .collect::<Result<_, _>>()?;
        let intermediates: Vec<_> = self.intermediates.iter().map(der).collect();
        let lists = self.parse_lists().map_err(|error| explain::of_list(certificate, &error))?;
        let lists: Vec<_> = lists.iter().collect();
        let revocation = RevocationOptionsBuilder::new(&lists)
            .ok()
            .map(|builder| builder.with_expiration_policy(ExpirationPolicy::Enforce).build());
        let der = der(certificate);
        let entity = EndEntityCert::try_from(&der).map_err(explain)?;

        let judged = RefCell::new(None);
        let judge = |path: &VerifiedPath<'_>| {
            let verdict = path::judge(self, certificate, path);
            let passes = verdict.is_ok();
            *judged.borrow_mut() = Some(verdict);
            if passes { Ok(()) } else { Err(webpki::Error::UnknownIssuer) }
        };
        let found = entity.verify_for_usage(
            ALGORITHMS,
            &anchors,
            &intermediates,
            unix_time(self.time),
            self.purpose,
            revocation,
            Some(&judge),
        );
        let path = match (found.map(|_| ()), judged.take()) {
            // What is wrong on a path that reached a root says more than why other paths did not.
            (_, Some(verdict)) => verdict?,
            (Err(error), None) => return Err(explain(error)),
            (Ok(()), None) => return Err(explain(webpki::Error::UnknownIssuer)),
        };
        self.check_name(certificate, &entity)?;
        Ok(path)
    }

    fn parse_lists(&self) -> Result<Vec<CertRevocationList<'a>>, webpki::Error> {
        self.revocation_lists
            .iter()
            .map(|list| BorrowedCertRevocationList::from_der(list).map(CertRevocationList::from))
            .collect()
    }

    fn check_name(&self, certificate: &Certificate, entity: &EndEntityCert<'_>) -> Result<(), VerifyError> {
        let Some(name) = self.name else { return Ok(()) };
        let is_for = match server_name(name) {
            Some(server) => entity.verify_is_valid_for_subject_name(&server).is_ok(),
            None => certificate.subject_alt_names().iter().any(|own| own == name),
        };
        if is_for { Ok(()) } else { Err(VerifyError::wrong_name(certificate, name)) }
    }
}

/// The name as something that a server is called; `None` for names of other kinds, and for wildcards.
pub(crate) fn server_name(name: &SubjectAltName) -> Option<ServerName<'static>> {
    match name {
        SubjectAltName::Dns(name) => ServerName::try_from(name.as_str().to_owned()).ok(),
        SubjectAltName::Ip(ip) => Some(ServerName::from(*ip)),
        _ => None,
    }
}

fn der(certificate: &Certificate) -> CertificateDer<'_> {
    CertificateDer::from(certificate.as_der())
}

/// Times before 1970 are taken for its beginning: no certificate is older.
fn unix_time(time: Timestamp) -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(time.as_second()).unwrap_or(0)))
}

fn timestamp(time: UnixTime) -> Timestamp {
    i64::try_from(time.as_secs()).ok().and_then(|s| Timestamp::from_second(s).ok()).unwrap_or(Timestamp::MAX)
}
