//! Suggestions for misspelt words.

use std::fmt;

/// The entry of `known` that `word` was probably meant to be: the one with the fewest differences, if there are few, or
/// else the longest that is a part of `word`.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = fold(word);
    let known: Vec<(&str, Vec<char>)> =
        known.into_iter().map(|candidate| (candidate, fold(candidate))).collect();
    let similar = known
        .iter()
        .map(|(candidate, folded)| (distance(&wanted, folded), folded.len() / 3, candidate))
        .filter(|(distance, most, _)| distance <= most)
        .min_by_key(|(distance, ..)| *distance)
        .map(|(.., candidate)| *candidate);
    let part = || {
        let contained =
            |folded: &[char]| folded.len() >= 4 && wanted.windows(folded.len()).any(|part| part == folded);
        known
            .iter()
            .filter(|(_, folded)| contained(folded))
            .max_by_key(|(_, f)| f.len())
            .map(|(candidate, _)| *candidate)
    };
    similar.or_else(part)
}

/// Prints ` (did you mean ...?)`, or nothing.
#[derive(Debug)]
pub(crate) struct DidYouMean<'a>(pub(crate) Option<&'a str>);

impl fmt::Display for DidYouMean<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(suggestion) => write!(f, " (did you mean `{suggestion}`?)"),
            None => Ok(()),
        }
    }
}

/// Case and word separators are the commonest differences between the spellings that tools use.
fn fold(word: &str) -> Vec<char> {
    word.chars().filter(|c| !matches!(c, ' ' | '_' | '-' | '/')).flat_map(char::to_lowercase).collect()
}

/// The Levenshtein distance, one row at a time.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_word_that_was_meant() {
        let known = ["expiry", "pathlen", "pathlenzero"];
        assert_eq!(nearest("expire", known), Some("expiry"));
        assert_eq!(nearest("path_len", known), Some("pathlen"));
        assert_eq!(nearest("flavour", known), None);
        assert_eq!(nearest("EXPIRY", known), Some("expiry"));
        assert_eq!(nearest("ca_expiry_time", known), Some("expiry"));
        assert_eq!(nearest("CN", ["C", "ST"]), None);
    }

    #[test]
    fn measures_edits() {
        let word = |s: &str| s.chars().collect::<Vec<_>>();
        assert_eq!(distance(&word("kitten"), &word("sitting")), 3);
        assert_eq!(distance(&word(""), &word("abc")), 3);
        assert_eq!(distance(&word("abc"), &word("abc")), 0);
    }
}
