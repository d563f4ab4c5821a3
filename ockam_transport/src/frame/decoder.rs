use std::fmt;
use std::iter;
use std::ops::Range;

use super::error::Error;
use super::format::{Header, MAX_LENGTH, VERSION};

/// What a [`Decoder`] reads from a stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event<'a> {
    /// The peer speaks this version of the protocol. This is the first event, and comes once.
    Version,
    /// A frame, without its header.
    Frame(&'a [u8]),
}

/// Splits a stream of bytes into frames.
///
/// Pass bytes in with [`feed`](Self::feed), or read them from a socket into [`space`](Self::space) and
/// call [`filled`](Self::filled). Then call [`next_event`](Self::next_event) until it returns `None`. A
/// frame is borrowed from the buffer, so nothing is allocated for it.
///
/// The memory depends on the bytes that have arrived, not on the length that a header announces: the
/// buffer has at most four times as many bytes as it holds, or 256 KiB. The memory of a long frame is
/// freed after the frame.
///
/// # Examples
///
/// ```
/// use ockam_transport::frame::{Decoder, Event};
///
/// let mut decoder = Decoder::new();
/// decoder.feed(b"\x01\0\0\0\x05hel");
/// assert_eq!(decoder.next_event()?, Some(Event::Version));
/// assert_eq!(decoder.next_event()?, None);
/// assert_eq!(decoder.unfinished(), 7);
///
/// decoder.space()[..2].copy_from_slice(b"lo");
/// decoder.filled(2);
/// assert_eq!(decoder.next_event()?, Some(Event::Frame(b"hello")));
/// # Ok::<(), ockam_transport::frame::Error>(())
/// ```
pub struct Decoder {
    buffer: Vec<u8>,
    /// The position in the buffer where the next event begins.
    start: usize,
    /// The position where the bytes that have arrived end. The rest of the buffer is space.
    end: usize,
    has_version: bool,
    /// The maximum number of bytes in a frame.
    limit: usize,
}

/// The first size of the buffer, and the least space in it after it has grown, in bytes.
const MIN_SPACE_BYTES: usize = 8 * 1024;
/// The buffer grows to this size, in bytes, if reads fill it, even if the frames are short.
const MAX_READ_BYTES: usize = 64 * 1024;
/// The size, in bytes, that the buffer keeps even if it holds less.
const MAX_IDLE_BYTES: usize = 256 * 1024;

impl Decoder {
    /// Creates a decoder that expects the version, then frames of at most [`MAX_LENGTH`] bytes.
    pub fn new() -> Self {
        Self::with_limit(MAX_LENGTH)
    }

    /// Creates a decoder that refuses frames longer than `limit` bytes, or than [`MAX_LENGTH`].
    pub fn with_limit(limit: usize) -> Self {
        Self {
            buffer: Vec::new(),
            start: 0,
            end: 0,
            has_version: false,
            limit: limit.min(MAX_LENGTH),
        }
    }

