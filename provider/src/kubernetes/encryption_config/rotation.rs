//! The rotation of keys, step by step: what may change at once without an object becoming unreadable.
//!
//! While a file is being delivered, some API servers run with it and others with the one before. So whatever one of the two
//! files writes, both must read, and what is stored from before as well. That is all there is to the rules here.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::prelude::*;

use super::reader::Reader;

/// What an API server does with a file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct File {
    /// What it can read, each with its generation; that of plain text is 0.
    pub(super) readers: BTreeMap<Reader, u32>,
    /// What it writes with, which it can also read.
    pub(super) writer: Reader,
}

/// Where a rotation stands after an apply.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Standing {
    pub(super) file: File,
    /// What stored objects may need to be read.
    pub(super) stored: BTreeSet<Reader>,
    /// The generation that the user last said everything was rewritten with.
    pub(super) rewritten_through: Option<u32>,
}

/// What an apply does.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Step {
    /// Nothing that matters here.
    Stay,
    /// Lets others read.
    Add(Vec<Reader>),
    /// Lets another one write, that could read before.
    Promote(Reader),
    /// Takes note that everything has been rewritten by what writes.
    Rewrite(u32),
    /// Lets some read no more that nothing needs.
    Drop(Vec<Reader>),
}

/// Why an apply is refused, and what to do instead.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Refusal {
    reason: Reason,
    /// The step that is allowed now on the way to what is wanted.
    next: Option<Next>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Reason {
    /// Objects may be stored that only this one reads.
    Needed { reader: Reader, writes: bool },
    /// An API server with the file before could not read what this one writes.
    WritesAtOnce(Reader),
    /// Something else writes than what everything is said to have been rewritten with.
    NotRewritten { claimed: u32, writer: Reader, generation: u32 },
    /// Each of them may be right, after the other.
    Several(Vec<Step>),
}

/// A step that is allowed.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Next {
    Take(Step),
    /// As [`Step::Rewrite`], which the user has to do first.
    Rewrite {
        generation: u32,
    },
    /// Says no longer what was said about an earlier rewrite.
    Withdraw {
        generation: u32,
    },
}

impl File {
    fn generation(&self, reader: &Reader) -> u32 {
        self.readers.get(reader).copied().unwrap_or_default()
    }

    /// What this file reads and the other does not.
    fn beyond(&self, other: &Self) -> Vec<Reader> {
        self.readers.keys().filter(|reader| !other.readers.contains_key(reader)).cloned().collect()
    }
}

impl Standing {
    /// The first file. What may be stored from before is all that it reads, but for what the user says is gone.
    pub(super) fn begin(file: File, rewritten_through: Option<u32>) -> Result<Self, Refusal> {
        let generation = file.generation(&file.writer);
        if let Some(claimed) = rewritten_through.filter(|claimed| *claimed > generation) {
            return Err(Refusal::not_rewritten(claimed, &file));
        }
        let left = |(_, generation): &(&Reader, &u32)| **generation >= rewritten_through.unwrap_or_default();
        let stored = file.readers.iter().filter(left).map(|(reader, _)| reader.clone()).collect();
        Ok(Self { file, stored, rewritten_through })
    }

    /// Recognizes the step to the next file, and where the rotation stands after it.
    pub(super) fn step(&self, file: File, rewritten_through: Option<u32>) -> Result<(Step, Self), Refusal> {
        let (added, dropped) = (file.beyond(&self.file), self.file.beyond(&file));
        let promoted = file.writer != self.file.writer;
        let claimed = rewritten_through.filter(|_| rewritten_through != self.rewritten_through);
        if let Some(reason) = self.defect(&file, &added, &dropped, claimed) {
            return Err(Refusal { reason, next: self.next(&file, added, dropped, claimed) });
        }
        let steps = [
            (!added.is_empty()).then(|| Step::Add(added.clone())),
            promoted.then(|| Step::Promote(file.writer.clone())),
            claimed.map(Step::Rewrite),
            (!dropped.is_empty()).then(|| Step::Drop(dropped.clone())),
        ];
        let mut steps: Vec<_> = steps.into_iter().flatten().collect();
        if steps.len() > 1 {
            let next = self.next(&file, added, dropped, claimed);
            return Err(Refusal { reason: Reason::Several(steps), next });
        }
        let step = steps.pop().unwrap_or(Step::Stay);
        let mut stored = match step {
            Step::Rewrite(_) => BTreeSet::new(),
            _ => self.stored.clone(),
        };
        stored.insert(file.writer.clone());
        Ok((step, Self { file, stored, rewritten_through }))
    }

