//! What webpki leaves open on a path that it found.

use webpki::VerifiedPath;

use super::{Refusal, Verifier, VerifyError, der};
use crate::certificate::Certificate;
use crate::usage::KeyUsage;

/// Gives the certificates of the path from the end entity to the root, if all of them are as they must be.
pub(super) fn judge(
    verifier: &Verifier<'_>,
    certificate: &Certificate,
    path: &VerifiedPath<'_>,
) -> Result<Vec<Certificate>, VerifyError> {
    let mut certificates = vec![certificate.clone()];
    for intermediate in path.intermediate_certificates() {
        let der = intermediate.der();
        certificates.extend(verifier.intermediates.iter().find(|c| c.as_der() == &*der).cloned());
    }
    if !verifier.purpose.is_allowed_by_key_usages(certificate) {
        let usages = certificate.key_usages().iter().map(|usage| usage.as_str()).collect();
        return Err(VerifyError::new(certificate, Refusal::WrongKeyUsage { usages }));
    }
    for authority in &certificates[1..] {
        may_sign(authority)?;
    }
    certificates.extend(root(verifier, &certificates, path)?);
    Ok(certificates)
}

/// The trusted certificate with the name and key at the end of the path. Of several (a root that was renewed with its
/// key) the first that is right. None if the path is a trusted certificate alone.
fn root(
    verifier: &Verifier<'_>,
    certificates: &[Certificate],
    path: &VerifiedPath<'_>,
) -> Result<Option<Certificate>, VerifyError> {
    let mut refusal = None;
    for authority in verifier.authorities {
        let der = der(authority);
        if webpki::anchor_from_trusted_cert(&der).is_ok_and(|anchor| anchor == *path.anchor()) {
            if certificates == std::slice::from_ref(authority) {
                return Ok(None);
            }
            match check_root(verifier, authority, certificates.len() - 1) {
                Ok(()) => return Ok(Some(authority.clone())),
                Err(error) => drop(refusal.get_or_insert(error)),
            }
        }
    }
    refusal.map_or(Ok(None), Err)
}

/// RFC 5280 §6.1 takes a root for granted; programs in Go, and thus Kubernetes, check its certificate as any other's.
fn check_root(verifier: &Verifier<'_>, root: &Certificate, below: usize) -> Result<(), VerifyError> {
    let refuse = |refusal| Err(VerifyError::new(root, refusal));
    let time = verifier.time;
    if time < root.not_before() {
        return refuse(Refusal::NotYetValid { not_before: root.not_before(), time });
    }
    if !root.is_valid_at(time) {
        return refuse(Refusal::Expired { not_after: root.not_after(), time });
    }
    // The first versions had no extensions that could say so.
    if root.version() >= 3 && !root.is_authority() {
        return refuse(Refusal::NotAnAuthority);
    }
    may_sign(root)?;
    if let Some(allowed) = root.constraint().and_then(|constraint| constraint.path_length)
        && usize::from(allowed) < below
    {
        return refuse(Refusal::PathTooLong { allowed, below });
    }
    if !verifier.purpose.is_allowed_by(root) {
        return Err(VerifyError::wrong_purpose(root, verifier.purpose));
    }
    Ok(())
}

fn may_sign(authority: &Certificate) -> Result<(), VerifyError> {
    let usages = authority.key_usages();
    if usages.is_empty() || usages.contains(&KeyUsage::CertSign) {
        Ok(())
    } else {
        Err(VerifyError::new(authority, Refusal::CannotSign))
    }
}
