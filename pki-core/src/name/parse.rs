//! Reading the text form of a name.

use std::str::FromStr;

use super::{DistinguishedName, NameAttribute};
use crate::suggest::{DidYouMean, nearest};

/// A text is not a distinguished name.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseNameError {
    /// A part has no equals sign.
    #[error("`{part}` is not of the form `CN=name`")]
    NoValue {
        /// The part as given.
        part: String,
    },
    /// A part names an attribute that [`DistinguishedName`] does not have.
    #[error("unknown attribute `{name}` of a distinguished name{}", DidYouMean(*.suggestion))]
    UnknownAttribute {
        /// The name as given.
        name: String,
        /// The nearest known name.
        suggestion: Option<&'static str>,
    },
    /// An attribute that can occur once occurs twice.
    #[error("the attribute `{name}` occurs more than once")]
    Repeated {
        /// Short name of the attribute.
        name: &'static str,
    },
    /// Several attributes are joined by `+`.
    #[error(
        "a `+` joins two attributes, which is not supported; escape it as `\\+` if it belongs to a value"
    )]
    MultiValued,
    /// A backslash is followed by neither a special character nor two hexadecimal digits.
    #[error("`\\` must be followed by a special character or by two hexadecimal digits that make UTF-8")]
    Escape,
    /// A value is given as hexadecimal digits of its encoding.
    #[error("values in hexadecimal digits (`#...`) are not supported")]
    Encoded,
}

/// Reads the text form of RFC 4514, as [`Display`](std::fmt::Display) prints it: the most specific attribute first. The
/// values are not checked; see [`DistinguishedName::check`].
///
/// ```
/// use pki_core::DistinguishedName;
///
/// let name: DistinguishedName = "CN=admin,O=Acme\\, Inc.,C=GB".parse()?;
/// assert_eq!(name.organization, ["Acme, Inc."]);
/// # Ok::<(), pki_core::ParseNameError>(())
/// ```
impl FromStr for DistinguishedName {
    type Err = ParseNameError;

    fn from_str(text: &str) -> Result<Self, ParseNameError> {
        let mut name = Self::default();
        if text.is_empty() {
            return Ok(name);
        }
        for part in split(text, ',').into_iter().rev() {
            if split(part, '+').len() > 1 {
                return Err(ParseNameError::MultiValued);
            }
            let no_value = || ParseNameError::NoValue { part: part.to_owned() };
            let (key, value) = part.split_once('=').ok_or_else(no_value)?;
            name.add(attribute(key.trim())?, unescape(trim(value))?)?;
        }
        Ok(name)
    }
}

