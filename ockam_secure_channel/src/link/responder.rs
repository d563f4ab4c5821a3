use std::sync::Arc;
use std::time::Duration;

use ockam_core::{Address, Error, ErrorKind, Result, Route};
use ockam_identity::Identity;
use ockam_node::transport::Gateway;
use ockam_transport::{Accepted, Origin};
use tokio::sync::Semaphore;
use tokio::sync::mpsc::Sender;

use super::clock::timeout;
use super::dial::{MAX_AGE, ended_by_peer};
use super::half_open::Place;
use super::inlet::{self, Inlet, Waiting};
use super::options::Options;
use super::reader::Reader;
use super::trust::Trust;
use super::writer::Writer;
use crate::handshake::{Finished, Responder};

/// How many first messages of handshakes are answered at once. Whoever sends many of them then has a small part of the
/// node's processors, and not as many parts as messages.
pub(super) const MAX_ANSWERED_AT_ONCE: usize = 16;

/// How long a handshake may take.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// How old the keys of a channel get that the peer does not renew. It does so earlier.
const MAX_AGE_HERE: Duration = MAX_AGE.saturating_add(Duration::from_secs(3600));

/// Answers handshakes at one address.
pub(super) struct Responding {
    pub(super) gateway: Gateway,
    pub(super) address: Address,
    pub(super) identity: Identity,
    pub(super) trust: Trust,
    pub(super) waiting: Waiting,
    pub(super) options: Arc<Options>,
    pub(super) accepted: Sender<Accepted<Reader, Writer>>,
    /// The turns of those that are answered.
    pub(super) answering: Arc<Semaphore>,
}

impl Responding {
    /// Answers one handshake. Whoever fails is told no more than that it is over, whatever the reason is.
    pub(super) async fn respond(self: Arc<Self>, first: Vec<u8>, back: Route, place: Place) {
        let Ok(mut inlet) = inlet::attach(&self.gateway, &self.waiting) else {
            return;
        };
        let outlet = inlet.outlet().clone();
        let shaking = self.shake_hands(&mut inlet, &first, &back);
        let shaken = place.unless_evicted(timeout(HANDSHAKE_TIMEOUT, shaking));
        let shaken = match shaken.await {
            Some(Ok(shaken)) => shaken,
            Some(Err(_)) => {
                let why = format!("it was not finished within {HANDSHAKE_TIMEOUT:?}");
                Err(Error::new(ErrorKind::TimedOut, why))
            }
            None => {
                let why = "too many others are under way";
                Err(Error::new(ErrorKind::MailboxFull, why))
            }
        };
        match shaken.and_then(|finished| self.stream(inlet, finished, &back)) {
            // This fails only if the listener has stopped.
            Ok(accepted) => drop(self.accepted.send(accepted).await),
            Err(error) if error.kind() == ErrorKind::NoRoute => {
                tracing::debug!("a handshake with {} failed: {error:#}", self.address);
            }
            Err(error) => {
                let _ = outlet.try_send(&back, Vec::new());
                let address = &self.address;
                let by = back.first().map(ToString::to_string).unwrap_or_default();
                let why = format_args!("a handshake by {by} with {address} failed: {error:#}");
                self.gateway.warn(why);
            }
        }
    }

    async fn shake_hands(&self, inlet: &mut Inlet, first: &[u8], back: &Route) -> Result<Finished> {
        // It is never closed.
        let turn = self.answering.acquire().await.ok();
        let responder = Responder::new(&self.identity).await?;
        let (awaiting, second) = responder.answer(first).await?;
        drop(turn);
        inlet.outlet().send(back, second).await?;
        let third = inlet.next().await?;
        if third.bytes.is_empty() {
            return Err(ended_by_peer());
        }
        let own = self.identity.identifier();
        let judge = |peer| self.trust.check(peer, own);
        let finished = awaiting.finish(&third.bytes, &judge).await?;
        self.options.check_extension(&finished)?;
        Ok(finished)
    }

    /// Returns the stream with which a handshake ends.
    fn stream(
        &self,
        mut inlet: Inlet,
        finished: Finished,
        back: &Route,
    ) -> Result<Accepted<Reader, Writer>> {
        let through = back.first().cloned();
        let through = through.filter(|first| self.gateway.link(first).is_some());
        if let Some(through) = &through {
            inlet.end_with(&self.gateway, through)?;
        }
        let outlet = inlet.outlet().clone();
        let (peer, is_upstream) = (finished.peer, finished.extension.is_none());
        let origin = Origin {
            identity: Some(peer),
            through,
        };
        let pads = self.options.pads();
        let upstream = is_upstream.then(|| self.options.upstream_idle());
        Ok(Accepted {
            reader: Reader::new(inlet, finished.opener, origin, upstream, MAX_AGE_HERE),
            writer: Writer::new(outlet, back.clone(), finished.sealer, is_upstream, pads),
            peer: peer.to_string(),
            ip: None,
        })
    }
}
