//! Finding the order of a pile of certificates.

use std::collections::BTreeSet;

use super::{ChainError, label};
use crate::certificate::Certificate;

/// Far more than any verifier follows; it bounds the number of signatures that are checked.
const LIMIT: usize = 64;

/// Sorts the leaf first. Whatever order they come in, the result and the errors are the same.
pub(super) fn order(mut pile: Vec<Certificate>) -> Result<Vec<Certificate>, Vec<ChainError>> {
    match pile.len() {
        0 => return Err(vec![ChainError::Empty]),
        count if count > LIMIT => return Err(vec![ChainError::TooLong { count, limit: LIMIT }]),
        _ => {}
    }
    pile.sort_by(|a, b| a.as_der().cmp(b.as_der()));
    let duplicates: Vec<ChainError> = pile
        .windows(2)
        .filter(|pair| pair[0] == pair[1])
        .map(|pair| ChainError::Duplicate { certificate: label(&pair[0]) })
        .collect();
    if !duplicates.is_empty() {
        return Err(duplicates);
    }
    let pile = Pile::new(pile);
    let path = pile.path(pile.leaf().map_err(|error| vec![error])?).map_err(|error| vec![error])?;
    let errors = pile.strangers(&path);
    if errors.is_empty() { Ok(pile.take(&path)) } else { Err(errors) }
}

struct Pile {
    certificates: Vec<Certificate>,
    /// For each certificate, who among the others issued it.
    issuers: Vec<Vec<usize>>,
}

impl Pile {
    fn new(certificates: Vec<Certificate>) -> Self {
        let issuers = certificates
            .iter()
            .map(|certificate| {
                // A root needs nobody, even where another authority has cross-signed its key.
                let needs_none = certificate.is_self_signed();
                let others = certificates.iter().enumerate().filter(|(_, other)| *other != certificate);
                others
                    .filter(|(_, other)| !needs_none && certificate.is_issued_by(other))
                    .map(|(index, _)| index)
                    .collect()
            })
            .collect();
        Self { certificates, issuers }
    }

    /// The certificate that issued no other one. Among several it is the one that is no authority; the others are
    /// strangers then.
    fn leaf(&self) -> Result<usize, ChainError> {
        let issued: BTreeSet<usize> = self.issuers.iter().flatten().copied().collect();
        let ends: Vec<usize> = (0..self.certificates.len()).filter(|index| !issued.contains(index)).collect();
        let leaves: Vec<usize> =
            ends.iter().copied().filter(|end| !self.certificates[*end].is_authority()).collect();
        match (ends.as_slice(), leaves.as_slice()) {
            ([], _) => {
                Err(ChainError::Circle { certificates: self.certificates.iter().map(label).collect() })
            }
            ([leaf], _) | (_, [leaf]) => Ok(*leaf),
            (ends, []) => Err(ChainError::SeveralLeaves { certificates: self.labels(ends) }),
            (_, leaves) => Err(ChainError::SeveralLeaves { certificates: self.labels(leaves) }),
        }
    }

    /// From issuer to issuer as far as it goes.
    fn path(&self, leaf: usize) -> Result<Vec<usize>, ChainError> {
        let mut path = vec![leaf];
        loop {
            let last = path[path.len() - 1];
            match self.issuers[last].as_slice() {
                [] => return Ok(path),
                [issuer] if path.contains(issuer) => {
                    return Err(ChainError::Circle { certificates: self.labels(&path) });
                }
                [issuer] => path.push(*issuer),
                issuers => {
                    let certificate = label(&self.certificates[last]);
                    return Err(ChainError::SeveralIssuers { certificate, issuers: self.labels(issuers) });
                }
            }
        }
    }

    /// What is wrong with those that are not on the path.
    fn strangers(&self, path: &[usize]) -> Vec<ChainError> {
        let (leaf, last) = (&self.certificates[path[0]], &self.certificates[path[path.len() - 1]]);
        let strangers: Vec<&Certificate> = (0..self.certificates.len())
            .filter(|index| !path.contains(index))
            .map(|index| &self.certificates[index])
            .collect();
        let mut errors = Vec::new();
        if strangers.is_empty() {
            return errors;
        }
        let namesakes: Vec<&&Certificate> =
            strangers.iter().filter(|other| other.encoded_subject() == last.encoded_issuer()).collect();
        if !last.is_self_signed() && namesakes.is_empty() {
            errors.push(ChainError::Gap { certificate: label(last), issuer: last.issuer_text() });
        }
        for stranger in &strangers {
            errors.push(if !last.is_self_signed() && namesakes.contains(&stranger) {
                ChainError::WrongKey { certificate: label(last), issuer: label(stranger) }
            } else {
                ChainError::Foreign { certificate: label(stranger), leaf: label(leaf) }
            });
        }
        errors
    }

    fn labels(&self, indices: &[usize]) -> Vec<String> {
        indices.iter().map(|index| label(&self.certificates[*index])).collect()
    }

    fn take(self, path: &[usize]) -> Vec<Certificate> {
        path.iter().map(|index| self.certificates[*index].clone()).collect()
    }
}
