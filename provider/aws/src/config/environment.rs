//! The environment of this process.

use std::path::{Path, PathBuf};

/// A variable that is set to something.
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

pub(crate) fn is_set(name: &str) -> bool {
    variable(name).is_some()
}

/// A path with the home directory for a leading `~`, as the AWS tools understand it.
pub(crate) fn expand_home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), std::env::home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_leading_tilde_is_home() {
        let home = std::env::home_dir().unwrap();
        assert_eq!(expand_home(Path::new("~/.aws/config")), home.join(".aws/config"));
        assert_eq!(expand_home(Path::new("/etc/~/config")), Path::new("/etc/~/config"));
        assert_eq!(expand_home(Path::new("~other/config")), Path::new("~other/config"));
    }
}
