use std::sync::atomic::{AtomicU8, Ordering};

use crate::message::{
    BUNDLES_SINCE, EXTENSION_VERSION, MONITORS_SINCE, STREAMS_SINCE, WEIGHS_SINCE,
};

/// The version of the extension since which a peer acknowledges what it takes in.
const ACKNOWLEDGES_SINCE: u8 = 2;

/// The version of the extension since which a peer compares the shapes of types.
const COMPARES_SHAPES_SINCE: u64 = 4;

/// The version of the extension since which a peer hears that nobody waits for an answer any more.
const HEARS_CANCELLATION_SINCE: u64 = 5;

/// What is known of the node at the other end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum PeerKind {
    /// Nothing yet. It has not said anything since the stream began.
    Unknown,
    /// Probably a node of upstream: it has not said that it is of this framework, which it would have
    /// done at once.
    Presumed,
    /// A node of upstream Ockam, which knows nothing of credit.
    Upstream,
    /// A node of this framework, which grants credit. The number is the highest version of the extension
    /// that both nodes know.
    Ours(u8),
}

impl PeerKind {
    /// Tells whether the peer grants credit and acknowledges, as far as is known.
    pub(crate) fn acknowledges(self) -> bool {
        match self {
            Self::Unknown => true,
            Self::Ours(version) => version >= ACKNOWLEDGES_SINCE,
            Self::Presumed | Self::Upstream => false,
        }
    }

    /// Tells whether the peer grants credit in bytes, as far as is known.
    pub(crate) fn weighs(self) -> bool {
        match self {
            Self::Unknown => true,
            Self::Ours(version) => u64::from(version) >= WEIGHS_SINCE,
            Self::Presumed | Self::Upstream => false,
        }
    }

    /// Tells whether the peer makes use of acknowledgements.
    pub(crate) fn listens_to_acknowledgements(self) -> bool {
        matches!(self, Self::Ours(version) if version >= ACKNOWLEDGES_SINCE)
    }

    /// Tells whether the peer may understand extensions.
    pub(crate) fn may_understand(self) -> bool {
        self != Self::Upstream
    }

    /// Tells whether the peer compares the shapes of types, as far as is known.
    pub(crate) fn compares_shapes(self) -> bool {
        self.version() >= COMPARES_SHAPES_SINCE
    }

    /// Tells whether the peer takes and sends answers that go on, as far as is known.
    pub(crate) fn streams(self) -> bool {
        match self {
            Self::Unknown => true,
            Self::Ours(version) => u64::from(version) >= STREAMS_SINCE,
            Self::Presumed | Self::Upstream => false,
        }
    }

    /// Tells whether the peer is known to take several parts of an answer in one frame.
    pub(crate) fn bundles(self) -> bool {
        matches!(self, Self::Ours(version) if u64::from(version) >= BUNDLES_SINCE)
    }

    /// Tells whether the peer lets its workers be monitored, as far as is known.
    pub(crate) fn monitors(self) -> bool {
        match self {
            Self::Unknown => true,
            Self::Ours(version) => u64::from(version) >= MONITORS_SINCE,
            Self::Presumed | Self::Upstream => false,
        }
    }

    /// Tells whether the peer hears that nobody waits for an answer any more.
    pub(crate) fn hears_cancellation(self) -> bool {
        matches!(self, Self::Ours(version) if u64::from(version) >= HEARS_CANCELLATION_SINCE)
    }

    /// Returns the version of the extension in which the peer is spoken to.
    pub(crate) fn version(self) -> u64 {
        match self {
            Self::Ours(version) => version.into(),
            _ => EXTENSION_VERSION,
        }
    }
}

/// The kind of the peer of a stream, which its first frame tells.
pub(crate) struct PeerCell(AtomicU8);

const UNKNOWN: u8 = 0;
const UPSTREAM: u8 = 254;
const PRESUMED: u8 = 255;

impl PeerCell {
    pub(crate) const fn new() -> Self {
        Self(AtomicU8::new(UNKNOWN))
    }

    #[inline]
    pub(crate) fn get(&self) -> PeerKind {
        match self.0.load(Ordering::Acquire) {
            UNKNOWN => PeerKind::Unknown,
            UPSTREAM => PeerKind::Upstream,
            PRESUMED => PeerKind::Presumed,
            version => PeerKind::Ours(version),
        }
    }

    /// Forgets the peer: a new stream begins.
    pub(crate) fn reset(&self) {
        self.0.store(UNKNOWN, Ordering::Release);
    }

    /// Notes what a frame tells of the peer: the version of its extension, if there is one. Tells whether
    /// that is new.
    ///
    /// A peer that is ours stays so for the rest of the stream, in the version of its first extension.
    pub(crate) fn note_frame(&self, version: Option<u64>) -> bool {
        let heard = match version {
            Some(version) => version.min(EXTENSION_VERSION) as u8,
            None => UPSTREAM,
        };
        self.change(heard, |known| {
            matches!(known, UNKNOWN | UPSTREAM | PRESUMED)
        })
    }

    /// Takes a peer that has not said anything to be one of upstream. Tells whether it was unknown.
    pub(crate) fn presume_upstream(&self) -> bool {
        self.change(PRESUMED, |known| known == UNKNOWN)
    }

    fn change(&self, heard: u8, may_change: impl Fn(u8) -> bool) -> bool {
        let decide = |known| (known != heard && may_change(known)).then_some(heard);
        // Most frames change nothing, and write nothing.
        decide(self.0.load(Ordering::Acquire)).is_some()
            && self
                .0
                .fetch_update(Ordering::AcqRel, Ordering::Acquire, decide)
                .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_is_what_its_frames_say_and_ours_for_good_once_it_is() {
        let peer = PeerCell::new();
        assert!(peer.presume_upstream() && peer.get() == PeerKind::Presumed);
        assert!(!peer.presume_upstream());
        assert!(peer.note_frame(None) && peer.get() == PeerKind::Upstream);
        assert!(!peer.note_frame(None));
        assert!(peer.note_frame(Some(EXTENSION_VERSION)) && peer.get() == PeerKind::Ours(6));
        assert!(!peer.note_frame(None) && !peer.presume_upstream());
        assert_eq!(peer.get(), PeerKind::Ours(6));
        peer.reset();
        assert_eq!(peer.get(), PeerKind::Unknown);
        assert!(
            !peer.get().bundles(),
            "it may be one that doesn't know of that"
        );
    }

    #[test]
    fn a_peer_is_spoken_to_in_the_highest_version_that_both_know() {
        for (announced, spoken, acknowledges) in [
            (1, 1, false),
            (2, 2, true),
            (3, 3, true),
            (4, 4, true),
            (5, 5, true),
            (6, 6, true),
            (7, 6, true),
            (u64::MAX, 6, true),
        ] {
            let peer = PeerCell::new();
            assert!(peer.note_frame(Some(announced)));
            assert_eq!(peer.get(), PeerKind::Ours(spoken as u8));
            assert_eq!(peer.get().version(), spoken);
            assert_eq!(peer.get().acknowledges(), acknowledges);
            assert_eq!(peer.get().bundles(), spoken >= 6);
        }
    }
}
