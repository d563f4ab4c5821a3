//! What the peer and this node tell each other of the workers that they monitor.

use std::sync::{Arc, Weak};

use ockam_core::headers::Headers;
use ockam_core::{Address, DownReason, Error, ErrorKind, Result};
use ockam_node::transport::Watch;

use super::Inbound;
use crate::connection::append::sign_of_life;
use crate::message::{Extension, Monitored, Monitoring, News};

/// Tells the peer of a worker.
struct PeerWatch {
    number: u64,
    inbound: Weak<Inbound>,
}

impl Inbound {
    /// Begins or ends a monitor of the peer.
    pub(super) fn note_monitoring(self: &Arc<Self>, monitoring: &Monitoring) {
        let number = monitoring.number;
        let Some(address) = &monitoring.address else {
            self.peer_monitors.remove(number);
            return;
        };
        let (news, worker, incarnation) = match self.begin_monitor(number, address) {
            Ok(Some((worker, incarnation))) => (News::Lives, worker, incarnation),
            // It has been told of the end already.
            Ok(None) => return,
            Err(why) => (why, 0, 0),
        };
        self.tell_of(Monitored {
            number,
            news,
            worker,
            incarnation,
            next: 0,
        });
    }

    /// Begins a monitor. Returns the numbers of the worker and its incarnation, if it still lives, or what the peer is
    /// told instead.
    fn begin_monitor(
        self: &Arc<Self>,
        number: u64,
        address: &Address,
    ) -> Result<Option<(u64, u64)>, News> {
        // An address that is not exposed looks as if nobody was there, and so does one that has rules against it.
        if !self.exposed.contains(address) {
            self.note_denied(address);
            return Err(News::Unknown);
        }
        if !self.peer_monitors.reserve(number) {
            return Err(News::TooMany);
        }
        let watch = Arc::new(PeerWatch {
            number,
            inbound: Arc::downgrade(self),
        });
        let headers = Headers {
            source: self.source(),
            extended: Some(self.headers.clone()),
        };
        match self.gateway.watch(address, &headers, watch) {
            Some((worker, incarnation, watched)) => {
                let numbers = (
                    self.gateway.number_for_peers(worker),
                    self.gateway.number_for_peers(incarnation),
                );
                let is_kept = self.peer_monitors.keep(number, watched);
                Ok(is_kept.then_some(numbers))
            }
            None => {
                self.peer_monitors.remove(number);
                Err(News::Unknown)
            }
        }
    }

    /// Tells the peer what has become of a worker, even if there is no room: it is told of each end once.
    fn tell_of(&self, monitored: Monitored) {
        let extension = Extension {
            version: self.accounts.peer().version(),
            monitored: Some(Box::new(monitored)),
            ..Extension::default()
        };
        let queued = self.control.push_owed(&sign_of_life(&extension));
        self.note_queued(queued);
    }

    /// Returns an error if no further worker of the peer can be monitored.
    pub(in crate::connection) fn check_monitors(&self) -> Result<()> {
        let peer = &self.peer;
        if !self.accounts.peer().monitors() {
            let why = format!("{peer} knows no monitors: it is a node of upstream, or older");
            return Err(Error::new(ErrorKind::InvalidInput, why));
        }
        if !self.own_monitors.has_room() {
            let why = format!("too many workers of {peer} are monitored");
            return Err(Error::new(ErrorKind::MailboxFull, why));
        }
        Ok(())
    }

    /// Begins to monitor a worker of the peer.
    pub(in crate::connection) fn monitor(
        &self,
        number: u64,
        address: &Address,
        watch: Arc<dyn Watch>,
    ) {
        self.own_monitors.add(number, address, watch);
        // After it was added: either this sees that the peer is known, or whoever learns it sees the monitor. A
        // peer that is told twice confirms twice.
        if self.accounts.is_ours() {
            self.tell_monitoring(number, Some(address.clone()));
        }
    }

    /// Ends to monitor a worker of the peer. Returns `false` if that is over.
    pub(in crate::connection) fn end_monitor(&self, number: u64) -> bool {
        let was_there = self.own_monitors.remove(number);
        if was_there && self.accounts.is_ours() {
            self.tell_monitoring(number, None);
        }
        was_there
    }

    /// Tells the peer of all workers that this node monitors, on a stream on which it has greeted.
    pub(super) fn begin_own_monitors(&self) {
        if !self.accounts.peer().monitors() {
            // A stream before may have led to a newer node.
            return self.own_monitors.end_all();
        }
        for (number, address) in self.own_monitors.all() {
            self.tell_monitoring(number, Some(address));
        }
    }

    fn tell_monitoring(&self, number: u64, address: Option<Address>) {
        let extension = Extension {
            version: self.accounts.peer().version(),
            monitoring: Some(Box::new(Monitoring { number, address })),
            ..Extension::default()
        };
        let queued = self.control.push_owed(&sign_of_life(&extension));
        self.note_queued(queued);
    }
}

impl Watch for PeerWatch {
    fn ended(&self, incarnation: u64, reason: &DownReason) {
        let Some(inbound) = self.inbound.upgrade() else {
            return;
        };
        if inbound.peer_monitors.remove(self.number) {
            inbound.tell_of(self.of(&inbound, news_of(reason), incarnation, 0));
        }
    }

    fn restarted(&self, incarnation: u64, _reason: &DownReason) -> bool {
        if let Some(inbound) = self.inbound.upgrade() {
            // A peer that takes nothing learns of the last restart on its next stream.
            if !inbound.control.is_too_much() {
                let next = inbound.peer_monitors.incarnation(self.number);
                inbound.tell_of(self.of(&inbound, News::Restarted, incarnation, next));
            }
        }
        true
    }
}

impl PeerWatch {
    fn of(&self, inbound: &Inbound, news: News, incarnation: u64, next: u64) -> Monitored {
        let for_peer = |number| match number {
            0 => 0,
            number => inbound.gateway.number_for_peers(number),
        };
        Monitored {
            number: self.number,
            news,
            worker: 0,
            incarnation: for_peer(incarnation),
            next: for_peer(next),
        }
    }
}

fn news_of(reason: &DownReason) -> News {
    match reason {
        DownReason::Stopped => News::Stopped,
        DownReason::Killed => News::Killed,
        DownReason::Panicked(_) => News::Panicked,
        DownReason::GaveUp(_) => News::GaveUp,
        DownReason::Unknown | DownReason::Unreachable => News::Unknown,
        _ => News::Failed,
    }
}
