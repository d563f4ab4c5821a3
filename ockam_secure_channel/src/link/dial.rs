use std::sync::Arc;
use std::sync::OnceLock;
use std::time::Duration;

use ockam_core::{Error, ErrorKind, Identifier, Result, Route};
use ockam_identity::Identity;
use ockam_node::transport::Gateway;
use ockam_transport::Origin;

use super::inlet::{self, Inlet, Waiting};
use super::options::Options;
use super::reader::Reader;
use super::trust::Trust;
use super::writer::Writer;
use crate::handshake::{Finished, Initiator};

/// Makes one channel, again and again.
pub(super) struct Dial {
    pub(super) gateway: Gateway,
    pub(super) identity: Identity,
    pub(super) route: Route,
    pub(super) trust: Trust,
    pub(super) waiting: Waiting,
    pub(super) options: Arc<Options>,
    /// Who was at the other end the first time. Nobody else comes in its place.
    pub(super) peer: OnceLock<Identifier>,
}

/// How old the keys of a channel get. Renewing a key heals nothing if it was stolen; a handshake does.
pub(super) const MAX_AGE: Duration = Duration::from_secs(24 * 3600);

/// Returns the error of a handshake that the peer has ended with an empty message. Whoever is in the middle
/// can send one, too, and could as well let nothing pass.
pub(super) fn ended_by_peer() -> Error {
    Error::new(ErrorKind::NoRoute, "the peer has ended the handshake")
}

impl Dial {
    /// Makes a handshake along the route.
    pub(super) async fn connect(&self) -> Result<(Reader, Writer)> {
        let mut inlet = inlet::attach(&self.gateway, &self.waiting)?;
        let (finished, back) = self.shake_hands(&mut inlet).await?;
        let through = self.route.first().cloned();
        let through = through.filter(|first| self.gateway.link(first).is_some());
        if let Some(through) = &through {
            inlet.end_with(&self.gateway, through)?;
        }
        let origin = Origin {
            identity: Some(finished.peer),
            through,
        };
        let is_upstream = finished.extension.is_none();
        let upstream = is_upstream.then(|| self.options.upstream_idle());
        let outlet = inlet.outlet().clone();
        if is_upstream {
            outlet.leave_out_way_back();
        }
        let reader = Reader::new(inlet, finished.opener, origin, upstream, MAX_AGE);
        let pads = self.options.pads();
        let writer = Writer::new(outlet, back, finished.sealer, is_upstream, pads);
        Ok((reader, writer))
    }

    /// Returns the way to the peer, too.
    async fn shake_hands(&self, inlet: &mut Inlet) -> Result<(Finished, Route)> {
        let (initiator, first) = Initiator::begin(&self.identity).await?;
        inlet.outlet().send(&self.route, first).await?;
        let second = inlet.next().await?;
        if second.bytes.is_empty() {
            return Err(ended_by_peer());
        }
        let own = self.identity.identifier();
        let judge = |peer| {
            self.trust.check(peer, own)?;
            match self.peer.get().is_none_or(|before| *before == peer) {
                true => Ok(()),
                false => {
                    let why = format!("the peer is {peer} now, which is another one than before");
                    Err(Error::new(ErrorKind::Denied, why))
                }
            }
        };
        let finished = initiator.finish(&second.bytes, &judge).await;
        let finished = finished.and_then(|finished| {
            self.options.check_extension(&finished.0)?;
            Ok(finished)
        });
        let (finished, third) = finished.inspect_err(|_| {
            // So that the peer doesn't wait.
            let _ = inlet.outlet().try_send(&second.back, Vec::new());
        })?;
        inlet.outlet().send(&second.back, third).await?;
        // Set at the first time, and the same from then on.
        let _ = self.peer.set(finished.peer);
        Ok((finished, second.back))
    }
}
