//! The mark of one creation, by which an object that nobody was told of is found again.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Tags;
use crate::tags::{CREATE_TOKEN, MAX_TAGS};

const DIGITS: usize = 32;

/// The mark of one creation: the client token of calls that take one, and a tag of objects that have tags.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub(crate) struct Token(String);

impl Token {
    /// A token that no other creation has.
    pub(crate) fn random() -> Self {
        Self(std::iter::repeat_with(|| fastrand::digit(16)).take(DIGITS).collect())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The tag that carries the token. An object with as many tags as can be has no room for it.
    pub(crate) fn tag(&self, tags: &Tags) -> Option<(String, String)> {
        (tags.len() < MAX_TAGS).then(|| (CREATE_TOKEN.to_owned(), self.0.clone()))
    }

    /// Whether an object with these tags carries the token.
    pub(crate) fn is_in(&self, tags: &Tags) -> bool {
        tags.get(CREATE_TOKEN) == Some(&self.0)
    }

    /// The token in the tags of an object.
    pub(crate) fn of(tags: &Tags) -> Option<Self> {
        tags.get(CREATE_TOKEN).cloned().map(Self)
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_fits_where_client_tokens_and_tags_go() {
        let token = Token::random();
        assert_eq!(token.as_str().len(), DIGITS);
        assert!(token.as_str().bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_ne!(token, Token::random());
    }

    #[test]
    fn the_last_tag_is_the_users() {
        let mut tags: Tags = (0..49).map(|n| (format!("k{n}"), String::new())).collect();
        let token = Token::random();
        let (key, value) = token.tag(&tags).unwrap();
        assert_eq!((key.as_str(), value.as_str()), ("groundup:create-token", token.as_str()));
        tags.insert(key, value);
        assert!(token.is_in(&tags));
        assert_eq!(Token::of(&tags), Some(token));
        assert_eq!(Token::random().tag(&tags), None);
    }
}
