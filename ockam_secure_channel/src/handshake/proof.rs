use minicbor::{Decoder, Encoder};
use ockam_core::{Error, Identifier, Result};
use ockam_identity::{Attestation, ChangeHistory, ChannelKey, ExchangeKey, Peers, Timestamp};

use super::protocol::invalid;

/// The highest version of our extension of secure channels that this crate speaks.
///
/// | version | what it adds |
/// |---|---|
/// | 1 | a channel carries the stream of a connection, and not single messages |
pub const EXTENSION_VERSION: u64 = 1;

/// What a side shows of its identity, encrypted, in a handshake.
///
/// ```text
/// [ change history, attestation of the static key, [credential, …], version of our extension ]
/// ```
///
/// Upstream does not look at the fourth element, and has none. Since it is authenticated, nobody between
/// two nodes of this framework can make one of them take the other one for a node of upstream.
#[derive(Debug)]
pub struct PeerProof {
    /// The history, encoded. A long one costs its verification, which only whoever may be trusted is worth.
    history: Vec<u8>,
    claimed: Identifier,
    attestation: Attestation,
    extension: Option<u64>,
}

pub(super) fn encode(own: &ChannelKey) -> Vec<u8> {
    let history = own.history.encode();
    let attestation = own.attestation.encode();
    let mut payload = Vec::with_capacity(history.len() + attestation.len() + 16);
    let heads = |payload: &mut Vec<u8>, elements: u64| {
        let mut writer = Encoder::new(payload);
        writer.array(elements).expect("a vector takes all bytes");
    };
    let is_ours = shows_extension();
    heads(&mut payload, if is_ours { 4 } else { 3 });
    payload.extend_from_slice(&history);
    payload.extend_from_slice(&attestation);
    heads(&mut payload, 0);
    if !is_ours {
        return payload;
    }
    let written = Encoder::new(&mut payload).u64(EXTENSION_VERSION).map(drop);
    written.expect("a vector takes all bytes");
    payload
}

#[cfg(not(test))]
const fn shows_extension() -> bool {
    true
}

#[cfg(test)]
fn shows_extension() -> bool {
    !tests::AS_UPSTREAM.get()
}

impl PeerProof {
    /// Reads what a side shows. It proves nothing before it is [verified](Self::verify).
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the bytes are something else.
    pub fn decode(payload: &[u8]) -> Result<Self> {
        let mut reader = Decoder::new(payload);
        let elements = reader.array().map_err(not_cbor)?;
        let elements = elements.filter(|count| *count >= 3);
        let elements =
            elements.ok_or_else(|| invalid("a proof of identity has fewer than 3 parts"))?;
        let history = element(&mut reader)?;
        let claimed = ChangeHistory::claimed_identifier(history)?;
        let attestation = Attestation::decode(element(&mut reader)?)?;
        let _credentials = element(&mut reader)?;
        let extension = match elements {
            3 => None,
            // Something else in this place is no extension of ours.
            _ => reader.u64().ok().filter(|version| *version > 0),
        };
        Ok(Self {
            history: history.to_vec(),
            claimed,
            attestation,
            extension,
        })
    }

    /// Returns the identity that the proof claims to be about.
    pub fn claimed(&self) -> Identifier {
        self.claimed
    }

    /// Verifies that the owner of a static key is the identity that the proof claims to be about. Returns the
    /// history of the identity.
    ///
    /// # Errors
    ///
    /// `Denied` if it is not, or if a newer history of the identity was seen before, and those of
    /// [`ChangeHistory::decode`].
    pub fn verify(
        &self,
        key: &ExchangeKey,
        peers: &Peers,
        now: Timestamp,
    ) -> Result<ChangeHistory> {
        let history = ChangeHistory::decode(&self.history)?;
        self.attestation.verify(&history, key, now)?;
        peers.check(&history)?;
        Ok(history)
    }

    pub(super) fn extension(&self) -> Option<u64> {
        self.extension.map(|version| version.min(EXTENSION_VERSION))
    }
}

/// Returns the bytes of the value that comes next.
fn element<'b>(reader: &mut Decoder<'b>) -> Result<&'b [u8]> {
    let start = reader.position();
    reader.skip().map_err(not_cbor)?;
    Ok(&reader.input()[start..reader.position()])
}

fn not_cbor(error: minicbor::decode::Error) -> Error {
    invalid(format!("a proof of identity is no CBOR: {error}"))
}

#[cfg(test)]
pub(crate) mod tests {
    use std::cell::Cell;

    thread_local! {
        /// Whether handshakes of this thread are those of upstream.
        pub(crate) static AS_UPSTREAM: Cell<bool> = const { Cell::new(false) };
    }
}
