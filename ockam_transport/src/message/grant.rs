use ockam_core::Address;

use super::cbor::{Reader, Writer};
use super::error::Error;
use super::limits::MAX_GRANTS;
use super::route::{decode_address, encode_address};

/// Credit to send more messages to a worker: `[address, number]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Grant {
    /// The address of the worker on the node that grants the credit.
    pub to: Address,
    /// The number of messages added to the credit.
    pub messages: u32,
}

const GRANTS: &str = "grants";

impl Grant {
    pub(super) fn encode_all(grants: &[Self], writer: &mut Writer<'_>) -> Result<(), Error> {
        Error::check_count(GRANTS, grants.len() as u64, MAX_GRANTS)?;
        writer.array(grants.len());
        grants.iter().try_for_each(|grant| {
            encode_address(&grant.to, writer.array(2))?;
            writer.number(grant.messages);
            Ok(())
        })
    }

    pub(super) fn decode_all(reader: &mut Reader<'_>) -> Result<Vec<Self>, Error> {
        let mut grants = Vec::new();
        reader.list(GRANTS, MAX_GRANTS, |reader| {
            grants.push(Self::decode(reader)?);
            Ok(())
        })?;
        Ok(grants)
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let mut parts = reader.array()?;
        reader.require(&mut parts, "the address of a grant")?;
        let to = decode_address(reader)?;
        reader.require(&mut parts, "the number of a grant")?;
        let messages = reader.u32()?;
        reader.end(&mut parts)?;
        Ok(Self { to, messages })
    }
}