    /// Appends bytes that have arrived.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.discard();
        self.buffer.truncate(self.end);
        self.buffer.extend_from_slice(bytes);
        self.end = self.buffer.len();
    }

    /// Returns space to read bytes into, at least 1 byte and mostly 8 KiB or more.
    ///
    /// Call [`filled`](Self::filled) afterwards with the number of bytes that were read. Take all events
    /// before, because the frames that are still in the buffer are moved to its start.
    pub fn space(&mut self) -> &mut [u8] {
        let length = self.buffer.len();
        let was_full = self.end == length;
        self.discard();
        let wanted = match self.buffer.len() {
            length if was_full && length < MAX_READ_BYTES => 2 * length.max(MIN_SPACE_BYTES / 2),
            length if length - self.end < MIN_SPACE_BYTES => {
                self.end + self.end.max(MIN_SPACE_BYTES)
            }
            length => length,
        };
        // The buffer stays filled with zeros, so that this writes them once and not for every read.
        self.buffer.resize(wanted, 0);
        &mut self.buffer[self.end..]
    }

    /// Appends the first `bytes` of the [`space`](Self::space), which have been read there.
    ///
    /// # Panics
    ///
    /// Panics if there was less space.
    pub fn filled(&mut self, bytes: usize) {
        assert!(bytes <= self.buffer.len() - self.end, "more than the space");
        self.end += bytes;
    }

    /// Takes the next event. Returns `None` if it has not arrived completely.
    ///
    /// # Errors
    ///
    /// Returns an error if the peer speaks another version, or a frame is empty or too long. The stream
    /// is unusable then, and every call returns the same error.
    pub fn next_event(&mut self) -> Result<Option<Event<'_>>, Error> {
        if !self.has_version {
            return self.version();
        }
        let Some(frame) = self.frame_at(self.start)? else {
            return Ok(None);
        };
        self.start = frame.end;
        Ok(Some(Event::Frame(&self.buffer[frame])))
    }

    /// Returns the frames that have arrived and have not been taken with
    /// [`next_event`](Self::next_event). They end before the first error.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_transport::frame::Decoder;
    ///
    /// let mut decoder = Decoder::new();
    /// decoder.feed(b"\x01\0\0\0\x03one\0\0\0\x03two\0\0\0\x05th");
    /// decoder.next_event()?; // the version
    /// assert!(decoder.frames().eq([b"one", b"two"]));
    ///
    /// decoder.skip(1);
    /// assert!(decoder.frames().eq([b"two"]));
    /// # Ok::<(), ockam_transport::frame::Error>(())
    /// ```
    pub fn frames(&self) -> impl Iterator<Item = &[u8]> {
        let mut start = Some(self.start).filter(|_| self.has_version);
        iter::from_fn(move || {
            let frame = self.frame_at(start?).ok()??;
            start = Some(frame.end);
            Some(&self.buffer[frame])
        })
    }

    /// Takes the first `frames` of the [`frames`](Self::frames), or all if there are fewer.
    pub fn skip(&mut self, frames: usize) {
        for _ in 0..frames {
            let Ok(Some(Event::Frame(_))) = self.next_event() else {
                return;
            };
        }
    }

    /// Returns the number of bytes that have arrived and have not been taken as events.
    ///
    /// After [`next_event`](Self::next_event) has returned `None`, these are the bytes of an incomplete
    /// frame and its header.
    pub fn unfinished(&self) -> usize {
        self.end - self.start
    }

    /// Takes back the frame that was taken last, which had so many bytes. It is the next event again.
    pub(crate) fn put_back(&mut self, frame_bytes: usize) {
        self.start -= frame_bytes + size_of::<Header>();
    }

    /// Returns how many bytes of memory are taken by what has arrived, if it is [unfinished](Self::unfinished).
    /// A buffer that has grown for a long frame counts as a whole.
    pub(crate) fn unfinished_memory(&self) -> usize {
        match self.buffer.len() {
            buffer if buffer > MAX_READ_BYTES && self.unfinished() > 0 => buffer,
            _ => self.unfinished(),
        }
    }

    fn version(&mut self) -> Result<Option<Event<'_>>, Error> {
        match self.buffer[..self.end].get(self.start) {
            None => Ok(None),
            Some(&VERSION) => {
                self.has_version = true;
                self.start += 1;
                Ok(Some(Event::Version))
            }
            Some(&other) => Err(Error::Version(other)),
        }
    }

    /// Returns the range of the frame whose header begins at `start`, if it has arrived completely.
    #[inline]
    fn frame_at(&self, start: usize) -> Result<Option<Range<usize>>, Error> {
        let Some((header, rest)) = self.buffer[start..self.end].split_first_chunk() else {
            return Ok(None);
        };
        let length = self.length(*header)?;
        let start = start + size_of::<Header>();
        Ok((rest.len() >= length).then_some(start..start + length))
    }

    #[inline]
    fn length(&self, header: Header) -> Result<usize, Error> {
        let announced = usize::try_from(u32::from_be_bytes(header)).unwrap_or(usize::MAX);
        match announced {
            0 => Err(Error::Empty),
            length if length > self.limit => Err(Error::TooLong {
                length,
                limit: self.limit,
            }),
            length => Ok(length),
        }
    }

    /// Removes the frames that have been taken from the buffer, and frees memory that it needs no longer.
    fn discard(&mut self) {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        if self.buffer.capacity() > MAX_IDLE_BYTES.max(4 * self.end) {
            let kept = MAX_IDLE_BYTES.max(2 * self.end);
            self.buffer.truncate(kept);
            self.buffer.shrink_to(kept);
        }
    }
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Decoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoder")
            .field("unfinished", &self.unfinished())
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
