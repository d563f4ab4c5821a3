use std::fmt;
use std::str::FromStr;

/// The name of an identity: the SHA-256 hash of the first change of its history.
///
/// Whoever is at the other end of a secure channel has proved that it owns its identifier. It is shown,
/// and parsed, as `I` and 64 hexadecimal digits.
///
/// # Examples
///
/// ```
/// use ockam_core::Identifier;
///
/// let identifier = Identifier::new([0xab; 32]);
/// let text = identifier.to_string();
/// assert_eq!(text, format!("I{}", "ab".repeat(32)));
/// assert_eq!(text.parse::<Identifier>()?, identifier);
/// # Ok::<(), ockam_core::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier([u8; 32]);

impl Identifier {
    /// Creates an identifier from its hash.
    pub const fn new(hash: [u8; 32]) -> Self {
        Self(hash)
    }

    /// Returns the hash.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("I")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Identifier {
    type Err = ParseIdentifierError;

    /// Reads an identifier. Digits may be of either case.
    fn from_str(text: &str) -> Result<Self, ParseIdentifierError> {
        let error = || ParseIdentifierError {
            text: text.chars().take(MAX_SHOWN_CHARS).collect(),
        };
        let digits = text.strip_prefix('I').ok_or_else(error)?.as_bytes();
        let mut hash = [0; 32];
        if digits.len() != 2 * hash.len() {
            return Err(error());
        }
        for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
            let (high, low) = (digit(pair[0]), digit(pair[1]));
            *byte = high.ok_or_else(error)? << 4 | low.ok_or_else(error)?;
        }
        Ok(Self(hash))
    }
}

fn digit(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|digit| digit as u8)
}

/// How much of a text that is no identifier its error shows, in characters.
const MAX_SHOWN_CHARS: usize = 80;

/// The error of a text that is not an [`Identifier`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParseIdentifierError {
    text: String,
}

impl fmt::Display for ParseIdentifierError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = &self.text;
        write!(
            f,
            "{text:?} is no identifier: it is `I` and 64 hexadecimal digits"
        )
    }
}

impl std::error::Error for ParseIdentifierError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_identifier_is_refused() {
        let digits = "0".repeat(64);
        let texts = [
            String::new(),
            "I".into(),
            digits.clone(),
            format!("i{digits}"),
            format!("I{digits}0"),
            format!("I{}", "0".repeat(63)),
            format!("I{}g", "0".repeat(63)),
            // Two bytes of one character, where two digits are due.
            format!("I{}é", "0".repeat(62)),
            format!("I+{}", "0".repeat(63)),
        ];
        for text in texts {
            let error = text.parse::<Identifier>().unwrap_err();
            assert!(
                error.to_string().contains("64 hexadecimal digits"),
                "{error}"
            );
        }
        let long = "x".repeat(1_000_000);
        assert!(long.parse::<Identifier>().unwrap_err().to_string().len() < 200);
    }
}
