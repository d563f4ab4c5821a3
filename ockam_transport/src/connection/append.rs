use ockam_core::{Error, ErrorKind, Result};

use crate::frame;
use crate::message::{self, Extension, Parts};

/// Appends a frame to others, or leaves them as they were.
#[inline]
pub(super) fn append_frame(
    frames: &mut Vec<u8>,
    limit: usize,
    write: impl FnOnce(&mut Vec<u8>) -> Result<(), message::Error>,
) -> Result<()> {
    let appended = frame::append(frames, |frames| {
        let start = frames.len();
        write(frames)?;
        match frames.len() - start {
            length if length > limit => Err(frame::Error::TooLong { length, limit }.into()),
            _ => Ok(()),
        }
    });
    appended.map_err(|error: Error| unsendable(&error))
}

/// Returns the error of a message that can't be sent because of what it is.
#[cold]
fn unsendable(error: &Error) -> Error {
    let why = format!("the message can't be sent: {error}");
    Error::new(ErrorKind::InvalidInput, why)
}

/// Appends a frame that is for the peer itself, whatever else is queued.
pub(super) fn append_sign_of_life(frames: &mut Vec<u8>, extension: &Extension<'_>) {
    let appended = frame::append::<Error>(frames, |frame| {
        message::append(frame, &sign_of_life(extension))?;
        Ok(())
    });
    appended.expect("it is shorter than any limit");
}

/// Returns a message for the peer itself. Without fields in the extension, it only says that this node
/// understands extensions: it is the greeting, and the sign of life.
pub(super) fn sign_of_life<'a>(extension: &'a Extension<'a>) -> Parts<'a> {
    Parts {
        extension: Some(extension),
        ..Parts::default()
    }
}
