//! The search for a prime (FIPS 186-5 A.1.3).
//!
//! Every candidate is drawn afresh, so that each prime of the range is found with the same probability; nothing is
//! counted up from a random start. The two highest bits are set, which the standard leaves to the implementation and
//! which keeps every candidate above √2·2^(k-1). What makes the search fast stands before the test of primality and never
//! accepts anything: candidates with a small factor are dropped ([`trial`]), and so are those that fail Fermat's test to
//! the base 2 ([`fermat`]). No prime is ever dropped, so that the outcome is that of the standard. The candidates that
//! remain go through as many rounds of Miller-Rabin, each with a random base, as Table B.1 demands.

use crypto_bigint::{BoxedUint, Limb, NonZero};
use crypto_primes::Flavor;
use crypto_primes::fips::{self, FipsOptions};
use rand_core::CryptoRng;
use zeroize::{Zeroize, Zeroizing};

use super::{FAILED, PUBLIC_EXPONENT, fermat, trial};
use crate::key::KeyError;

/// A prime factor for a modulus of `modulus_bits` bits, of half as many. `p-1` has no factor in common with the public
/// exponent.
pub(super) fn random(modulus_bits: u32, rng: &mut dyn CryptoRng) -> Result<BoxedUint, KeyError> {
    match modulus_bits {
        2048 => search::<16>(5, rng),
        3072 => search::<24>(4, rng),
        4096 => search::<32>(4, rng),
        _ => Err(KeyError::UnsupportedRsaBits { bits: modulus_bits }),
    }
}

/// A prime of `WORDS` words of 64 bits, by `rounds` rounds: Table B.1, in the column of 2^-112, 2^-128 and 2^-144.
fn search<const WORDS: usize>(rounds: usize, rng: &mut dyn CryptoRng) -> Result<BoxedUint, KeyError> {
    let mut bytes = Zeroizing::new([[0; 8]; WORDS]);
    let mut candidate = Zeroizing::new([0; WORDS]);
    // Step 4.7 gives up after 5·nlen candidates, which happens once in 10^12 keys.
    for _ in 0..5 * 2 * 64 * WORDS {
        rng.fill_bytes(bytes.as_flattened_mut());
        for (word, bytes) in candidate.iter_mut().zip(bytes.iter()) {
            *word = u64::from_le_bytes(*bytes);
        }
        candidate[0] |= 1;
        candidate[WORDS - 1] |= 0b11 << 62;
        if trial::has_small_factor(candidate.as_ref()) || !fermat::may_be_prime(&candidate) {
            continue;
        }
        let mut number = to_number(&candidate);
        let options = FipsOptions::with_mr_iterations(rounds);
        if suits_exponent(&number) && fips::is_prime(rng, Flavor::Any, &number, options) {
            return Ok(number);
        }
        number.zeroize();
    }
    Err(FAILED)
}

fn to_number<const WORDS: usize>(words: &[u64; WORDS]) -> BoxedUint {
    let mut bytes = Zeroizing::new([[0; 8]; WORDS]);
    for (bytes, word) in bytes.iter_mut().zip(words) {
        *bytes = word.to_le_bytes();
    }
    BoxedUint::from_le_slice_vartime(bytes.as_flattened())
}

/// Whether `prime - 1` and the public exponent, itself a prime, have no factor in common.
fn suits_exponent(prime: &BoxedUint) -> bool {
    const EXPONENT: NonZero<Limb> = NonZero::<Limb>::new_unwrap(Limb::from_u32(PUBLIC_EXPONENT));
    prime.rem_limb(EXPONENT) != Limb::ONE
}

#[cfg(test)]
mod tests {
    use crypto_primes::hazmat::minimum_mr_iterations;

    /// The rounds above are what the standard's formula (C.1) gives for errors as improbable as the key is strong.
    #[test]
    fn rounds_are_those_of_the_formula() {
        assert_eq!(minimum_mr_iterations(1024, 112), Some(5));
        assert_eq!(minimum_mr_iterations(1536, 128), Some(4));
        assert_eq!(minimum_mr_iterations(2048, 144), Some(4));
    }
}
