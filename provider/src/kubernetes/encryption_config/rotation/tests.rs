use std::slice::from_ref;

use super::*;
use crate::kubernetes::encryption_config::key::LocalProvider;

/// A key whose generation is its number.
fn key(number: u32) -> Reader {
    Reader::Key { provider: LocalProvider::Secretbox, name: format!("key{number}") }
}

fn service() -> Reader {
    Reader::Service { name: "vault".to_owned() }
}

fn generation(reader: &Reader) -> u32 {
    match reader {
        Reader::PlainText => 0,
        Reader::Key { name, .. } => name[3..].parse().unwrap(),
        Reader::Service { .. } => 9,
    }
}

/// A file whose first reader writes.
fn file(readers: &[Reader]) -> File {
    let writer = readers[0].clone();
    File { readers: readers.iter().map(|reader| (reader.clone(), generation(reader))).collect(), writer }
}

fn begin(readers: &[Reader]) -> Standing {
    Standing::begin(file(readers), None).unwrap()
}

fn stored(standing: &Standing) -> Vec<Reader> {
    standing.stored.iter().cloned().collect()
}

/// Takes steps that are all allowed.
#[track_caller]
fn walk(start: &Standing, steps: &[(&[Reader], Option<u32>, Step)]) -> Standing {
    let mut standing = start.clone();
    for (readers, through, expected) in steps {
        let (step, after) = standing.step(file(readers), *through).unwrap();
        assert_eq!(step, *expected);
        standing = after;
    }
    standing
}

#[track_caller]
fn refused(standing: &Standing, readers: &[Reader], through: Option<u32>) -> (String, String, String) {
    let told = standing.step(file(readers), through).unwrap_err().diagnostic();
    (told.path.unwrap().to_string(), told.summary, told.detail)
}

fn told(path: &str, summary: &str, detail: &str) -> (String, String, String) {
    (path.to_owned(), summary.to_owned(), detail.to_owned())
}

const PLAIN: Reader = Reader::PlainText;

#[test]
fn a_key_gives_way_to_another_in_four_steps() {
    let (old, new) = (key(1), key(2));
    let end = walk(
        &begin(from_ref(&old)),
        &[
            (from_ref(&old), None, Step::Stay),
            (&[old.clone(), new.clone()], None, Step::Add(vec![new.clone()])),
            (&[new.clone(), old.clone()], None, Step::Promote(new.clone())),
            (&[new.clone(), old.clone()], Some(2), Step::Rewrite(2)),
            (from_ref(&new), Some(2), Step::Drop(vec![old.clone()])),
            (from_ref(&new), Some(2), Step::Stay),
        ],
    );
    assert_eq!(stored(&end), [new]);
}

#[test]
fn from_plain_text_over_a_key_to_a_service_and_back() {
    let (one, kms) = (key(1), service());
    let end = walk(
        &begin(&[PLAIN]),
        &[
            (&[PLAIN, one.clone()], None, Step::Add(vec![one.clone()])),
            (&[one.clone(), PLAIN], None, Step::Promote(one.clone())),
            (&[one.clone(), PLAIN], Some(1), Step::Rewrite(1)),
            (from_ref(&one), Some(1), Step::Drop(vec![PLAIN])),
            (&[one.clone(), kms.clone()], Some(1), Step::Add(vec![kms.clone()])),
            (&[kms.clone(), one.clone()], Some(1), Step::Promote(kms.clone())),
            (&[kms.clone(), one.clone()], Some(9), Step::Rewrite(9)),
            (from_ref(&kms), Some(9), Step::Drop(vec![one.clone()])),
            (&[kms.clone(), PLAIN], Some(9), Step::Add(vec![PLAIN])),
            (&[PLAIN, kms.clone()], Some(9), Step::Promote(PLAIN)),
            (&[PLAIN, kms.clone()], Some(0), Step::Rewrite(0)),
            (&[PLAIN], Some(0), Step::Drop(vec![kms.clone()])),
        ],
    );
    assert_eq!(stored(&end), [PLAIN]);
}

#[test]
fn what_has_not_written_may_go_again() {
    let (old, new) = (key(1), key(2));
    let added =
        walk(&begin(from_ref(&old)), &[(&[old.clone(), new.clone()], None, Step::Add(vec![new.clone()]))]);
    walk(&added, &[(from_ref(&old), None, Step::Drop(vec![new.clone()]))]);

    let back = walk(
        &added,
        &[
            (&[new.clone(), old.clone()], None, Step::Promote(new.clone())),
            (&[old.clone(), new.clone()], None, Step::Promote(old.clone())),
        ],
    );
    assert_eq!(
        refused(&back, from_ref(&old), None),
        told(
            "keys",
            "Stored Objects Would Become Unreadable",
            "Objects may be stored that only the key `key2` can read. Next step: rewrite every stored object, set \
             `rewritten_through = 1` and change nothing else."
        )
    );
    let rewritten = (&[old.clone(), new.clone()][..], Some(1), Step::Rewrite(1));
    walk(&back, &[rewritten, (&[old], Some(1), Step::Drop(vec![new]))]);
}

