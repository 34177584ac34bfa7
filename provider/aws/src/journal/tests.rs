use tempfile::TempDir;

use super::*;

fn journal(folder: &TempDir) -> Journal {
    Journal::new(Some(folder.path().join("groundup")))
}

fn pages(folder: &TempDir) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.path().join("groundup"))
        .map(|entries| entries.map(|entry| entry.unwrap().path()));
    entries.map(Iterator::collect).unwrap_or_default()
}

#[test]
fn what_a_dead_process_began_is_taken_over_once() {
    let folder = TempDir::new().unwrap();
    let dead = journal(&folder);
    let (a, b, other) = (dead.begin("subnet"), dead.begin("subnet"), dead.begin("VPC"));
    assert_ne!(a.token, b.token);
    assert_eq!((a.inherited, a.recorded), (None, true));
    drop(dead);

    let next = journal(&folder);
    let mut taken: Vec<_> = (0..2).map(|_| next.begin("subnet")).collect();
    assert!(taken.iter().all(|begun| begun.inherited.is_some()));
    taken.sort_by(|one, two| one.token.cmp(&two.token));
    let mut begun = [a.token, b.token];
    begun.sort();
    assert_eq!(taken.iter().map(|begun| begun.token.clone()).collect::<Vec<_>>(), begun);
    assert_eq!(next.begin("subnet").inherited, None);
    assert_eq!(next.begin("VPC").token, other.token);
    assert_eq!(pages(&folder).len(), 1, "the page of the dead is gone with its last entry");
}

#[test]
fn what_a_living_process_began_is_its_own() {
    let folder = TempDir::new().unwrap();
    let (one, two) = (journal(&folder), journal(&folder));
    let begun = one.begin("VPC");
    assert_ne!(two.begin("VPC").token, begun.token);
    // Two heirs do not get the same.
    drop(one);
    let (three, four) = (journal(&folder), journal(&folder));
    four.seen(&Token::random());
    assert_eq!(three.begin("VPC").token, begun.token);
    assert_ne!(four.begin("VPC").token, begun.token);
}

#[test]
fn an_entry_ends_when_its_object_turns_up_later() {
    let folder = TempDir::new().unwrap();
    let process = journal(&folder);
    let begun = process.begin("VPC");
    process.told(&begun.token);
    process.seen(&begun.token);
    assert_eq!(pages(&folder).len(), 1, "the process that made it may still be killed");
    drop(process);

    journal(&folder).seen(&begun.token);
    assert!(pages(&folder).is_empty());
    journal(&folder).begin("route");
    journal(&folder).seen_request("route");
    assert!(pages(&folder).is_empty());
    assert_eq!(journal(&folder).begin("VPC").inherited, None);
}

#[test]
fn a_refused_creation_leaves_nothing() {
    let folder = TempDir::new().unwrap();
    let process = journal(&folder);
    let (refused, made) = (process.begin("VPC"), process.begin("VPC"));
    process.refused(&refused.token);
    process.refused(&made.token);
    assert!(pages(&folder).is_empty());
    assert!(process.begin("VPC").recorded, "there is a new page");
}

#[test]
fn an_orderly_end_settles_what_was_told() {
    let folder = TempDir::new().unwrap();
    let process = journal(&folder);
    let (told, doubtful) = (process.begin("VPC"), process.begin("VPC"));
    process.told(&told.token);
    process.settle();
    drop(process);
    let next = journal(&folder);
    assert_eq!(next.begin("VPC").token, doubtful.token);
    assert_eq!(next.begin("VPC").inherited, None);
}

#[test]
fn a_line_that_was_cut_short_does_not_count() {
    let folder = TempDir::new().unwrap();
    let process = journal(&folder);
    let (kept, struck) = (process.begin("VPC"), process.begin("subnet"));
    let page = pages(&folder).remove(0);
    drop(process);
    let cut = r#"{"begun":{"token":"00","request":"VP"#;
    fs::write(&page, fs::read_to_string(&page).unwrap() + "\n" + cut).unwrap();
    journal(&folder).seen(&struck.token);
    let next = journal(&folder);
    assert_eq!(next.begin("subnet").inherited, None);
    assert_eq!(next.begin("VPC").token, kept.token);
}

#[test]
fn old_entries_are_forgotten() {
    let folder = TempDir::new().unwrap();
    let process = journal(&folder);
    process.begin("VPC");
    let page = pages(&folder).remove(0);
    drop(process);
    let text = fs::read_to_string(&page).unwrap();
    let (before, _) = text.split_once(r#""at":"#).unwrap();
    fs::write(&page, format!(r#"{before}"at":1700000000}}}}"#)).unwrap();
    let next = journal(&folder);
    next.seen(&Token::random());
    assert!(pages(&folder).is_empty());
    assert_eq!(next.begin("VPC").inherited, None);
}

#[cfg(unix)]
#[test]
fn only_the_user_may_read_it() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = TempDir::new().unwrap();
    let process = journal(&folder);
    process.begin("VPC");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&pages(&folder)[0]), mode(&folder.path().join("groundup"))), (0o600, 0o700));
}

#[test]
fn a_journal_that_cannot_be_written_stops_nothing() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("groundup"), "a file").unwrap();
    for process in [journal(&folder), Journal::new(None)] {
        let begun = process.begin("VPC");
        assert_eq!((begun.inherited, begun.recorded), (None, false));
        process.told(&begun.token);
        process.refused(&begun.token);
        process.seen(&begun.token);
        process.settle();
    }
}
