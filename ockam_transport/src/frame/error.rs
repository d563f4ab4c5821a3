use std::fmt;

use super::format::VERSION;

/// What is wrong with a stream of frames, or with a frame to be sent.
#[non_exhaustive]
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Error {
    /// The first byte is not the version of the protocol.
    Version(u8),
    /// A frame has no bytes.
    Empty,
    /// A frame is too long.
    TooLong {
        /// How long the frame is, or says that it is.
        length: usize,
        /// How long it may be.
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
