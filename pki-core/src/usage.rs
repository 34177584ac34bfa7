//! What a key may be used for.

mod encode;
mod extended;
mod key_usage;

use std::collections::BTreeSet;

use crate::error::Error;
use crate::finding::{Finding, FindingCode, Place};
use crate::key::KeyAlgorithm;
use crate::strictness::Strictness;
use crate::suggest::{DidYouMean, nearest};

pub(crate) use encode::{extensions, key_usages};
pub use extended::ExtendedKeyUsage;
pub use key_usage::KeyUsage;

/// The usages of a certificate, of both kinds.
///
/// They are read by the names of cfssl (`key encipherment`, `server auth`) and of the tls provider (`key_encipherment`,
/// `server_auth`) alike.
///
/// ```
/// use pki_core::{ExtendedKeyUsage, KeyUsage, Usages};
///
/// let usages = Usages::parse(["signing", "key_encipherment", "server auth"]).unwrap();
/// assert!(usages.key.contains(&KeyUsage::DigitalSignature));
/// assert!(usages.extended.contains(&ExtendedKeyUsage::ServerAuth));
///
/// let errors = Usages::parse(["server_atuh"]).unwrap_err();
/// assert_eq!(errors[0].to_string(), "unknown usage `server_atuh` (did you mean `server_auth`?)");
/// ```
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Usages {
    /// The bits of the key usage extension (RFC 5280 §4.2.1.3).
    pub key: BTreeSet<KeyUsage>,
    /// The purposes of the extended key usage extension (RFC 5280 §4.2.1.12).
    pub extended: BTreeSet<ExtendedKeyUsage>,
}

impl Usages {
    /// Reads a list of names.
    ///
    /// # Errors
    ///
    /// Every unknown name, each with the known name that is nearest.
    pub fn parse<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Result<Self, Vec<Error>> {
        let mut usages = Self::default();
        let mut errors = Vec::new();
        for name in names {
            match name.as_ref().parse() {
                Ok(Usage::Key(usage)) => drop(usages.key.insert(usage)),
                Ok(Usage::Extended(usage)) => drop(usages.extended.insert(usage)),
                Err(error) => errors.push(Error::Usage(error)),
            }
        }
        if errors.is_empty() { Ok(usages) } else { Err(errors) }
    }

    /// What a certificate authority needs: to sign certificates and revocation lists.
    #[must_use]
    pub fn authority() -> Self {
        Self { key: [KeyUsage::CertSign, KeyUsage::CrlSign].into(), ..Self::default() }
    }

    /// What a TLS server needs, with a key of this kind.
    #[must_use]
    pub fn server(algorithm: KeyAlgorithm) -> Self {
        Self { key: tls_bits(algorithm), extended: [ExtendedKeyUsage::ServerAuth].into() }
    }

    /// What a TLS client needs, with a key of this kind.
    #[must_use]
    pub fn client(algorithm: KeyAlgorithm) -> Self {
        Self { key: tls_bits(algorithm), extended: [ExtendedKeyUsage::ClientAuth].into() }
    }

    /// What a program needs that is both, with a key of this kind; etcd is one towards its peers.
    #[must_use]
    pub fn server_and_client(algorithm: KeyAlgorithm) -> Self {
        let extended = [ExtendedKeyUsage::ServerAuth, ExtendedKeyUsage::ClientAuth].into();
        Self { key: tls_bits(algorithm), extended }
    }

