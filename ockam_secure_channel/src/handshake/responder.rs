use ockam_core::{Identifier, Result};
use ockam_identity::{ChannelKey, ExchangeKey, Identity};

use super::Finished;
use super::initiator::trusted;
use super::proof::{self, PeerProof};
use super::protocol::{PROTOCOL, StaticKey, check_length, invalid, take_ephemeral, take_static};
use crate::data::{Opener, Sealer};
use crate::noise::{Ephemeral, SplitKeys, SymmetricState};

/// The side of a handshake that answers, before it has.
pub struct Responder {
    noise: NoiseResponder,
    own: ChannelKey,
    identity: Identity,
}

/// The side of a handshake that has answered, and doesn't know yet who asks.
pub struct AwaitingThird {
    noise: NoiseResponder,
    identity: Identity,
}

impl Responder {
    /// Prepares to answer a handshake.
    ///
    /// # Errors
    ///
    /// The error of the identity's vault.
    pub async fn new(identity: &Identity) -> Result<Self> {
        let own = identity.channel_key().await?;
        let static_key = StaticKey {
            public: *own.attestation.key(),
            vault: identity.vault().clone(),
        };
        Ok(Self {
            noise: NoiseResponder::new(PROTOCOL, static_key, Ephemeral::create()),
            own,
            identity: identity.clone(),
        })
    }

    /// Answers the first message of a peer.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the message is none of a handshake, and `Denied` if its key is weak.
    pub async fn answer(mut self, first: &[u8]) -> Result<(AwaitingThird, Vec<u8>)> {
        let payload = self.noise.read_first(first)?;
        if !payload.is_empty() {
            return Err(invalid("the first message of a handshake is too long"));
        }
        let second = self.noise.write_second(&proof::encode(&self.own)).await?;
        check_length(&second)?;
        let awaiting = AwaitingThird {
            noise: self.noise,
            identity: self.identity,
        };
        Ok((awaiting, second))
    }
}

impl AwaitingThird {
    /// Reads the last message of the peer. `judge` is asked whether the identity that the peer claims to be is
    /// trusted, before the claim is verified.
    ///
    /// # Errors
    ///
    /// Those of [`Initiator::finish`](super::Initiator::finish).
    pub async fn finish(
        mut self,
        third: &[u8],
        judge: &(dyn Fn(Identifier) -> Result<()> + Sync),
    ) -> Result<Finished> {
        check_length(third)?;
        let (peer_key, payload) = self.noise.read_third(third).await?;
        let proof = PeerProof::decode(&payload)?;
        let peer = trusted(&proof, &peer_key, &self.identity, judge)?;
        let keys = self.noise.split();
        Ok(Finished {
            peer,
            extension: proof.extension(),
            // The other way round than in Noise.
            sealer: Sealer::new(keys.first),
            opener: Opener::new(keys.second),
        })
    }
}

/// The responder of Noise XX, without identities.
pub(super) struct NoiseResponder {
    state: SymmetricState,
    static_key: StaticKey,
    ephemeral: Ephemeral,
    peer_ephemeral: Option<ExchangeKey>,
}

impl NoiseResponder {
    pub(super) fn new(protocol: &[u8; 32], static_key: StaticKey, ephemeral: Ephemeral) -> Self {
        Self {
            state: SymmetricState::new(protocol),
            static_key,
            ephemeral,
            peer_ephemeral: None,
        }
    }

    /// `e`
    pub(super) fn read_first(&mut self, mut message: &[u8]) -> Result<Vec<u8>> {
        check_length(message)?;
        let ephemeral = take_ephemeral(&mut message)?;
        self.state.mix_hash(ephemeral.as_bytes());
        self.peer_ephemeral = Some(ephemeral);
        self.state.read(message)
    }

    /// `e, ee, s, es`
    pub(super) async fn write_second(&mut self, payload: &[u8]) -> Result<Vec<u8>> {
        let ephemeral = self.peer_ephemeral.expect("the first message was read");
        let state = &mut self.state;
        let mut message = Vec::with_capacity(payload.len() + 96);
        message.extend_from_slice(self.ephemeral.public().as_bytes());
        state.mix_hash(&message);
        state.mix_key(&self.ephemeral.exchange(&ephemeral)?);
        state.write(self.static_key.public.as_bytes(), &mut message);
        state.mix_key(&self.static_key.exchange(&ephemeral).await?);
        state.write(payload, &mut message);
        Ok(message)
    }

    /// `s, se`. Returns the static key of the peer, and its payload.
    pub(super) async fn read_third(
        &mut self,
        mut message: &[u8],
    ) -> Result<(ExchangeKey, Vec<u8>)> {
        let peer = take_static(&mut self.state, &mut message)?;
        self.state.mix_key(&self.ephemeral.exchange(&peer)?);
        let payload = self.state.read(message)?;
        Ok((peer, payload))
    }

    pub(super) fn split(self) -> SplitKeys {
        self.state.split()
    }

    #[cfg(test)]
    pub(super) fn hash(&self) -> &[u8; 32] {
        self.state.hash()
    }
}

impl std::fmt::Debug for Responder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Responder")
            .field("identity", &self.identity)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for AwaitingThird {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AwaitingThird")
            .field("identity", &self.identity)
            .finish_non_exhaustive()
    }
}
