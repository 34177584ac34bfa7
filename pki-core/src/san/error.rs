//! What can be wrong with a subject alternative name.

/// A text is not a subject alternative name.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SanError {
    /// Empty, or nothing but spaces.
    #[error("a subject alternative name is empty")]
    Empty,
    /// A range where a single address is wanted.
    #[error(
        "`{value}` is an address range, but a certificate names single addresses (did you mean `{address}`?)"
    )]
    Range {
        /// The text as given.
        value: String,
        /// The address before the slash.
        address: String,
    },
    /// An IPv6 address with a zone.
    #[error("`{value}` has a zone, which has a meaning on one machine only; a certificate cannot carry it")]
    Zone {
        /// The text as given.
        value: String,
    },
    /// An IPv6 address in brackets.
    #[error("`{value}` is in brackets (did you mean `{address}`?)")]
    Brackets {
        /// The text as given.
        value: String,
        /// The address inside.
        address: String,
    },
    /// An IPv6 address that stands for an IPv4 address.
    #[error(
        "`{value}` is an IPv4 address in the form of IPv6, which verifiers do not match (did you mean `{address}`?)"
    )]
    MappedAddress {
        /// The text as given.
        value: String,
        /// The IPv4 address.
        address: String,
    },
    /// An IP address was wanted.
    #[error("`{value}` is not an IP address")]
    NotAnAddress {
        /// The text as given.
        value: String,
    },
    /// A DNS name was wanted, and it is an IP address, which verifiers do not look for among DNS names.
    #[error("`{value}` is the IP address {address}, not a DNS name")]
    AddressAsName {
        /// The text as given.
        value: String,
        /// The address.
        address: String,
    },
    /// A name that ends with a number, which verifiers take for a mistyped IPv4 address.
    #[error("`{value}` is not a DNS name: its last label `{label}` is a number")]
    NumericEnd {
        /// The text as given.
        value: String,
        /// The label.
        label: String,
    },
    /// A port after a host.
    #[error("`{value}` has a port, which certificates do not name (did you mean `{host}`?)")]
    Port {
        /// The text as given.
        value: String,
        /// The part before the colon.
        host: String,
    },
    /// A slash in something that is no URI.
    #[error("`{value}` is a path, not a DNS name")]
    Path {
        /// The text as given.
        value: String,
    },
    /// A dot at the end.
    #[error("`{value}` ends with a dot, which a certificate must not carry (did you mean `{name}`?)")]
    TrailingDot {
        /// The text as given.
        value: String,
        /// The name without it.
        name: String,
    },
    /// Two dots in a row, or one at the beginning.
    #[error("`{value}` is not a DNS name: it has an empty label")]
    EmptyLabel {
        /// The text as given.
        value: String,
    },
    /// A character that DNS names do not have.
    #[error("`{value}` is not a DNS name: it contains {character:?}")]
    Character {
        /// The text as given.
        value: String,
        /// The first such character.
        character: char,
    },
    /// A label or the whole is too long.
    #[error("`{value}` is not a DNS name: {part} has {length} characters, and {maximum} are allowed")]
    TooLong {
        /// The text as given.
        value: String,
        /// "a label" or "it".
        part: &'static str,
        /// How long the part is.
        length: usize,
        /// How long it may be.
        maximum: usize,
    },
    /// A label begins or ends with a hyphen.
    #[error("`{value}` is not a DNS name: a label begins or ends with a hyphen")]
    Hyphen {
        /// The text as given.
        value: String,
    },
    /// An asterisk anywhere but as the whole first label before at least two others.
    #[error("`{value}` is not a valid wildcard: only `*.` before a name of at least two labels is")]
    Wildcard {
        /// The text as given.
        value: String,
    },
    /// An internationalised name that IDNA does not allow.
    #[error("`{value}` is not a valid internationalised DNS name")]
    Idna {
        /// The text as given.
        value: String,
    },
    /// Not an e-mail address.
    #[error("`{value}` is not an e-mail address: {problem}")]
    Email {
        /// The text as given.
        value: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// Not an absolute URI.
    #[error("`{value}` is not an absolute URI: {problem}")]
    Uri {
        /// The text as given.
        value: String,
        /// What is wrong.
        problem: String,
    },
    /// A name in a certificate or request is of a kind that is not supported.
    #[error("subject alternative names of the kind {kind} are not supported")]
    Kind {
        /// Which kind.
        kind: &'static str,
    },
}
