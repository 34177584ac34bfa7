//! Making RSA keys, as FIPS 186-5 has it in Appendix A.1.

mod fermat;
mod prime;
mod trial;

use crypto_bigint::BoxedUint;
use rand_core::CryptoRng;
use rsa::traits::PrivateKeyParts;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use sha2::{Digest, Sha256};
use zeroize::Zeroize;

use super::KeyError;

/// Larger than 2^16 and odd, as A.1.1 asks; and a prime.
const PUBLIC_EXPONENT: u32 = 65_537;

/// A key with a modulus of `bits` bits: 2048, 3072 or 4096.
///
/// The primes are those of A.1.3 and stand more than 2^(bits/2-100) apart; the private exponent is the inverse of the
/// public one modulo the least common multiple of `p-1` and `q-1` and above 2^(bits/2) (A.1.1). Before the key is given
/// out, it signs and verifies a message (a pairwise consistency test).
pub(super) fn generate(bits: u32, rng: &mut dyn CryptoRng) -> Result<RsaPrivateKey, KeyError> {
    let failed = |_| FAILED;
    loop {
        let p = prime::random(bits, rng)?;
        let mut q = prime::random(bits, rng)?;
        while !far_apart(&p, &q, bits) {
            q.zeroize();
            q = prime::random(bits, rng)?;
        }
        let (p, q) = if p > q { (p, q) } else { (q, p) };
        let key = RsaPrivateKey::from_p_q(p, q, PUBLIC_EXPONENT.into()).map_err(failed)?;
        // It is odd, and thus never 2^(bits/2) itself.
        if key.d().bits() > bits / 2 {
            let digest = Sha256::digest(b"pairwise consistency");
            let signature = key.sign(Pkcs1v15Sign::new::<Sha256>(), &digest).map_err(failed)?;
            key.as_public_key().verify(Pkcs1v15Sign::new::<Sha256>(), &digest, &signature).map_err(failed)?;
            return Ok(key);
        }
    }
}

pub(super) const FAILED: KeyError = KeyError::Backend { what: "generating an RSA key" };

/// Whether |p - q| > 2^(bits/2-100), for otherwise Fermat's method would factor their product.
fn far_apart(p: &BoxedUint, q: &BoxedUint, bits: u32) -> bool {
    let mut distance = if p > q { p.wrapping_sub(q) } else { q.wrapping_sub(p) };
    let floor = BoxedUint::one_with_precision(distance.bits_precision()).shl_vartime(bits / 2 - 100);
    let far = floor.is_some_and(|floor| distance > floor);
    distance.zeroize();
    far
}

#[cfg(test)]
mod tests;
