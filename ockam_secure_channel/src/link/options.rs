use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use ockam_core::{Error, ErrorKind, Result};

use crate::handshake::Finished;

/// What all channels of a [`SecureChannels`](super::SecureChannels) have in common, and may change.
#[derive(Default)]
pub(super) struct Options {
    requires_extensions: AtomicBool,
    pads: AtomicBool,
    /// In milliseconds, or 0.
    upstream_idle: AtomicU64,
}

impl Options {
    pub(super) fn require_extensions(&self) {
        self.requires_extensions.store(true, Ordering::Relaxed);
    }

    pub(super) fn pad(&self) {
        self.pads.store(true, Ordering::Relaxed);
    }

    pub(super) fn set_upstream_idle(&self, timeout: Duration) {
        let millis = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
        self.upstream_idle.store(millis.max(1), Ordering::Relaxed);
    }

    /// Checks that a peer is a node of this framework, if it has to be one.
    pub(super) fn check_extension(&self, finished: &Finished) -> Result<()> {
        match finished.extension.is_some() || !self.requires_extensions.load(Ordering::Relaxed) {
            true => Ok(()),
            false => {
                let why = "the peer is not a node of this framework, which is required";
                Err(Error::new(ErrorKind::Denied, why))
            }
        }
    }

    /// Tells whether the lengths of frames are rounded up.
    pub(super) fn pads(&self) -> bool {
        self.pads.load(Ordering::Relaxed)
    }

    /// Returns how long a peer of upstream may say nothing, if there is a limit.
    pub(super) fn upstream_idle(&self) -> Option<Duration> {
        let millis = self.upstream_idle.load(Ordering::Relaxed);
        (millis > 0).then(|| Duration::from_millis(millis))
    }
}
