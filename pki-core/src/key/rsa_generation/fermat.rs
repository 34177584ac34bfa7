//! Fermat's test to the base 2: the filter that most candidates meet.
//!
//! It decides nothing on its own. A composite that it lets through meets the rounds of Miller-Rabin, which another library
//! computes; an error here would make the search slower and not a key weaker. That is why arithmetic of our own is fit
//! for it: for numbers of a fixed size it takes half the time of a general one. It takes the same time for all numbers
//! of a size.

use zeroize::{Zeroize, Zeroizing};

use super::trial::inverse;

/// Whether `2^(n-1) = 1` modulo the odd number `n`, as it is for every prime. The highest bit of `n` must be set. Words
/// are given from the lowest on.
pub(super) fn may_be_prime<const WORDS: usize>(n: &[u64; WORDS]) -> bool {
    let modulus = Montgomery { n, inverse: inverse(n[0]).wrapping_neg() };
    let one = Zeroizing::new(modulus.one());
    let mut power = one.clone();
    let exponent = n.iter().rev().flat_map(|word| (0..64).rev().map(move |bit| (word >> bit) & 1));
    // The lowest bit of n-1 is 0.
    for bit in exponent.take(64 * WORDS - 1) {
        modulus.square(&mut power);
        modulus.double(&mut power, bit);
    }
    modulus.square(&mut power);
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

    fn square(&self, number: &mut [u64; WORDS]) {
        let mut product = Zeroizing::new([[0; WORDS]; 2]);
        square(number, product.as_flattened_mut());
        let carry = self.reduce(product.as_flattened_mut());
        *number = product[1];
        self.reduce_once(number, carry);
    }

    /// Adds multiples of `n` to a number of twice its size, until the lower half is zero; gives what overflows.
    fn reduce(&self, product: &mut [u64]) -> u64 {
        let mut overflow = false;
        for index in 0..WORDS {
            let (row, above) = product[index..].split_at_mut(WORDS);
            let factor = row[0].wrapping_mul(self.inverse);
            let mut carry = 0;
            for (word, n) in row.iter_mut().zip(self.n) {
                (*word, carry) = factor.carrying_mul_add(*n, *word, carry);
            }
            (above[0], overflow) = above[0].carrying_add(carry, overflow);
        }
        u64::from(overflow)
    }

    /// Subtracts `n` from a number below `2·n`, of which `carry` is the highest word, unless it is below `n`.
    fn reduce_once(&self, number: &mut [u64; WORDS], carry: u64) {
        let mut difference = [0; WORDS];
        let mut borrow = false;
        for ((difference, word), n) in difference.iter_mut().zip(number.iter()).zip(self.n) {
            (*difference, borrow) = word.borrowing_sub(*n, borrow);
        }
        let below = u64::from(borrow) & (carry ^ 1);
        let keep = below.wrapping_neg();
        for (word, difference) in number.iter_mut().zip(&difference) {
            *word = (*word & keep) | (difference & !keep);
        }
        difference.zeroize();
    }
}

/// The square of a number, in twice as many words, which are zero before.
fn square<const WORDS: usize>(number: &[u64; WORDS], product: &mut [u64]) {
    // Every product of two different words, once ...
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
