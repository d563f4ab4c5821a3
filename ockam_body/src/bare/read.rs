//! Decoding: from bytes to values.

mod compound;
mod deserializer;

use super::error::Error;
use super::limits::{MAX_DEPTH, MAX_EMPTY_ELEMENTS, MAX_MEMORY_BYTES};
use super::varint;
use crate::stack::StackStart;

/// Reads values from the front of a slice. `&mut Reader` is the deserializer.
pub(super) struct Reader<'de> {
    rest: &'de [u8],
    /// The number of further values that may be nested in the current one.
    depth: usize,
    start: StackStart,
    /// The number of further elements that may take no bytes.
    empty: usize,
    /// The number of further bytes of memory that the values may take.
    memory: usize,
}

impl<'de> Reader<'de> {
    pub(super) fn new(bytes: &'de [u8]) -> Self {
        Self {
            rest: bytes,
            depth: MAX_DEPTH,
            start: StackStart::here(),
            empty: MAX_EMPTY_ELEMENTS,
            memory: MAX_MEMORY_BYTES,
        }
    }

    pub(super) fn rest(&self) -> &'de [u8] {
        self.rest
    }

    /// Accounts for the memory of a value of type `T`.
    #[inline]
    fn charge<T>(&mut self) -> Result<(), Error> {
        let left = self.memory.checked_sub(size_of::<T>());
        self.memory = left.ok_or(Error::TooMuchMemory)?;
        Ok(())
    }

    /// Accounts for an element that took no bytes.
    #[inline]
    fn charge_empty(&mut self) -> Result<(), Error> {
        let left = self.empty.checked_sub(1);
        self.empty = left.ok_or(Error::TooManyEmptyElements)?;
        Ok(())
    }

    /// Reads a value that contains others.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        self.charge::<T>()?;
        self.depth = self.depth.checked_sub(1).ok_or(Error::TooDeep)?;
        if self.start.is_far() {
            return Err(Error::TooMuchStack);
        }
        let value = read(self)?;
        self.depth += 1;
        Ok(value)
    }

    fn take(&mut self, count: u64) -> Result<&'de [u8], Error> {
        let here = usize::try_from(count).ok();
        let split = here.and_then(|count| self.rest.split_at_checked(count));
        let (taken, rest) = split.ok_or_else(|| unexpected_end(count, self.rest))?;
        self.rest = rest;
        Ok(taken)
    }

    #[inline]
    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let (array, rest) = self
            .rest
            .split_first_chunk()
            .ok_or_else(|| unexpected_end(N as u64, self.rest))?;
        self.rest = rest;
        Ok(*array)
    }

    #[inline]
    fn byte(&mut self) -> Result<u8, Error> {
        self.array().map(|[byte]| byte)
    }

    fn varint(&mut self) -> Result<u64, Error> {
        let (number, length) = varint::read(self.rest)?;
        self.rest = &self.rest[length..];
        Ok(number)
    }

    fn sized_bytes(&mut self) -> Result<&'de [u8], Error> {
        let length = self.varint()?;
        self.take(length)
    }

    fn text(&mut self) -> Result<&'de str, Error> {
        std::str::from_utf8(self.sized_bytes()?).map_err(|_| Error::Utf8)
    }

    /// Reads the number of elements that follow. It can't exceed the number of bytes and of allowed
    /// empty elements that are left.
    fn length(&mut self) -> Result<usize, Error> {
        let announced = self.varint()?;
        let possible = self.rest.len().saturating_add(self.empty);
        let length = usize::try_from(announced).ok();
        length
            .filter(|&length| length <= possible)
            .ok_or_else(|| unexpected_end(announced, self.rest))
    }
}

#[cold]
fn unexpected_end(needed: u64, rest: &[u8]) -> Error {
    Error::UnexpectedEnd {
        needed,
        left: rest.len(),
    }
}
