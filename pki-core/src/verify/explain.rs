//! Which certificate webpki's error is about, and what there is to say about it.

use jiff::Timestamp;
use webpki::{BorrowedCertRevocationList, CertRevocationList, EndEntityCert, Error};

use super::{Refusal, Verifier, VerifyError, der, timestamp};
use crate::certificate::Certificate;

impl Verifier<'_> {
    /// Finds the certificate that an error is about. webpki does not say; the likely path does.
    pub(super) fn explain(&self, certificate: &Certificate, error: Error) -> VerifyError {
        let path = self.likely_path(certificate);
        let time = self.time;
        let first = |is_meant: &dyn Fn(&Certificate) -> bool| {
            let all = path.iter().copied().chain(self.intermediates).chain(self.authorities);
            all.into_iter().find(|c| is_meant(c)).unwrap_or(certificate)
        };
        match error {
            Error::CertExpired { not_after, .. } => {
                let not_after = timestamp(not_after);
                let meant = first(&|c| c.not_after() == not_after);
                VerifyError::new(meant, Refusal::Expired { not_after, time })
            }
            Error::CertNotValidYet { not_before, .. } => {
                let not_before = timestamp(not_before);
                let meant = first(&|c| c.not_before() == not_before);
                VerifyError::new(meant, Refusal::NotYetValid { not_before, time })
            }
            Error::RequiredEkuNotFoundContext(_) | Error::EmptyEkuExtension => {
                VerifyError::wrong_purpose(first(&|c| !self.purpose.is_allowed_by(c)), self.purpose)
            }
            Error::UnknownIssuer => self.unknown_issuer(path.last().copied().unwrap_or(certificate)),
            Error::InvalidSignatureForPublicKey => {
                let broken = path.windows(2).find(|pair| !pair[0].is_signed_by(pair[1]));
                let meant = broken.map_or(certificate, |pair| pair[0]);
                VerifyError::new(meant, Refusal::WrongSignature { issuer: meant.issuer_text() })
            }
            Error::UnsupportedSignatureAlgorithmContext(_)
            | Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => {
                let broken = path.windows(2).find(|pair| !pair[0].is_signed_by(pair[1]));
                let meant = broken.map_or(certificate, |pair| pair[0]);
                let algorithm = meant.signature_algorithm();
                VerifyError::new(meant, Refusal::UnsupportedSignature { algorithm })
            }
            Error::CaUsedAsEndEntity => VerifyError::new(certificate, Refusal::IsAuthority),
            Error::EndEntityUsedAsCa => {
                let meant = path.iter().skip(1).find(|c| !c.is_authority()).copied();
                VerifyError::new(meant.unwrap_or(certificate), Refusal::NotAnAuthority)
            }
            Error::PathLenConstraintViolated => self.path_too_long(&path),
            Error::NameConstraintViolation => outside_of_constraints(&path),
            Error::UnsupportedCriticalExtension => {
                let meant = first(&|c| !c.unknown_critical_extensions().is_empty());
                let oids = meant.unknown_critical_extensions().to_vec();
                VerifyError::new(meant, Refusal::UnknownCritical { oids })
            }
            Error::UnsupportedCertVersion => {
                let meant = first(&|c| c.version() < 3);
                VerifyError::new(meant, Refusal::OldVersion { version: meant.version() })
            }
            Error::MaximumSignatureChecksExceeded
            | Error::MaximumPathBuildCallsExceeded
            | Error::MaximumPathDepthExceeded
            | Error::MaximumNameConstraintComparisonsExceeded => {
                VerifyError::new(certificate, Refusal::TooComplex)
            }
            error => self.revocation(&path, &error).unwrap_or_else(|| {
                VerifyError::malformed(first(&|c| EndEntityCert::try_from(&der(c)).is_err()), &error)
            }),
        }
    }

    /// The path that a person would follow: at every step the issuer by name, preferably one whose key made the
    /// signature, and one that is trusted. It ends with a trusted certificate, or where there is no issuer.
    fn likely_path<'c>(&'c self, certificate: &'c Certificate) -> Vec<&'c Certificate> {
        let mut path = vec![certificate];
        while let Some(last) = path.last().copied()
            && !(path.len() > 1 && self.authorities.contains(last))
        {
            let issuers: Vec<_> = self
                .authorities
                .iter()
                .chain(self.intermediates)
                .filter(|issuer| issuer.encoded_subject() == last.encoded_issuer() && !path.contains(issuer))
                .collect();
            let signer = issuers.iter().find(|issuer| last.is_signed_by(issuer));
            match signer.or(issuers.first()) {
                Some(issuer) => path.push(issuer),
                None => break,
            }
        }
        path
    }

    fn unknown_issuer(&self, last: &Certificate) -> VerifyError {
        let issuer = last.issuer_text();
        let mut trusted: Vec<_> = self.authorities.iter().map(Certificate::subject_text).collect();
        trusted.dedup();
        let is_meant = |given: &Certificate| given != last && given.subject_text() == issuer;
        let refusal = if last.is_self_signed() {
            Refusal::UntrustedRoot { trusted }
        } else if self.authorities.iter().chain(self.intermediates).any(is_meant) {
            Refusal::IssuerEncoding { issuer }
        } else {
            Refusal::UnknownIssuer { issuer, trusted }
        };
        VerifyError::new(last, refusal)
    }

    fn path_too_long(&self, path: &[&Certificate]) -> VerifyError {
        let excess = path.iter().enumerate().skip(1).find_map(|(index, authority)| {
            let allowed = authority.constraint()?.path_length?;
            (usize::from(allowed) < index - 1).then_some((authority, allowed, index - 1))
        });
        match excess {
            Some((authority, allowed, below)) => {
                VerifyError::new(authority, Refusal::PathTooLong { allowed, below })
            }
            None => self.unknown_issuer(path[path.len() - 1]),
        }
    }

    /// Errors about revocation lists.
    fn revocation(&self, path: &[&Certificate], error: &Error) -> Option<VerifyError> {
        let lists: Vec<_> = self
            .revocation_lists
            .iter()
            .filter_map(|list| BorrowedCertRevocationList::from_der(list).ok())
            .map(CertRevocationList::from)
            .collect();
        let below_root = &path[..path.len().saturating_sub(1).max(1)];
        let (meant, refusal) = match error {
            Error::CertRevoked => {
                let revoked = below_root.iter().find_map(|c| Some((*c, revoked_since(c, &lists)?)));
                let (meant, since) = revoked.unwrap_or((path[0], self.time));
                (meant, Refusal::Revoked { since })
            }
            Error::UnknownRevocationStatus => {
                let has_none = |c: &&Certificate| !lists.iter().any(|list| is_of_issuer(c, list));
                let meant = below_root.iter().copied().find(has_none).unwrap_or(path[0]);
                (meant, Refusal::RevocationUnknown { issuer: meant.issuer_text() })
            }
            Error::CrlExpired { next_update, .. } => {
                let next_update = timestamp(*next_update);
                (path[0], Refusal::RevocationListExpired { next_update, time: self.time })
            }
            error => (path[0], Refusal::RevocationList { problem: list_problem(error)? }),
        };
        Some(VerifyError::new(meant, refusal))
    }
}

