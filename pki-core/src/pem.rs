//! Splitting PEM text into blocks (RFC 7468).

use pem_rfc7468::{Decoder, LineEnding};
use zeroize::Zeroizing;

/// No certificate bundle of a cluster comes near this size, in bytes.
const MAX_SIZE: usize = 1 << 20;
/// Nor this number of blocks; the largest bundles of public authorities have about 150.
const MAX_BLOCKS: usize = 512;
const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// A PEM text is malformed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PemError {
    /// There is no PEM block at all.
    #[error("no PEM block found: expected `-----BEGIN {expected}-----`")]
    Missing {
        /// The label that was looked for.
        expected: &'static str,
    },
    /// The text is larger than anything this library reads.
    #[error("the PEM text is larger than 1 MiB")]
    TooLarge,
    /// There are more blocks than anything this library reads.
    #[error("the PEM text has more than 512 blocks")]
    TooMany,
    /// Another kind of block was found.
    #[error("expected a PEM block `{expected}`, found `{found}`")]
    Label {
        /// The label that was looked for.
        expected: &'static str,
        /// The label that was found.
        found: String,
    },
    /// More than one block where exactly one is wanted.
    #[error("expected one PEM block, found {count}")]
    Several {
        /// How many there are.
        count: usize,
    },
    /// Text before, between or after blocks.
    #[error("line {line} is outside of any PEM block")]
    Outside {
        /// Number of the line, from 1.
        line: usize,
    },
    /// A block has no matching end line.
    #[error("the PEM block that begins in line {line} has no matching `-----END` line")]
    Unterminated {
        /// Number of the line with the `BEGIN`, from 1.
        line: usize,
    },
    /// The block carries headers, as OpenSSL's old encrypted keys do.
    #[error("the PEM block in line {line} has headers, which RFC 7468 does not allow")]
    Headers {
        /// Number of the line with the `BEGIN`, from 1.
        line: usize,
    },
    /// The body of a block is not base64.
    #[error("the PEM block that begins in line {line} is not valid base64")]
    Base64 {
        /// Number of the line with the `BEGIN`, from 1.
        line: usize,
    },
}

/// What to do with text outside of the blocks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Surroundings {
    /// RFC 7468 §5.2 allows explanatory text around certificates.
    Ignored,
    Refused,
}

/// One decoded block. The content may be a private key, so it is wiped.
pub(crate) struct Block {
    pub(crate) label: String,
    pub(crate) der: Zeroizing<Vec<u8>>,
}

/// A block of a PEM text (RFC 7468), whatever is in it. Its content is wiped when dropped, and its `Debug` form does not
/// show it.
///
/// ```
/// use pki_core::PemBlock;
///
/// let blocks = PemBlock::parse_all("-----BEGIN X509 CRL-----\nAQID\n-----END X509 CRL-----\n")?;
/// assert_eq!((blocks[0].label(), blocks[0].der()), ("X509 CRL", [1, 2, 3].as_slice()));
/// # Ok::<(), pki_core::PemError>(())
/// ```
pub struct PemBlock(Block);

impl PemBlock {
    /// All blocks of a text, in order; text around them is ignored.
    ///
    /// # Errors
    ///
    /// Fails when a block is not terminated, has headers, or is not base64, and when the text is larger than 1 MiB.
    pub fn parse_all(text: &str) -> Result<Vec<Self>, PemError> {
        Ok(blocks(text, Surroundings::Ignored)?.into_iter().map(Self).collect())
    }

    /// What the block says it is, such as `CERTIFICATE`.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.0.label
    }

    /// The content.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }
}

impl std::fmt::Debug for PemBlock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PemBlock").field("label", &self.0.label).finish_non_exhaustive()
    }
}

/// All blocks of a text, in order.
pub(crate) fn blocks(text: &str, surroundings: Surroundings) -> Result<Vec<Block>, PemError> {
    if text.len() > MAX_SIZE {
        return Err(PemError::TooLarge);
    }
    let mut blocks = Vec::new();
    let mut open: Option<Open> = None;
    let mut start = 0;
    for (index, raw) in text.split_inclusive('\n').enumerate() {
        let (line, number) = (raw.trim_end(), index + 1);
        let end = start + raw.len();
        match &open {
            None if line.starts_with(BEGIN)
                && line.ends_with(DASHES)
                && line.len() > BEGIN.len() + DASHES.len() =>
            {
                open =
                    Some(Open { line: number, start, label: &line[BEGIN.len()..line.len() - DASHES.len()] });
            }
            None if surroundings == Surroundings::Refused && !line.is_empty() => {
                return Err(PemError::Outside { line: number });
            }
            Some(begun) if line.starts_with(END) => {
                if line.get(END.len()..line.len().saturating_sub(DASHES.len())) != Some(begun.label) {
                    return Err(PemError::Unterminated { line: begun.line });
                }
                if blocks.len() == MAX_BLOCKS {
                    return Err(PemError::TooMany);
                }
                blocks.push(begun.decode(&text[begun.start..start + line.len()])?);
                open = None;
            }
            _ => {}
        }
        start = end;
    }
    match open {
        Some(begun) => Err(PemError::Unterminated { line: begun.line }),
        None => Ok(blocks),
    }
}

