use std::fmt;

use super::format::VERSION;

/// The error of a stream of frames, or of a frame that can't be sent.
#[non_exhaustive]
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Error {
    /// The first byte of the stream is not [`VERSION`].
    Version(u8),
    /// A frame is empty.
    Empty,
    /// A frame is too long.
    TooLong {
        /// The length of the frame in bytes, as announced or as written.
        length: usize,
        /// The maximum length in bytes.
        limit: usize,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(version) => write!(
                f,
                "the peer speaks version {version} of the protocol, not {VERSION}"
            ),
            Self::Empty => f.write_str("the frame is empty"),
            Self::TooLong { length, limit } => write!(
                f,
                "the frame of {length} bytes exceeds the limit of {limit}"
            ),
        }
    }
}

impl std::error::Error for Error {}
