use std::sync::atomic::{AtomicU8, Ordering};

/// What is known of the node at the other end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum PeerKind {
    /// Nothing yet. It has not said anything since the stream began.
    Unknown,
    /// A node of this framework, which grants credit and acknowledges what it takes in.
    Ours,
    /// Probably a node of upstream: it has not said that it is of this framework, which it would have
    /// done at once.
    Presumed,
    /// A node of upstream Ockam, which knows nothing of credit.
    Upstream,
}

impl PeerKind {
    /// Tells whether the peer grants credit and acknowledges, as far as is known.
    pub(crate) fn acknowledges(self) -> bool {
        matches!(self, Self::Unknown | Self::Ours)
    }

    /// Tells whether the peer may understand extensions.
    pub(crate) fn may_understand(self) -> bool {
        self != Self::Upstream
    }
}

/// The kind of the peer of a stream, which its first frame tells.
pub(crate) struct PeerCell(AtomicU8);

impl PeerCell {
    pub(crate) const fn new() -> Self {
        Self(AtomicU8::new(PeerKind::Unknown as u8))
    }

    #[inline]
    pub(crate) fn get(&self) -> PeerKind {
        decode(self.0.load(Ordering::Acquire))
    }

    /// Forgets the peer: a new stream begins.
    pub(crate) fn reset(&self) {
        self.0.store(PeerKind::Unknown as u8, Ordering::Release);
    }

    /// Notes what a frame tells of the peer. Tells whether that is new.
    ///
    /// What is ours stays so for the rest of the stream.
    pub(crate) fn note_frame(&self, is_ours: bool) -> bool {
        let heard = match is_ours {
            true => PeerKind::Ours,
            false => PeerKind::Upstream,
        };
        self.change(|known| (known != PeerKind::Ours).then_some(heard))
    }

    /// Takes a peer that has not said anything to be one of upstream. Tells whether it was unknown.
    pub(crate) fn presume_upstream(&self) -> bool {
        self.change(|known| (known == PeerKind::Unknown).then_some(PeerKind::Presumed))
    }

    fn change(&self, decide: impl Fn(PeerKind) -> Option<PeerKind>) -> bool {
        let known = self.get();
        if decide(known).is_none_or(|next| next == known) {
            return false;
        }
        let decide = |known| decide(decode(known)).map(|next| next as u8);
        let changed = self
            .0
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, decide);
        changed.is_ok()
    }
}

fn decode(kind: u8) -> PeerKind {
    match kind {
        kind if kind == PeerKind::Ours as u8 => PeerKind::Ours,
        kind if kind == PeerKind::Presumed as u8 => PeerKind::Presumed,
        kind if kind == PeerKind::Upstream as u8 => PeerKind::Upstream,
        _ => PeerKind::Unknown,
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
        assert!(peer.note_frame(false) && peer.get() == PeerKind::Upstream);
        assert!(!peer.note_frame(false));
        assert!(peer.note_frame(true) && peer.get() == PeerKind::Ours);
        assert!(!peer.note_frame(false) && !peer.presume_upstream());
        assert_eq!(peer.get(), PeerKind::Ours);
        peer.reset();
        assert_eq!(peer.get(), PeerKind::Unknown);
    }
}
