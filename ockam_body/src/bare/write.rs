//! Encoding: from values to bytes.

mod compound;
mod expected;
mod serializer;

use serde_core::Serialize;

use super::error::Error;
use super::limits::{MAX_DEPTH, MAX_EMPTY_ELEMENTS};
use super::varint;
use crate::shape::{ANYTHING, Node};
use crate::stack::StackStart;

/// Appends values to a buffer. `&mut Writer` is the serializer.
pub(super) struct Writer<'b> {
    buffer: &'b mut Vec<u8>,
    /// The number of further values that may be nested in the current one.
    depth: usize,
    start: StackStart,
    /// The number of further elements that may take no bytes.
    empty: usize,
    /// What the reader will read next, if it is known.
    node: &'b Node,
    nodes: &'b [Node],
}

impl<'b> Writer<'b> {
    pub(super) fn new(buffer: &'b mut Vec<u8>) -> Self {
        Self::of(&[], buffer)
    }

    /// Creates a writer of the first of these types.
    pub(super) fn of(nodes: &'b [Node], buffer: &'b mut Vec<u8>) -> Self {
        Self {
            node: nodes.first().unwrap_or(&ANYTHING),
            nodes,
            buffer,
            depth: MAX_DEPTH,
            start: StackStart::here(),
            empty: MAX_EMPTY_ELEMENTS,
        }
    }

    #[inline]
    fn position(&self) -> usize {
        self.buffer.len()
    }

    #[inline]
    fn bytes(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }

    fn sized_bytes(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.varint(bytes.len() as u64);
        self.bytes(bytes)
    }

    fn varint(&mut self, number: u64) {
        varint::write(number, self.buffer);
    }

    /// Begins a value that contains others. After an error nothing more is written, so the depth need
    /// not be restored.
    fn open(&mut self) -> Result<(), Error> {
        self.depth = self.depth.checked_sub(1).ok_or(Error::TooDeep)?;
        if self.start.is_far() {
            return Err(Error::TooMuchStack);
        }
        Ok(())
    }

    fn close(&mut self) {
        self.depth += 1;
    }

    /// Writes the only value inside another one, which is read as `node`.
    fn inner<T: Serialize + ?Sized>(&mut self, node: &'b Node, value: &T) -> Result<(), Error> {
        self.open()?;
        self.node = node;
        value.serialize(&mut *self)?;
        self.close();
        Ok(())
    }

    /// Accounts for an element that took no bytes.
    #[inline]
    fn charge_empty(&mut self) -> Result<(), Error> {
        let left = self.empty.checked_sub(1);
        self.empty = left.ok_or(Error::TooManyEmptyElements)?;
        Ok(())
    }
}
