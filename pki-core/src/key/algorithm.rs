//! Which kinds of keys there are.

use std::fmt;
use std::str::FromStr;

use super::KeyError;

/// Algorithm and size of a key.
///
/// ```
/// use pki_core::KeyAlgorithm;
///
/// assert_eq!("RSA-2048".parse(), Ok(KeyAlgorithm::RSA_2048));
/// assert_eq!("P-256".parse(), Ok(KeyAlgorithm::EcdsaP256));
/// assert_eq!(KeyAlgorithm::from_parts("ECDSA", None, Some("P384")), Ok(KeyAlgorithm::EcdsaP384));
/// assert_eq!(KeyAlgorithm::EcdsaP384.to_string(), "ECDSA-P384");
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum KeyAlgorithm {
    /// RSA with the public exponent 65537; see [`KeyAlgorithm::rsa`].
    #[non_exhaustive]
    Rsa {
        /// Size of the modulus, in bits. Generated keys have 2048, 3072 or 4096; keys from elsewhere may have any
        /// size from 2048 to 8192.
        bits: u32,
    },
    /// ECDSA on NIST P-256 (`secp256r1`).
    #[default]
    EcdsaP256,
    /// ECDSA on NIST P-384 (`secp384r1`).
    EcdsaP384,
    /// ECDSA on NIST P-521 (`secp521r1`). Go and OpenSSL accept it in TLS, browsers do not.
    EcdsaP521,
    /// `EdDSA` on Curve25519 (RFC 8032). Kubernetes cannot sign service account tokens with it.
    Ed25519,
}

impl KeyAlgorithm {
    /// RSA with 2048 bits, the choice of the classic guides.
    pub const RSA_2048: Self = Self::Rsa { bits: 2048 };
    /// RSA with 3072 bits.
    pub const RSA_3072: Self = Self::Rsa { bits: 3072 };
    /// RSA with 4096 bits.
    pub const RSA_4096: Self = Self::Rsa { bits: 4096 };

    /// Every algorithm for which keys can be generated.
    pub const ALL: [Self; 7] = [
        Self::RSA_2048,
        Self::RSA_3072,
        Self::RSA_4096,
        Self::EcdsaP256,
        Self::EcdsaP384,
        Self::EcdsaP521,
        Self::Ed25519,
    ];

    /// RSA with a modulus of `bits` bits.
    ///
    /// # Errors
    ///
    /// Fails unless `bits` is 2048, 3072 or 4096.
    pub fn rsa(bits: u32) -> Result<Self, KeyError> {
        match bits {
            2048 | 3072 | 4096 => Ok(Self::Rsa { bits }),
            _ => Err(KeyError::UnsupportedRsaBits { bits }),
        }
    }

    /// ECDSA on a curve given as `P256` or `P-256`, and so on.
    ///
    /// # Errors
    ///
    /// Fails for every curve but P-256, P-384 and P-521.
    pub fn ecdsa(curve: &str) -> Result<Self, KeyError> {
        match curve.to_ascii_uppercase().replace('-', "").as_str() {
            "P256" => Ok(Self::EcdsaP256),
            "P384" => Ok(Self::EcdsaP384),
            "P521" => Ok(Self::EcdsaP521),
            _ => Err(KeyError::UnsupportedCurve { curve: curve.to_owned() }),
        }
    }

    /// Reads the three-part form of configuration languages: `RSA`, `ECDSA` or `ED25519`, the size of an RSA key
    /// (2048 when absent) and the curve of an ECDSA key (P-256 when absent).
    ///
    /// # Errors
    ///
    /// Fails when a part is unknown. A part that does not belong to the algorithm is not looked at.
    pub fn from_parts(
        algorithm: &str,
        rsa_bits: Option<u32>,
        ecdsa_curve: Option<&str>,
    ) -> Result<Self, KeyError> {
        match algorithm.to_ascii_uppercase().as_str() {
            "RSA" => Self::rsa(rsa_bits.unwrap_or(2048)),
            "ECDSA" => Self::ecdsa(ecdsa_curve.unwrap_or("P-256")),
            "ED25519" => Ok(Self::Ed25519),
            _ => Err(KeyError::UnknownAlgorithm { name: algorithm.to_owned() }),
        }
    }

