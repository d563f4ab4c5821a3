use super::head::{self, ARRAY, BREAK, BYTES, MAP, NULL, NUMBER, Size, TEXT};
use crate::message::error::Error;

/// Reads CBOR. Numbers and lengths may have any form.
#[derive(Clone)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
}

/// How many items of an array or a map are left, unless a mark behind the last one tells.
pub(crate) struct Items(pub(super) Option<u64>);

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    /// Returns how many bytes have been read.
    pub(crate) fn position(&self) -> usize {
        self.position
    }

    /// Returns what has not been read.
    pub(crate) fn rest(&self) -> &'a [u8] {
        &self.bytes[self.position..]
    }

    /// Begins an array.
    pub(crate) fn array(&mut self) -> Result<Items, Error> {
        self.head(ARRAY, "an array").map(Items)
    }

    /// Begins a map.
    pub(crate) fn map(&mut self) -> Result<Items, Error> {
        self.head(MAP, "a map").map(Items)
    }

    /// Reads an array of at most `limit` elements.
    pub(crate) fn list(
        &mut self,
        what: &'static str,
        limit: usize,
        mut element: impl FnMut(&mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut items = self.array()?;
        Error::unless_few(what, items.0.unwrap_or(0), limit)?;
        let mut count = 0;
        while self.more(&mut items)? {
            count += 1;
            Error::unless_few(what, count, limit)?;
            element(self)?;
        }
        Ok(())
    }

    /// Tells whether another item follows.
    #[inline]
    pub(crate) fn more(&mut self, items: &mut Items) -> Result<bool, Error> {
        match &mut items.0 {
            Some(0) => Ok(false),
            Some(left) => {
                *left -= 1;
                Ok(true)
            }
            None if self.peek()? == BREAK => {
                self.position += 1;
                *items = Items(Some(0));
                Ok(false)
            }
            None => Ok(true),
        }
    }

    /// Refuses an array or a map without another item.
    #[inline]
    pub(crate) fn expect(&mut self, items: &mut Items, what: &'static str) -> Result<(), Error> {
        match self.more(items)? {
            true => Ok(()),
            false => Err(Error::Missing { what }),
        }
    }

    /// Skips what is left of an array or a map.
    pub(crate) fn end(&mut self, items: &mut Items) -> Result<(), Error> {
        while self.more(items)? {
            self.skip()?;
        }
        Ok(())
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Error> {
        let start = self.position;
        u8::try_from(self.u64()?).map_err(|_| malformed("a number below 256", start))
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Error> {
        let start = self.position;
        u32::try_from(self.u64()?).map_err(|_| malformed("a number of 32 bits", start))
    }

    pub(crate) fn u64(&mut self) -> Result<u64, Error> {
        self.sized(NUMBER, "a number")
    }

    #[inline]
    pub(crate) fn bytes(&mut self) -> Result<&'a [u8], Error> {
        let length = self.sized(BYTES, "bytes")?;
        self.take(length)
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, Error> {
        let start = self.position;
        let length = self.sized(TEXT, "text")?;
        std::str::from_utf8(self.take(length)?).map_err(|_| malformed("text in UTF-8", start))
    }

    pub(crate) fn text_or_null(&mut self) -> Result<Option<&'a str>, Error> {
        if self.peek()? == NULL {
            self.position += 1;
            return Ok(None);
        }
        self.text().map(Some)
    }

    /// Takes the next byte, without a look at what it is.
    #[inline]
    pub(super) fn first(&mut self) -> Result<u8, Error> {
        let first = self.peek()?;
        self.position += 1;
        Ok(first)
    }

    /// Looks at the next byte.
    #[inline]
    pub(crate) fn peek(&self) -> Result<u8, Error> {
        let first = self.bytes.get(self.position);
        first
            .copied()
            .ok_or(Error::UnexpectedEnd { needed: 1, left: 0 })
    }

    #[inline]
    pub(super) fn take(&mut self, count: u64) -> Result<&'a [u8], Error> {
        let rest = &self.bytes[self.position..];
        let here = usize::try_from(count).ok();
        let taken = here.and_then(|count| rest.get(..count));
        let taken = taken.ok_or(Error::UnexpectedEnd {
            needed: count,
            left: rest.len(),
        })?;
        self.position += taken.len();
        Ok(taken)
    }

    /// Reads the size of a value whose first byte has been taken; `None` is a marked end.
    pub(super) fn size(&mut self, size: Size) -> Result<Option<u64>, Error> {
        match size {
            Size::Here(here) => Ok(Some(here.into())),
            Size::Next(count) => {
                let bytes = self.take(count as u64)?.iter();
                Ok(Some(
                    bytes.fold(0, |size, &byte| size << 8 | u64::from(byte)),
                ))
            }
            Size::Open => Ok(None),
            Size::Reserved => Err(self.malformed("a size")),
        }
    }

    /// An error about the byte that was taken last.
    pub(super) fn malformed(&self, expected: &'static str) -> Error {
        malformed(expected, self.position - 1)
    }

    /// Reads the head of a value; a size of `None` is a marked end.
    #[inline]
    fn head(&mut self, major: u8, expected: &'static str) -> Result<Option<u64>, Error> {
        let first = self.first()?;
        match head::short(major, first) {
            Some(size) => Ok(Some(size)),
            None if head::is_in_next(major, first) => Ok(Some(self.first()?.into())),
            None => self.long_head(major, expected, first),
        }
    }

    fn long_head(
        &mut self,
        major: u8,
        expected: &'static str,
        first: u8,
    ) -> Result<Option<u64>, Error> {
        let (found, size) = head::split(first);
        if found != major {
            return Err(self.malformed(expected));
        }
        self.size(size)
    }

    /// Reads the head of a value that says its size.
    #[inline]
    fn sized(&mut self, major: u8, expected: &'static str) -> Result<u64, Error> {
        let size = self.head(major, expected)?;
        size.ok_or_else(|| self.malformed(expected))
    }
}

fn malformed(expected: &'static str, position: usize) -> Error {
    Error::Malformed { expected, position }
}