    /// Whether there is no usage of either kind.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.key.is_empty() && self.extended.is_empty()
    }

    /// The names of all usages as cfssl writes them.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.key.iter().map(|usage| usage.as_str()).chain(self.extended.iter().map(|usage| usage.as_str()))
    }

    /// The usages that a certificate for a key of this kind gets, and what is to be said about them.
    ///
    /// Encryption needs an RSA key: for other keys those usages are left out, with a finding.
    ///
    /// # Errors
    ///
    /// Usages that contradict each other, the key, or whether the certificate is an authority; in strict mode also what
    /// would be left out.
    pub fn fit(
        &self,
        algorithm: KeyAlgorithm,
        is_authority: bool,
        strictness: Strictness,
    ) -> Result<(Self, Vec<Finding>), Vec<Error>> {
        let has = |usage| self.key.contains(&usage);
        let mut errors = Vec::new();
        let mut findings = Vec::new();
        let mut fitting = self.clone();
        match (is_authority, has(KeyUsage::CertSign)) {
            (true, false) => errors.push(UsageError::AuthorityCannotSign),
            (false, true) => errors.push(UsageError::SignsWithoutAuthority),
            _ => {}
        }
        let only = [KeyUsage::EncipherOnly, KeyUsage::DecipherOnly].map(has);
        if only.contains(&true) && (!has(KeyUsage::KeyAgreement) || only == [true; 2]) {
            errors.push(UsageError::OnlyWithoutAgreement);
        }
        let time_stamping = self.extended.contains(&ExtendedKeyUsage::TimeStamping);
        if time_stamping && self.extended.len() > 1 {
            errors.push(UsageError::TimeStampingNotAlone);
        }
        if self.extended.contains(&ExtendedKeyUsage::Any) {
            let message = "`any` allows every purpose; better to name those that are meant";
            findings.push(Finding::new(FindingCode::AnyPurpose, Place::Usages, message));
        }
        if has(KeyUsage::KeyAgreement) && !algorithm.can_agree() {
            errors.push(UsageError::Agreement { algorithm });
        }
        for usage in [KeyUsage::KeyEncipherment, KeyUsage::DataEncipherment] {
            if fitting.key.contains(&usage) && !algorithm.can_encipher() {
                fitting.key.remove(&usage);
                let message = format!("`{usage}` is left out: a key of {algorithm} cannot encrypt");
                findings.push(Finding::new(FindingCode::EnciphermentWithoutRsa, Place::Usages, message));
            }
        }
        let errors = errors.into_iter().map(Error::Usage).collect();
        strictness.judge(findings, errors).map(|findings| (fitting, findings))
    }
}

/// One usage of either kind.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Usage {
    /// A bit of the key usage extension.
    Key(KeyUsage),
    /// A purpose of the extended key usage extension.
    Extended(ExtendedKeyUsage),
}

impl std::str::FromStr for Usage {
    type Err = UsageError;

    fn from_str(name: &str) -> Result<Self, UsageError> {
        let key = KeyUsage::ALL.into_iter().find(|usage| usage.names().contains(&name)).map(Self::Key);
        let extended = || {
            ExtendedKeyUsage::ALL.into_iter().find(|usage| usage.names().contains(&name)).map(Self::Extended)
        };
        key.or_else(extended)
            .ok_or_else(|| UsageError::Unknown { name: name.to_owned(), suggestion: suggestion(name) })
    }
}

/// A usage is unknown, or usages contradict something.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum UsageError {
    /// The name is unknown.
    #[error("unknown usage `{name}`{}", DidYouMean(*.suggestion))]
    Unknown {
        /// The name as given.
        name: String,
        /// The known name that is nearest, if one is near.
        suggestion: Option<&'static str>,
    },
    /// An authority without the right to sign certificates.
    #[error("a certificate authority needs the usage `cert sign`")]
    AuthorityCannotSign,
    /// The right to sign certificates without being an authority.
    #[error("the usage `cert sign` is for certificate authorities only")]
    SignsWithoutAuthority,
    /// `encipher only` or `decipher only` where they mean nothing.
    #[error("`encipher only` and `decipher only` need `key agreement`, and exclude each other")]
    OnlyWithoutAgreement,
    /// Time stamps beside another purpose (RFC 3161 §2.3).
    #[error("the usage `timestamping` must be the only purpose")]
    TimeStampingNotAlone,
    /// Key agreement with a key that cannot.
    #[error("`key agreement` needs an elliptic curve key, not {algorithm}")]
    Agreement {
        /// The kind of the key.
        algorithm: KeyAlgorithm,
    },
}

