//! Skips values that this crate does not know.
//!
//! `Decoder::skip` of `minicbor` does this for any depth, and keeps 16 bytes for each level. A peer
//! could fill a frame with levels.

use minicbor::data::Type;
use minicbor::decode::info::Size;

use super::head::{Head, unexpected_end};
use super::read::{Items, Reader, malformed};
use crate::message::error::Error;
use crate::message::limits::MAX_UNKNOWN_DEPTH;

impl Reader<'_> {
    /// Skips one value of any type.
    pub(crate) fn skip(&mut self) -> Result<(), Error> {
        self.skip_within(MAX_UNKNOWN_DEPTH)
    }

    fn skip_within(&mut self, depth: usize) -> Result<(), Error> {
        let found = self.next_type()?;
        if found == Type::Break {
            return Err(malformed("a value", self.position()));
        }
        match (found, self.head("a value")?) {
            (Type::Tag, _) => self.skip_items(Some(1), 1, depth),
            (Type::ArrayIndef, _) => self.skip_items(None, 1, depth),
            (Type::MapIndef, _) => self.skip_items(None, 2, depth),
            (Type::Map, Size::Items(entries)) => self.skip_items(Some(entries), 2, depth),
            (_, Size::Items(elements)) => self.skip_items(Some(elements), 1, depth),
            (Type::BytesIndef, _) => self.skip_chunks(Type::Bytes),
            (Type::StringIndef, _) => self.skip_chunks(Type::String),
            (_, Size::Bytes(length)) => self.skip_bytes(length),
            // Integers, floats and simple values have nothing behind the head.
            (_, Size::Head | Size::Indef) => Ok(()),
        }
    }

    /// Skips bytes or text of indefinite length: chunks of one type, then a break.
    fn skip_chunks(&mut self, of: Type) -> Result<(), Error> {
        const CHUNK: &str = "a chunk";
        loop {
            let found = self.next_type()?;
            if found == Type::Break {
                self.advance(1);
                return Ok(());
            }
            if found != of {
                return Err(malformed(CHUNK, self.position()));
            }
            if let Size::Bytes(length) = self.head(CHUNK)? {
                self.skip_bytes(length)?;
            }
        }
    }

    /// Skips the items of an array, or the entries of a map with two values `each`.
    fn skip_items(&mut self, count: Option<u64>, each: usize, depth: usize) -> Result<(), Error> {
        let depth = depth.checked_sub(1).ok_or(Error::TooDeep)?;
        let mut items = Items(count);
        while self.more(&mut items)? {
            for _ in 0..each {
                self.skip_within(depth)?;
            }
        }
        Ok(())
    }

    fn skip_bytes(&mut self, length: u64) -> Result<(), Error> {
        let rest = self.rest();
        match usize::try_from(length) {
            Ok(length) if length <= rest.len() => {
                self.advance(length);
                Ok(())
            }
            _ => Err(unexpected_end(length, rest)),
        }
    }

    /// Reads the head of a value.
    fn head(&mut self, expected: &'static str) -> Result<Size, Error> {
        let head = Head::read(self.rest())?;
        let head = head.ok_or_else(|| malformed(expected, self.position()))?;
        self.advance(head.length);
        Ok(head.size)
    }
}
