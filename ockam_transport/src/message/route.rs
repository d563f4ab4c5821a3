//! Encodes and decodes routes and addresses: `[[type, bytes], …]`.

use ockam_core::{Address, Hops, Route, TransportType};

use super::cbor::{Reader, Writer};
use super::error::Error;
use super::limits::{MAX_ADDRESS, MAX_HOPS};

const HOPS: &str = "addresses in a route";
const VALUE: &str = "an address";

pub(super) fn encode(hops: Hops<'_>, writer: &mut Writer<'_>) -> Result<(), Error> {
    let reply_to = hops.reply_to();
    let count = hops.addresses().len() + usize::from(reply_to.is_some());
    Error::check_count(HOPS, count as u64, MAX_HOPS)?;
    writer.array(count);
    for address in hops.addresses() {
        encode_address(address, writer)?;
    }
    match reply_to {
        Some(reply_to) => encode_address(reply_to.address(), writer),
        None => Ok(()),
    }
}

pub(super) fn decode(reader: &mut Reader<'_>) -> Result<Route, Error> {
    let mut route = Route::new();
    reader.list(HOPS, MAX_HOPS, |reader| {
        route.push_back(decode_address(reader)?);
        Ok(())
    })?;
    Ok(route)
}

#[inline]
pub(super) fn encode_address(address: &Address, writer: &mut Writer<'_>) -> Result<(), Error> {
    let value = address.value();
    Error::check_length(VALUE, value.len(), MAX_ADDRESS)?;
    let transport = address.transport().number();
    writer.array(2).number(transport).bytes(value);
    Ok(())
}

pub(super) fn decode_address(reader: &mut Reader<'_>) -> Result<Address, Error> {
    let mut parts = reader.array()?;
    reader.require(&mut parts, "the type of an address")?;
    let transport = TransportType::new(reader.u8()?);
    reader.require(&mut parts, "the value of an address")?;
    let value = reader.bytes()?;
    if reader.more(&mut parts)? {
        let what = "parts of an address";
        let (count, limit) = (3, 2);
        return Err(Error::TooMany { what, count, limit });
    }
    Error::check_length(VALUE, value.len(), MAX_ADDRESS)?;
    Ok(Address::new(transport, value))
}
