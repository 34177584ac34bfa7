//! Making RSA keys, as FIPS 186-5 has it in Appendix A.1.

mod fermat;
mod prime;
mod trial;

use rand_core::CryptoRng;
use rsa::RsaPrivateKey;
use rsa::traits::PrivateKeyParts;
use zeroize::Zeroize;

use super::KeyError;
use super::rsa_rules::{far_apart, is_consistent};

/// Larger than 2^16 and odd, as A.1.1 asks; and a prime.
const PUBLIC_EXPONENT: u32 = 65_537;

/// A key with a modulus of `bits` bits: 2048, 3072 or 4096.
///
/// The primes are those of A.1.3 and stand more than 2^(bits/2-100) apart; the private exponent is the inverse of the
/// public one modulo the least common multiple of `p-1` and `q-1` and above 2^(bits/2) (A.1.1). Before the key is given
/// out, it signs and verifies a message (a pairwise consistency test).
pub(super) fn generate(bits: u32, rng: &mut dyn CryptoRng) -> Result<RsaPrivateKey, KeyError> {
    loop {
        let p = prime::random(bits, rng)?;
        let mut q = prime::random(bits, rng)?;
        while !far_apart(&p, &q, bits) {
            q.zeroize();
            q = prime::random(bits, rng)?;
        }
        let (p, q) = if p > q { (p, q) } else { (q, p) };
        let key = RsaPrivateKey::from_p_q(p, q, PUBLIC_EXPONENT.into()).map_err(|_| FAILED)?;
        // It is odd, and thus never 2^(bits/2) itself.
        if key.d().bits() > bits / 2 {
            return if is_consistent(&key) { Ok(key) } else { Err(FAILED) };
        }
    }
}

pub(super) const FAILED: KeyError = KeyError::Backend { what: "generating an RSA key" };

#[cfg(test)]
mod tests;
