//! Reading over values that nobody here knows.

use super::head::{self, ARRAY, BREAK, BYTES, MAP, TAG, TEXT};
use super::read::{Items, Reader};
use crate::message::error::Error;
use crate::message::limits::MAX_UNKNOWN_DEPTH;

impl Reader<'_> {
    /// Skips one value of any type.
    pub(crate) fn skip(&mut self) -> Result<(), Error> {
        self.skip_within(MAX_UNKNOWN_DEPTH)
    }

    fn skip_within(&mut self, depth: usize) -> Result<(), Error> {
        let (major, size) = head::split(self.first()?);
        let size = self.size(size)?;
        match (major, size) {
            (BYTES | TEXT, Some(length)) => self.take(length).map(drop),
            (BYTES | TEXT, None) => self.skip_pieces(major),
            (ARRAY, count) => self.skip_items(count, 1, depth),
            (MAP, count) => self.skip_items(count, 2, depth),
            (TAG, Some(_)) => self.skip_items(Some(1), 1, depth),
            // Numbers, floats and simple values end with their heads; a lone mark is no value.
            (_, Some(_)) => Ok(()),
            (_, None) => Err(self.malformed("a value")),
        }
    }

    /// Skips bytes or text in pieces that say their sizes.
    fn skip_pieces(&mut self, major: u8) -> Result<(), Error> {
        while self.peek()? != BREAK {
            let (found, size) = head::split(self.first()?);
            let length = self.size(size)?.filter(|_| found == major);
            let length = length.ok_or_else(|| self.malformed("a piece"))?;
            self.take(length)?;
        }
        self.first().map(drop)
    }

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
}
