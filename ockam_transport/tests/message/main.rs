//! Messages as CBOR: what is read, what is refused, and the extension.

mod extension;
mod limits;
mod reference;
mod refused;
mod round_trip;
mod tolerated;
