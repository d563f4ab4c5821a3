use std::time::Duration;

use crate::frame::MAX_LENGTH;

/// What a transport does, and what it puts up with.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use ockam_transport::TransportSettings;
///
/// let settings = TransportSettings::new()
///     .connect_timeout(Duration::from_secs(3))
///     .max_connections(100);
/// # let _ = settings;
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct TransportSettings {
    pub(crate) connect_timeout: Duration,
    pub(crate) heartbeat: Duration,
    pub(crate) idle_timeout: Duration,
    pub(crate) frame_timeout: Duration,
    pub(crate) patience: Duration,
    pub(crate) max_backoff: Duration,
    pub(crate) max_connections: usize,
    pub(crate) max_connections_per_ip: usize,
    pub(crate) max_frame: usize,
    pub(crate) max_unfinished: usize,
    pub(crate) max_waiting: usize,
    pub(crate) max_queued: usize,
}

macro_rules! setters {
    ($($(#[$doc:meta])* $name:ident: $type:ty,)*) => {
        $($(#[$doc])*
        pub fn $name(mut self, $name: $type) -> Self {
            self.$name = $name;
            self
        })*
    };
}

impl TransportSettings {
    /// Creates the default settings.
    pub fn new() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            heartbeat: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(30),
            frame_timeout: Duration::from_secs(30),
            patience: Duration::from_secs(30),
            max_backoff: Duration::from_secs(30),
            max_connections: 16 * 1024,
            max_connections_per_ip: 4 * 1024,
            max_frame: MAX_LENGTH,
            max_unfinished: 256 * 1024 * 1024,
            max_waiting: 256 * 1024 * 1024,
            max_queued: 1024 * 1024,
        }
    }

    setters! {
        /// Sets how long one attempt to connect may take, the peer's greeting included. The default is
        /// 10 s.
        connect_timeout: Duration,
        /// Sets after how long a silence a sign of life is sent to a peer of this framework. The default
        /// is 10 s.
        heartbeat: Duration,
        /// Sets after how long a silence a peer of this framework is given up. The default is 30 s; it has
        /// to be longer than the peer's heartbeat. Peers of upstream have no heartbeat: there the
        /// network's own keep-alive finds out.
        idle_timeout: Duration,
        /// Sets how long a peer may take to finish a frame that it has begun, and to send its first byte;
        /// and to take anything of what waits to be sent, or to acknowledge any of so much that senders wait
        /// for it. The default is 30 s.
        frame_timeout: Duration,
        /// Sets how long messages wait for a connection that is lost to come back. After that, they are
        /// undelivered, and further ones are refused until it is back. The default is 30 s.
        patience: Duration,
        /// Sets the longest pause between two attempts to connect again. The default is 30 s. The first
        /// one is about 100 ms, and each is up to twice as long as the one before.
        max_backoff: Duration,
        /// Sets how many connections the listeners of this node accept at once. The default is 16,384.
        max_connections: usize,
        /// Sets how many connections of one IP address the listeners of this node accept at once. The
        /// default is 4,096.
        max_connections_per_ip: usize,
        /// Sets how long a frame may be, in bytes, in both directions. The default, and the most, is 16 MiB.
        max_frame: usize,
        /// Sets how many bytes of unfinished frames the connections of this node hold together. The default
        /// is 256 MiB. The connection that exceeds it is closed.
        max_unfinished: usize,
        /// Sets how many bytes of messages that have come on the connections of this node wait together
        /// before mailboxes that are full. The default is 256 MiB. While it is exceeded, those connections
        /// are read no further for which more than 64 KiB wait.
        max_waiting: usize,
        /// Sets how many bytes wait to be sent on one connection before senders have to wait. The default is
        /// 1 MiB. One frame more may be queued.
        max_queued: usize,
    }
}

impl Default for TransportSettings {
    fn default() -> Self {
        Self::new()
    }
}
