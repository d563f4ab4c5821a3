use ockam_core::{Error, ErrorKind};

/// Returns the error of something that does not prove what it should.
pub(crate) fn refused(why: impl Into<String>) -> Error {
    Error::new(ErrorKind::Denied, why)
}

/// Returns the error of bytes or settings that are not what they should be.
pub(crate) fn invalid(why: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidInput, why)
}
