//! What the standard says about a key.

use std::convert::Infallible;

use crypto_bigint::{BoxedUint, ConcatenatingMul, Gcd, NonZero};
use rand_core::{TryCryptoRng, TryRng};
use rsa::traits::PublicKeyParts;
use sha2::{Digest, Sha256};

use super::*;

/// SHA-256 of a counter: the same numbers every time.
#[derive(Clone)]
struct Numbers {
    seed: u8,
    counter: u64,
}

impl TryRng for Numbers {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes).map(|()| u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes).map(|()| u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(32) {
            self.counter += 1;
            let block = Sha256::new().chain_update([self.seed]).chain_update(self.counter.to_be_bytes());
            chunk.copy_from_slice(&block.finalize()[..chunk.len()]);
        }
        Ok(())
    }
}

impl TryCryptoRng for Numbers {}

fn generate_with(seed: u8, bits: u32) -> RsaPrivateKey {
    generate(bits, &mut Numbers { seed, counter: 0 }).unwrap()
}

#[test]
fn keys_are_as_the_standard_wants_them() {
    for (seed, bits) in [(1, 2048), (2, 2048), (3, 2048), (4, 3072), (5, 4096)] {
        let key = generate_with(seed, bits);
        let [p, q] = key.primes() else { panic!("{} primes", key.primes().len()) };
        assert_eq!((key.n().bits(), p.bits(), q.bits()), (bits, bits / 2, bits / 2));
        // Both of the highest bits: above √2·2^(bits/2-1), whose second bit is 0.
        for prime in [p, q] {
            assert!(prime.bit(bits / 2 - 2).to_bool());
        }
        assert!(p > q);
        assert!(p.wrapping_sub(&**q).bits() > bits / 2 - 100);
        assert_eq!(*key.e(), BoxedUint::from(65_537_u32));
        assert!(key.d().bits() > bits / 2);

        // d is the smallest number that fits: below the least common multiple of p-1 and q-1.
        let less =
            |prime: &BoxedUint| prime.wrapping_sub(BoxedUint::one_with_precision(prime.bits_precision()));
        let (p, q) = (less(p), less(q));
        let gcd = NonZero::new(p.gcd(&q)).unwrap();
        let lcm = p.concatenating_mul(&q).wrapping_div(&gcd);
        assert!(*key.d() < lcm);
    }
}

#[test]
fn the_same_random_numbers_make_the_same_key() {
    assert_eq!(generate_with(7, 2048), generate_with(7, 2048));
    assert_ne!(generate_with(7, 2048), generate_with(8, 2048));
}
