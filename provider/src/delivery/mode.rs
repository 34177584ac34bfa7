//! Permissions of files and folders.

use std::fmt;
use std::str::FromStr;

/// Permission bits, written as three or four octal digits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Mode(u32);

impl Mode {
    /// For the owner alone, to read and write.
    #[cfg(test)]
    pub(crate) const OWNER_FILE: Self = Self(0o600);
    /// For the owner alone, to enter and change.
    pub(crate) const OWNER_FOLDER: Self = Self(0o700);

    /// The bits.
    pub(crate) const fn bits(self) -> u32 {
        self.0
    }

    /// Permissions from the mode word of a file's metadata.
    pub(crate) const fn from_bits(bits: u32) -> Self {
        Self(bits & 0o7777)
    }

    /// Whether someone who is neither the owner nor in the group may read.
    pub(crate) const fn is_world_readable(self) -> bool {
        self.0 & 0o004 != 0
    }
}

impl FromStr for Mode {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let octal = (3..=4).contains(&text.len()) && text.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
        match u32::from_str_radix(text, 8) {
            Ok(bits) if octal => Ok(Self(bits)),
            _ => Err("must be three or four octal digits, such as \"0600\""),
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04o}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_and_four_digits_mean_the_same() {
        assert_eq!("600".parse::<Mode>(), "0600".parse());
        assert_eq!("600".parse::<Mode>().unwrap().to_string(), "0600");
        assert_eq!("4755".parse::<Mode>().unwrap().bits(), 0o4755);
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "60", "00600", "0o600", "689", "u=rw", "+600", " 600"] {
            assert!(text.parse::<Mode>().is_err(), "{text:?}");
        }
    }
}
