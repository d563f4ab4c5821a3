use ockam_core::{Identifier, Result};
use ockam_identity::{ChannelKey, ExchangeKey, Identity, Timestamp};

use super::Finished;
use super::proof::{self, PeerProof};
use super::protocol::{PROTOCOL, StaticKey, check_length, take_ephemeral, take_static};
use crate::data::{Opener, Sealer};
use crate::noise::{Ephemeral, SplitKeys, SymmetricState};

/// The side of a handshake that begins it.
///
/// # Examples
///
/// ```
/// use ockam_core::{Error, ErrorKind};
/// use ockam_identity::Identity;
/// use ockam_secure_channel::handshake::{Initiator, Responder};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> ockam_core::Result<()> {
/// let (alice, bob) = (Identity::create().await?, Identity::create().await?);
/// let (initiator, first) = Initiator::begin(&alice).await?;
/// let (responder, second) = Responder::new(&bob).await?.answer(&first).await?;
/// let trusts_bob = |peer| match peer == bob.identifier() {
///     true => Ok(()),
///     false => Err(Error::new(ErrorKind::Denied, format!("who is {peer}?"))),
/// };
/// let (mut of_alice, third) = initiator.finish(&second, &trusts_bob).await?;
/// let mut of_bob = responder.finish(&third, &|_| Ok(())).await?;
/// assert_eq!((of_alice.peer, of_bob.peer), (bob.identifier(), alice.identifier()));
///
/// let mut frame = of_alice.sealer.frame(b"Hello Bob!")?;
/// assert_eq!(of_bob.opener.open(&mut frame)?.plaintext, b"Hello Bob!");
/// # Ok(())
/// # }
/// ```
pub struct Initiator {
    noise: NoiseInitiator,
    own: ChannelKey,
    identity: Identity,
}

/// Decides whether an identity is trusted, which the peer claims to be and has not proved yet.
pub(crate) type Judge<'a> = &'a (dyn Fn(Identifier) -> Result<()> + Sync);

impl Initiator {
    /// Begins a handshake. Returns the first message for the peer, too.
    ///
    /// # Errors
    ///
    /// The error of the identity's vault.
    pub async fn begin(identity: &Identity) -> Result<(Self, Vec<u8>)> {
        let own = identity.channel_key().await?;
        let static_key = StaticKey {
            public: *own.attestation.key(),
            vault: identity.vault().clone(),
        };
        let mut noise = NoiseInitiator::new(PROTOCOL, static_key, Ephemeral::create());
        let first = noise.write_first(&[]);
        let initiator = Self {
            noise,
            own,
            identity: identity.clone(),
        };
        Ok((initiator, first))
    }

    /// Reads the peer's answer. Returns the last message for the peer, too.
    ///
    /// `judge` is asked whether the identity that the peer claims to be is trusted. Then the claim is verified,
    /// and only then is the peer told who asks.
    ///
    /// # Errors
    ///
    /// `Denied` if the peer has not proved who it is, the error of `judge`, and that of the vault.
    /// `InvalidInput` if the message is none of a handshake.
    pub async fn finish(
        mut self,
        second: &[u8],
        judge: &(dyn Fn(Identifier) -> Result<()> + Sync),
    ) -> Result<(Finished, Vec<u8>)> {
        check_length(second)?;
        let (peer_key, payload) = self.noise.read_second(second).await?;
        let proof = PeerProof::decode(&payload)?;
        let peer = trusted(&proof, &peer_key, &self.identity, judge)?;
        let (third, keys) = self.noise.write_third(&proof::encode(&self.own)).await?;
        check_length(&third)?;
        let finished = Finished {
            peer,
            extension: proof.extension(),
            // The other way round than in Noise.
            sealer: Sealer::new(keys.second),
            opener: Opener::new(keys.first),
        };
        Ok((finished, third))
    }
}

/// Returns who the owner of a static key is, if it is trusted.
pub(super) fn trusted(
    proof: &PeerProof,
    key: &ExchangeKey,
    identity: &Identity,
    judge: Judge<'_>,
) -> Result<Identifier> {
    let peers = identity.peers();
    // First, so that only a peer that would be trusted costs the verification of a long history.
    judge(proof.claimed())?;
    let history = proof.verify(key, peers, Timestamp::now())?;
    peers.note(&history)?;
    Ok(history.identifier())
}

/// The initiator of Noise XX, without identities.
pub(super) struct NoiseInitiator {
    state: SymmetricState,
    static_key: StaticKey,
    ephemeral: Ephemeral,
    peer_ephemeral: Option<ExchangeKey>,
}

impl NoiseInitiator {
    pub(super) fn new(protocol: &[u8; 32], static_key: StaticKey, ephemeral: Ephemeral) -> Self {
        Self {
            state: SymmetricState::new(protocol),
            static_key,
            ephemeral,
            peer_ephemeral: None,
        }
    }

    /// `e`
    pub(super) fn write_first(&mut self, payload: &[u8]) -> Vec<u8> {
        let mut message = self.ephemeral.public().as_bytes().to_vec();
        self.state.mix_hash(&message);
        self.state.write(payload, &mut message);
        message
    }

    /// `e, ee, s, es`. Returns the static key of the peer, and its payload.
    pub(super) async fn read_second(
        &mut self,
        mut message: &[u8],
    ) -> Result<(ExchangeKey, Vec<u8>)> {
        let state = &mut self.state;
        let ephemeral = take_ephemeral(&mut message)?;
        state.mix_hash(ephemeral.as_bytes());
        state.mix_key(&self.ephemeral.exchange(&ephemeral)?);
        let peer = take_static(state, &mut message)?;
        state.mix_key(&self.ephemeral.exchange(&peer)?);
        let payload = state.read(message)?;
        self.peer_ephemeral = Some(ephemeral);
        Ok((peer, payload))
    }

    /// `s, se`
    pub(super) async fn write_third(mut self, payload: &[u8]) -> Result<(Vec<u8>, SplitKeys)> {
        let ephemeral = self.peer_ephemeral.expect("the second message was read");
        let mut message = Vec::with_capacity(payload.len() + 64);
        let public = self.static_key.public;
        self.state.write(public.as_bytes(), &mut message);
        self.state
            .mix_key(&self.static_key.exchange(&ephemeral).await?);
        self.state.write(payload, &mut message);
        Ok((message, self.state.split()))
    }

    #[cfg(test)]
    pub(super) fn hash(&self) -> &[u8; 32] {
        self.state.hash()
    }
}

impl std::fmt::Debug for Initiator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Initiator")
            .field("identity", &self.identity)
            .finish_non_exhaustive()
    }
}
