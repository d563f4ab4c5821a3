use minicbor::Decoder;
use ockam_core::Result;

use crate::cbor::{
    self, CHANGE, Writer, array, end, is_null, read_key, read_signature, signed, unversioned,
    versioned, write_key, write_signature,
};
use crate::hash::{Hash, sha256};
use crate::key::{PublicKey, Signature};
use crate::refused::invalid;
use crate::timestamp::Timestamp;

/// A change of the key of an identity, with what proves it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Change {
    /// The bytes that are hashed.
    bytes: Vec<u8>,
    pub(crate) hash: Hash,
    pub(crate) data: ChangeData,
    pub(crate) signature: Signature,
    pub(crate) previous_signature: Option<Signature>,
}

/// What a change says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ChangeData {
    /// The hash of the change before it.
    pub(crate) previous: Option<Hash>,
    pub(crate) key: PublicKey,
    /// Whether attestations by earlier keys are void. They are void here in any case: only the newest
    /// change attests.
    pub(crate) revokes_all: bool,
    pub(crate) valid_from: Timestamp,
    pub(crate) valid_until: Timestamp,
}

impl ChangeData {
    /// Returns the bytes that are hashed and signed.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let data = cbor::encode(|writer| {
            writer.array(5)?;
            match &self.previous {
                Some(hash) => writer.bytes(hash)?,
                None => writer.null()?,
            };
            write_key(writer, &self.key)?;
            writer.bool(self.revokes_all)?;
            writer.u64(self.valid_from.as_secs())?;
            writer.u64(self.valid_until.as_secs())?;
            Ok(())
        });
        versioned(CHANGE, &data)
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        let mut reader = Decoder::new(unversioned(CHANGE, bytes)?);
        array(&mut reader, 5)?;
        let previous = match is_null(&reader)? {
            true => {
                reader.null()?;
                None
            }
            false => Some(cbor::bytes(&mut reader)?),
        };
        let data = Self {
            previous,
            key: read_key(&mut reader)?,
            revokes_all: reader.bool()?,
            valid_from: Timestamp::from_secs(reader.u64()?),
            valid_until: Timestamp::from_secs(reader.u64()?),
        };
        end(&reader)?;
        Ok(data)
    }
}

impl Change {
    /// Puts a change together. `bytes` is its data, encoded.
    pub(crate) fn new(
        bytes: Vec<u8>,
        signature: Signature,
        previous_signature: Option<Signature>,
    ) -> Result<Self> {
        Ok(Self {
            hash: sha256(&bytes),
            data: ChangeData::decode(&bytes)?,
            bytes,
            signature,
            previous_signature,
        })
    }

    pub(crate) fn write(
        &self,
        writer: &mut Writer,
    ) -> Result<(), minicbor::encode::Error<std::convert::Infallible>> {
        writer.array(2 + u64::from(self.previous_signature.is_some()))?;
        writer.bytes(&self.bytes)?;
        write_signature(writer, &self.signature)?;
        match &self.previous_signature {
            Some(signature) => write_signature(writer, signature),
            None => Ok(()),
        }
    }

    pub(crate) fn read(reader: &mut Decoder<'_>) -> Result<Self> {
        let length = reader.array()?;
        if !matches!(length, Some(2 | 3)) {
            return Err(invalid("a change has neither 2 nor 3 elements"));
        }
        let (bytes, hash) = signed(reader)?;
        let signature = read_signature(reader)?;
        let previous_signature = match length {
            Some(3) if is_null(reader)? => {
                reader.null()?;
                None
            }
            Some(3) => Some(read_signature(reader)?),
            _ => None,
        };
        Ok(Self {
            bytes: bytes.to_vec(),
            hash,
            data: ChangeData::decode(bytes)?,
            signature,
            previous_signature,
        })
    }
}
