use super::format::VERSION;

/// What is wrong with a stream of frames, or with a frame to be sent.
#[non_exhaustive]
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Error {
    /// The first byte is not the version of the protocol.
    #[error("the peer speaks version {0} of the protocol, not {VERSION}")]
    Version(u8),
    /// A frame has no bytes.
    #[error("the frame is empty")]
    Empty,
    /// A frame is too long.
    #[error("the frame of {length} bytes exceeds the limit of {limit}")]
    TooLong {
        /// How long the frame is, or says that it is.
        length: usize,
        /// How long it may be.
        limit: usize,
    },
}
