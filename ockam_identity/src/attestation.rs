use minicbor::Decoder;
use ockam_core::{Identifier, Result};

use crate::cbor::{
    self, ATTESTATION, array, end, read_signature, signed, unversioned, variant, versioned,
    write_signature, write_variant,
};
use crate::exchange::ExchangeKey;
use crate::hash::Hash;
use crate::history::ChangeHistory;
use crate::key::Signature;
use crate::limits::MAX_CLOCK_DRIFT;
use crate::refused::refused;
use crate::timestamp::Timestamp;

/// The statement of an identity, signed with its key, that a key is the one of its secure channels.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attestation {
    bytes: Vec<u8>,
    hash: Hash,
    data: AttestationData,
    signature: Signature,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct AttestationData {
    pub(crate) subject: Identifier,
    /// The newest change of the subject's history.
    pub(crate) change: Hash,
    pub(crate) key: ExchangeKey,
    pub(crate) created: Timestamp,
    pub(crate) expires: Timestamp,
}

impl AttestationData {
    /// Returns the bytes that are hashed and signed.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let data = cbor::encode(|writer| {
            writer
                .array(5)?
                .bytes(self.subject.as_bytes())?
                .bytes(&self.change)?;
            write_variant(writer, CHANNEL_KEY, self.key.as_bytes())?;
            writer
                .u64(self.created.as_secs())?
                .u64(self.expires.as_secs())?;
            Ok(())
        });
        versioned(ATTESTATION, &data)
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        let mut reader = Decoder::new(unversioned(ATTESTATION, bytes)?);
        array(&mut reader, 5)?;
        let subject = Identifier::new(cbor::bytes(&mut reader)?);
        let change = cbor::bytes(&mut reader)?;
        if variant(&mut reader)? != CHANNEL_KEY {
            return Err(refused("the attested key is not one for secure channels"));
        }
        let data = Self {
            subject,
            change,
            key: ExchangeKey::new(cbor::bytes(&mut reader)?),
            created: Timestamp::from_secs(reader.u64()?),
            expires: Timestamp::from_secs(reader.u64()?),
        };
        end(&reader)?;
        Ok(data)
    }
}

/// The kind of an attested key that is one for secure channels.
const CHANNEL_KEY: u32 = 0;

impl Attestation {
    /// Puts an attestation together. `bytes` is its data, encoded.
    pub(crate) fn new(bytes: Vec<u8>, signature: Signature) -> Result<Self> {
        Ok(Self {
            hash: crate::hash::sha256(&bytes),
            data: AttestationData::decode(&bytes)?,
            bytes,
            signature,
        })
    }

    /// Returns the bytes of the attestation.
    pub fn encode(&self) -> Vec<u8> {
        cbor::encode(|writer| {
            writer.array(2)?.bytes(&self.bytes)?;
            write_signature(writer, &self.signature)
        })
    }

    /// Reads an attestation. It proves nothing before it is [verified](Self::verify).
    ///
    /// # Errors
    ///
    /// Returns `InvalidInput` if the bytes are no attestation, and `Denied` if it is of a key that is not
    /// for secure channels.
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        cbor::reading("an attestation", || {
            let mut reader = Decoder::new(bytes);
            let attestation = Self::read(&mut reader)?;
            end(&reader)?;
            Ok(attestation)
        })
    }

    fn read(reader: &mut Decoder<'_>) -> Result<Self> {
        array(reader, 2)?;
        let (bytes, hash) = signed(reader)?;
        Ok(Self {
            hash,
            data: AttestationData::decode(bytes)?,
            signature: read_signature(reader)?,
            bytes: bytes.to_vec(),
        })
    }

    /// Returns the attested key.
    pub fn key(&self) -> &ExchangeKey {
        &self.data.key
    }

    /// Returns when the attestation expires.
    pub fn expires(&self) -> Timestamp {
        self.data.expires
    }

    /// Verifies that the identity with this history attests this key now.
    ///
    /// # Errors
    ///
    /// Returns `Denied` if it does not: the attestation is by or about another identity, of another key,
    /// by a key that was rotated, not valid yet, or expired.
    pub fn verify(&self, history: &ChangeHistory, key: &ExchangeKey, now: Timestamp) -> Result<()> {
        let (data, (from, until)) = (&self.data, history.validity());
        if data.subject != history.identifier() {
            return Err(refused("an attestation is about another identity"));
        }
        if data.change != *history.newest_change() {
            return Err(refused(
                "an attestation is not by the newest key of the identity",
            ));
        }
        if data.key != *key {
            return Err(refused("an attestation is of another key"));
        }
        if data.created < from || data.expires > until || data.expires < data.created {
            return Err(refused(
                "an attestation is not within the validity of its identity",
            ));
        }
        if data.created > now.after(MAX_CLOCK_DRIFT) {
            return Err(refused(format!(
                "an attestation is valid from {} on only",
                data.created
            )));
        }
        if data.expires < now {
            return Err(refused(format!(
                "an attestation has expired {}",
                data.expires
            )));
        }
        history.key().verify(&self.hash, &self.signature)
    }
}
