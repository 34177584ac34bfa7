//! What FIPS 186-5 asks of RSA keys, made here or elsewhere.

use rsa::{BoxedUint, Pkcs1v15Sign, RsaPrivateKey};
use sha2::{Digest, Sha256};
use zeroize::Zeroize;

/// Whether |p - q| > 2^(bits/2-100), for otherwise Fermat's method would factor their product.
pub(super) fn far_apart(p: &BoxedUint, q: &BoxedUint, bits: u32) -> bool {
    let mut distance = if p > q { p.wrapping_sub(q) } else { q.wrapping_sub(p) };
    let floor = BoxedUint::one_with_precision(distance.bits_precision()).shl_vartime(bits / 2 - 100);
    let far = floor.is_some_and(|floor| distance > floor);
    distance.zeroize();
    far
}

/// Signs and verifies a message (a pairwise consistency test).
pub(super) fn is_consistent(key: &RsaPrivateKey) -> bool {
    let digest = Sha256::digest(b"pairwise consistency");
    let scheme = Pkcs1v15Sign::new::<Sha256>;
    let signature = key.sign(scheme(), &digest);
    signature.is_ok_and(|signature| key.as_public_key().verify(scheme(), &digest, &signature).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn primes_that_are_too_close_are_seen() {
        let one = BoxedUint::one_with_precision(1024);
        let number = |bit: u32| one.shl_vartime(bit).unwrap();
        let p = number(1023);
        assert!(!far_apart(&p, &p, 2048));
        // More than 2^924 is asked for.
        let more = number(924).wrapping_add(&one);
        for (distance, far) in [(number(923), false), (number(924), false), (more, true), (number(925), true)]
        {
            let q = p.wrapping_add(&distance);
            assert_eq!((far_apart(&p, &q, 2048), far_apart(&q, &p, 2048)), (far, far), "{distance:x}");
        }
    }
}
