use ockam_core::{Address, Error, ErrorKind};

/// The state of a connection.
pub(super) enum Phase {
    /// There is a stream, or there will be one. Messages are queued.
    Open,
    /// There is no stream, for this reason, and no message waits for one. There may be one again.
    Down(ErrorKind, String),
    /// There will be no stream any more, for this reason.
    Closed(String),
}

impl Phase {
    pub(super) fn is_open(&self) -> bool {
        matches!(self, Self::Open)
    }

    pub(super) fn is_closed(&self) -> bool {
        matches!(self, Self::Closed(_))
    }

    /// Returns the error of a message to a connection that is not open, or is about to be closed.
    #[cold]
    pub(super) fn error(&self, address: &Address) -> Error {
        let (kind, what, why) = match self {
            Self::Open => (ErrorKind::Stopped, "is closed", "by this node"),
            Self::Down(kind, why) => (*kind, "is not connected", why.as_str()),
            Self::Closed(why) => (ErrorKind::Stopped, "is closed", why.as_str()),
        };
        Error::new(kind, format!("the connection {address} {what}: {why}"))
    }
}