/// RSA key exchange, which TLS 1.2 still has, encrypts with the key of the certificate.
fn tls_bits(algorithm: KeyAlgorithm) -> BTreeSet<KeyUsage> {
    let mut bits = BTreeSet::from([KeyUsage::DigitalSignature]);
    if algorithm.can_encipher() {
        bits.insert(KeyUsage::KeyEncipherment);
    }
    bits
}

/// The nearest name, of the same tool as the misspelt one.
fn suggestion(name: &str) -> Option<&'static str> {
    let known: Vec<&'static str> = KeyUsage::ALL
        .iter()
        .flat_map(|usage| usage.names())
        .chain(ExtendedKeyUsage::ALL.iter().flat_map(|usage| usage.names()))
        .copied()
        .collect();
    let same_style: Vec<&'static str> =
        known.iter().copied().filter(|known| known.contains('_') == name.contains('_')).collect();
    nearest(name, same_style).or_else(|| nearest(name, known))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(names: &[&str]) -> Usages {
        Usages::parse(names).unwrap()
    }

    fn fit(names: &[&str], algorithm: KeyAlgorithm, authority: bool) -> Result<Vec<String>, Vec<String>> {
        let texts = |errors: Vec<Error>| errors.iter().map(ToString::to_string).collect::<Vec<_>>();
        let fitted = parse(names).fit(algorithm, authority, Strictness::Compat).map_err(texts)?;
        Ok(fitted.1.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn both_spellings_mean_the_same() {
        assert_eq!(
            parse(&["signing", "key encipherment", "cert sign", "crl sign", "server auth", "s/mime", "any"]),
            parse(&[
                "digital_signature",
                "key_encipherment",
                "cert_signing",
                "crl_signing",
                "server_auth",
                "email_protection",
                "any_extended",
            ])
        );
    }

    #[test]
    fn reports_every_unknown_name_with_the_nearest() {
        let errors = Usages::parse(["server auht", "signing", "clientauth", "flying"]).unwrap_err();
        assert_eq!(
            errors.iter().map(ToString::to_string).collect::<Vec<_>>(),
            [
                "unknown usage `server auht` (did you mean `server auth`?)",
                "unknown usage `clientauth` (did you mean `client auth`?)",
                "unknown usage `flying`",
            ]
        );
    }

    #[test]
    fn contradictions_are_errors() {
        let rsa = KeyAlgorithm::RSA_2048;
        assert_eq!(
            fit(&["cert sign"], rsa, false),
            Err(vec!["the usage `cert sign` is for certificate authorities only".to_owned()])
        );
        assert_eq!(
            fit(&["crl sign", "key agreement", "encipher only", "decipher only"], rsa, true),
            Err(vec![
                "a certificate authority needs the usage `cert sign`".to_owned(),
                "`encipher only` and `decipher only` need `key agreement`, and exclude each other".to_owned(),
                "`key agreement` needs an elliptic curve key, not RSA-2048".to_owned(),
            ])
        );
    }

    #[test]
    fn encipherment_is_left_out_for_keys_that_cannot() {
        let usages = parse(&["signing", "key encipherment", "server auth"]);
        let (fitted, findings) = usages.fit(KeyAlgorithm::EcdsaP256, false, Strictness::Compat).unwrap();
        assert_eq!(fitted, Usages::server(KeyAlgorithm::EcdsaP256));
        assert_eq!(
            findings[0].message(),
            "`key encipherment` is left out: a key of ECDSA-P256 cannot encrypt"
        );
        assert!(usages.fit(KeyAlgorithm::EcdsaP256, false, Strictness::Strict).is_err());
        assert_eq!(
            usages.fit(KeyAlgorithm::RSA_2048, false, Strictness::Strict),
            Ok((usages.clone(), vec![]))
        );
    }

    #[test]
    fn presets_need_no_findings() {
        for algorithm in KeyAlgorithm::ALL {
            let presets =
                [Usages::server(algorithm), Usages::client(algorithm), Usages::server_and_client(algorithm)];
            for preset in presets {
                assert_eq!(preset.fit(algorithm, false, Strictness::Strict), Ok((preset, vec![])));
            }
        }
    }
}
