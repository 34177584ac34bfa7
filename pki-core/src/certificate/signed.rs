//! The envelope that certificates and requests have in common.

use der::asn1::{Any, BitString};
use der::{Decode, Encode, Sequence};
use spki::AlgorithmIdentifierOwned;

use crate::key::{KeyError, PrivateKey, PublicKey, Signature};

/// Something with a signature over its encoding (`SIGNED` of X.509).
#[derive(Clone, Debug, Sequence)]
pub(crate) struct Signed {
    content: Any,
    algorithm: AlgorithmIdentifierOwned,
    signature: BitString,
}

impl Signed {
    /// Signs `content`, the DER encoding of what is to be signed.
    pub(crate) fn sign(content: &[u8], key: &PrivateKey) -> Result<Self, KeyError> {
        let failed = |_| KeyError::Backend { what: "encoding a signature" };
        let signature = key.sign(content)?;
        Ok(Self {
            content: Any::from_der(content).map_err(failed)?,
            algorithm: signature.algorithm.identifier(),
            signature: BitString::from_bytes(&signature.bytes).map_err(failed)?,
        })
    }

    /// The signature algorithm in Go's words, or its object identifier.
    pub(crate) fn algorithm_name(&self) -> String {
        Signature::from_parts(&self.algorithm, &[])
            .map_or_else(|_| self.algorithm.oid.to_string(), |signature| signature.algorithm.to_string())
    }

    /// Checks the signature.
    pub(crate) fn verify(&self, key: &PublicKey) -> Result<(), KeyError> {
        let content = self.content.to_der().map_err(|_| KeyError::BadSignature)?;
        let signature =
            Signature::from_parts(&self.algorithm, self.signature.as_bytes().unwrap_or_default())?;
        key.verify(&content, &signature)
    }
}
