use std::str;

use minicbor::data::Type;
use minicbor::decode::{self, Decoder};

use super::head::{Head, unexpected_end};
use super::short_head::{self, ARRAY, BREAK, BYTES, MAP, Major, NULL, NUMBER, TEXT};
use crate::message::error::Error;

/// Reads CBOR from a frame. Errors say what was expected and where.
///
/// Integers and lengths may take more bytes than they need.
#[derive(Clone)]
pub(crate) struct Reader<'a>(Decoder<'a>);

/// The number of items left in an array or entries in a map, or `None` if a break marks the end.
pub(crate) struct Items(pub(super) Option<u64>);

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(Decoder::new(bytes))
    }

    /// Returns how many bytes have been read.
    #[inline]
    pub(crate) fn position(&self) -> usize {
        self.0.position()
    }

    /// Returns the bytes that have not been read.
    #[inline]
    pub(crate) fn rest(&self) -> &'a [u8] {
        &self.0.input()[self.0.position()..]
    }

    /// Reads the head of an array.
    pub(crate) fn array(&mut self) -> Result<Items, Error> {
        match self.short(ARRAY) {
            Some(count) => Ok(Items(Some(count))),
            None => self.read(ARRAY, Decoder::array).map(Items),
        }
    }

    /// Reads the head of a map.
    pub(crate) fn map(&mut self) -> Result<Items, Error> {
        match self.short(MAP) {
            Some(count) => Ok(Items(Some(count))),
            None => self.read(MAP, Decoder::map).map(Items),
        }
    }

    /// Reads an array of at most `limit` elements.
    pub(crate) fn list(
        &mut self,
        what: &'static str,
        limit: usize,
        mut element: impl FnMut(&mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut items = self.array()?;
        Error::check_count(what, items.0.unwrap_or(0), limit)?;
        let mut count = 0;
        while self.more(&mut items)? {
            count += 1;
            Error::check_count(what, count, limit)?;
            element(self)?;
        }
        Ok(())
    }

    /// Returns whether another item follows, and counts it as read.
    #[inline]
    pub(crate) fn more(&mut self, items: &mut Items) -> Result<bool, Error> {
        match &mut items.0 {
            Some(0) => Ok(false),
            Some(left) => {
                *left -= 1;
                Ok(true)
            }
            None if self.peek()? == BREAK => {
                self.advance(1);
                *items = Items(Some(0));
                Ok(false)
            }
            None => Ok(true),
        }
    }

    /// Returns an error if the array or map ends here, where `what` should follow.
    #[inline]
    pub(crate) fn require(&mut self, items: &mut Items, what: &'static str) -> Result<(), Error> {
        match self.more(items)? {
            true => Ok(()),
            false => Err(Error::Missing { what }),
        }
    }

    /// Skips the remaining items.
    pub(crate) fn end(&mut self, items: &mut Items) -> Result<(), Error> {
        while self.more(items)? {
            self.skip()?;
        }
        Ok(())
    }

    #[inline]
    pub(crate) fn u8(&mut self) -> Result<u8, Error> {
        match self.short(NUMBER) {
            Some(short) => Ok(short as u8),
            None => self.read_valid(NUMBER, "a number below 256", Decoder::u8),
        }
    }

    /// Only grants have such numbers, so there is no short path.
    pub(crate) fn u32(&mut self) -> Result<u32, Error> {
        self.read_valid(NUMBER, "a number of 32 bits", Decoder::u32)
    }

    #[inline]
    pub(crate) fn u64(&mut self) -> Result<u64, Error> {
        match self.short(NUMBER) {
            Some(short) => Ok(short),
            None => self.read(NUMBER, Decoder::u64),
        }
    }

    #[inline]
    pub(crate) fn bytes(&mut self) -> Result<&'a [u8], Error> {
        match self.short_slice(BYTES) {
            Some(bytes) => Ok(bytes),
            None => self.read(BYTES, Decoder::bytes),
        }
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, Error> {
        let mut short = self.clone();
        let text = short.short_slice(TEXT);
        match text.and_then(|text| str::from_utf8(text).ok()) {
            Some(text) => {
                *self = short;
                Ok(text)
            }
            None => self.read_valid(TEXT, "text in UTF-8", Decoder::str),
        }
    }

    pub(crate) fn text_or_null(&mut self) -> Result<Option<&'a str>, Error> {
        if self.peek()? == NULL {
            self.advance(1);
            return Ok(None);
        }
        self.text().map(Some)
    }

    /// Returns the next byte without reading it.
    #[inline]
    pub(crate) fn peek(&self) -> Result<u8, Error> {
        let next = self.0.input().get(self.position());
        next.copied().ok_or_else(|| unexpected_end(1, &[]))
    }

    /// Moves past `bytes` that the caller has checked to be there.
    #[inline]
    pub(super) fn advance(&mut self, bytes: usize) {
        self.0.set_position(self.0.position() + bytes);
    }

    /// Returns the type of the next value.
    pub(super) fn next_type(&self) -> Result<Type, Error> {
        let found = self.0.datatype();
        found.map_err(|error| self.error(self.position(), "a value", &error))
    }

    /// Reads a short head of this type. If there is none, the position stays.
    #[inline]
    fn short(&mut self, of: Major) -> Option<u64> {
        let (end, size) = short_head::read(of, self.0.input(), self.position())?;
        self.0.set_position(end);
        Some(size)
    }

    /// Reads bytes or text with a short head. If there are none, the position stays.
    #[inline]
    fn short_slice(&mut self, of: Major) -> Option<&'a [u8]> {
        let (start, length) = short_head::read(of, self.0.input(), self.position())?;
        let end = start + length as usize;
        let slice = self.0.input().get(start..end)?;
        self.0.set_position(end);
        Some(slice)
    }

    /// Reads a value of this type with `minicbor`.
    fn read<T>(
        &mut self,
        of: Major,
        read: impl FnOnce(&mut Decoder<'a>) -> Result<T, decode::Error>,
    ) -> Result<T, Error> {
        self.read_valid(of, of.name, read)
    }

    /// Like [`read`](Self::read), for a type of which some values are not `valid`.
    #[cold]
    fn read_valid<T>(
        &mut self,
        of: Major,
        valid: &'static str,
        read: impl FnOnce(&mut Decoder<'a>) -> Result<T, decode::Error>,
    ) -> Result<T, Error> {
        let start = self.position();
        read(&mut self.0).map_err(|error| {
            // At the end of the input, `minicbor` may report that instead of a wrong type.
            let first = self.0.input().get(start);
            let is_of_type = first.is_none_or(|&first| of.matches(first));
            match is_of_type && !error.is_type_mismatch() {
                true => self.error(start, valid, &error),
                false => malformed(of.name, start),
            }
        })
    }

    /// Converts an error about the value at `start`.
    fn error(&self, start: usize, expected: &'static str, error: &decode::Error) -> Error {
        // `minicbor` does not say how many bytes are missing.
        let cut = error.is_end_of_input();
        let missing = cut.then(|| Head::missing(&self.0.input()[start..]));
        missing
            .flatten()
            .unwrap_or_else(|| malformed(expected, start))
    }
}

pub(super) fn malformed(expected: &'static str, position: usize) -> Error {
    Error::Malformed { expected, position }
}
