//! What the formats of this crate share. All arrays are of definite length and have exactly the elements
//! that they should, so that there is one way to read what was signed.

use minicbor::data::Type;
use minicbor::encode::Encoder;
use minicbor::{Decoder, decode};
use ockam_core::{Error, Result};

use crate::hash::{Hash, sha256};
use crate::key::{PublicKey, Signature};
use crate::limits::MAX_CHANGE_BYTES;
use crate::refused::invalid;

/// The version of all signed data.
const VERSION: u8 = 1;

/// The type of signed data that is a change.
pub(crate) const CHANGE: u8 = 1;
/// The type of signed data that is the attestation of a key.
pub(crate) const ATTESTATION: u8 = 2;

pub(crate) type Writer = Encoder<Vec<u8>>;

const INFALLIBLE: &str = "a vector takes all bytes";

/// Returns what `write` writes.
pub(crate) fn encode(
    write: impl FnOnce(&mut Writer) -> Result<(), minicbor::encode::Error<std::convert::Infallible>>,
) -> Vec<u8> {
    let mut writer = Encoder::new(Vec::new());
    write(&mut writer).expect(INFALLIBLE);
    writer.into_writer()
}

type Written = Result<(), minicbor::encode::Error<std::convert::Infallible>>;

/// Wraps data with its version and its type, as it is signed.
pub(crate) fn versioned(data_type: u8, data: &[u8]) -> Vec<u8> {
    encode(|writer| {
        writer.array(3)?.u8(VERSION)?.u8(data_type)?.bytes(data)?;
        Ok(())
    })
}

/// Unwraps data of a type.
pub(crate) fn unversioned(data_type: u8, bytes: &[u8]) -> Result<&[u8]> {
    let mut reader = Decoder::new(bytes);
    array(&mut reader, 3)?;
    let (version, found) = (reader.u8()?, reader.u8()?);
    if (version, found) != (VERSION, data_type) {
        let why =
            format!("signed data has version {version} and type {found}, not 1 and {data_type}");
        return Err(invalid(why));
    }
    let data = reader.bytes()?;
    end(&reader)?;
    Ok(data)
}

pub(crate) fn write_key(writer: &mut Writer, key: &PublicKey) -> Written {
    let kind = match key {
        PublicKey::Ed25519(_) => 0,
        PublicKey::EcdsaP256(_) => 1,
    };
    write_variant(writer, kind, key.as_slice())
}

pub(crate) fn read_key(reader: &mut Decoder<'_>) -> Result<PublicKey> {
    match variant(reader)? {
        0 => Ok(PublicKey::Ed25519(bytes(reader)?)),
        1 => Ok(PublicKey::EcdsaP256(bytes(reader)?)),
        other => Err(invalid(format!("there is no kind {other} of keys"))),
    }
}

pub(crate) fn write_signature(writer: &mut Writer, signature: &Signature) -> Written {
    let kind = match signature {
        Signature::Ed25519(_) => 0,
        Signature::EcdsaP256(_) => 1,
    };
    write_variant(writer, kind, signature.as_slice())
}

pub(crate) fn read_signature(reader: &mut Decoder<'_>) -> Result<Signature> {
    match variant(reader)? {
        0 => Ok(Signature::Ed25519(bytes(reader)?)),
        1 => Ok(Signature::EcdsaP256(bytes(reader)?)),
        other => Err(invalid(format!("there is no kind {other} of signatures"))),
    }
}

/// Writes a variant of an enum with one field.
pub(crate) fn write_variant(writer: &mut Writer, index: u32, field: &[u8]) -> Written {
    writer.array(2)?.u32(index)?.array(1)?.bytes(field)?;
    Ok(())
}

/// Reads the index of a variant with one field, which comes next.
pub(crate) fn variant(reader: &mut Decoder<'_>) -> Result<u32> {
    array(reader, 2)?;
    let index = reader.u32()?;
    array(reader, 1)?;
    Ok(index)
}

/// Reads an array of so many elements.
pub(crate) fn array(reader: &mut Decoder<'_>, elements: u64) -> Result<()> {
    match reader.array()? {
        Some(found) if found == elements => Ok(()),
        Some(found) => Err(invalid(format!(
            "an array has {found} elements, not {elements}"
        ))),
        None => Err(invalid("an array is of indefinite length")),
    }
}

/// Reads so many bytes.
pub(crate) fn bytes<const N: usize>(reader: &mut Decoder<'_>) -> Result<[u8; N]> {
    let found = reader.bytes()?;
    found.try_into().map_err(|_| {
        let found = found.len();
        invalid(format!("there are {found} bytes instead of {N}"))
    })
}

pub(crate) fn is_null(reader: &Decoder<'_>) -> Result<bool> {
    Ok(reader.datatype()? == Type::Null)
}

pub(crate) fn end(reader: &Decoder<'_>) -> Result<()> {
    match reader.position() == reader.input().len() {
        true => Ok(()),
        false => Err(invalid("there are bytes behind the data")),
    }
}

/// Reads signed data, and hashes it.
pub(crate) fn signed<'b>(reader: &mut Decoder<'b>) -> Result<(&'b [u8], Hash)> {
    let data = reader.bytes()?;
    if data.len() > MAX_CHANGE_BYTES {
        let length = data.len();
        let why = format!("signed data has {length} bytes; the limit is {MAX_CHANGE_BYTES}");
        return Err(invalid(why));
    }
    Ok((data, sha256(data)))
}

/// Says what was being read.
pub(crate) fn reading<T>(what: &str, read: impl FnOnce() -> Result<T>) -> Result<T> {
    read().map_err(|error| {
        let is_cbor = error.downcast_ref::<decode::Error>().is_some();
        let error = match is_cbor {
            true => invalid(format!("{error:#}")),
            false => error,
        };
        Error::context(error, format!("reading {what}"))
    })
}
