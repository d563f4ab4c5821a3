//! The text form of an address: `type#value`.
//!
//! Text is UTF-8 and a value is any bytes, so some bytes are escaped: `\\` is a backslash and `\xNN`
//! the byte NN. The escape `\xNN` is used for bytes that are not UTF-8, [invisible characters](crate::text),
//! blanks at either end, and the `=` of a `=>`. A route can therefore be split at its arrows before its addresses
//! are read.

use std::error::Error;
use std::fmt::{self, Write};
use std::str::FromStr;

use super::{Address, TransportType};
use crate::text::is_invisible;

/// The error that parsing an [`Address`] returns.
///
/// # Examples
///
/// ```
/// use ockam_core::Address;
///
/// let error = "tcp#127.0.0.1:4000".parse::<Address>().unwrap_err();
/// assert!(error.to_string().starts_with("`tcp#127.0.0.1:4000` is not an address: "));
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParseAddressError {
    text: String,
    why: &'static str,
}

impl fmt::Display for ParseAddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not an address: {}", self.text, self.why)
    }
}

impl Error for ParseAddressError {}

impl FromStr for Address {
    type Err = ParseAddressError;

    /// Parses `type#value`, where the type is a number from 0 to 255. Text without a `#` is the value
    /// of a local address.
    ///
    /// # Errors
    ///
    /// Returns a [`ParseAddressError`] if the text is empty, the type is not such a number, or an
    /// escape is not valid.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Address, TransportType};
    ///
    /// assert_eq!("echoer".parse(), Ok(Address::local("echoer")));
    /// assert_eq!("3#[::1]:80".parse(), Ok(Address::new(TransportType::WEB_SOCKET, "[::1]:80")));
    /// assert_eq!(r"0#a\x00b".parse(), Ok(Address::local("a\0b")));
    /// assert!("256#too-big".parse::<Address>().is_err());
    /// ```
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fail = |why| ParseAddressError {
            text: text.to_owned(),
            why,
        };
        let (transport, value) = match text.split_once('#') {
            None if text.is_empty() => return Err(fail("it is empty")),
            None => (TransportType::LOCAL, text),
            Some((number, value)) => {
                let plain = number.bytes().all(|digit| digit.is_ascii_digit());
                let number = number.parse().ok().filter(|_| plain);
                let number = number
                    .ok_or_else(|| fail("what stands before `#` has to be a type, 0 to 255"))?;
                (TransportType::new(number), value)
            }
        };
        let value = unescape(value).map_err(fail)?;
        Ok(Self::new(transport, value))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.transport().number(), Escaped(self.value()))
    }
}

/// Displays the value of an address, escaped.
struct Escaped<'a>(&'a [u8]);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What is plain, which is mostly all, is written as one piece.
        let plain = plain_prefix(self.0);
        f.write_str(plain)?;
        let mut rest = &self.0[plain.len()..];
        for chunk in rest.utf8_chunks() {
            for char in chunk.valid().chars() {
                let (this, after) = rest.split_at(char.len_utf8());
                let arrow = char == '=' && after.starts_with(b">");
                let margin = char.is_whitespace() && after.is_empty();
                match char {
                    '\\' => f.write_str("\\\\")?,
                    _ if arrow || margin || is_invisible(char) => escape(f, this)?,
                    _ => f.write_char(char)?,
                }
                rest = after;
            }
            escape(f, chunk.invalid())?;
            rest = &rest[chunk.invalid().len()..];
        }
        Ok(())
    }
}

/// Returns the first bytes, as long as none of them has to be escaped, wherever it stands.
fn plain_prefix(bytes: &[u8]) -> &str {
    let is_plain = |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'=');
    let length = bytes.iter().take_while(|byte| is_plain(byte)).count();
    std::str::from_utf8(&bytes[..length]).unwrap_or_default()
}

fn escape(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "\\x{byte:02x}"))
}

fn unescape(text: &str) -> Result<Vec<u8>, &'static str> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut pieces = text.split('\\');
    bytes.extend_from_slice(pieces.next().unwrap_or_default().as_bytes());
    while let Some(piece) = pieces.next() {
        if piece.is_empty() {
            // Two backslashes: what stands between them is empty, what follows is plain.
            let plain = pieces.next().ok_or("it ends within an escape")?;
            bytes.push(b'\\');
            bytes.extend_from_slice(plain.as_bytes());
            continue;
        }
        let (byte, plain) = hex_byte(piece).ok_or("after `\\` comes another one, or `xNN`")?;
        bytes.push(byte);
        bytes.extend_from_slice(plain.as_bytes());
    }
    Ok(bytes)
}

fn hex_byte(piece: &str) -> Option<(u8, &str)> {
    let (digits, plain) = piece.strip_prefix('x')?.split_at_checked(2)?;
    let plain_digits = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let byte = u8::from_str_radix(digits, 16)
        .ok()
        .filter(|_| plain_digits)?;
    Some((byte, plain))
}
