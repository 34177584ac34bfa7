//! From random bits to the private number of an elliptic curve.
//!
//! FIPS 186-5 A.2.1, "extra random bits": a number at least 64 bits longer than the order `n` of the curve is taken
//! modulo `n - 1`, and 1 is added. What is left of a bias is below anything that could be noticed. The arithmetic takes
//! the same time for all numbers.

use crypto_bigint::{NonZero, U384, U576, Uint, Word};
use p256::elliptic_curve::Curve;
use zeroize::Zeroizing;

/// The private number for P-256, big-endian.
pub(super) fn p256(bits: &[u8; 48]) -> Zeroizing<[u8; 32]> {
    below(U384::from_be_slice(bits), p256::NistP256::ORDER.as_ref())
}

/// The private number for P-384, big-endian.
pub(super) fn p384(bits: &[u8; 72]) -> Zeroizing<[u8; 48]> {
    below(U576::from_be_slice(bits), p384::NistP384::ORDER.as_ref())
}

/// `bits % (order - 1) + 1`, of which only the last `SIZE` bytes are not zero.
fn below<const WIDE: usize, const NARROW: usize, const SIZE: usize>(
    bits: Uint<WIDE>,
    order: &Uint<NARROW>,
) -> Zeroizing<[u8; SIZE]> {
    let bits = Zeroizing::new(bits);
    // Never zero: every order is above 1.
    let last = NonZero::new(order.wrapping_sub(&Uint::ONE)).unwrap_or(NonZero::ONE);
    let number = Zeroizing::new(bits.rem(&last).wrapping_add(&Uint::ONE));
    let mut bytes = Zeroizing::new([0; SIZE]);
    for (byte, digit) in bytes.rchunks_exact_mut(size_of::<Word>()).zip(number.as_words()) {
        byte.copy_from_slice(&digit.to_be_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDER: [u8; 32] = [
        0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa,
        0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ];

    /// `ORDER - less`, in 48 bytes.
    fn just_below(less: u8) -> [u8; 48] {
        let mut bits = [0; 48];
        bits[16..].copy_from_slice(&ORDER);
        bits[47] -= less;
        bits
    }

    #[test]
    fn every_number_from_1_to_the_order_is_reached_and_none_beyond() {
        let mut one = [0; 32];
        one[31] = 1;
        assert_eq!(*p256(&[0; 48]), one);
        assert_eq!(*p256(&just_below(1)), one, "modulo the order less 1, not the order");
        assert_eq!(p256(&just_below(2))[..], just_below(1)[16..]);
        let mut two = one;
        two[31] = 2;
        assert_eq!(*p256(&just_below(0)), two);
    }

    /// `(2^576 - 1) mod (n - 1) + 1` for the order of P-384, by another program's integers.
    #[test]
    fn long_numbers_are_reduced_as_a_whole() {
        assert_eq!(
            crate::text::hex(p384(&[0xff; 72]).as_ref()),
            "389cb27e0bc8d220a7e5f24db74f58851313e695333ad68e000000000000000000000000000000000000000000000000"
        );
        assert_eq!(
            crate::text::hex(p256(&[0xff; 48]).as_ref()),
            "431905529c0166ce652e96b7ccca0a9a679b73e29ad16947f01cf012fc632550"
        );
    }
}
