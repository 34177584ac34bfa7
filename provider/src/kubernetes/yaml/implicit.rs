//! Which bare words a YAML 1.1 reader, as in Kubernetes' tools, takes for something other than a string.

use std::str::FromStr;

use jiff::civil::{Date, Time};

#[rustfmt::skip]
const WORDS: &[&str] = &[
    "", "~", "null", "Null", "NULL",
    "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON",
    "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF",
    ".nan", ".NaN", ".NAN",
    ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF",
];

/// Whether the text, written without quotes, is read back as a string.
pub(super) fn is_string(text: &str) -> bool {
    !(WORDS.contains(&text) || is_number(text) || is_sexagesimal(text) || is_timestamp(text))
}

/// Whether `PyYAML`, with which cloud-init reads, takes it for a string too: it knows more ways to write a number, and
/// fails on two words.
pub(super) fn is_string_to_python(text: &str) -> bool {
    let figure = |c: char| c.is_ascii_hexdigit() || matches!(c, 'x' | '_' | '+' | '-' | '.' | ':');
    let is_number = text.starts_with(['+', '-', '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
        && text.contains(|c: char| c.is_ascii_digit())
        && text.chars().all(figure);
    is_string(text) && !is_number && !matches!(text, "<<" | "=")
}

fn is_number(text: &str) -> bool {
    match text.as_bytes().first() {
        Some(b'.') => is_decimal(text),
        Some(b'+' | b'-' | b'0'..=b'9') => {
            let ungrouped = text.replace('_', "");
            is_based_integer(&ungrouped) || is_decimal(&ungrouped)
        }
        _ => false,
    }
}

/// An integer that names its base, of up to 64 bits.
fn is_based_integer(text: &str) -> bool {
    let (sign, magnitude) = split_sign(text);
    let (radix, digits) = match magnitude.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &magnitude[2..]),
        [b'0', b'o' | b'O', ..] => (8, &magnitude[2..]),
        [b'0', b'b' | b'B', ..] => (2, &magnitude[2..]),
        _ => return false,
    };
    // These tools also read `0b-01`.
    let spelled = digits.chars().all(|c| c.is_digit(radix)) || (sign.is_empty() && text.starts_with("0b"));
    spelled
        && (i64::from_str_radix(&format!("{sign}{digits}"), radix).is_ok()
            || (sign.is_empty() && u64::from_str_radix(digits, radix).is_ok()))
}

/// A decimal number that a double can hold.
fn is_decimal(text: &str) -> bool {
    let spelled = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
    text.chars().all(spelled) && text.parse().is_ok_and(f64::is_finite)
}

/// A number in base 60, such as `12:30`: no longer read by these tools, but still quoted for others.
fn is_sexagesimal(text: &str) -> bool {
    let (_, magnitude) = split_sign(text);
    let (whole, fraction) = magnitude.split_once('.').unwrap_or((magnitude, ""));
    let mut places = whole.split(':');
    let leading = places.next().unwrap_or_default();
    let places: Vec<&[u8]> = places.map(str::as_bytes).collect();
    let grouped = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    leading.starts_with(|c: char| c.is_ascii_digit())
        && grouped(leading)
        && grouped(fraction)
        && !places.is_empty()
        && places.iter().all(|place| matches!(place, [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']))
}

/// A date, alone or with a time of day: `2024-1-2`, `2024-01-02T3:04:05.6+01:00`, `2024-01-02 03:04:05`.
fn is_timestamp(text: &str) -> bool {
    let (date, time) = text.split_at(text.find(['T', 't', ' ']).unwrap_or(text.len()));
    is_date(date)
        && match time.as_bytes().first() {
            None => true,
            Some(b' ') => is_time(time.trim_start_matches(' ')),
            Some(_) => split_zone(&time[1..]).is_some_and(is_time),
        }
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return false };
    year.len() == 4
        && digits(year, 4)
            .zip(digits(month, 2))
            .zip(digits(day, 2))
            .is_some_and(|((year, month), day)| Date::new(year, month, day).is_ok())
}

fn is_time(text: &str) -> bool {
    let (clock, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let parts: Vec<Option<i8>> = clock.split(':').map(|part| digits(part, 2)).collect();
    let [Some(hour), Some(minute), Some(second)] = parts[..] else { return false };
    Time::new(hour, minute, second, 0).is_ok()
        && !fraction.is_empty()
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
}

/// Takes `Z` or an offset such as `+01:00` off the end.
fn split_zone(text: &str) -> Option<&str> {
    if let Some(local) = text.strip_suffix('Z') {
        return Some(local);
    }
    let (local, offset) = text.split_at_checked(text.len().checked_sub(6)?)?;
    let (hour, minute) = offset.strip_prefix(['+', '-'])?.split_once(':')?;
    let fits = hour.len() == 2 && digits::<u8>(hour, 2)? <= 24 && digits::<u8>(minute, 2)? <= 60;
    fits.then_some(local)
}

fn split_sign(text: &str) -> (&str, &str) {
    text.split_at(usize::from(text.starts_with(['+', '-'])))
}

/// A number of one to `most` digits.
fn digits<T: FromStr>(text: &str, most: usize) -> Option<T> {
    let spelled = (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    spelled.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_spelling_are_not_strings() {
        for text in [
            "0",
            "-1",
            "+1",
            "1_000",
            "017",
            "0o17",
            "0x1F",
            "-0x1f",
            "0b11",
            "0b-01",
            "0xffffffffffffffff",
            "9999999999999999999999",
            "1.",
            ".5",
            "1e3",
            "-1.5E-3",
        ] {
            assert!(!is_string(text), "{text}");
        }
    }

    #[test]
    fn what_only_resembles_a_number_is_a_string() {
        assert!(is_string(&"9".repeat(400)), "no double holds it");
        assert!(is_string("0xfffffffffffffffff"), "68 bits");
        for text in
            ["-", "+", ".", "..", "_1", "0x", "0xg", "0b2", "1e", "1e400", "1.2.3", "1-2", "-inf", "+nan"]
        {
            assert!(is_string(text), "{text}");
        }
    }

    #[test]
    fn base_60_is_not_a_string() {
        for text in ["12:30", "1:2:3", "-190:20:30.15", "1_0:59."] {
            assert!(!is_string(text), "{text}");
        }
        for text in ["12:60", "12:", ":30", "a:30", "12:301", "10.32.0.1:6443"] {
            assert!(is_string(text), "{text}");
        }
    }

    #[test]
    fn dates_are_not_strings() {
        for text in [
            "2024-01-01",
            "2024-2-29",
            "2024-01-02T03:04:05Z",
            "2024-1-2t3:4:5.678+24:60",
            "2024-01-02 03:04:05",
            "2024-01-02   3:4:5,6",
        ] {
            assert!(!is_string(text), "{text}");
        }
        for text in
            ["2023-02-29", "2024-13-01", "24-01-01", "2024-01-02T03:04:05", "2024-01-02 24:00:00", "2024-01"]
        {
            assert!(is_string(text), "{text}");
        }
    }
}
