//! Fermat's test to the base 2: the filter that most candidates meet.
//!
//! It accepts nothing on its own: what it lets through meets the rounds of Miller-Rabin, which another library computes.
//! An error here could make the search slower or leave some primes out, and could never let a composite pass. That is why
//! arithmetic of our own is fit for it: for numbers of a fixed size it takes half the time of a general one. It takes the
//! same time for all numbers of a size.

use zeroize::Zeroizing;

use super::trial::inverse;

/// Whether `2^(n-1) = 1` modulo the odd number `n`, as it is for every odd prime. The highest bit of `n` must be set. The
/// number of words is even; they are given from the lowest on.
pub(super) fn may_be_prime<const WORDS: usize>(n: &[u64; WORDS]) -> bool {
    let modulus = Montgomery { n, inverse: inverse(n[0]).wrapping_neg() };
    let one = Zeroizing::new(modulus.one());
    let mut power = one.clone();
    let mut product = Zeroizing::new([[0; WORDS]; 2]);
    let exponent = n.iter().rev().flat_map(|word| (0..64).rev().map(move |bit| (word >> bit) & 1));
    // The lowest bit of n-1 is 0.
    for bit in exponent.take(64 * WORDS - 1) {
        modulus.square(&mut power, &mut product);
        modulus.double(&mut power, bit);
    }
    modulus.square(&mut power, &mut product);
    *power == *one
}

/// Arithmetic modulo `n` with numbers that are multiplied by `2^(64·WORDS)` (Montgomery 1985).
struct Montgomery<'a, const WORDS: usize> {
    n: &'a [u64; WORDS],
    /// `-1 / n` modulo 2^64.
    inverse: u64,
}

impl<const WORDS: usize> Montgomery<'_, WORDS> {
    /// `2^(64·WORDS)` modulo `n`: as the highest bit of `n` is set, the difference of the two.
    fn one(&self) -> [u64; WORDS] {
        let mut borrow = false;
        self.n.map(|word| {
            let difference;
            (difference, borrow) = 0_u64.borrowing_sub(word, borrow);
            difference
        })
    }

    /// Doubles the number if `bit` is 1, not if it is 0.
    fn double(&self, number: &mut [u64; WORDS], bit: u64) {
        let mut carry = 0;
        for word in number.iter_mut() {
            (*word, carry) = ((*word << bit) | carry, (*word >> 63) & bit);
        }
        self.reduce_once(number, carry);
    }

    /// `product` is only room to work in, of which nothing is read.
    fn square(&self, number: &mut [u64; WORDS], product: &mut [[u64; WORDS]; 2]) {
        square(number, product.as_flattened_mut());
        let carry = self.reduce(product.as_flattened_mut());
        *number = product[1];
        self.reduce_once(number, carry);
    }

    /// Adds multiples of `n` to a number of twice its size, until the lower half would be zero; gives what overflows.
    /// Two multiples at a time, so that every word is fetched and stored half as often.
    fn reduce(&self, product: &mut [u64]) -> u64 {
        let mut overflow = false;
        for index in (0..WORDS).step_by(2) {
            let (row, above) = product[index..].split_at_mut(WORDS);
            let first = row[0].wrapping_mul(self.inverse);
            let (_, carry) = first.carrying_mul_add(self.n[0], row[0], 0);
            let (word, mut carry) = first.carrying_mul_add(self.n[1], row[1], carry);
            let second = word.wrapping_mul(self.inverse);
            let (_, mut second_carry) = second.carrying_mul_add(self.n[0], word, 0);
            for (word, n) in row[2..].iter_mut().zip(self.n.windows(2).skip(1)) {
                let sum;
                (sum, carry) = first.carrying_mul_add(n[1], *word, carry);
                (*word, second_carry) = second.carrying_mul_add(n[0], sum, second_carry);
            }
            let (sum, more) = above[0].carrying_add(carry, overflow);
            (above[0], carry) = second.carrying_mul_add(self.n[WORDS - 1], sum, second_carry);
            (above[1], overflow) = above[1].carrying_add(carry, more);
        }
        u64::from(overflow)
    }

    /// Subtracts `n` from a number below `2·n`, of which `carry` is the highest word, unless it is below `n`.
    fn reduce_once(&self, number: &mut [u64; WORDS], carry: u64) {
        let words = number.iter().zip(self.n);
        let below = words.fold(false, |borrow, (word, n)| word.borrowing_sub(*n, borrow).1);
        // All bits of the mask are 1 where `n` is subtracted.
        let mask = (carry | u64::from(!below)).wrapping_neg();
        let mut borrow = false;
        for (word, n) in number.iter_mut().zip(self.n) {
            (*word, borrow) = word.borrowing_sub(*n & mask, borrow);
        }
    }
}

/// The square of a number, in twice as many words.
fn square<const WORDS: usize>(number: &[u64; WORDS], product: &mut [u64]) {
    // Every product of two different words, once ...
    product[..=WORDS].fill(0);
    for (index, word) in number.iter().enumerate() {
        let mut carry = 0;
        let (row, above) = product[2 * index + 1..].split_at_mut(WORDS - 1 - index);
        for (sum, other) in row.iter_mut().zip(&number[index + 1..]) {
            (*sum, carry) = word.carrying_mul_add(*other, *sum, carry);
        }
        above[0] = carry;
    }
    // ... twice, and the squares of the words.
    let (mut shifted, mut carry) = (0, false);
    for (pair, word) in product.as_chunks_mut::<2>().0.iter_mut().zip(number) {
        let doubled = [(pair[0] << 1) | shifted, (pair[1] << 1) | (pair[0] >> 63)];
        shifted = pair[1] >> 63;
        let (low, high) = word.carrying_mul(*word, 0);
        (pair[0], carry) = doubled[0].carrying_add(low, carry);
        (pair[1], carry) = doubled[1].carrying_add(high, carry);
    }
}

#[cfg(test)]
mod tests;
