//! What is in one message of the bus.
//!
//! ```text
//!  hello    1 version window          asks for a stream; the reply subject is that of its sender
//!  welcome  2 version window          answers; the reply subject is the peer's from now on
//!  refused  3 text                    answers, too
//!  bytes    4 number bytes            the next bytes of the stream
//!  window   5 number total            how much of the stream has been read
//!  end      6 number                  no more bytes come
//!  reset    7                         nobody knows the stream
//!  card     8 card                    what a node says of itself
//!  who      9                         asks all nodes for their cards
//! ```
//!
//! All that one side of a stream sends behind the greeting is numbered, from 0 on. Numbers are big-endian.

use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};

/// The version of all this. A node answers others of its own version only.
pub(crate) const VERSION: u8 = 1;

/// How many bytes there are in front of those of a stream.
pub(crate) const BYTES_HEAD: usize = 9;

/// The maximum number of bytes of the text with which a stream is refused.
const MAX_TEXT_BYTES: usize = 256;

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Record {
    Hello { version: u8, window: u64 },
    Welcome { version: u8, window: u64 },
    Refused { why: String },
    Bytes { number: u64, bytes: Bytes },
    Window { number: u64, total: u64 },
    End { number: u64 },
    Reset,
    Card { card: Bytes },
    Who,
}

impl Record {
    pub(crate) fn encode(&self) -> Bytes {
        let mut payload = BytesMut::new();
        match self {
            Self::Hello { version, window } => {
                payload.put_slice(&[1, *version]);
                payload.put_u64(*window);
            }
            Self::Welcome { version, window } => {
                payload.put_slice(&[2, *version]);
                payload.put_u64(*window);
            }
            Self::Refused { why } => {
                payload.put_u8(3);
                payload.put_slice(why.as_bytes());
            }
            Self::Bytes { number, bytes } => return encode_bytes(*number, bytes),
            Self::Window { number, total } => {
                payload.put_u8(5);
                payload.put_u64(*number);
                payload.put_u64(*total);
            }
            Self::End { number } => {
                payload.put_u8(6);
                payload.put_u64(*number);
            }
            Self::Reset => payload.put_u8(7),
            Self::Card { card } => {
                payload.put_u8(8);
                payload.put_slice(card);
            }
            Self::Who => payload.put_u8(9),
        }
        payload.freeze()
    }

    /// Reads what somebody has sent. It is `None` if it is nothing that a node of this framework sends.
    pub(crate) fn decode(mut payload: Bytes) -> Option<Self> {
        let kind = payload.try_get_u8().ok()?;
        let record = match kind {
            1 | 2 => {
                let version = payload.try_get_u8().ok()?;
                // What comes behind is up to the version.
                let window = payload.try_get_u64().unwrap_or(0);
                let is_other = version != VERSION;
                if is_other {
                    payload.clear();
                }
                match kind {
                    1 => Self::Hello { version, window },
                    _ => Self::Welcome { version, window },
                }
            }
            3 => {
                let text = payload.split_to(payload.len().min(MAX_TEXT_BYTES));
                payload.clear();
                let why = String::from_utf8_lossy(&text).into_owned();
                Self::Refused { why }
            }
            4 => {
                let number = payload.try_get_u64().ok()?;
                let bytes = std::mem::take(&mut payload);
                Self::Bytes { number, bytes }
            }
            5 => Self::Window {
                number: payload.try_get_u64().ok()?,
                total: payload.try_get_u64().ok()?,
            },
            6 => Self::End {
                number: payload.try_get_u64().ok()?,
            },
            7 => Self::Reset,
            8 => Self::Card {
                card: std::mem::take(&mut payload),
            },
            9 => Self::Who,
            _ => return None,
        };
        payload.is_empty().then_some(record)
    }
}

/// Encodes the next bytes of a stream.
pub(crate) fn encode_bytes(number: u64, bytes: &[u8]) -> Bytes {
    let mut payload = BytesMut::with_capacity(BYTES_HEAD + bytes.len());
    payload.put_u8(4);
    payload.put_u64(number);
    payload.put_slice(bytes);
    payload.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let window = 1 << 40;
        for record in [
            Record::Hello {
                version: VERSION,
                window,
            },
            Record::Welcome {
                version: VERSION,
                window,
            },
            Record::Refused {
                why: "no".to_owned(),
            },
            Record::Bytes {
                number: 3,
                bytes: Bytes::from_static(b"abc"),
            },
            Record::Window {
                number: 4,
                total: u64::MAX,
            },
            Record::End { number: 5 },
            Record::Reset,
            Record::Card {
                card: Bytes::from_static(b"x"),
            },
            Record::Who,
        ] {
            assert_eq!(Record::decode(record.encode()), Some(record));
        }
    }

    #[test]
    fn what_is_no_record_is_nothing() {
        for bytes in [
            &b""[..],
            b"\0",
            b"\x0a",
            b"\x01",
            b"\x01\x01\0\0\0\0\0\0\0\x01\0",
            b"\x04\0\0",
            b"\x05\0\0\0\0\0\0\0\0",
            b"\x06\0\0\0\0\0\0\0\0\0",
            b"\x07\0",
        ] {
            assert_eq!(
                Record::decode(Bytes::copy_from_slice(bytes)),
                None,
                "{bytes:?}"
            );
        }
    }

    #[test]
    fn a_greeting_of_another_version_is_read_whatever_is_in_it() {
        let other = Record::decode(Bytes::from_static(b"\x01\x02something else"));
        assert!(matches!(other, Some(Record::Hello { version: 2, .. })));
    }

    #[test]
    fn a_long_refusal_is_cut() {
        let why = "x".repeat(MAX_TEXT_BYTES + 1);
        let Some(Record::Refused { why }) = Record::decode(Record::Refused { why }.encode()) else {
            panic!("it is read");
        };
        assert_eq!(why.len(), MAX_TEXT_BYTES);
    }
}
