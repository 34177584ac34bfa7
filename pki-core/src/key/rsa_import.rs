//! RSA keys from outside: nothing is taken over before it has been checked.

mod weakness;

use rsa::traits::PublicKeyParts;
use rsa::{BoxedUint, RsaPrivateKey, RsaPublicKey};

use super::rsa_rules::{far_apart, is_consistent};
use super::{KeyError, RsaWeakness};

/// The numbers of a private key, big-endian.
pub(super) struct Numbers<'a> {
    pub(super) modulus: &'a [u8],
    pub(super) public_exponent: &'a [u8],
    pub(super) private_exponent: &'a [u8],
    pub(super) primes: [&'a [u8]; 2],
}

/// A private key, if its numbers fit together and are not known to be weak.
pub(super) fn private_key(numbers: &Numbers, what: &'static str) -> Result<RsaPrivateKey, KeyError> {
    let inconsistent = || KeyError::Inconsistent { what };
    let public = public_key(numbers.modulus, numbers.public_exponent, what)?;
    let modulus = public.n().as_ref();
    let exponent = BoxedUint::from_be_slice(numbers.private_exponent, modulus.bits_precision());
    let primes = numbers.primes.map(|prime| BoxedUint::from_be_slice(prime, modulus.bits_precision()));
    let ([Ok(p), Ok(q)], Ok(exponent)) = (primes, exponent) else { return Err(inconsistent()) };
    if !far_apart(&p, &q, modulus.bits_vartime()) {
        return Err(KeyError::WeakRsa { weakness: RsaWeakness::ClosePrimes });
    }
    let key = RsaPrivateKey::from_components(modulus.clone(), public.e().clone(), exponent, vec![p, q])
        .map_err(|_| inconsistent())?;
    // The exponents are checked by now, but only a signature shows that the primes are prime.
    if is_consistent(&key) { Ok(key) } else { Err(inconsistent()) }
}

/// A public key, if its size and exponent are acceptable and its modulus is not known to be weak.
pub(super) fn public_key(
    modulus: &[u8],
    exponent: &[u8],
    what: &'static str,
) -> Result<RsaPublicKey, KeyError> {
    let (modulus, exponent) = (trimmed(modulus), trimmed(exponent));
    // Asked first, so that a key of a wrong size is not merely "malformed".
    let bits = modulus.first().map_or(0, |first| modulus.len() * 8 - first.leading_zeros() as usize);
    if !(2048..=8192).contains(&bits) {
        return Err(KeyError::RsaSize { bits: u32::try_from(bits).unwrap_or(u32::MAX) });
    }
    check_exponent(exponent)?;
    let key = RsaPublicKey::new(
        BoxedUint::from_be_slice_vartime(modulus),
        BoxedUint::from_be_slice_vartime(exponent),
    )
    .map_err(|_| KeyError::Inconsistent { what })?;
    match weakness::of_modulus(key.n()) {
        Some(weakness) => Err(KeyError::WeakRsa { weakness }),
        None => Ok(key),
    }
}

/// Small exponents have a history of attacks, even ones cannot work, and large ones are only slow.
fn check_exponent(exponent: &[u8]) -> Result<(), KeyError> {
    if exponent.len() > 8 {
        return Err(KeyError::RsaExponent { exponent: format!("of {} bytes", exponent.len()) });
    }
    let number = exponent.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    if number % 2 == 1 && (65537..=RsaPublicKey::MAX_PUB_EXPONENT).contains(&number) {
        Ok(())
    } else {
        Err(KeyError::RsaExponent { exponent: number.to_string() })
    }
}

fn trimmed(mut number: &[u8]) -> &[u8] {
    while let [0, rest @ ..] = number {
        number = rest;
    }
    number
}
