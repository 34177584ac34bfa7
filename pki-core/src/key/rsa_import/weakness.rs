//! RSA keys whose private half can be computed.

use crypto_bigint::{ConcatenatingSquare, Limb, NonZero, Resize};
use rsa::BoxedUint;

use super::RsaWeakness;

/// How many times Fermat's method is tried. Primes of independent random numbers need about 2^(bits/2 - 2) steps, keys
/// of the faulty generators only one.
const FERMAT_STEPS: u32 = 100;

/// The primes below 702, without 2: ROCA's moduli of 2048 bits and more are powers of 65537 modulo each of them.
const ROCA_LIMIT: u64 = 701;

/// What the public half alone reveals.
pub(super) fn of_modulus(modulus: &BoxedUint) -> Option<RsaWeakness> {
    if is_roca(modulus) {
        Some(RsaWeakness::Roca)
    } else if has_close_primes(modulus) {
        Some(RsaWeakness::ClosePrimes)
    } else {
        None
    }
}

/// The fingerprint of Nemec and others, "The Return of Coppersmith's Attack" (2017), §3: primes of the faulty generator
/// are `k * M + (65537^a mod M)`, `M` being a product of small primes. So their product is a power of 65537 modulo each
/// of these, which other moduli are with a chance of less than 2^-100.
fn is_roca(modulus: &BoxedUint) -> bool {
    let mut primes =
        (3..=ROCA_LIMIT).step_by(2).filter(|&n| (3..n).take_while(|d| d * d <= n).all(|d| n % d != 0));
    primes.all(|prime| {
        let Some(divisor) = NonZero::new(Limb::from(prime)).into_option() else { return false };
        let remainder = u64::from(modulus.rem_limb(divisor));
        let powers = std::iter::successors(Some(1), |power| Some(power * 65537 % prime));
        // The powers come round to 1 after at most prime - 1 of them.
        let mut group = std::iter::once(1).chain(powers.skip(1).take_while(|power| *power != 1));
        group.any(|power| power == remainder)
    })
}

/// Fermat's method: `n = a² - b²` with `a` close to the root of `n`.
fn has_close_primes(modulus: &BoxedUint) -> bool {
    let root = modulus.floor_sqrt_vartime();
    let mut rest = root.concatenating_square().wrapping_sub(modulus);
    if rest.is_zero().into() {
        return true;
    }
    // From one a² to the next it is 2a + 1, which saves a multiplication in each step.
    let one = BoxedUint::one_with_precision(rest.bits_precision());
    let mut step = root.resize(rest.bits_precision()).wrapping_shl(1).wrapping_add(&one);
    (0..FERMAT_STEPS).any(|_| {
        rest.wrapping_add_assign(&step);
        step.wrapping_add_assign(one.wrapping_shl(1));
        may_be_square(&rest) && rest.checked_sqrt_vartime().is_some()
    })
}

/// Lets few numbers pass that are no squares, for a root costs much more.
fn may_be_square(number: &BoxedUint) -> bool {
    [64_u64, 63, 65, 11].into_iter().all(|modulus| {
        let Some(divisor) = NonZero::new(Limb::from(modulus)).into_option() else { return true };
        let remainder = u64::from(number.rem_limb(divisor));
        (0..modulus).any(|root| root * root % modulus == remainder)
    })
}

#[cfg(test)]
mod tests {
    use crypto_bigint::ConcatenatingMul;
    use proptest::prelude::*;

    use super::*;
    use crate::key::rsa_rules::far_apart;

    #[test]
    fn finds_close_factors() {
        let p = BoxedUint::from_be_slice_vartime(&[0xf1; 128]);
        for distance in [0_u64, 2, 1 << 40] {
            let q = p.wrapping_add(BoxedUint::from(distance));
            assert!(has_close_primes(&p.concatenating_mul(&q)), "{distance}");
            assert!(!far_apart(&p, &q, 2048) && !far_apart(&q, &p, 2048), "{distance}");
        }
        let far = BoxedUint::from_be_slice_vartime(&[0xf2; 128]);
        assert!(!has_close_primes(&p.concatenating_mul(&far)));
        assert!(far_apart(&p, &far, 2048));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn lets_other_moduli_pass(bytes in proptest::array::uniform32(any::<u8>()), last in any::<u8>()) {
            let mut number = bytes.repeat(8);
            number[0] |= 0x80;
            number[255] = last | 1;
            prop_assert_eq!(of_modulus(&BoxedUint::from_be_slice_vartime(&number)), None);
        }

        #[test]
        fn squares_may_be_squares(root in any::<u64>()) {
            prop_assert!(may_be_square(&BoxedUint::from(root).concatenating_square()));
        }
    }
}