fn outside_of_constraints(path: &[&Certificate]) -> VerifyError {
    let constrained = path.iter().skip(1).filter(|authority| authority.has_name_constraints());
    let authorities = constrained.map(|authority| authority.subject_text()).collect();
    VerifyError::new(path[0], Refusal::NameConstraints { authorities })
}

/// What is wrong with a revocation list that cannot even be read.
pub(super) fn of_list(certificate: &Certificate, error: &Error) -> VerifyError {
    let problem = match error {
        Error::UnsupportedCriticalExtension => {
            "a revocation list has a critical extension that is not understood"
        }
        error => list_problem(error).unwrap_or("a revocation list is malformed"),
    };
    VerifyError::new(certificate, Refusal::RevocationList { problem })
}

fn is_of_issuer(certificate: &Certificate, list: &CertRevocationList<'_>) -> bool {
    let der = der(certificate);
    EndEntityCert::try_from(&der).is_ok_and(|certificate| certificate.issuer() == list.issuer())
}

fn revoked_since(certificate: &Certificate, lists: &[CertRevocationList<'_>]) -> Option<Timestamp> {
    let der = der(certificate);
    let serial = EndEntityCert::try_from(&der).ok()?.serial().to_vec();
    let list = lists.iter().find(|list| is_of_issuer(certificate, list))?;
    list.find_serial(&serial).ok()?.map(|entry| timestamp(entry.revocation_date))
}

#[expect(deprecated, reason = "the old variants are still variants")]
fn list_problem(error: &Error) -> Option<&'static str> {
    Some(match error {
        Error::InvalidCrlSignatureForPublicKey => {
            "the revocation list of its issuer was not signed by the issuer's key"
        }
        Error::IssuerNotCrlSigner => {
            "its issuer has signed a revocation list, but lacks the key usage `crl sign`"
        }
        Error::UnsupportedDeltaCrl => "delta revocation lists are not supported",
        Error::UnsupportedIndirectCrl => "indirect revocation lists are not supported",
        Error::UnsupportedCrlIssuingDistributionPoint | Error::UnsupportedRevocationReasonsPartitioning => {
            "revocation lists for some reasons only, or without a full name of the distribution point, are not supported"
        }
        Error::UnsupportedCrlSignatureAlgorithm
        | Error::UnsupportedCrlSignatureAlgorithmContext(_)
        | Error::UnsupportedCrlSignatureAlgorithmForPublicKey
        | Error::UnsupportedCrlSignatureAlgorithmForPublicKeyContext(_) => {
            "the signature of a revocation list is of an algorithm that is not supported"
        }
        Error::UnsupportedCrlVersion | Error::InvalidCrlNumber | Error::UnsupportedRevocationReason => {
            "a revocation list is not one of version 2 with a valid number and valid reasons (RFC 5280 §5)"
        }
        _ => return None,
    })
}