/// The content of the only block, which must have the label `expected`.
pub(crate) fn single(
    text: &str,
    expected: &'static str,
    surroundings: Surroundings,
) -> Result<Zeroizing<Vec<u8>>, PemError> {
    let mut blocks = labelled(text, expected, surroundings)?;
    match (blocks.pop(), blocks.len()) {
        (Some(only), 0) => Ok(only),
        (Some(_), others) => Err(PemError::Several { count: others + 1 }),
        (None, _) => Err(PemError::Missing { expected }),
    }
}

/// The contents of one block or more, which must all have the label `expected`.
pub(crate) fn labelled(
    text: &str,
    expected: &'static str,
    surroundings: Surroundings,
) -> Result<Vec<Zeroizing<Vec<u8>>>, PemError> {
    let blocks = blocks(text, surroundings)?;
    if blocks.is_empty() {
        return Err(PemError::Missing { expected });
    }
    blocks
        .into_iter()
        .map(|block| match block.label {
            label if label == expected => Ok(block.der),
            found => Err(PemError::Label { expected, found }),
        })
        .collect()
}

/// A block with its label and a final newline.
pub(crate) fn encode(label: &str, der: &[u8]) -> String {
    // The only errors of the encoder are a label that is not ASCII and a length beyond the address space.
    pem_rfc7468::encode_string(label, LineEnding::LF, der).unwrap_or_default()
}

struct Open<'a> {
    line: usize,
    start: usize,
    label: &'a str,
}

impl Open<'_> {
    fn decode(&self, block: &str) -> Result<Block, PemError> {
        let base64 = PemError::Base64 { line: self.line };
        if block.lines().skip(1).any(|line| line.contains(':')) {
            return Err(PemError::Headers { line: self.line });
        }
        let mut decoder = Decoder::new_detect_wrap(block.as_bytes()).map_err(|_| base64.clone())?;
        let mut der = Zeroizing::new(Vec::with_capacity(decoder.remaining_len()));
        decoder.decode_to_end(&mut der).map_err(|_| base64)?;
        Ok(Block { label: self.label.to_owned(), der })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TWO: &str = "-----BEGIN A-----\nAQID\n-----END A-----\n-----BEGIN A-----\nBAUG\n-----END A-----\n";

    fn error(text: &str) -> String {
        match single(text, "A", Surroundings::Refused) {
            Ok(_) => "no error".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn reads_blocks_in_order() {
        let contents = labelled(TWO, "A", Surroundings::Refused).unwrap();
        assert_eq!(contents.iter().map(|der| der.to_vec()).collect::<Vec<_>>(), [[1, 2, 3], [4, 5, 6]]);
    }

    #[test]
    fn accepts_windows_line_ends_and_long_lines() {
        let long = format!("-----BEGIN A-----\r\n{}\r\n-----END A-----\r\n", "AAAA".repeat(19));
        assert_eq!(single(&long, "A", Surroundings::Refused).unwrap().len(), 57);
    }

    #[test]
    fn ignores_explanations_only_where_allowed() {
        let text = format!("subject: x\n{}", &TWO[..42]);
        assert_eq!(single(&text, "A", Surroundings::Ignored).unwrap().to_vec(), [1, 2, 3]);
        assert_eq!(error(&text), "line 1 is outside of any PEM block");
    }

    #[test]
    fn names_the_fault() {
        assert_eq!(error(""), "no PEM block found: expected `-----BEGIN A-----`");
        assert_eq!(error("garbage"), "line 1 is outside of any PEM block");
        assert_eq!(error(TWO), "expected one PEM block, found 2");
        assert_eq!(
            error("-----BEGIN A-----\nAQID\n"),
            "the PEM block that begins in line 1 has no matching `-----END` line"
        );
        assert_eq!(
            error("-----BEGIN A-----\nAQID\n-----END B-----\n"),
            "the PEM block that begins in line 1 has no matching `-----END` line"
        );
        assert_eq!(
            error("-----BEGIN A-----\nA?ID\n-----END A-----\n"),
            "the PEM block that begins in line 1 is not valid base64"
        );
        assert_eq!(
            error("-----BEGIN B-----\nAQID\n-----END B-----\n"),
            "expected a PEM block `A`, found `B`"
        );
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,200}") {
            let _ = blocks(&text, Surroundings::Ignored);
        }

        #[test]
        fn never_panics_near_pem(body in "[-A-Za-z0-9+/= :\r\n]{0,120}", label in "[A-Z -]{0,12}") {
            let _ = blocks(&format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----"), Surroundings::Refused);
        }

        #[test]
        fn reads_what_it_writes(der in proptest::collection::vec(any::<u8>(), 1..300)) {
            let read = single(&encode("CERTIFICATE", &der), "CERTIFICATE", Surroundings::Refused).unwrap();
            prop_assert_eq!(read.to_vec(), der);
        }
    }
}
