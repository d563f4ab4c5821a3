use minicbor::decode::info::Size;

use crate::message::error::Error;

/// The first bytes of a value, of any type and length.
pub(super) struct Head {
    /// How many bytes the head has.
    pub(super) length: usize,
    /// What it says about the rest of the value.
    pub(super) size: Size,
}

impl Head {
    /// Reads the head at the start of `bytes`. Returns `None` if no value has such a head.
    pub(super) fn read(bytes: &[u8]) -> Result<Option<Self>, Error> {
        let first = *bytes.first().ok_or_else(|| unexpected_end(1, bytes))?;
        let Ok(length) = Size::head(first) else {
            return Ok(None);
        };
        let head = bytes.get(..length);
        let head = head.ok_or_else(|| unexpected_end(length as u64 - 1, &bytes[1..]))?;
        Ok(Size::tail(head).ok().map(|size| Self { length, size }))
    }

    /// Returns the error for a value at the start of `bytes` that is cut off, if it is.
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

/// Returns the error for a value that needs more bytes than the input has left.
pub(super) fn unexpected_end(needed: u64, left: &[u8]) -> Error {
    Error::UnexpectedEnd {
        needed,
        left: left.len(),
    }
}
