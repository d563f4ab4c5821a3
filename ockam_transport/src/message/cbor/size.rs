use minicbor::decode::info::Size;

use crate::message::error::Error;

/// The first bytes of a value: its type, and its size.
pub(super) struct Head {
    /// How many bytes the head has.
    pub(super) length: usize,
    pub(super) size: Size,
}

impl Head {
    /// Reads the head that `bytes` begin with. `None` is a head that no value has.
    pub(super) fn read(bytes: &[u8]) -> Result<Option<Self>, Error> {
        let first = *bytes.first().ok_or_else(|| unexpected_end(1, bytes))?;
        let Ok(length) = Size::head(first) else {
            return Ok(None);
        };
        let head = bytes.get(..length);
        let head = head.ok_or_else(|| unexpected_end(length as u64 - 1, &bytes[1..]))?;
        Ok(Size::tail(head).ok().map(|size| Self { length, size }))
    }

    /// Says how many bytes are missing, if a value that `bytes` begin with is cut off.
    pub(super) fn missing(bytes: &[u8]) -> Option<Error> {
        let head = match Self::read(bytes) {
            Ok(head) => head?,
            Err(missing) => return Some(missing),
        };
        match head.size {
            Size::Bytes(length) => Some(unexpected_end(length, &bytes[head.length..])),
            _ => None,
        }
    }
}

pub(super) fn unexpected_end(needed: u64, left: &[u8]) -> Error {
    Error::UnexpectedEnd {
        needed,
        left: left.len(),
    }
}
