//! Names that the provider makes up, of the same form as in hashicorp/aws: a prefix, the time and a random number.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// How many characters follow the prefix: 18 digits of the time and 8 hexadecimal digits.
pub(crate) const SUFFIX: usize = 26;

/// The prefix of a name for which the configuration gives none.
pub(crate) const PREFIX: &str = "terraform-";

/// A name that nothing else has.
pub(crate) fn unique(prefix: &str, now: Timestamp) -> String {
    let time = now.to_zoned(TimeZone::UTC);
    let fraction = time.subsec_nanosecond() / 100_000;
    let random = u32::from_le_bytes(rand_bytes());
    format!("{prefix}{}{fraction:04}{random:08x}", time.strftime("%Y%m%d%H%M%S"))
}

/// The prefix of a name that was made up; `None` when it was not.
pub(crate) fn prefix(name: &str) -> Option<&str> {
    let (prefix, suffix) = name.split_at_checked(name.len().checked_sub(SUFFIX)?)?;
    let is_made_up = !prefix.is_empty() && suffix.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_made_up.then_some(prefix)
}

fn rand_bytes() -> [u8; 4] {
    let mut bytes = [0; 4];
    // The time alone is all but unique; without randomness the name is only a little less so.
    let _ = getrandom::fill(&mut bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_up_name_tells_its_prefix() {
        let now: Timestamp = "2026-03-04T05:06:07.89Z".parse().unwrap();
        let name = unique("k8s-", now);
        assert!(name.starts_with("k8s-202603040506078900"), "{name}");
        assert_eq!(name.len(), 4 + SUFFIX);
        assert_eq!(prefix(&name), Some("k8s-"));
        assert_ne!(name, unique("k8s-", now));
    }

    #[test]
    fn a_given_name_has_no_prefix() {
        for name in ["", "k8s", "k8s-cluster-from-ground-up-0000", "20260304050607890012345678"] {
            assert_eq!(prefix(name), None, "{name}");
        }
    }
}
