/// Declares an enumeration whose values are words of the configuration.
///
/// ```
/// tfplugin::string_enum! {
///     /// Where instances run.
///     pub enum Tenancy {
///         Default = "default",
///         Dedicated = "dedicated",
///     }
/// }
/// assert_eq!("dedicated".parse(), Ok(Tenancy::Dedicated));
/// let error = "shared".parse::<Tenancy>().unwrap_err();
/// assert_eq!(error, "\"shared\" is not one of \"default\", \"dedicated\"");
/// ```
#[macro_export]
macro_rules! string_enum {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        $vis enum $name {
            $($(#[$variant_meta])* #[doc = concat!("`", $text, "`")] $variant,)+
        }

        impl $name {
            /// The word in the configuration.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> std::result::Result<Self, String> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err(format!("{text:?} is not one of {}", [$(concat!("\"", $text, "\"")),+].join(", "))),
                }
            }
        }

        $crate::string_type!($name);
    };
}