#[test]
fn what_begins_with_more_may_have_been_written_before() {
    let all = [key(3), key(2), key(1), PLAIN];
    assert_eq!(stored(&begin(&all)), [PLAIN, key(1), key(2), key(3)]);
    let known = |through| Standing::begin(file(&all), Some(through)).map(|standing| stored(&standing));
    assert_eq!(known(2).unwrap(), [key(2), key(3)]);
    let refusal = known(4).unwrap_err().diagnostic();
    assert_eq!(refusal.path, Some("rewritten_through".into()));
    assert_eq!(
        refusal.detail,
        "Objects cannot have been rewritten with generation 4: what writes is the key `key3`, of generation 3."
    );
}

#[test]
fn a_new_key_does_not_write_at_once() {
    let next = "Next step: add the key `key2` after the others, change nothing else, and deliver the file to every API \
                server.";
    assert_eq!(
        refused(&begin(&[key(1)]), &[key(2), key(1)], None),
        told(
            "keys",
            "New Key Would Write at Once",
            &format!(
                "With this change the key `key2` both appears and writes: an API server that still has the old file could not \
                 read what another one writes. {next}"
            )
        )
    );
    assert_eq!(
        refused(&begin(&[key(1)]), &[key(2)], None),
        told(
            "keys",
            "Stored Objects Would Become Unreadable",
            &format!(
                "Objects may be stored that only the key `key1` can read, which is what writes at present. {next}"
            )
        )
    );
    let (path, summary, detail) = refused(&begin(&[key(1)]), &[PLAIN, key(1)], None);
    assert_eq!((path.as_str(), summary.as_str()), ("provider_type", "New Key Would Write at Once"));
    assert!(detail.contains("Next step: set `allow_plaintext_read = true`, change nothing else"), "{detail}");
}

#[test]
fn nothing_goes_before_everything_is_rewritten() {
    let promoted = walk(
        &begin(&[key(1), PLAIN]),
        &[
            (&[key(1), key(2), PLAIN], None, Step::Add(vec![key(2)])),
            (&[key(2), key(1), PLAIN], None, Step::Promote(key(2))),
        ],
    );
    let next = "Next step: rewrite every stored object, set `rewritten_through = 2` and change nothing else.";
    let unreadable = "Stored Objects Would Become Unreadable";
    assert_eq!(
        refused(&promoted, &[key(2), PLAIN], None),
        told("keys", unreadable, &format!("Objects may be stored that only the key `key1` can read. {next}"))
    );
    assert_eq!(
        refused(&promoted, &[key(2), PLAIN], Some(2)),
        told("keys", unreadable, &format!("Objects may be stored that only the key `key1` can read. {next}")),
        "nor with the same apply"
    );
    assert_eq!(
        refused(&promoted, &[key(2), key(1)], None),
        told("allow_plaintext_read", unreadable, &format!("Objects may be stored in plain text. {next}"))
    );
}

#[test]
fn only_what_writes_can_have_rewritten_everything() {
    let added = walk(&begin(&[key(1)]), &[(&[key(1), key(2)], None, Step::Add(vec![key(2)]))]);
    assert_eq!(
        refused(&added, &[key(1), key(2)], Some(2)),
        told(
            "rewritten_through",
            "Not Rewritten",
            "Objects cannot have been rewritten with generation 2: what writes is the key `key1`, of generation 1. Next \
             step: make the key `key2` the first one, with `provider_type = \"secretbox\"`, change nothing else, and \
             deliver the file to every API server."
        )
    );
    assert_eq!(
        refused(&added, &[key(1), key(2)], Some(7)).2,
        "Objects cannot have been rewritten with generation 7: what writes is the key `key1`, of generation 1."
    );
    let (path, ..) = refused(&added, &[key(2), key(1)], Some(2));
    assert_eq!(path, "rewritten_through", "what is promoted now has not written yet");
}

#[test]
fn one_apply_does_one_step() {
    let two = walk(&begin(&[key(1)]), &[(&[key(1), key(2)], None, Step::Add(vec![key(2)]))]);
    assert_eq!(
        refused(&two, &[key(2), key(1), key(3)], None),
        told(
            "keys",
            "One Step at a Time",
            "This change does 2 steps of a rotation: add the key `key3` after the others; make the key `key2` the first one, \
             with `provider_type = \"secretbox\"`. Next step: add the key `key3` after the others, change nothing else, and \
             deliver the file to every API server."
        )
    );
    let swap = refused(&two, &[key(1), key(3)], None);
    assert!(
        swap.2.contains("2 steps of a rotation: add the key `key3` after the others; remove the key `key2`.")
    );
}

