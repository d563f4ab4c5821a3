//! The implementation of serde's `Serializer`.

use serde_core::Serialize;

use super::Writer;
use super::compound::{Elements, Fields};
use crate::bare::error::Error;

/// Numbers and characters are written with the least significant byte first.
macro_rules! numbers {
    ($($method:ident: $number:ty,)*) => {
        $(fn $method(self, number: $number) -> Result<(), Error> {
            self.bytes(&number.to_le_bytes())
        })*
    };
}

impl<'s, 'b> serde_core::Serializer for &'s mut Writer<'b> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Elements<'s, 'b>;
    type SerializeTuple = Fields<'s, 'b>;
    type SerializeTupleStruct = Fields<'s, 'b>;
    type SerializeTupleVariant = Fields<'s, 'b>;
    type SerializeMap = Elements<'s, 'b>;
    type SerializeStruct = Fields<'s, 'b>;
    type SerializeStructVariant = Fields<'s, 'b>;

    numbers! {
        serialize_i8: i8,
        serialize_i16: i16,
        serialize_i32: i32,
        serialize_i64: i64,
        serialize_i128: i128,
        serialize_u8: u8,
        serialize_u16: u16,
        serialize_u32: u32,
        serialize_u64: u64,
        serialize_u128: u128,
        serialize_f32: f32,
        serialize_f64: f64,
    }

    fn serialize_bool(self, value: bool) -> Result<(), Error> {
        self.bytes(&[value.into()])
    }

    fn serialize_char(self, value: char) -> Result<(), Error> {
        self.bytes(&u32::from(value).to_le_bytes())
    }

    fn serialize_str(self, text: &str) -> Result<(), Error> {
        self.sized_bytes(text.as_bytes())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), Error> {
        self.sized_bytes(bytes)
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.bytes(&[0])
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        self.bytes(&[1])?;
        self.inner(value)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
    ) -> Result<(), Error> {
        Fields::of_variant(self, index).map(Fields::close)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.inner(value)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.varint(index.into());
        self.inner(value)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Elements<'s, 'b>, Error> {
        Elements::open(self, length)
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Elements<'s, 'b>, Error> {
        Elements::open(self, length)
    }

    fn serialize_tuple(self, _: usize) -> Result<Fields<'s, 'b>, Error> {
        Fields::open(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Fields<'s, 'b>, Error> {
        Fields::open(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields<'s, 'b>, Error> {
        Fields::open(self)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Fields<'s, 'b>, Error> {
        Fields::of_variant(self, index)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Fields<'s, 'b>, Error> {
        Fields::of_variant(self, index)
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}
