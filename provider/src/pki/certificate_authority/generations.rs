//! The generations of a root's key, and the steps by which one takes over from another.
//!
//! Whatever verifies certificates learns of a root by an apply, and so does whatever presents them. So that each of them
//! may be one apply behind, every step leaves trusted who signed before it and who signs after it, before and after.

use std::collections::BTreeSet;

use pki_core::{KeyAlgorithm, KeyLabel};

/// Which generations are trusted, and which of them signs.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Generations {
    pub(super) trusted: BTreeSet<u32>,
    pub(super) signing: u32,
}

/// Why generations cannot become what the configuration asks for, and what they can become.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Refusal {
    /// Which argument asks for too much.
    pub(super) argument: Argument,
    reason: String,
    next: Generations,
}

/// What an argument is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Argument {
    Trusted,
    Signing,
    Label,
    Algorithm,
}

impl Generations {
    pub(super) fn new(trusted: impl IntoIterator<Item = u32>, signing: u32) -> Self {
        Self { trusted: trusted.into_iter().collect(), signing }
    }

    /// Whether they can be had: at first, or by one step from those before.
    pub(super) fn check(&self, before: Option<&Self>) -> std::result::Result<(), Refusal> {
        let mut complete = self.clone();
        complete.trusted.insert(self.signing);
        if let Some(before) = before {
            before.check_step(&complete)?;
        }
        if complete == *self {
            return Ok(());
        }
        let reason = format!("Generation {} signs, and is not trusted.", self.signing);
        Err(Refusal { argument: Argument::Trusted, reason, next: complete })
    }

    fn check_step(&self, wanted: &Self) -> std::result::Result<(), Refusal> {
        let added = &wanted.trusted - &self.trusted;
        let newest = self.newest();
        let refuse = |argument, reason, next| Err(Refusal { argument, reason, next });
        if let Some(old) = added.first().filter(|added| **added < newest) {
            let reason = format!(
                "Generation {old} is below {newest}, which is trusted already: only newer ones are added, and what has \
                 been dropped does not come back."
            );
            return refuse(Argument::Trusted, reason, self.extended());
        }
        let next = self.towards(wanted);
        if next == *wanted {
            return Ok(());
        }
        if added.contains(&wanted.signing) {
            let reason = format!(
                "Generation {} cannot sign before an apply has made it trusted: what verifies certificates would not know \
                 it.",
                wanted.signing
            );
            return refuse(Argument::Signing, reason, next);
        }
        if !added.is_empty() {
            let reason = format!(
                "{} cannot be added while another generation is dropped or begins to sign: each step is an apply of its \
                 own.",
                counted(&added)
            );
            return refuse(Argument::Trusted, reason, next);
        }
        let reason = format!(
            "{} cannot be dropped by the apply that lets {} sign in place of {}: certificates from before are in use \
             until it is done.",
            counted(&(&self.trusted - &wanted.trusted)),
            wanted.signing,
            self.signing
        );
        refuse(Argument::Trusted, reason, next)
    }

    /// The newest generation that is trusted.
    pub(super) fn newest(&self) -> u32 {
        self.trusted.last().copied().unwrap_or(self.signing)
    }

    /// The same, and a new generation.
    fn extended(&self) -> Self {
        let mut extended = self.clone();
        extended.trusted.insert(self.newest().saturating_add(1));
        extended
    }

    /// The next step on the way to others: what is missing is added, then signing is switched, then the rest is dropped.
    fn towards(&self, wanted: &Self) -> Self {
        let all = &self.trusted | &wanted.trusted;
        if all != self.trusted {
            Self { trusted: all, signing: self.signing }
        } else if self.signing != wanted.signing {
            Self { trusted: all, signing: wanted.signing }
        } else {
            wanted.clone()
        }
    }
}

impl Refusal {
    /// Another label would be another key for each generation.
    pub(super) fn of_label(old: &KeyLabel, new: &KeyLabel, now: &Generations) -> Self {
        let reason = format!(
            "With the label `{new}` in place of `{old}` every trusted generation would be another key at once. Keep the \
             label, and add a generation; or, if another authority is wanted at once, forget this one by `terraform state \
             rm`."
        );
        Self { argument: Argument::Label, reason, next: now.extended() }
    }

