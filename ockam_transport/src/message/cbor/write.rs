use std::convert::Infallible;

use minicbor::encode::{self, Encoder};

use super::short_head::{self, ARRAY, BYTES, MAP, Major, NUMBER, TEXT};

/// Appends CBOR to a buffer, in the shortest encoding.
pub(crate) struct Writer<'b>(Buffer<'b>);

type Buffer<'b> = Encoder<&'b mut Vec<u8>>;
type Written<'e, 'b> = Result<&'e mut Buffer<'b>, encode::Error<Infallible>>;

impl<'b> Writer<'b> {
    pub(crate) fn new(buffer: &'b mut Vec<u8>) -> Self {
        Self(Encoder::new(buffer))
    }

    /// Returns the length of the buffer.
    pub(crate) fn position(&self) -> usize {
        self.0.writer().len()
    }

    #[inline]
    pub(crate) fn array(&mut self, count: usize) -> &mut Self {
        let count = count as u64;
        if !self.short(ARRAY, count) {
            self.long(|encoder| encoder.array(count));
        }
        self
    }

    pub(crate) fn map(&mut self, count: usize) -> &mut Self {
        let count = count as u64;
        if !self.short(MAP, count) {
            self.long(|encoder| encoder.map(count));
        }
        self
    }

    #[inline]
    pub(crate) fn number(&mut self, number: impl Into<u64>) -> &mut Self {
        let number = number.into();
        if !self.short(NUMBER, number) {
            self.long(|encoder| encoder.u64(number));
        }
        self
    }

    #[inline]
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        match self.short(BYTES, bytes.len() as u64) {
            true => self.0.writer_mut().extend_from_slice(bytes),
            false => self.long(|encoder| encoder.bytes(bytes)),
        }
        self
    }

    #[inline]
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        match self.short(TEXT, text.len() as u64) {
            true => self.0.writer_mut().extend_from_slice(text.as_bytes()),
            false => self.long(|encoder| encoder.str(text)),
        }
        self
    }

    /// Appends a head if it is short, and returns whether it is.
    #[inline]
    fn short(&mut self, of: Major, size: u64) -> bool {
        short_head::append(of, size, self.0.writer_mut())
    }

    /// Appends a value whose head is longer.
    #[cold]
    fn long(&mut self, value: impl for<'e> FnOnce(&'e mut Buffer<'b>) -> Written<'e, 'b>) {
        value(&mut self.0)
            .map(drop)
            .expect("a write to a Vec can't fail");
    }
}
