use std::time::Duration;

use async_nats::ConnectOptions;
use ockam_core::{Error, ErrorKind, Result};
use ockam_transport::TransportSettings;

use crate::subjects::check_prefix;

/// The least lease. Renewals have to come through in a third of it.
const MIN_LEASE: Duration = Duration::from_millis(500);

/// How a node is on a bus.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use ockam_nats::NatsOptions;
///
/// let options = NatsOptions::new()
///     .prefix("shop.ockam")
///     .lease(Duration::from_secs(2))
///     .wait_for_name();
/// # let _ = options;
/// ```
#[derive(Debug)]
#[must_use]
pub struct NatsOptions {
    pub(crate) client: ConnectOptions,
    pub(crate) prefix: String,
    pub(crate) lease: Option<Duration>,
    pub(crate) replicas: usize,
    pub(crate) waits_for_name: bool,
    pub(crate) settings: TransportSettings,
}

impl NatsOptions {
    /// How long a name is kept for a node that is not heard of, unless the options or the server say otherwise.
    pub(crate) const LEASE: Duration = Duration::from_secs(5);

    /// Creates the default options.
    pub fn new() -> Self {
        Self {
            client: ConnectOptions::new().ping_interval(Duration::from_secs(5)),
            prefix: "ockam".to_owned(),
            lease: None,
            replicas: 1,
            waits_for_name: false,
            settings: TransportSettings::new()
                .heartbeat(Duration::from_millis(400))
                .idle_timeout(Duration::from_millis(1500))
                .max_backoff(Duration::from_secs(1)),
        }
    }

    /// Sets the options of the client of NATS: TLS, credentials, nkeys, tokens. Its callback of events is replaced: what
    /// happens is written to the log of the node.
    pub fn client(mut self, client: ConnectOptions) -> Self {
        self.client = client;
        self
    }

    /// Sets what all subjects begin with, `ockam` unless this is called. Only nodes with the same prefix can reach each
    /// other. It has letters, digits, `-` and `_`, and dots between.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Sets how long a name is kept for a node that is not heard of. The default is 5 s, the minimum 500 ms.
    ///
    /// It is a property of the bucket on the server, which the first node creates: a node that asks for another lease
    /// than the bucket has is refused.
    pub fn lease(mut self, lease: Duration) -> Self {
        self.lease = Some(lease);
        self
    }

    /// Sets on how many servers of a cluster the names are kept, when the bucket is created: 1 unless this is called, 3
    /// or 5 so that names outlive a server.
    pub fn replicas(mut self, replicas: usize) -> Self {
        self.replicas = replicas;
        self
    }

    /// Waits if another node has the name: a lease and a half, by which a name is free whose node has crashed.
    pub fn wait_for_name(mut self) -> Self {
        self.waits_for_name = true;
        self
    }

    /// Sets the time-outs and limits of the connections to other nodes.
    ///
    /// The defaults are those of all transports, but for a heartbeat of 400 ms, an idle timeout of 1.5 s, after which a
    /// node counts as unreachable, and a longest pause of 1 s between attempts to reach it again.
    pub fn settings(mut self, settings: TransportSettings) -> Self {
        self.settings = settings;
        self
    }

    pub(crate) fn check(&self) -> Result<()> {
        check_prefix(&self.prefix)?;
        let invalid = |why: String| Err(Error::new(ErrorKind::InvalidInput, why));
        match self.lease {
            Some(lease) if lease < MIN_LEASE => {
                invalid(format!("a lease is at least {MIN_LEASE:?}, not {lease:?}"))
            }
            _ if !(1..=5).contains(&self.replicas) => invalid(format!(
                "the names are kept on 1 to 5 servers, not {}",
                self.replicas
            )),
            _ => Ok(()),
        }
    }
}

impl Default for NatsOptions {
    fn default() -> Self {
        Self::new()
    }
}