    /// What is wrong with a change however it is divided into steps.
    fn defect(
        &self,
        file: &File,
        added: &[Reader],
        dropped: &[Reader],
        claimed: Option<u32>,
    ) -> Option<Reason> {
        if let Some(reader) = dropped.iter().find(|reader| self.stored.contains(reader)) {
            let writes = *reader == self.file.writer;
            return Some(Reason::Needed { reader: reader.clone(), writes });
        }
        if added.contains(&file.writer) {
            return Some(Reason::WritesAtOnce(file.writer.clone()));
        }
        // What is claimed is about what was written so far.
        let writer = &self.file.writer;
        let generation = file.generation(writer);
        let claimed = claimed.filter(|claimed| *claimed != generation)?;
        Some(Reason::NotRewritten { claimed, writer: writer.clone(), generation })
    }

    /// The first step on the way to a file.
    fn next(
        &self,
        file: &File,
        added: Vec<Reader>,
        dropped: Vec<Reader>,
        claimed: Option<u32>,
    ) -> Option<Next> {
        let claimed = || file.readers.iter().find(|(_, generation)| Some(**generation) == claimed);
        if !added.is_empty() {
            Some(Next::Take(Step::Add(added)))
        } else if file.writer != self.file.writer {
            Some(Next::Take(Step::Promote(file.writer.clone())))
        } else if dropped.iter().any(|reader| self.stored.contains(reader)) {
            let generation = file.generation(&file.writer);
            let is_said = self.rewritten_through == Some(generation);
            Some(if is_said { Next::Withdraw { generation } } else { Next::Rewrite { generation } })
        } else if !dropped.is_empty() {
            Some(Next::Take(Step::Drop(dropped)))
        } else {
            claimed().map(|(reader, _)| Next::Take(Step::Promote(reader.clone())))
        }
    }
}

impl Refusal {
    fn not_rewritten(claimed: u32, file: &File) -> Self {
        let (writer, generation) = (file.writer.clone(), file.generation(&file.writer));
        Self { reason: Reason::NotRewritten { claimed, writer, generation }, next: None }
    }

    /// The refusal as an error at its attribute.
    pub(super) fn diagnostic(&self) -> Diagnostic {
        let (path, summary, reason) = match &self.reason {
            Reason::Needed { reader, writes } => {
                let stored = match reader {
                    Reader::PlainText => "Objects may be stored in plain text".to_owned(),
                    reader => format!("Objects may be stored that only {} can read", reader.described()),
                };
                let now = if *writes { ", which is what writes at present" } else { "" };
                (reader.attribute(), "Stored Objects Would Become Unreadable", format!("{stored}{now}."))
            }
            Reason::WritesAtOnce(reader) => {
                let reason = format!(
                    "With this change {} both appears and writes: an API server that still has the old file could not read \
                     what another one writes.",
                    reader.described()
                );
                let path = if matches!(reader, Reader::Key { .. }) { "keys" } else { "provider_type" };
                (path, "New Key Would Write at Once", reason)
            }
            Reason::NotRewritten { claimed, writer, generation } => {
                let reason = format!(
                    "Objects cannot have been rewritten with generation {claimed}: what writes is {}, of generation \
                     {generation}.",
                    writer.described()
                );
                ("rewritten_through", "Not Rewritten", reason)
            }
            Reason::Several(steps) => {
                let steps: Vec<_> = steps.iter().map(Step::instruction).collect();
                let reason =
                    format!("This change does {} steps of a rotation: {}.", steps.len(), steps.join("; "));
                ("keys", "One Step at a Time", reason)
            }
        };
        let detail = match &self.next {
            Some(next) => format!("{reason} {}", next.advice()),
            None => reason,
        };
        Diagnostic::error(summary, detail).at(path)
    }
}

impl Step {
    /// What to do for it.
    fn instruction(&self) -> String {
        let all = |readers: &[Reader], how: fn(&Reader) -> String| {
            readers.iter().map(how).collect::<Vec<_>>().join(" and ")
        };
        match self {
            Self::Stay => "change nothing".to_owned(),
            Self::Add(readers) => all(readers, Reader::how_to_add),
            Self::Promote(reader) => reader.how_to_promote(),
            Self::Rewrite(generation) => format!("set `rewritten_through = {generation}`"),
            Self::Drop(readers) => all(readers, Reader::how_to_drop),
        }
    }
}

impl Next {
    fn advice(&self) -> String {
        match self {
            Self::Take(step) => format!(
                "Next step: {}, change nothing else, and deliver the file to every API server.",
                step.instruction()
            ),
            Self::Rewrite { generation } => format!(
                "Next step: rewrite every stored object, set `rewritten_through = {generation}` and change nothing else."
            ),
            Self::Withdraw { generation } => format!(
                "Next step: remove `rewritten_through` and change nothing else, since it is about an earlier rewrite; then \
                 rewrite every stored object and set `rewritten_through = {generation}` again."
            ),
        }
    }
}
