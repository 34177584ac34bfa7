//! The name of an object to create.

use super::token::Token;

/// The name of an object to create: given, or made up.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Name {
    /// Exactly this.
    Given(String),
    /// A beginning, and hexadecimal digits that no other name has. A creation that is repeated makes up the same name.
    MadeUp {
        /// The beginning.
        prefix: String,
        /// How many digits follow, 32 at most.
        digits: usize,
    },
}

impl Name {
    /// The name in the creation with that token.
    pub(crate) fn of(&self, token: &Token) -> String {
        match self {
            Self::Given(name) => name.clone(),
            Self::MadeUp { prefix, digits } => {
                let random = token.as_str();
                format!("{prefix}{}", random.get(..*digits).unwrap_or(random))
            }
        }
    }
}

impl Default for Name {
    fn default() -> Self {
        Self::Given(String::new())
    }
}

impl From<&str> for Name {
    fn from(name: &str) -> Self {
        Self::Given(name.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_up_name_is_the_same_in_every_attempt() {
        let (token, name) = (Token::random(), Name::MadeUp { prefix: "k8s-".into(), digits: 8 });
        assert_eq!(name.of(&token), format!("k8s-{}", &token.as_str()[..8]));
        assert_ne!(name.of(&token), name.of(&Token::random()));
        assert_eq!(Name::from("k8s").of(&token), "k8s");
    }
}
