use std::time::Duration;

use ockam_core::{Error, ErrorKind, Result};

use crate::frame::MAX_LENGTH;

/// The shortest time limit. Timers don't tell shorter ones apart.
const MIN_TIMEOUT: Duration = Duration::from_millis(1);

/// The least limit of the bytes of a frame. What a connection itself has to say fits in.
const MIN_FRAME_BYTES: usize = 512;

/// The time-outs and limits of a transport.
///
/// A transport refuses settings with which it would do nothing: a size of 0, a time limit below 1 ms, and
/// an idle timeout that is not longer than the heartbeat. There is no upper limit, except that of
/// [`max_frame`](Self::max_frame).
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
        /// Sets how long one attempt to connect may take, including the peer's greeting. The default is
        /// 10 s.
        connect_timeout: Duration,
        /// Sets how long nothing is sent before a peer of this framework is sent a sign of life. The
        /// default is 10 s.
        heartbeat: Duration,
        /// Sets how long a peer of this framework may be silent before it is given up. The default is
        /// 30 s. It has to be longer than the peer's heartbeat. Peers of upstream have no heartbeat;
        /// the keep-alive of the network finds out when they are gone.
        idle_timeout: Duration,
        /// Sets how long a peer may take to send its first byte, and to finish a frame that it has begun;
        /// to take anything of what waits to be sent; and to acknowledge anything while senders wait
        /// for that. The default is 30 s.
        frame_timeout: Duration,
        /// Sets how long messages wait while a lost connection is made again. After that, they are
        /// undelivered, and further ones are refused until the connection is back. The default is
        /// 30 s. With 0, none wait.
        patience: Duration,
        /// Sets the longest pause between two attempts to connect again. The default is 30 s. The first
        /// pause is about 100 ms, and each further one is up to twice as long as the one before.
        max_backoff: Duration,
        /// Sets how many connections the listeners of this node accept at once. The default is 16,384.
        max_connections: usize,
        /// Sets how many connections of one IP address the listeners of this node accept at once. The
        /// default is 4,096.
        max_connections_per_ip: usize,
        /// Sets how many bytes a frame may have, in both directions. The default and the maximum are
        /// 16 MiB, the minimum is 512.
        max_frame: usize,
        /// Sets how many bytes of unfinished frames all connections of this node may hold together. The
        /// default is 256 MiB. A connection that exceeds it is closed.
        max_unfinished: usize,
        /// Sets how many bytes of messages from all connections of this node may wait for full mailboxes.
        /// The default is 256 MiB. While it is exceeded, connections for which more than 64 KiB wait
        /// are not read.
        max_waiting: usize,
        /// Sets how many bytes may wait to be sent on one connection before senders have to wait. The
        /// default is 1 MiB. One more frame may exceed it.
        max_queued: usize,
    }

    /// Checks that a transport can work with these settings.
    pub(crate) fn check(&self) -> Result<()> {
        let times = [
            ("connect_timeout", self.connect_timeout),
            ("heartbeat", self.heartbeat),
            ("idle_timeout", self.idle_timeout),
            ("frame_timeout", self.frame_timeout),
            ("max_backoff", self.max_backoff),
        ];
        for (name, time) in times {
            if time < MIN_TIMEOUT {
                return invalid(format!("`{name}` has to be at least 1 ms, not {time:?}"));
            }
        }
        if self.idle_timeout <= self.heartbeat {
            let (idle, heartbeat) = (self.idle_timeout, self.heartbeat);
            return invalid(format!(
                "`idle_timeout` has to be longer than the heartbeat of {heartbeat:?}, not {idle:?}"
            ));
        }
        let sizes = [
            ("max_connections", self.max_connections),
            ("max_connections_per_ip", self.max_connections_per_ip),
            ("max_queued", self.max_queued),
        ];
        for (name, size) in sizes {
            if size == 0 {
                return invalid(format!("`{name}` has to be at least 1, not 0"));
            }
        }
        match self.max_frame {
            MIN_FRAME_BYTES..=MAX_LENGTH => Ok(()),
            bytes => invalid(format!(
                "`max_frame` has to be from {MIN_FRAME_BYTES} to {MAX_LENGTH} bytes, not {bytes}"
            )),
        }
    }
}

fn invalid(why: String) -> Result<()> {
    Err(Error::new(ErrorKind::InvalidInput, why))
}

impl Default for TransportSettings {
    fn default() -> Self {
        Self::new()
    }
}
