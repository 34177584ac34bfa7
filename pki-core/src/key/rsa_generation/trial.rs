//! Small factors of large numbers.

use std::sync::LazyLock;

/// Primes up to here are tried. With less, more candidates reach the costly tests; with more, the trials cost more than
/// they save.
const LARGEST: usize = 1 << 15;

/// Odd primes in a row whose product is below 2^63.
struct Group {
    product: u64,
    /// `-1 / product` modulo 2^64.
    inverse: u64,
    primes: Vec<Divisor>,
}

/// An odd prime divides a word if the word's product with the prime's inverse modulo 2^64 is not above the quotient of
/// the largest multiple: for multiples that product is the quotient, and every quotient belongs to a multiple.
struct Divisor {
    inverse: u64,
    largest_quotient: u64,
}

static GROUPS: LazyLock<Vec<Group>> = LazyLock::new(|| {
    let mut groups: Vec<Vec<u64>> = vec![Vec::new()];
    let mut product = 1_u64;
    for prime in odd_primes() {
        if let Some(larger) = product.checked_mul(prime).filter(|larger| *larger < 1 << 63) {
            product = larger;
        } else {
            product = prime;
            groups.push(Vec::new());
        }
        groups.last_mut().into_iter().for_each(|group| group.push(prime));
    }
    groups.into_iter().map(|primes| Group::new(&primes)).collect()
});

/// Whether an odd number, given in words from the lowest on, is a multiple of a small odd prime.
pub(super) fn has_small_factor(number: &[u64]) -> bool {
    // Four at a time: their residues do not wait for each other.
    let (fours, rest) = GROUPS.as_chunks::<4>();
    fours.iter().any(|groups| any_divides(groups, number))
        || rest.iter().any(|group| any_divides(std::array::from_ref(group), number))
}

fn any_divides<const COUNT: usize>(groups: &[Group; COUNT], number: &[u64]) -> bool {
    let mut residues = [0; COUNT];
    for word in number {
        residues = std::array::from_fn(|index| groups[index].append(residues[index], *word));
    }
    groups.iter().zip(residues).any(|(group, residue)| group.divides(residue))
}

impl Group {
    fn new(primes: &[u64]) -> Self {
        let product: u64 = primes.iter().product();
        Self {
            product,
            inverse: inverse(product).wrapping_neg(),
            primes: primes
                .iter()
                .map(|prime| Divisor { inverse: inverse(*prime), largest_quotient: u64::MAX / prime })
                .collect(),
        }
    }

    /// From the residue of the words so far to that with the next: of the number divided by 2^64 for each of them. Odd
    /// factors stay what they are in that division, which is Montgomery's reduction.
    fn append(&self, residue: u64, word: u64) -> u64 {
        let sum = u128::from(residue) + u128::from(word);
        let (low, _) = split(sum);
        let multiple = u128::from(low.wrapping_mul(self.inverse)) * u128::from(self.product);
        split(sum + multiple).1
    }

    /// Whether one of the primes divides a residue.
    fn divides(&self, residue: u64) -> bool {
        self.primes.iter().any(|prime| residue.wrapping_mul(prime.inverse) <= prime.largest_quotient)
    }
}

/// Both halves, the low one first.
#[expect(clippy::cast_possible_truncation, reason = "halves are wanted")]
fn split(number: u128) -> (u64, u64) {
    (number as u64, (number >> 64) as u64)
}

/// The inverse of an odd number modulo 2^64, by Newton's iteration: each step doubles the bits that are right.
pub(super) fn inverse(odd: u64) -> u64 {
    (0..5).fold(odd, |inverse, _| inverse.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(inverse))))
}

fn odd_primes() -> impl Iterator<Item = u64> {
    let mut composite = vec![false; LARGEST + 1];
    (3..=LARGEST).step_by(2).filter_map(move |number| {
        if composite[number] {
            return None;
        }
        composite.iter_mut().skip(number * number).step_by(number).for_each(|multiple| *multiple = true);
        Some(number as u64)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_primes() {
        let primes: Vec<_> = odd_primes().collect();
        assert_eq!((primes[0], primes[13], primes[3510], primes.len()), (3, 47, 32749, 3511));
        for group in GROUPS.iter() {
            assert!(group.product < 1 << 63);
            assert_eq!(group.product.wrapping_mul(group.inverse), u64::MAX);
        }
        assert_eq!(GROUPS.iter().map(|group| group.primes.len()).sum::<usize>(), 3511);
    }

    #[test]
    fn finds_every_small_factor_and_no_other() {
        let large = 32771; // the first prime that is not tried
        for prime in odd_primes() {
            assert!(has_small_factor(&[prime]), "{prime}");
            // A multiple of four words: a power of 2^64 less 1, times the prime, plus one multiple more.
            let multiple = [prime.wrapping_neg(), u64::MAX, u64::MAX, prime - 1];
            assert!(has_small_factor(&multiple), "{prime}");
        }
        assert!(!has_small_factor(&[1]));
        assert!(!has_small_factor(&[large]));
        assert!(!has_small_factor(&[large * large]));
        // 2^127 - 1 and 2^521 - 1 are primes, 2^128 - 1 is a multiple of 3.
        assert!(!has_small_factor(&[u64::MAX, u64::MAX >> 1]));
        assert!(!has_small_factor(&[[u64::MAX; 8].as_slice(), &[0x1ff]].concat()));
        assert!(has_small_factor(&[u64::MAX, u64::MAX]));
    }

    proptest::proptest! {
        #[test]
        fn agrees_with_division(number: u128) {
            let number = number | 1;
            let (low, high) = split(number);
            let divisible = odd_primes().any(|prime| number % u128::from(prime) == 0);
            proptest::prop_assert_eq!(has_small_factor(&[low, high]), divisible);
        }
    }
}
