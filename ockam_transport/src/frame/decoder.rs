use std::fmt;
use std::iter;
use std::ops::Range;

use super::error::Error;
use super::format::{Header, MAX_LENGTH, VERSION};

/// What arrives on a stream of frames.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event<'a> {
    /// The peer speaks this version of the protocol. It comes once, before all else.
    Version,
    /// A frame, without its header.
    Frame(&'a [u8]),
}

/// Takes a stream of bytes apart into frames.
///
/// Bytes are put in with [`feed`](Self::feed), or are read from a socket straight into
/// [`space`](Self::space) and [taken in](Self::filled) there; then [`next_event`](Self::next_event) is
/// called until there is none. A frame is lent from the buffer, so nothing is allocated for it.
///
/// Memory follows the bytes that have arrived, never the length that was announced: the buffer is at
/// most four times as long as what it holds, or 256 KiB. What a long frame needed is given back
/// after it.
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
    /// Where in the buffer the next event begins.
    start: usize,
    /// Where the bytes that have arrived end. Behind it is space.
    end: usize,
    /// Whether the version has been seen.
    greeted: bool,
    limit: usize,
}

/// What the buffer offers at first.
const SPACE: usize = 8 * 1024;
/// How far it grows if short frames fill it in one read.
const BUSY_SPACE: usize = 64 * 1024;
/// How much of it is kept when little is in it.
const KEPT: usize = 256 * 1024;

impl Decoder {
    /// Creates a decoder that waits for the version, and takes frames of up to [`MAX_LENGTH`].
    pub fn new() -> Self {
        Self::with_limit(MAX_LENGTH)
    }

    /// Creates a decoder that refuses frames longer than `limit`, or than [`MAX_LENGTH`].
    pub fn with_limit(limit: usize) -> Self {
        Self {
            buffer: Vec::new(),
            start: 0,
            end: 0,
            greeted: false,
            limit: limit.min(MAX_LENGTH),
        }
    }

    /// Puts in bytes that have arrived.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.discard();
        self.buffer.truncate(self.end);
        self.buffer.extend_from_slice(bytes);
        self.end = self.buffer.len();
    }

    /// Returns room for bytes that are to arrive, at least 1 byte and mostly 8 KiB or more.
    ///
    /// What is written there is [taken in](Self::filled) afterwards. Events should have been taken before,
    /// or the frames that wait are moved to make room.
    pub fn space(&mut self) -> &mut [u8] {
        let length = self.buffer.len();
        let was_full = self.end == length;
        self.discard();
        let wanted = match self.buffer.len() {
            length if was_full && length < BUSY_SPACE => 2 * length.max(SPACE / 2),
            length if length - self.end < SPACE => self.end + self.end.max(SPACE),
            length => length,
        };
        // Written once, and not for every read.
        self.buffer.resize(wanted, 0);
        &mut self.buffer[self.end..]
    }

    /// Takes in the first bytes of the [space](Self::space).
    ///
    /// # Panics
    ///
    /// If they are more than there was space for.
    pub fn filled(&mut self, bytes: usize) {
        assert!(bytes <= self.buffer.len() - self.end, "more than the space");
        self.end += bytes;
    }

    /// Takes the next event.
    ///
    /// # Errors
    ///
    /// If the peer speaks another version, or a frame is empty or too long. The stream can't be
    /// read any further then: every call returns the same error.
    pub fn next_event(&mut self) -> Result<Option<Event<'_>>, Error> {
        if !self.greeted {
            return self.version();
        }
        let Some(frame) = self.frame_at(self.start)? else {
            return Ok(None);
        };
        self.start = frame.end;
        Ok(Some(Event::Frame(&self.buffer[frame])))
    }

    /// Returns the frames that have arrived and wait to be taken with [`next_event`](Self::next_event).
    /// They end where the stream can't be read any further.
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
        let mut start = Some(self.start).filter(|_| self.greeted);
        iter::from_fn(move || {
            let frame = self.frame_at(start?).ok()??;
            start = Some(frame.end);
            Some(&self.buffer[frame])
        })
    }

    /// Takes so many of the [frames](Self::frames), or all if there are fewer.
    pub fn skip(&mut self, frames: usize) {
        for _ in 0..frames {
            let Ok(Some(Event::Frame(_))) = self.next_event() else {
                return;
            };
        }
    }

    /// Returns how many bytes have arrived that are no event yet.
    ///
    /// Once there is no next event, these are the bytes of an unfinished frame and its header.
    pub fn unfinished(&self) -> usize {
        self.end - self.start
    }

    fn version(&mut self) -> Result<Option<Event<'_>>, Error> {
        match self.buffer[..self.end].get(self.start) {
            None => Ok(None),
            Some(&VERSION) => {
                self.greeted = true;
                self.start += 1;
                Ok(Some(Event::Version))
            }
            Some(&other) => Err(Error::Version(other)),
        }
    }

    /// Finds the frame whose header begins at `start`, if it has arrived.
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

    /// Forgets the frames that have been taken.
    fn discard(&mut self) {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        if self.buffer.capacity() > KEPT.max(4 * self.end) {
            let kept = KEPT.max(2 * self.end);
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
