//! The form of an error in a message.

use std::error::Error as StdError;
use std::fmt::{self, Write};

use serde_core::de::{Deserialize, Deserializer, Visitor};
use serde_core::ser::{Serialize, Serializer};

use super::error_impl::{BoxedError, Text, causes};
use super::{Error, ErrorKind};

/// The largest number of bytes of the text of an error, and of each cause, in a message.
const MAX_TEXT_BYTES: usize = 4_096;

/// The largest number of causes of an error in a message. The outer ones are kept.
const MAX_CAUSES: usize = 16;

/// The name of its type.
const NAME: &str = "Error";

/// The kind, the text, and the texts of the causes. The kind is a text as well, so that more can be added.
type Parts = (String, String, Vec<String>);

/// Errors can be sent in messages: with their kind, their text and those of their causes.
///
/// On one node, an error is moved as it is. To another node, each text is cut after 4 KiB, and at most 16 causes are
/// kept; a message that was not delivered stays behind. A kind that the other node doesn't know is `Other` there.
///
/// # Examples
///
/// ```
/// use ockam_core::{Error, ErrorKind, Message, Result};
///
/// fn can_be_sent<M: Message>(message: M) -> M {
///     message
/// }
///
/// let failed: Result<u64> = Err(Error::new(ErrorKind::Denied, "closed today"));
/// assert_eq!(can_be_sent(failed).unwrap_err().kind(), ErrorKind::Denied);
/// ```
impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let source = StdError::source(&*self.0);
        let causes = causes(source).take(MAX_CAUSES).map(bounded);
        let parts: Parts = (
            self.kind().to_string(),
            bounded(&self.0),
            causes.collect::<Vec<_>>(),
        );
        serializer.serialize_newtype_struct(NAME, &parts)
    }
}

impl<'de> Deserialize<'de> for Error {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(NAME, ErrorVisitor)
    }
}

struct ErrorVisitor;

impl<'de> Visitor<'de> for ErrorVisitor {
    type Value = Error;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an error: its kind, its text and its causes")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Error, D::Error> {
        let (kind, text, causes) = Parts::deserialize(inner)?;
        let kind = ErrorKind::named(&kind);
        let error = |text: &String, source| {
            Error::from_parts(kind, Text::Own(bounded(text).into()), source)
        };
        let causes = causes.iter().take(MAX_CAUSES).rev();
        let source = causes.fold(None, |source, text| {
            Some(BoxedError::from(error(text, source)))
        });
        Ok(error(&text, source))
    }
}

/// Writes a text, and cuts it where it is too long. A `Display` that fails ends it, too.
fn bounded(text: impl fmt::Display) -> String {
    let mut bounded = Bounded {
        text: String::new(),
        is_cut: false,
    };
    // The rest is left out.
    let _ = write!(bounded, "{text}");
    bounded.text
}

struct Bounded {
    text: String,
    is_cut: bool,
}

impl Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = MAX_TEXT_BYTES - self.text.len();
        if self.is_cut {
            return Err(fmt::Error);
        }
        if text.len() <= room {
            self.text.push_str(text);
            return Ok(());
        }
        let ends = text.char_indices().map(|(at, char)| at + char.len_utf8());
        let end = ends.take_while(|end| *end <= room).last().unwrap_or(0);
        self.text.push_str(&text[..end]);
        self.is_cut = true;
        Err(fmt::Error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Result;
    use crate::message::Message;

    fn sent(error: &Error) -> Error {
        let mut bytes = Vec::new();
        error.write_body(&mut bytes).expect("it can be written");
        Error::read_body(&bytes, error.body_type()).expect("it can be read")
    }

    #[test]
    fn kind_text_and_causes_arrive() {
        let inner = std::io::Error::other("no such file");
        let error = Error::from_boxed(inner.into());
        let error = error.context("it was not read").context("it did not start");
        let got = sent(&error);
        assert_eq!(format!("{got:#}"), format!("{error:#}"));
        assert_eq!(got.kind(), error.kind());
        let denied = Error::new(ErrorKind::Denied, "closed today");
        assert_eq!(sent(&denied).kind(), ErrorKind::Denied);
    }

    #[test]
    fn every_kind_has_its_name() {
        for kind in ErrorKind::ALL {
            assert_eq!(ErrorKind::named(&kind.to_string()), kind);
        }
        assert_eq!(ErrorKind::named("of the future"), ErrorKind::Other);
    }

    #[test]
    fn long_texts_and_many_causes_are_cut() {
        let mut error = Error::new(ErrorKind::Other, "ä".repeat(MAX_TEXT_BYTES));
        for _ in 0..100 {
            error = error.context("é".repeat(MAX_TEXT_BYTES));
        }
        let got = sent(&error);
        assert_eq!(got.to_string(), "é".repeat(MAX_TEXT_BYTES / 2));
        let source = StdError::source(&*got.0);
        assert_eq!(causes(source).count(), MAX_CAUSES);
    }

    #[test]
    fn results_can_be_sent() {
        let failed: Result<u64> = Err(Error::new(ErrorKind::TimedOut, "too late"));
        let mut bytes = Vec::new();
        failed.write_body(&mut bytes).expect("it can be written");
        let got = Result::<u64>::read_body(&bytes, failed.body_type());
        let got = got.expect("it can be read").unwrap_err();
        assert_eq!(
            (got.kind(), got.to_string().as_str()),
            (ErrorKind::TimedOut, "too late")
        );
    }
}