    /// The algorithm without its size: `RSA`, `ECDSA` or `ED25519`.
    #[must_use]
    pub fn family(self) -> &'static str {
        match self {
            Self::Rsa { .. } => "RSA",
            Self::EcdsaP256 | Self::EcdsaP384 | Self::EcdsaP521 => "ECDSA",
            Self::Ed25519 => "ED25519",
        }
    }

    /// Size of the modulus in bits, if this is RSA.
    #[must_use]
    pub fn rsa_bits(self) -> Option<u32> {
        match self {
            Self::Rsa { bits } => Some(bits),
            _ => None,
        }
    }

    /// The curve as `P256`, `P384` or `P521`, if this is ECDSA.
    #[must_use]
    pub fn ecdsa_curve(self) -> Option<&'static str> {
        match self {
            Self::EcdsaP256 => Some("P256"),
            Self::EcdsaP384 => Some("P384"),
            Self::EcdsaP521 => Some("P521"),
            _ => None,
        }
    }

    /// Whether the key can encrypt as well as sign, as only RSA keys can.
    #[must_use]
    pub fn can_encipher(self) -> bool {
        matches!(self, Self::Rsa { .. })
    }

    /// Whether the key can agree on a shared secret, as keys on NIST curves can.
    #[must_use]
    pub fn can_agree(self) -> bool {
        matches!(self, Self::EcdsaP256 | Self::EcdsaP384 | Self::EcdsaP521)
    }
}

impl fmt::Display for KeyAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa { bits } => write!(f, "RSA-{bits}"),
            Self::EcdsaP256 => f.write_str("ECDSA-P256"),
            Self::EcdsaP384 => f.write_str("ECDSA-P384"),
            Self::EcdsaP521 => f.write_str("ECDSA-P521"),
            Self::Ed25519 => f.write_str("Ed25519"),
        }
    }
}

impl FromStr for KeyAlgorithm {
    type Err = KeyError;

    fn from_str(name: &str) -> Result<Self, KeyError> {
        let unknown = || KeyError::UnknownAlgorithm { name: name.to_owned() };
        let upper = name.to_ascii_uppercase();
        if upper == "ED25519" {
            return Ok(Self::Ed25519);
        }
        if let Some(bits) = upper.strip_prefix("RSA-") {
            return Self::rsa(bits.parse().map_err(|_| unknown())?);
        }
        Self::ecdsa(upper.strip_prefix("ECDSA-").unwrap_or(&upper)).map_err(|_| unknown())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_what_it_parses() {
        for algorithm in KeyAlgorithm::ALL {
            assert_eq!(algorithm.to_string().parse(), Ok(algorithm));
            let parts =
                KeyAlgorithm::from_parts(algorithm.family(), algorithm.rsa_bits(), algorithm.ecdsa_curve());
            assert_eq!(parts, Ok(algorithm));
        }
    }

    #[test]
    fn names_what_is_supported() {
        let error = |name: &str| name.parse::<KeyAlgorithm>().unwrap_err().to_string();
        assert_eq!(
            error("DSA"),
            "unknown key algorithm `DSA`; known are RSA-2048, RSA-3072, RSA-4096, ECDSA-P256, ECDSA-P384, \
             ECDSA-P521 and Ed25519"
        );
        assert_eq!(error("RSA-1024"), "RSA keys of 1024 bits are not supported; use 2048, 3072 or 4096");
        assert_eq!(
            KeyAlgorithm::ecdsa("P224").unwrap_err().to_string(),
            "the elliptic curve `P224` is not supported; use P-256, P-384 or P-521"
        );
    }
}
