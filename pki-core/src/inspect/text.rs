//! Details as lines of text.

use std::fmt;

/// Writes a line for a value, unless there is none.
pub(super) fn line(f: &mut fmt::Formatter<'_>, name: &str, value: &str) -> fmt::Result {
    if value.is_empty() { Ok(()) } else { writeln!(f, "  {name:<20}{value}") }
}

/// Writes a line for a list, unless it is empty.
pub(super) fn list(f: &mut fmt::Formatter<'_>, name: &str, values: &[String]) -> fmt::Result {
    line(f, name, &values.join(", "))
}
