//! What was made, in a few lines.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use pki_core::kubernetes::IssuedItem;

/// One line about everything, and one about each authority.
pub(super) fn of(folder: &Path, items: &[IssuedItem], files: usize, took: Duration) -> String {
    let certificates = items.iter().filter(|item| item.certificate().is_some()).count();
    let mut text = format!(
        "{}: {} keys and {certificates} certificates in {files} files, made in {:.2} s\n",
        folder.display(),
        items.len(),
        took.as_secs_f64()
    );
    let authorities: Vec<_> = items.iter().filter(|item| item.item().is_authority()).collect();
    let width = authorities.iter().map(|item| item.item().name().len()).max().unwrap_or(0);
    for authority in authorities {
        let name = authority.item().name();
        let issued = items.iter().filter(|item| item.item().authority() == Some(name)).count();
        let end =
            authority.certificate().map(|certificate| certificate.not_after().strftime("%F").to_string());
        let _ = writeln!(
            text,
            "  {name:width$}  {}, until {}, issued {issued}",
            authority.item().algorithm(),
            end.unwrap_or_default(),
        );
    }
    text
}
