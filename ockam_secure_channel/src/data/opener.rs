use std::fmt;

use super::{END, FRAMES_OF_A_KEY, NUMBER_BYTES};
use crate::noise::Cipher;

/// How many frames may be missing in front of one that is accepted.
pub const MAX_SKIPPED_FRAMES: u64 = 1_024;

/// Opens the frames of one direction of a channel. Their numbers only rise.
#[derive(Debug)]
pub struct Opener {
    /// The key of the next frame, or the one before it if the next frame is the first one of its key.
    cipher: Cipher,
    /// How often the first key was replaced to make this one.
    rekeyings: u64,
    /// The number of the next frame.
    next: u64,
}

/// A frame that was opened.
#[derive(PartialEq, Eq, Debug)]
pub struct Opened<'a> {
    /// What was sealed.
    pub plaintext: &'a [u8],
    /// How many frames before it have not come, and will not be accepted any more.
    pub skipped: u64,
}

/// Why a frame was not opened. The channel is as it was.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum OpenError {
    /// It is too short to be a frame.
    TooShort,
    /// Its number has come before, or is behind one that has.
    Replayed,
    /// More than [`MAX_SKIPPED_FRAMES`] are missing in front of it.
    TooFarAhead,
    /// It was not sealed by the peer in this channel.
    Forged,
}

impl Opener {
    pub(crate) fn new(cipher: Cipher) -> Self {
        Self {
            cipher,
            rekeyings: 0,
            next: 0,
        }
    }

    #[cfg(test)]
    pub(crate) fn at(cipher: Cipher, next: u64) -> Self {
        Self {
            cipher,
            rekeyings: next.saturating_sub(1) / FRAMES_OF_A_KEY,
            next,
        }
    }

    /// Opens a frame where it is.
    ///
    /// Nothing changes in the channel if the frame is not one of the peer: its number counts only after
    /// its tag has been verified.
    ///
    /// # Errors
    ///
    /// See [`OpenError`].
    pub fn open<'a>(&mut self, frame: &'a mut [u8]) -> Result<Opened<'a>, OpenError> {
        let (head, sealed) = frame
            .split_at_mut_checked(NUMBER_BYTES)
            .ok_or(OpenError::TooShort)?;
        let number = u64::from_be_bytes((&*head).try_into().map_err(|_| OpenError::TooShort)?);
        let skipped = number.checked_sub(self.next).ok_or(OpenError::Replayed)?;
        if skipped > MAX_SKIPPED_FRAMES || number == END {
            return Err(OpenError::TooFarAhead);
        }
        let rekeyings = number / FRAMES_OF_A_KEY;
        let mut renewed = None;
        for _ in self.rekeyings..rekeyings {
            renewed = Some(renewed.as_ref().unwrap_or(&self.cipher).rekeyed());
        }
        let cipher = renewed.as_ref().unwrap_or(&self.cipher);
        let opened = cipher.open(number, &[], sealed);
        let length = opened.map_err(|_| OpenError::Forged)?;
        if let Some(cipher) = renewed {
            self.cipher = cipher;
            self.rekeyings = rekeyings;
        }
        self.next = number + 1;
        Ok(Opened {
            plaintext: &sealed[..length],
            skipped,
        })
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooShort => "it is too short",
            Self::Replayed => "its number has come before",
            Self::TooFarAhead => "too many are missing in front of it",
            Self::Forged => "it was not sealed by the peer in this channel",
        })
    }
}

impl std::error::Error for OpenError {}