    /// A generation keeps the algorithm that it was made with.
    pub(super) fn of_algorithm(
        generation: u32,
        kept: KeyAlgorithm,
        wanted: KeyAlgorithm,
        now: &Generations,
    ) -> Self {
        let reason =
            format!("Generation {generation} is {kept} and remains so: only a new one can be {wanted}.");
        Self { argument: Argument::Algorithm, reason, next: now.extended() }
    }

    /// What is wrong, and the next step that can be taken.
    pub(super) fn detail(&self) -> String {
        let trusted: Vec<_> = self.next.trusted.iter().map(u32::to_string).collect();
        format!(
            "{} Apply this next: `trusted_generations = [{}]` and `signing_generation = {}`.",
            self.reason,
            trusted.join(", "),
            self.next.signing
        )
    }
}

fn counted(generations: &BTreeSet<u32>) -> String {
    let numbers: Vec<_> = generations.iter().map(u32::to_string).collect();
    match numbers.as_slice() {
        [one] => format!("Generation {one}"),
        several => format!("Generations {}", several.join(", ")),
    }
}

/// Checks the list of trusted generations.
pub(super) fn trusted(generations: &Vec<u32>) -> std::result::Result<(), String> {
    if generations.is_empty() {
        return Err("at least the generation that signs is trusted".to_owned());
    }
    let mut seen = BTreeSet::new();
    for generation in generations {
        crate::common::derive::generation(generation)?;
        if !seen.insert(generation) {
            return Err(format!("generation {generation} is named twice"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generations<const N: usize>(trusted: [u32; N], signing: u32) -> Generations {
        Generations::new(trusted, signing)
    }

    /// Everything that a few generations can be.
    fn all() -> Vec<Generations> {
        let subsets = (1_u32..1 << 5).map(|bits| (1..=5).filter(move |n| bits >> (n - 1) & 1 == 1));
        subsets
            .flat_map(|trusted| {
                let trusted: BTreeSet<u32> = trusted.collect();
                trusted
                    .clone()
                    .into_iter()
                    .map(move |signing| Generations { trusted: trusted.clone(), signing })
            })
            .collect()
    }

    fn refused(before: &Generations, wanted: &Generations) -> (Argument, String) {
        let refusal = wanted.check(Some(before)).unwrap_err();
        (refusal.argument, refusal.detail())
    }

    #[test]
    fn a_rotation_has_three_steps() {
        let steps =
            [generations([1], 1), generations([1, 2], 1), generations([1, 2], 2), generations([2], 2)];
        assert_eq!(steps[0].check(None), Ok(()));
        for step in steps.windows(2) {
            assert_eq!(step[1].check(Some(&step[0])), Ok(()), "{step:?}");
        }
        for (one, other) in [(0, 2), (0, 3), (1, 3), (2, 0), (3, 0), (3, 1), (3, 2)] {
            assert!(steps[other].check(Some(&steps[one])).is_err(), "from {one} to {other}");
        }
        // A rotation can be called off as long as both are trusted.
        assert_eq!(steps[0].check(Some(&steps[1])), Ok(()));
        assert_eq!(steps[1].check(Some(&steps[2])), Ok(()));
    }

    #[test]
    fn from_everywhere_a_new_generation_takes_over_in_three_steps() {
        for start in all() {
            let newest = start.trusted.last().unwrap() + 1;
            let goal = generations([newest], newest);
            let mut now = start.clone();
            for _ in 0..3 {
                // What a refusal advises is a step that is taken.
                let next = goal.check(Some(&now)).err().map_or_else(|| goal.clone(), |refusal| refusal.next);
                assert_ne!(next, now);
                assert_eq!(next.check(Some(&now)), Ok(()), "{now:?} to {next:?}");
                now = next;
            }
            assert_eq!(now, goal, "from {start:?}");
        }
    }

    #[test]
    fn no_step_leaves_a_signer_without_trust() {
        let all = all();
        let mut taken = 0;
        for (before, after) in all.iter().flat_map(|before| all.iter().map(move |after| (before, after))) {
            let Err(refusal) = after.check(Some(before)) else {
                taken += 1;
                for signer in [before.signing, after.signing] {
                    assert!(before.trusted.contains(&signer), "{before:?} to {after:?}");
                    assert!(after.trusted.contains(&signer), "{before:?} to {after:?}");
                }
                let changes = [
                    before.signing != after.signing,
                    !after.trusted.is_subset(&before.trusted),
                    !before.trusted.is_subset(&after.trusted),
                ];
                assert!(changes.iter().filter(|changed| **changed).count() < 2, "{before:?} to {after:?}");
                continue;
            };
            assert_eq!(refusal.next.check(Some(before)), Ok(()), "{before:?} to {after:?}: {refusal:?}");
        }
        // Of 80 x 80: each to itself, to another signer, without some that do not sign, and with newer ones.
        assert_eq!(taken, 645);
    }

    #[test]
    fn a_refusal_says_why_and_what_comes_next() {
        let told = refused(&generations([1], 1), &generations([2], 2));
        let detail = "Generation 2 cannot sign before an apply has made it trusted: what verifies certificates would not \
                      know it. Apply this next: `trusted_generations = [1, 2]` and `signing_generation = 1`.";
        assert_eq!(told, (Argument::Signing, detail.to_owned()));
        let also_untrusted = refused(&generations([1], 1), &generations([1], 2));
        assert_eq!(also_untrusted, (Argument::Signing, detail.to_owned()));

        let told = refused(&generations([1, 2], 1), &generations([2], 2));
        let detail = "Generation 1 cannot be dropped by the apply that lets 2 sign in place of 1: certificates from before \
                      are in use until it is done. Apply this next: `trusted_generations = [1, 2]` and \
                      `signing_generation = 2`.";
        assert_eq!(told, (Argument::Trusted, detail.to_owned()));

        let told = refused(&generations([1, 2], 2), &generations([2, 3, 4], 2));
        let detail = "Generations 3, 4 cannot be added while another generation is dropped or begins to sign: each step is \
                      an apply of its own. Apply this next: `trusted_generations = [1, 2, 3, 4]` and \
                      `signing_generation = 2`.";
        assert_eq!(told, (Argument::Trusted, detail.to_owned()));

        let told = refused(&generations([2], 2), &generations([1, 2], 2));
        let detail = "Generation 1 is below 2, which is trusted already: only newer ones are added, and what has been \
                      dropped does not come back. Apply this next: `trusted_generations = [2, 3]` and \
                      `signing_generation = 2`.";
        assert_eq!(told, (Argument::Trusted, detail.to_owned()));

        let other =
            Refusal::of_algorithm(2, KeyAlgorithm::EcdsaP256, KeyAlgorithm::Ed25519, &generations([2], 2));
        assert_eq!(
            other.detail(),
            "Generation 2 is ECDSA-P256 and remains so: only a new one can be Ed25519. Apply this next: \
             `trusted_generations = [2, 3]` and `signing_generation = 2`."
        );

        let told = generations([1], 2).check(None).unwrap_err();
        let detail = "Generation 2 signs, and is not trusted. Apply this next: `trusted_generations = [1, 2]` and \
                      `signing_generation = 2`.";
        assert_eq!((told.argument, told.detail()), (Argument::Trusted, detail.to_owned()));
    }

    #[test]
    fn a_list_names_each_generation_once() {
        assert_eq!(trusted(&vec![2, 1]), Ok(()));
        assert_eq!(trusted(&vec![]).unwrap_err(), "at least the generation that signs is trusted");
        assert_eq!(trusted(&vec![1, 2, 1]).unwrap_err(), "generation 1 is named twice");
        assert_eq!(trusted(&vec![0]).unwrap_err(), "generations are counted from 1");
    }
}
