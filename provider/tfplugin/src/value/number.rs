use std::fmt;
use std::str::FromStr;

use bigdecimal::num_bigint::BigInt;
use bigdecimal::{BigDecimal, ToPrimitive};

/// Digits beyond which Terraform's own numbers (512 bits of precision) cannot tell two values apart. A longer
/// exponent is refused, so that a short text cannot ask for gigabytes of digits.
const MAX_DIGITS: i64 = 10_000;

/// An exact decimal number.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Number(BigDecimal);

impl Number {
    /// The number as an integer, when it is one that fits.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        self.0.is_integer().then(|| self.0.to_i64()).flatten()
    }

    /// The number as a double, when it has a fraction and the double is exactly the number: the form in which Terraform
    /// sends such numbers.
    #[must_use]
    pub fn as_exact_fraction(&self) -> Option<f64> {
        if self.0.is_integer() {
            return None;
        }
        let double = self.0.to_f64().filter(|double| double.is_finite())?;
        (Self::from_f64(double).ok()? == *self).then_some(double)
    }

    /// The exact value of a finite double.
    ///
    /// # Errors
    /// [`NumberError`] for infinities and NaN, which no attribute of ours means.
    pub fn from_f64(double: f64) -> Result<Self, NumberError> {
        BigDecimal::try_from(double).map(|number| Self(number.normalized())).map_err(|_| NumberError)
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self(BigDecimal::from(value).normalized())
    }
}

impl From<u64> for Number {
    fn from(value: u64) -> Self {
        Self(BigDecimal::from(BigInt::from(value)).normalized())
    }
}

impl FromStr for Number {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        let number = BigDecimal::from_str(text).map_err(|_| NumberError)?;
        let (digits, scale) = number.as_bigint_and_exponent();
        // `bits` is cheap, counting decimal digits is not.
        if scale.saturating_abs() > MAX_DIGITS || digits.bits() > MAX_DIGITS.unsigned_abs() * 4 {
            return Err(NumberError);
        }
        Ok(Self(number.normalized()))
    }
}

/// Plain decimal digits, never an exponent.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_plain_string())
    }
}

/// The text or double is not a finite decimal number of a sane length.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a decimal number is required")]
pub struct NumberError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_are_equal_whatever_their_text() {
        for (a, b) in [("1", "1.0"), ("-0", "0"), ("1e3", "1000"), ("0.10", "0.1")] {
            assert_eq!(a.parse::<Number>().unwrap(), b.parse::<Number>().unwrap(), "{a} and {b}");
        }
    }

    #[test]
    fn no_digit_is_lost() {
        for text in ["9223372036854775808", "9007199254740993", "0.1", "1000000000000000000000000000000"] {
            assert_eq!(text.parse::<Number>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn doubles_only_when_exact() {
        assert_eq!("1.5".parse::<Number>().unwrap().as_exact_fraction(), Some(1.5));
        assert_eq!("0.1".parse::<Number>().unwrap().as_exact_fraction(), None);
        assert_eq!("9223372036854775808".parse::<Number>().unwrap().as_exact_fraction(), None);
        assert_eq!(Number::from_f64(f64::NAN), Err(NumberError));
    }

    #[test]
    fn absurd_exponents_are_refused() {
        assert_eq!("1e1000000000".parse::<Number>(), Err(NumberError));
        assert_eq!("x".parse::<Number>(), Err(NumberError));
    }
}
