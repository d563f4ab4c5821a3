use super::head::{self, ARRAY, BYTES, MAP, NUMBER, TEXT};

/// Writes CBOR in its shortest form, behind what a buffer holds.
pub(crate) struct Writer<'b>(&'b mut Vec<u8>);

impl<'b> Writer<'b> {
    pub(crate) fn new(buffer: &'b mut Vec<u8>) -> Self {
        Self(buffer)
    }

    /// Returns how many bytes the buffer holds.
    pub(crate) fn position(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn array(&mut self, count: usize) -> &mut Self {
        self.head(ARRAY, count as u64)
    }

    pub(crate) fn map(&mut self, count: usize) -> &mut Self {
        self.head(MAP, count as u64)
    }

    pub(crate) fn number(&mut self, number: impl Into<u64>) -> &mut Self {
        self.head(NUMBER, number.into())
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.head(BYTES, bytes.len() as u64).content(bytes)
    }

    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.head(TEXT, text.len() as u64).content(text.as_bytes())
    }

    #[inline]
    fn head(&mut self, major: u8, size: u64) -> &mut Self {
        head::append(major, size, self.0);
        self
    }

    fn content(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }
}
