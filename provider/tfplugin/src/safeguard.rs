//! What copes with the ways of hosts and users, each with a switch for the tests.
//!
//! Builds with debug assertions leave out the safeguards that `GROUNDUP_TEST_WITHOUT` names, separated by commas, so
//! that a test can show what happens without one; in all other builds there is no switch.

macro_rules! safeguards {
    ($($(#[$meta:meta])+ $name:ident = $text:literal,)+) => {
        /// One way to cope with hosts and users.
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub(crate) enum Safeguard {
            $($(#[$meta])+ $name,)+
        }

        impl Safeguard {
            /// The name by which a test switches it off.
            const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }
        }
    };
}

safeguards! {
    /// An operation of which only a wait is missing, because the user ended it, is no failure.
    InterruptedWait = "interrupted-wait",
}

impl Safeguard {
    /// Whether it is to be used: always, but in tests that show what happens without it.
    pub(crate) fn is_on(self) -> bool {
        if !cfg!(debug_assertions) {
            return true;
        }
        let without = std::env::var("GROUNDUP_TEST_WITHOUT").unwrap_or_default();
        !without.split(',').any(|name| name == self.name())
    }
}
