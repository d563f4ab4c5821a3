use super::error::Error;
use super::format::{Header, MAX_LENGTH};

/// Appends a frame to a buffer: the header, and what `write` appends.
///
/// Several frames can be appended to one buffer and sent together.
///
/// # Errors
///
/// Returns the error of `write`, or an error if the frame is empty or longer than [`MAX_LENGTH`]. The
/// buffer is not changed then.
///
/// # Examples
///
/// ```
/// use ockam_transport::frame;
///
/// let mut batch = Vec::new();
/// for word in ["one", "two"] {
///     frame::append::<frame::Error>(&mut batch, |frame| {
///         frame.extend_from_slice(word.as_bytes());
///         Ok(())
///     })?;
/// }
/// assert_eq!(batch, b"\0\0\0\x03one\0\0\0\x03two");
/// # Ok::<(), frame::Error>(())
/// ```
pub fn append<E: From<Error>>(
    buffer: &mut Vec<u8>,
    write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
) -> Result<(), E> {
    let before = buffer.len();
    let start = before + size_of::<Header>();
    buffer.extend_from_slice(&Header::default());
    let header = write(buffer).and_then(|()| Ok(header(buffer.len() - start)?));
    match header {
        Ok(header) => buffer[before..start].copy_from_slice(&header),
        Err(_) => buffer.truncate(before),
    }
    header.map(|_| ())
}

fn header(length: usize) -> Result<Header, Error> {
    let limit = MAX_LENGTH;
    match u32::try_from(length) {
        Ok(0) => Err(Error::Empty),
        Ok(short) if length <= limit => Ok(short.to_be_bytes()),
        _ => Err(Error::TooLong { length, limit }),
    }
}
