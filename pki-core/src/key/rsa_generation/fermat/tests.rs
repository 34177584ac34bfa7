//! Against another library's arithmetic and another program's primes.

use crypto_bigint::{BoxedUint, ConcatenatingSquare, NonZero};
use crypto_primes::Flavor;
use crypto_primes::fips::{self, FipsOptions};
use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use proptest::prelude::*;

use super::*;

/// Of 1024, 1536 and 2048 bits, by `openssl prime -generate`.
const PRIMES: [&str; 3] = [
    "\
     fb698f2bc979ac2651841f3e038c0cf73cae653cca862de7a36bdfbf6d1f91c629e3d71b33898ec015c11e6e508fd9bc47bb\
     eb26132e364bb255412296988642fdd453dd07827d159f47f9cb667b921be65aa3ecc05b0d31c358fd32e023ae25bb14ad8c\
     8cf97ead45e17a8d40e7e6995c151c075bcb1152566c0e0b856553bb",
    "\
     e9ea16158160e58af34c4bb04215ef4b680c500a894324b388a479c6b31d0f346c67fbc1f5a164b66fd0624e8e4e5bccfc05\
     3f9aa52a3514e77348545ee595830454e7ce6bd62331f6207b36f215f841528d84c331d2b43cc2f105843078b280d2e1b81f\
     26ee8ea566b9a91c2851171e7225206255dfeb57b2478167f9f67445cdf505b4c6b6b83382aabb49fc340a80abbc9b6fea6b\
     b5c254ccd4c2c46efcb9720e7f6b2744340e6ed0be5391cfb5b2aefb038bf10443a22754f4064da127d3",
    "\
     f49b329a09d66b70abadd73a0a3bd5bc77c87e0497d038a0914260381ac8fdb3c8e8fefb99fd98af87b8a802e9b4ae3af8e2\
     79cb03a91b8d02c58d744cbfcb0760bd9a114b514b26e82b219d7328207a3ce630b1fcedcb61bff966d54cfc6e6fad10cd7b\
     6c39b92e0673c62f22d92548e702f7cf79545d670aaf0b1b2dab193e116e9a3f0f1eedda610230f5e6a57018e279fcadee63\
     c729268f3113ef761f5ea7b9251b189f5a62bd9a3a03e641651b7e033fabfbc044e75586ad931834c44ee5a14c8753af8a46\
     842b8746381741c792145e5eb5834ad65c10d9350b6492870647c5f315c281b0c163f4d7c4d7a82bdcc75b622f0563ef0615\
     4a512ff39691",
];

/// `p·(2·p-1)` for two primes of which the second is 1 modulo 8: Fermat's test to the base 2 takes it for a prime.
const PSEUDOPRIME: &str = "\
     9b6728dd98ebbc5a74d362a445680b2436f2a4f4c33ce5a1228ce3039317f8e09632c84df84dd6be45d33e17627f34e3dd2f\
     1a3937a63537e5ccfd4193f0db5977da951aa09455faa6c552afaf2128f77ce1461522270cb6f633ef0cadfa72c9b8b4cd0d\
     87b7eb305c1921866263bc9dfe3eda183bdb1ba5d1ed9e339be8a2e9";

fn words<const WORDS: usize>(hex: &str) -> [u64; WORDS] {
    assert_eq!(hex.len(), 16 * WORDS);
    let mut words = [0; WORDS];
    for (word, digits) in words.iter_mut().rev().zip(hex.as_bytes().chunks(16)) {
        *word = u64::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap();
    }
    words
}

fn number(words: &[u64]) -> BoxedUint {
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    BoxedUint::from_le_slice_vartime(&bytes)
}

#[test]
fn primes_pass_and_other_numbers_do_not() {
    assert!(may_be_prime::<16>(&words(PRIMES[0])));
    assert!(may_be_prime::<24>(&words(PRIMES[1])));
    assert!(may_be_prime::<32>(&words(PRIMES[2])));
    for distance in (2..200).step_by(2) {
        let mut candidate = words::<16>(PRIMES[0]);
        candidate[0] = candidate[0].wrapping_add(distance);
        let prime = fips::is_prime(
            &mut UnwrapErr(SysRng),
            Flavor::Any,
            &number(&candidate),
            FipsOptions::with_mr_iterations(5),
        );
        assert_eq!(may_be_prime(&candidate), prime, "{distance}");
    }
}

/// What this test lets through wrongly, the next one finds.
#[test]
fn a_pseudoprime_passes_here_and_not_in_the_end() {
    let candidate = words::<16>(PSEUDOPRIME);
    assert!(may_be_prime(&candidate));
    let options = FipsOptions::with_mr_iterations(5);
    assert!(!fips::is_prime(&mut UnwrapErr(SysRng), Flavor::Any, &number(&candidate), options));
}

/// `result · 2^(64·WORDS) = factor²`, modulo `n`.
fn assert_square<const WORDS: usize>(n: &[u64; WORDS], factor: &[u64; WORDS]) {
    let mut result = *factor;
    Montgomery { n, inverse: inverse(n[0]).wrapping_neg() }.square(&mut result, &mut [[u64::MAX; WORDS]; 2]);
    let modulus = NonZero::new(number(n)).unwrap();
    assert!(number(&result) < *modulus);
    let mut shifted = vec![0; WORDS];
    shifted.extend(result);
    let square = number(factor).concatenating_square();
    assert_eq!(number(&shifted).rem(&modulus), square.rem(&modulus), "{factor:x?} {n:x?}");
}

#[test]
fn squares_at_the_limits() {
    let ones = [u64::MAX; 16];
    let mut smallest = [0; 16];
    (smallest[0], smallest[15]) = (1, 1 << 63);
    let mut two = [0; 16];
    two[0] = 2;
    for n in [ones, smallest, words(PRIMES[0])] {
        let mut last = n;
        last[0] -= 1;
        for factor in [[0; 16], two, last, Montgomery { n: &n, inverse: 0 }.one()] {
            assert_square(&n, &factor);
        }
    }
}

proptest! {
    #[test]
    fn squares_as_another_library_does(mut n: [u64; 16], factor: [u64; 16], mut long: [u64; 32]) {
        n[0] |= 1;
        n[15] |= 1 << 63;
        assert_square(&n, &words_below(&factor, &n));
        let factor = std::array::from_fn(|index| long[31 - index]);
        long[0] |= 1;
        long[31] |= 1 << 63;
        assert_square(&long, &words_below(&factor, &long));
    }

    #[test]
    fn doubles_as_another_library_does(mut n: [u64; 16], factor: [u64; 16]) {
        n[0] |= 1;
        n[15] |= 1 << 63;
        let factor = words_below(&factor, &n);
        let (mut same, mut doubled) = (factor, factor);
        let modulus = Montgomery { n: &n, inverse: 0 };
        modulus.double(&mut same, 0);
        modulus.double(&mut doubled, 1);
        prop_assert_eq!(same, factor);
        let expected = number(&factor).double_mod(&NonZero::new(number(&n)).unwrap());
        prop_assert_eq!(number(&doubled), expected);
    }
}

/// The number, or if that is not below `n`, what it is above.
fn words_below<const WORDS: usize>(number: &[u64; WORDS], n: &[u64; WORDS]) -> [u64; WORDS] {
    let mut number = *number;
    Montgomery { n, inverse: 0 }.reduce_once(&mut number, 0);
    number
}
