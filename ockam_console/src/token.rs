use std::fmt;

use ockam_core::{Error, ErrorKind, Result};
use subtle::ConstantTimeEq;

/// The shortest token, in bytes.
const MIN_BYTES: usize = 16;

/// What clients have to know.
#[derive(Clone)]
pub(crate) struct Token(String);

impl Token {
    pub(crate) fn new(token: String) -> Self {
        Self(token)
    }

    /// Checks that it can be sent in a header, and is not too easy to guess.
    pub(crate) fn check(&self) -> Result<()> {
        let is_visible = self.0.bytes().all(|byte| byte.is_ascii_graphic());
        match is_visible && self.0.len() >= MIN_BYTES {
            true => Ok(()),
            false => {
                let why = format!(
                    "the token of a console has at least {MIN_BYTES} bytes of visible ASCII"
                );
                Err(Error::new(ErrorKind::InvalidInput, why))
            }
        }
    }

    /// Returns whether the value of an `Authorization` header has this token. The time that it takes tells no more
    /// than the length of the token.
    pub(crate) fn is_in(&self, authorization: &[u8]) -> bool {
        const SCHEME: &[u8] = b"Bearer ";
        let Some((scheme, token)) = authorization.split_at_checked(SCHEME.len()) else {
            return false;
        };
        scheme.eq_ignore_ascii_case(SCHEME) && token.ct_eq(self.0.as_bytes()).into()
    }
}

/// Shows nothing of it.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::Token;

    #[test]
    fn a_token_is_compared_as_a_whole() {
        let token = Token::new("0123456789abcdef".to_owned());
        token.check().unwrap();
        assert!(token.is_in(b"Bearer 0123456789abcdef"));
        assert!(token.is_in(b"bearer 0123456789abcdef"));
        for wrong in [
            "",
            "Bearer ",
            "Bearer",
            "0123456789abcdef",
            "Basic 0123456789abcdef",
            "Bearer 0123456789abcde",
            "Bearer 0123456789abcdeF",
            "Bearer 0123456789abcdef0",
            "Bearer  0123456789abcdef",
        ] {
            assert!(!token.is_in(wrong.as_bytes()), "{wrong}");
        }
    }

    #[test]
    fn a_token_that_is_short_or_no_header_is_refused_and_never_printed() {
        for wrong in [
            "",
            "0123456789abcde",
            "0123456789abcde\n",
            "0123456789abcdeé",
        ] {
            assert!(Token::new(wrong.to_owned()).check().is_err(), "{wrong}");
        }
        let token = Token::new("0123456789abcdef".to_owned());
        assert_eq!(format!("{token:?}"), "Token(..)");
    }
}
