use std::sync::Arc;

use crate::quota::Quota;
use crate::settings::TransportSettings;

/// What the connections of a node may hold together, or those of one IP address.
#[derive(Clone, Debug)]
pub(crate) struct Quotas {
    /// Frames that are not complete.
    pub(crate) unfinished: Arc<Quota>,
    /// Messages from peers, from when they are read to when they have been handled.
    pub(crate) waiting: Arc<Quota>,
    /// Frames that wait to be written.
    pub(crate) queued: Arc<Quota>,
    /// What is kept account of: messages under way, credit, ways back, questions.
    pub(crate) accounts: Arc<Quota>,
}

/// How many bytes of frames may wait to be written, on all connections.
const MAX_QUEUED_BYTES: usize = 256 * 1024 * 1024;

/// How many bytes the accounts of all connections may take.
const MAX_ACCOUNTS_BYTES: usize = 256 * 1024 * 1024;

impl Quotas {
    pub(crate) fn new(settings: &TransportSettings) -> Self {
        Self {
            unfinished: Quota::new(settings.max_unfinished),
            waiting: Quota::new(settings.max_waiting),
            queued: Quota::new(MAX_QUEUED_BYTES),
            accounts: Quota::new(MAX_ACCOUNTS_BYTES),
        }
    }

    /// Returns the quotas of one IP address, which may hold half of what all may.
    pub(crate) fn of_ip(&self) -> Self {
        Self {
            unfinished: self.unfinished.of_ip(),
            waiting: self.waiting.of_ip(),
            queued: self.queued.of_ip(),
            accounts: self.accounts.of_ip(),
        }
    }
}
