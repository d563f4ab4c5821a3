use ockam_core::{Error, ErrorKind, Result};

use super::{END, FRAMES_OF_A_KEY, NUMBER_BYTES};
use crate::noise::Cipher;

/// Seals the frames of one direction of a channel.
#[derive(Debug)]
pub struct Sealer {
    cipher: Cipher,
    /// The number of the next frame.
    next: u64,
}

impl Sealer {
    pub(crate) fn new(cipher: Cipher) -> Self {
        Self { cipher, next: 0 }
    }

    #[cfg(test)]
    pub(crate) fn at(cipher: Cipher, next: u64) -> Self {
        Self { cipher, next }
    }

    /// Seals a frame where it is. Its first [`NUMBER_BYTES`](super::NUMBER_BYTES) bytes are overwritten
    /// with its number, what is behind them is encrypted, and the tag is appended.
    ///
    /// # Errors
    ///
    /// Returns `Stopped` if the channel has used all numbers.
    ///
    /// # Panics
    ///
    /// Panics if the frame has no room for its number.
    pub fn seal(&mut self, frame: &mut Vec<u8>) -> Result<()> {
        let number = self.next;
        if number == END {
            return Err(Error::new(
                ErrorKind::Stopped,
                "the channel has no numbers left",
            ));
        }
        if number > 0 && number % FRAMES_OF_A_KEY == 0 {
            self.cipher = self.cipher.rekeyed();
        }
        self.next += 1;
        let (head, plaintext) = frame.split_at_mut(NUMBER_BYTES);
        head.copy_from_slice(&number.to_be_bytes());
        let tag = self.cipher.seal(number, &[], plaintext);
        frame.extend_from_slice(&tag);
        Ok(())
    }

    /// Returns a frame with this plaintext.
    ///
    /// # Errors
    ///
    /// Those of [`seal`](Self::seal).
    pub fn frame(&mut self, plaintext: &[u8]) -> Result<Vec<u8>> {
        let mut frame = vec![0; NUMBER_BYTES];
        frame.extend_from_slice(plaintext);
        self.seal(&mut frame)?;
        Ok(frame)
    }
}