#[test]
fn what_was_said_of_an_earlier_rewrite_is_taken_back_first() {
    let back = walk(
        &Standing::begin(file(&[key(1)]), Some(1)).unwrap(),
        &[
            (&[key(1), key(2)], Some(1), Step::Add(vec![key(2)])),
            (&[key(2), key(1)], Some(1), Step::Promote(key(2))),
            (&[key(1), key(2)], Some(1), Step::Promote(key(1))),
        ],
    );
    assert!(refused(&back, &[key(1)], Some(1)).2.ends_with(
        "Next step: remove `rewritten_through` and change nothing else, since it is about an earlier rewrite; then rewrite \
         every stored object and set `rewritten_through = 1` again."
    ));
    walk(
        &back,
        &[
            (&[key(1), key(2)], None, Step::Stay),
            (&[key(1), key(2)], Some(1), Step::Rewrite(1)),
            (&[key(1)], Some(1), Step::Drop(vec![key(2)])),
        ],
    );
}

/// Every advice is a step that is allowed, and repeated advice leads to what is wanted.
#[test]
fn advice_leads_from_any_file_to_any_other() {
    for from in files() {
        for to in files() {
            let mut standing = Standing::begin(from.clone(), None).unwrap();
            let mut taken = 0;
            while standing.file != to {
                taken += 1;
                assert!(taken < 9, "{from:?} to {to:?}");
                standing = match standing.step(to.clone(), standing.rewritten_through) {
                    Ok((_, after)) => after,
                    Err(refusal) => advised(&standing, refusal.next.unwrap()),
                };
            }
        }
    }
}

fn advised(standing: &Standing, next: Next) -> Standing {
    let mut file = standing.file.clone();
    let mut through = standing.rewritten_through;
    match next {
        Next::Take(Step::Add(readers)) => {
            file.readers.extend(readers.into_iter().map(|reader| (reader.clone(), generation(&reader))));
        }
        Next::Take(Step::Promote(reader)) => file.writer = reader,
        Next::Take(Step::Drop(readers)) => file.readers.retain(|reader, _| !readers.contains(reader)),
        Next::Rewrite { generation } => through = Some(generation),
        Next::Withdraw { .. } => through = None,
        Next::Take(step) => panic!("{step:?} is no advice"),
    }
    standing.step(file, through).unwrap().1
}

/// Every file of a few readers.
fn files() -> Vec<File> {
    let all = [PLAIN, key(1), key(2), service()];
    let subsets = (1..1_usize << all.len()).map(|bits| {
        all.iter()
            .enumerate()
            .filter(move |(place, _)| bits >> place & 1 == 1)
            .map(|(_, reader)| reader.clone())
    });
    subsets
        .flat_map(|subset| {
            let readers: Vec<_> = subset.collect();
            readers.clone().into_iter().map(move |writer| File { writer, ..file(&readers) })
        })
        .collect()
}

/// The promise: whatever sequence of applies is accepted, no object becomes unreadable, neither for an API server with the
/// new file nor for one that still has the previous one. Walks through all that can be reached.
#[test]
fn no_accepted_change_makes_an_object_unreadable() {
    let mut seen = BTreeSet::new();
    let mut left: Vec<(Standing, BTreeSet<Reader>)> = files()
        .into_iter()
        .map(|file| {
            let objects = file.readers.keys().cloned().collect();
            (Standing::begin(file, None).unwrap(), objects)
        })
        .collect();
    while let Some((standing, objects)) = left.pop() {
        if !seen.insert(format!("{standing:?}{objects:?}")) {
            continue;
        }
        for file in files() {
            for through in [None, Some(0), Some(1), Some(2), Some(9)] {
                let Ok((step, after)) = standing.step(file.clone(), through) else { continue };
                let mut objects = objects.clone();
                if matches!(step, Step::Rewrite(_)) {
                    // The user did so before, with the file that was there.
                    objects = BTreeSet::from([standing.file.writer.clone()]);
                }
                // Servers with either file write while it is being delivered.
                objects.extend([standing.file.writer.clone(), after.file.writer.clone()]);
                for object in &objects {
                    assert!(
                        standing.file.readers.contains_key(object),
                        "{object:?}: {standing:?} to {after:?}"
                    );
                    assert!(after.file.readers.contains_key(object), "{object:?}: {standing:?} to {after:?}");
                }
                left.push((after, objects));
            }
        }
    }
    assert!(seen.len() > 300, "{}", seen.len());
}
