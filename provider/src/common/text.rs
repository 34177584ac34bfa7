//! Texts of AWS that are checked once and then kept as they are.

/// A type of texts that `check` accepts: `checked_text!(/// An id. VpcId, IdError, |text| check(text))`.
macro_rules! checked_text {
    ($(#[$meta:meta])* $name:ident, $error:ty, |$text:ident| $check:expr) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub(crate) struct $name(String);

        impl $name {
            /// The text as AWS writes it.
            #[allow(dead_code, reason = "some are only compared")]
            pub(crate) fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $error;

            fn from_str($text: &str) -> Result<Self, $error> {
                $check?;
                Ok(Self($text.to_owned()))
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        tfplugin::string_type!($name);
    };
}

pub(crate) use checked_text;