impl DistinguishedName {
    fn add(&mut self, attribute: NameAttribute, value: String) -> Result<(), ParseNameError> {
        let single = match attribute {
            NameAttribute::Organization => return push(&mut self.organization, value),
            NameAttribute::OrganizationalUnit => return push(&mut self.organizational_unit, value),
            NameAttribute::StreetAddress => return push(&mut self.street_address, value),
            NameAttribute::CommonName => &mut self.common_name,
            NameAttribute::Locality => &mut self.locality,
            NameAttribute::Province => &mut self.province,
            NameAttribute::Country => &mut self.country,
            NameAttribute::PostalCode => &mut self.postal_code,
            NameAttribute::SerialNumber => &mut self.serial_number,
            NameAttribute::EmailAddress => &mut self.email_address,
        };
        match single.replace(value) {
            None => Ok(()),
            Some(_) => Err(ParseNameError::Repeated { name: attribute.short_name() }),
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "an arm among others")]
fn push(values: &mut Vec<String>, value: String) -> Result<(), ParseNameError> {
    values.push(value);
    Ok(())
}

fn attribute(key: &str) -> Result<NameAttribute, ParseNameError> {
    let all = NameAttribute::ALL;
    all.into_iter().find(|attribute| attribute.short_name().eq_ignore_ascii_case(key)).ok_or_else(|| {
        let suggestion = nearest(key, all.into_iter().map(NameAttribute::short_name));
        ParseNameError::UnknownAttribute { name: key.to_owned(), suggestion }
    })
}

/// The parts between separators that no backslash precedes.
fn split(text: &str, separator: char) -> Vec<&str> {
    let (mut parts, mut start, mut escaped) = (Vec::new(), 0, false);
    for (index, c) in text.char_indices() {
        if c == separator && !escaped {
            parts.push(&text[start..index]);
            start = index + c.len_utf8();
        }
        escaped = c == '\\' && !escaped;
    }
    parts.push(&text[start..]);
    parts
}

/// Without the spaces around it, of which an escaped one is none.
fn trim(value: &str) -> &str {
    let value = value.trim_start_matches(' ');
    let trimmed = value.trim_end_matches(' ');
    let backslashes = trimmed.len() - trimmed.trim_end_matches('\\').len();
    let kept = trimmed.len() + usize::from(backslashes % 2 == 1 && trimmed.len() < value.len());
    &value[..kept]
}

fn unescape(value: &str) -> Result<String, ParseNameError> {
    if value.starts_with('#') {
        return Err(ParseNameError::Encoded);
    }
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.chars();
    while let Some(c) = rest.next() {
        if c == '\\' {
            bytes.push(escaped(&mut rest).ok_or(ParseNameError::Escape)?);
        } else {
            bytes.extend(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
    String::from_utf8(bytes).map_err(|_| ParseNameError::Escape)
}

/// The byte behind a backslash: a special character, or two hexadecimal digits.
fn escaped(rest: &mut std::str::Chars<'_>) -> Option<u8> {
    let first = rest.next()?;
    if r#""+,;<>\ #="#.contains(first) {
        return u8::try_from(first).ok();
    }
    u8::try_from(first.to_digit(16)? * 16 + rest.next()?.to_digit(16)?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_what_others_write() {
        let name: DistinguishedName = "cn=a\\+b, O = Acme\\2C Inc. ,O=\\ x\\ ,C=GB".parse().unwrap();
        assert_eq!(name.common_name.as_deref(), Some("a+b"));
        assert_eq!(name.organization, [" x ", "Acme, Inc."]);
        assert_eq!(name.to_string(), "CN=a\\+b,O=Acme\\, Inc.,O=\\ x\\ ,C=GB");
        assert_eq!("CN=\\C3\\A4".parse::<DistinguishedName>().unwrap().common_name.as_deref(), Some("ä"));
        assert_eq!("".parse(), Ok(DistinguishedName::default()));
    }

    #[test]
    fn says_what_it_cannot_read() {
        let error = |text: &str| text.parse::<DistinguishedName>().unwrap_err().to_string();
        assert_eq!(error("admin"), "`admin` is not of the form `CN=name`");
        assert_eq!(
            error("STRET=x"),
            "unknown attribute `STRET` of a distinguished name (did you mean `STREET`?)"
        );
        assert_eq!(error("CN=a,CN=b"), "the attribute `CN` occurs more than once");
        assert_eq!(
            error("CN=a+OU=b"),
            "a `+` joins two attributes, which is not supported; escape it as `\\+` if it belongs to a value"
        );
        assert_eq!(error("CN=#0c01"), "values in hexadecimal digits (`#...`) are not supported");
        for bad in ["CN=\\", "CN=\\x1", "CN=\\ff"] {
            assert_eq!(bad.parse::<DistinguishedName>(), Err(ParseNameError::Escape), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn reads_what_it_prints(common in "\\PC{1,20}", organization in prop::collection::vec("[ #+,a\"\\\\]{1,8}", 0..3)) {
            let name = DistinguishedName { organization, ..DistinguishedName::common(common) };
            prop_assert_eq!(name.to_string().parse::<DistinguishedName>(), Ok(name));
        }

        #[test]
        fn never_panics(text in "\\PC{0,40}") {
            let _ = text.parse::<DistinguishedName>();
        }
    }
}
