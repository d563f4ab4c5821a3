use ockam_core::Address;

use super::cbor::{Reader, Writer};
use super::error::Error;
use super::limits::MAX_GRANTS;
use super::route::{decode_address, encode_address};

/// Credit to send more to a worker: `[address, messages]` up to version 2, and since then
/// `[address, messages, bytes]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Grant {
    /// The address of the worker on the node that grants the credit.
    pub to: Address,
    /// The number of messages added to the credit.
    pub messages: u32,
    /// The number of bytes of frames added to the credit. Version 2 knows none.
    pub bytes: u64,
}

const GRANTS: &str = "grants";

impl Grant {
    /// Writes grants with their bytes, or without.
    pub(super) fn encode_all(
        grants: &[Self],
        with_bytes: bool,
        writer: &mut Writer<'_>,
    ) -> Result<(), Error> {
        Error::check_count(GRANTS, grants.len() as u64, MAX_GRANTS)?;
        writer.array(grants.len());
        grants.iter().try_for_each(|grant| {
            encode_address(&grant.to, writer.array(2 + usize::from(with_bytes)))?;
            writer.number(grant.messages);
            if with_bytes {
                writer.number(grant.bytes);
            }
            Ok(())
        })
    }

    pub(super) fn decode_all(
        with_bytes: bool,
        reader: &mut Reader<'_>,
    ) -> Result<Vec<Self>, Error> {
        let mut grants = Vec::new();
        reader.list(GRANTS, MAX_GRANTS, |reader| {
            grants.push(Self::decode(with_bytes, reader)?);
            Ok(())
        })?;
        Ok(grants)
    }

    fn decode(with_bytes: bool, reader: &mut Reader<'_>) -> Result<Self, Error> {
        let mut parts = reader.array()?;
        reader.require(&mut parts, "the address of a grant")?;
        let to = decode_address(reader)?;
        reader.require(&mut parts, "the number of a grant")?;
        let messages = reader.u32()?;
        let mut bytes = 0;
        if with_bytes {
            reader.require(&mut parts, "the bytes of a grant")?;
            bytes = reader.u64()?;
        }
        reader.end(&mut parts)?;
        Ok(Self {
            to,
            messages,
            bytes,
        })
    }
}
